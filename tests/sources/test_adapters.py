"""One contract over every adapter: its pages give papers, and going on from any page's cursor gives the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.papers.model import Paper
from hub.settings import Settings
from hub.sources.abstracts import fill_abstracts
from hub.sources.adapters import arxiv, crossref, europepmc
from hub.sources.adapters.registry import ADAPTERS
from hub.sources.catalogue import Source
from hub.sources.record import Record, paper_of
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus
from tests.servers.feeds import Request, fixed, item, publisher, rss

Make = Callable[..., Settings]
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>q</title>'
    "<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
)
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>'


def query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


def arxiv_api(request: Request) -> None:
    start, most = int(query(request)["start"]), arxiv.ROWS
    first = query(request)["search_query"].split("[")[1][:8]
    numbers = range(start, min(start + most, arxiv.ROWS + 3)) if first == "20260105" else range(0)
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2601.{n:05d}v1</id><title>Paper {n}</title><summary>We show.</summary>"
        f"<published>2026-01-06T10:00:00Z</published><author><name>Ada Byron</name></author>"
        f'<category term="math.PR"/></entry>'
        for n in numbers
    )
    total = arxiv.ROWS + 3 if first == "20260105" else 0
    request.send(200, ATOM.format(total=total, entries=entries).encode())


def oai(request: Request) -> None:
    page = int(query(request).get("resumptionToken", "0"))
    records = "".join(
        f"<record><header><identifier>oai:arXiv.org:2602.0{page}00{n}</identifier></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2602.0{page}00{n}</id><created>2026-02-03</created>'
        f"<title>Record {n}</title>"
        f"<authors><author><keyname>Byron</keyname><forenames>Ada</forenames></author></authors>"
        f"<categories>math.PR</categories><abstract>We show.</abstract></arXiv></metadata></record>"
        for n in range(3)
    )
    request.send(200, OAI.format(records=records, token=page + 1 if page < 2 else "").encode())


def biorxiv_api(request: Request) -> None:
    at = int(request.path.split("/")[-1])
    items = [
        {"doi": f"10.1101/2026.01.01.{n:06d}", "title": f"Cells {n}", "authors": "Byron, A.; Zhao, Z.", "date": "2026-01-02",
         "version": "2", "category": "cell biology", "abstract": "We grow.", "server": "biorxiv"}
        for n in range(at, min(at + 100, 230))
    ]  # fmt: skip
    request.send(200, json.dumps({"messages": [{"status": "ok", "total": 230}], "collection": items}).encode())


def crossref_api(request: Request) -> None:
    page = 0 if query(request)["cursor"] == "*" else int(query(request)["cursor"])
    items = [
        {"DOI": f"10.5555/{page}.{n}", "title": ["", f"Work {n}"], "author": [{"given": "Ada", "family": "Byron"}],
         "abstract": "<jats:p>We show.</jats:p>", "published": {"date-parts": [[2026, 1, 2]]}, "type": "journal-article"}
        for n in range(crossref.ROWS if page == 0 else 4)
    ]  # fmt: skip
    message = {"items": items, "next-cursor": str(page + 1), "total-results": crossref.ROWS + 4}
    request.send(200, json.dumps({"message": message}).encode())


def europepmc_api(request: Request) -> None:
    mark = query(request)["cursorMark"]
    page = 0 if mark == "*" else int(mark)
    results = [
        {"id": f"PPR{page}{n}", "source": "PPR", "doi": f"10.5555/e.{page}.{n}", "title": f"Result {n}.",
         "authorString": "Byron A, Zhao Z.",
         "firstPublicationDate": "2026-01-02", "abstractText": "<h4>Aim</h4>We test."}
        for n in range(europepmc.ROWS if page == 0 else 2)
    ]  # fmt: skip
    answer = {"hitCount": europepmc.ROWS + 2, "nextCursorMark": str(page + 1), "resultList": {"result": results}}
    request.send(200, json.dumps(answer).encode())


CASES = {
    "feed": ("/feed", fixed(rss(item(1), item(2))), {}, None, 2),
    "arxiv": ("/api", arxiv_api, {"set": "math.PR", "name": "arXiv"}, date(2026, 1, 5), arxiv.ROWS + 3),
    "oai": ("/oai", oai, {"id": "arxiv-oai-math", "name": "arXiv", "set": "math"}, date(2026, 2, 1), 9),
    "biorxiv": ("/details*", biorxiv_api, {"name": "bioRxiv"}, date(2026, 1, 1), 230),
    "crossref": ("/works", crossref_api, {}, date(2026, 1, 1), crossref.ROWS + 4),
    "europepmc": ("/search", europepmc_api, {"set": "SRC:PPR"}, date(2026, 1, 1), europepmc.ROWS + 2),
}


@pytest.mark.parametrize("protocol", ADAPTERS)
def test_an_adapter_gives_every_paper_and_goes_on_from_any_page(protocol: str, configured: Make, patience: Patience) -> None:
    path, answer, extra, since, expected = CASES[protocol]
    with publisher({path: answer}) as server:
        url = server.url + path.rstrip("*")
        about = {"id": "s", "name": "Journal of Tests", "protocol": protocol, "url": url, "api": url, "interval_s": 0.0, **extra}
        source = Source(**about)  # type: ignore[arg-type]
        config = configured()
        with Client(config.home, config, patience=patience) as client:
            pages = list(ADAPTERS[protocol](source, client, since, {}))
            resumed = list(ADAPTERS[protocol](source, client, since, pages[0].cursor)) if pages[0].cursor else pages[1:]
    entries = [entry for page in pages for entry in page.entries]
    papers = {paper_of(entry).id for entry in entries if isinstance(entry, Record)}
    assert len(papers) == len(entries) == expected
    assert not pages[-1].cursor
    assert sum(len(page.entries) for page in resumed) == expected - len(pages[0].entries)


def test_abstracts_come_from_crossref_then_europe_pmc_and_say_so(configured: Make, patience: Patience) -> None:
    def lacking(doi: str) -> Paper:
        return Paper(f"doi:{doi}", f"On {doi}", "", ("Ada Byron",), date(2026, 1, 2), "Nature", doi=doi)

    one = [{"DOI": "10.5555/A", "abstract": "<jats:p>From one.</jats:p>"}, {"DOI": "10.5555/c"}]
    found = {"resultList": {"result": [{"doi": "10.5555/b", "abstractText": "From the other."}]}}
    routes = {
        "/crossref/works": fixed(json.dumps({"message": {"items": one}}).encode()),
        "/pmc/search": fixed(json.dumps(found).encode()),
    }
    config = configured()
    corpus = Corpus(config.corpus_path)
    corpus.upsert([lacking("10.5555/a"), lacking("10.5555/b"), lacking("10.5555/c")])
    with publisher(routes) as server:
        ask = {"apis": {"crossref": f"{server.url}/crossref", "europepmc": f"{server.url}/pmc"}}
        first = fill_abstracts(config.home, corpus, config=config, patience=patience, **ask)
        second = fill_abstracts(config.home, corpus, config=config, patience=patience, **ask)
    assert (first["asked"], first["filled"], second["asked"]) == (3, 2, 0)
    papers = {paper.doi: paper for paper in corpus.papers(["doi:10.5555/a", "doi:10.5555/b", "doi:10.5555/c"])}
    assert [(papers[d].abstract, dict(papers[d].origins)) for d in ("10.5555/a", "10.5555/b", "10.5555/c")] == [
        ("From one.", {"abstract": "Crossref"}),
        ("From the other.", {"abstract": "Europe PMC"}),
        ("", {}),
    ]


def test_a_service_that_fails_keeps_no_other_abstract_back(configured: Make, patience: Patience) -> None:
    def lacking(doi: str) -> Paper:
        return Paper(f"doi:{doi}", f"On {doi}", "", ("Ada Byron",), date(2026, 1, 2), "Nature", doi=doi)

    found = {"resultList": {"result": [{"doi": "10.5555/a", "abstractText": "From the other."}]}}
    routes = {"/crossref/*": fixed(b"", 400), "/pmc/search": fixed(json.dumps(found).encode())}
    config = configured()
    corpus = Corpus(config.corpus_path)
    corpus.upsert([lacking("10.5555/a"), lacking("10.5555/b")])
    with publisher(routes) as server:
        ask = {"apis": {"crossref": f"{server.url}/crossref", "europepmc": f"{server.url}/pmc"}}
        first = fill_abstracts(config.home, corpus, config=config, patience=patience, **ask)
        server.routes["/pmc/search"] = fixed(b"", 404)
        again = fill_abstracts(config.home, corpus, config=config, patience=patience, **ask)
    papers = {paper.doi: paper.abstract for paper in corpus.papers(["doi:10.5555/a", "doi:10.5555/b"])}
    assert papers["10.5555/a"] == "From the other."
    assert first["error"] and "400" in first["error"]  # the one that nobody had is told, and asked for again
    assert again["error"]
