# ruff: noqa: E501
"""One contract over every adapter: its pages give papers, and going on from any page's cursor gives the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.errors import RejectCode
from hub.papers.model import Paper
from hub.settings import Settings
from hub.sources.abstracts import fill_abstracts
from hub.sources.adapters import arxiv, crossref, europepmc, openreview, pubmed
from hub.sources.adapters.page import Page
from hub.sources.adapters.registry import ADAPTERS
from hub.sources.catalogue import Source
from hub.sources.record import Record, paper_of
from hub.sources.refresh import refresh
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus
from tests.servers.feeds import Publisher, Request, fixed, item, publisher, rss

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


PUBMED = (
    "<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><Journal><Title>A journal</Title></Journal><ArticleTitle>Cells {n}."
    "</ArticleTitle><Abstract><AbstractText>We grow.</AbstractText></Abstract><ArticleDate><Year>2026</Year><Month>01</Month>"
    '<Day>02</Day></ArticleDate></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">10.5555/p{n}'
    "</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
)


def pubmed_api(request: Request) -> None:
    asked = query(request)
    if request.path.startswith("/pubmed/esearch"):
        ids = [str(n) for n in range(pubmed.ROWS + 7)]
        request.send(200, json.dumps({"esearchresult": {"count": str(len(ids)), "idlist": ids}}).encode())
        return
    articles = "".join(PUBMED.format(n=n) for n in asked["id"].split(","))
    request.send(200, f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode())


def openalex_api(request: Request) -> None:
    page = 0 if query(request)["cursor"] == "*" else int(query(request)["cursor"])
    items = [
        {"id": f"https://openalex.org/W{page}{n}", "doi": f"https://doi.org/10.5555/o.{page}.{n}", "title": f"Work {n}",
         "publication_date": "2026-01-02", "type": "article", "authorships": [{"author": {"display_name": "Ada Byron"}}],
         "primary_location": {"source": {"display_name": "A journal"}}, "primary_topic": None,
         "abstract_inverted_index": {"show.": [1], "We": [0]}}
        for n in range(5 if page < 2 else 2)
    ]  # fmt: skip
    meta = {"count": 12, "next_cursor": str(page + 1) if page < 2 else None}
    request.send(200, json.dumps({"meta": meta, "results": items}).encode())


def semanticscholar_api(request: Request) -> None:
    page = int(query(request).get("token", "0"))
    items = [
        {"paperId": f"{page}{n}", "title": f"Paper {n}", "abstract": "We show.", "publicationDate": "2026-01-02", "year": 2026,
         "authors": [{"name": "Ada Byron"}], "externalIds": {"DOI": f"10.5555/s.{page}.{n}"}, "journal": None, "venue": "V"}
        for n in range(3)
    ]  # fmt: skip
    request.send(200, json.dumps({"total": 6, "token": "1" if page == 0 else None, "data": items}).encode())


def openreview_api(request: Request) -> None:
    at = int(query(request)["offset"])
    noon = 1767355200000  # 2026-01-02, in milliseconds
    notes = [
        {"id": f"n{n}", "forum": f"n{n}", "pdate": noon, "content": {"title": {"value": f"Review {n}"}, "abstract": {"value": "We."},
         "authors": {"value": ["Ada Byron"]}, "venue": {"value": "TMLR"}}}
        for n in range(at, min(at + openreview.ROWS, openreview.ROWS + 4))
    ]  # fmt: skip
    old = [{"id": "old", "pdate": noon - 10**11, "content": {"title": {"value": "Old"}}}] if at else []
    request.send(200, json.dumps({"notes": notes + old}).encode())


def osf_api(request: Request) -> None:
    page = int(query(request).get("page", "1"))
    data = [
        {"id": f"x{page}{n}", "attributes": {"title": f"Preprint {n}", "description": "We ask.", "date_published": "2026-01-02T10:00:00",
         "subjects": [[{"text": "Psychology"}]]}, "links": {"preprint_doi": f"https://doi.org/10.31234/osf.io/x{page}{n}"},
         "embeds": {"contributors": {"data": [{"embeds": {"users": {"data": {"attributes": {"full_name": "Ada Byron"}}}}}]}}}
        for n in range(4)
    ]  # fmt: skip
    following = f"http://{request.headers['Host']}/osf?page=2" if page == 1 else None
    request.send(200, json.dumps({"data": data, "links": {"next": following}, "meta": {"total": 8}}).encode())


def hal_api(request: Request) -> None:
    mark = query(request)["cursorMark"]
    docs = [
        {"halId_s": f"hal-{mark}{n}", "title_s": [f"Titre {n}"], "abstract_s": ["Nous montrons."], "authFullName_s": ["Ada Byron"],
         "producedDate_s": "2026-01-02", "doiId_s": f"10.5555/h.{'b' if mark == 'b' else 'a'}{n}", "uri_s": f"https://hal.science/hal-{n}"}
        for n in range({"*": 3, "b": 2}.get(mark, 0))
    ]  # fmt: skip
    following = {"*": "b", "b": "c"}.get(mark, mark)
    request.send(200, json.dumps({"response": {"numFound": 5, "docs": docs}, "nextCursorMark": following}).encode())


def datacite_api(request: Request) -> None:
    page = query(request)["page[cursor]"]
    data = [
        {"id": f"10.5555/d{page}{n}", "attributes": {"doi": f"10.5555/d{page}{n}", "titles": [{"title": f"Preprint {n}"}],
         "creators": [{"name": "Byron, Ada", "givenName": "Ada", "familyName": "Byron"}], "publicationYear": 2026,
         "descriptions": [{"description": "We show.", "descriptionType": "Abstract"}], "publisher": "A repository",
         "dates": [{"date": "2026-01-02", "dateType": "Issued"}], "types": {"resourceTypeGeneral": "Preprint"}}}
        for n in range(3)
    ]  # fmt: skip
    links = {"next": f"http://{request.headers['Host']}/dois?page[cursor]=2"} if page == "1" else {}
    request.send(200, json.dumps({"data": data, "links": links, "meta": {"total": 6}}).encode())


def pmlr(request: Request) -> None:
    if request.path == "/pmlr":
        volume = "<item><title>Proceedings of Tests {n}</title><link>/v{n}</link><pubDate>Fri, 02 Jan 2026 00:00:00 GMT</pubDate></item>"
        old = volume.format(n=1).replace("2026", "2016")
        body = f"<rss version='2.0'><channel><title>PMLR</title>{volume.format(n=9)}{volume.format(n=8)}{old}</channel></rss>"
        request.send(200, body.encode())
        return
    n = request.path.split("/")[1]
    papers = "".join(
        f"<item><title>Paper {k} of {n}</title><link>https://proceedings.mlr.press/{n}/p{k}.html</link><description>We learn.</description>"
        "<pubDate>Fri, 02 Jan 2026 00:00:00 GMT</pubDate></item>"
        for k in range(3)
    )
    request.send(200, f"<rss version='2.0'><channel><title>PMLR</title>{papers}</channel></rss>".encode())


CVF = "".join(
    f'<dt class="ptitle"><br><a href="/content/C2026/html/p{n}.html">Seeing {n}</a></dt><dd><form class="authsearch">'
    f'<input type="hidden" name="query_author" value="Ada Byron"></form></dd><dd>[<a href="/p{n}.pdf">pdf</a>]'
    "<div class='bibref'>@InProceedings{x, month = {June}, year = {2026}, pages = {1-2} }</div></dd>"
    for n in range(4)
)
START = date(2026, 1, 1)
NEW = {"pubmed", "openalex", "semanticscholar", "openreview", "osf", "hal", "datacite", "pmlr", "cvf"}
CASES = {
    "feed": ("/feed", fixed(rss(item(1), item(2))), {"api": ""}, None, 2),
    "arxiv": ("/api", arxiv_api, {"set": "math.PR", "name": "arXiv"}, date(2026, 1, 5), arxiv.ROWS + 3),
    "oai": ("/oai", oai, {"id": "arxiv-oai-math", "name": "arXiv", "set": "math"}, date(2026, 2, 1), 9),
    "biorxiv": ("/details*", biorxiv_api, {"name": "bioRxiv"}, START, 230),
    "crossref": ("/works", crossref_api, {}, START, crossref.ROWS + 4),
    "europepmc": ("/search", europepmc_api, {"set": "SRC:PPR"}, START, europepmc.ROWS + 2),
    "pubmed": ("/pubmed*", pubmed_api, {"set": "moss"}, START, pubmed.ROWS + 7),
    "openalex": ("/works", openalex_api, {}, START, 12),
    "semanticscholar": ("/bulk", semanticscholar_api, {"set": "moss"}, START, 6),
    "openreview": ("/notes", openreview_api, {"set": "TMLR"}, START, openreview.ROWS + 4),
    "osf": ("/osf", osf_api, {"set": "psyarxiv"}, START, 8),
    "hal": ("/hal", hal_api, {}, START, 5),
    "datacite": ("/dois", datacite_api, {}, START, 6),
    "pmlr": ("/pmlr", pmlr, {}, START, 6),
    "cvf": ("/cvf", fixed(f"<html><body><dl>{CVF}</dl></body></html>".encode()), {}, START, 4),
}


@pytest.mark.parametrize("protocol", ADAPTERS)
def test_an_adapter_gives_every_paper_and_goes_on_from_any_page(protocol: str, configured: Make, patience: Patience) -> None:
    path, answer, extra, since, expected = CASES[protocol]
    routes = {"/pmlr": answer, "/v*": answer} if protocol == "pmlr" else {path: answer}
    until = date(2026, 12, 30) if protocol == "arxiv" else None  # without the feed of the day
    with publisher(routes) as server:
        url = server.url + path.rstrip("*")
        about = {"id": "s", "name": "Journal of Tests", "protocol": protocol, "url": url, "api": url, "interval_s": 0.0, **extra}
        source = Source(**about)  # type: ignore[arg-type]
        config = configured()
        with Client(config.home, config, patience=patience) as client:
            pages = list(ADAPTERS[protocol](source, client, since, {}, until))
            resumed = list(ADAPTERS[protocol](source, client, since, pages[0].cursor, until)) if pages[0].cursor else pages[1:]
    entries = [entry for page in pages for entry in page.entries]
    made = [paper_of(entry) for entry in entries if isinstance(entry, Record)]
    papers = {paper.id for paper in made}
    assert all(paper.title and paper.authors == ("Ada Byron",) for paper in made if protocol in NEW - {"pmlr", "pubmed"})
    assert all(paper.abstract for paper in made if protocol in NEW - {"cvf"})
    assert all(paper.published.year == 2026 for paper in made)
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


def read_from(
    protocol: str,
    routes: dict[str, Any],
    configured: Make,
    patience: Patience,
    since: date,
    until: date | None,
    cursor: Any = None,
    **extra: str,
) -> tuple[list[Page], Publisher]:
    config = configured()
    with publisher(routes) as server:
        url = f"{server.url}/{protocol}"
        about = {"id": "s", "name": "Journal of Tests", "protocol": protocol, "url": url, "api": url, "interval_s": 0.0, **extra}
        with Client(config.home, config, patience=patience) as client:
            return list(ADAPTERS[protocol](Source(**about), client, since, cursor or {}, until)), server  # type: ignore[arg-type]


def test_a_look_at_the_past_goes_on_where_a_whole_answer_is_newer(configured: Make, patience: Patience) -> None:
    pages, server = read_from(
        "openreview", {"/openreview": openreview_api}, configured, patience, date(2025, 1, 1), date(2026, 1, 1), set="TMLR"
    )
    assert server.asked["/openreview"] == 2
    assert [len(page.entries) for page in pages] == [0, 0]  # all that it has is a day too new, and "old" is older than 2025


def test_a_cursor_of_crossref_that_expired_is_given_up(configured: Make, patience: Patience) -> None:
    def expired(request: Request) -> None:
        if query(request)["cursor"] == "gone":
            request.send(404, b"{}")
        else:
            crossref_api(request)

    kept = {"mark": "gone", "done": 1000, "since": "2026-01-01", "until": ""}
    pages, _ = read_from("crossref", {"/crossref": expired}, configured, patience, START, None, kept)
    assert sum(len(page.entries) for page in pages) == crossref.ROWS + 4


def test_a_page_of_records_that_were_all_deleted_is_no_failure(configured: Make, patience: Patience) -> None:
    gone = '<record><header status="deleted"><identifier>oai:a:{n}</identifier></header></record>'
    body = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{gone.format(n=1)}{gone.format(n=2)}</ListRecords></OAI-PMH>'
    with publisher({"/oai": fixed(body.encode())}) as server:
        config = configured({"id": "o", "protocol": "oai", "url": f"{server.url}/oai"})
        [visit] = refresh(config.home, ["o"], START, config=config, patience=patience)
    assert (visit.error, [reject.code for reject in visit.summary.rejected]) == ("", [RejectCode.DELETED] * 2)
