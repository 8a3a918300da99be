# ruff: noqa: E501
"""The world's services on one local server, each by its own protocol: arXiv, bioRxiv, Crossref and those that know abstracts.

arXiv's feed holds one announcement day and is empty at weekends; its OAI-PMH gives pages by resumption token, late;
Crossref lists by the day of registration, by cursor, and looks DOIs up by filter.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.servers.feeds import Answer, Publisher, Request, publisher


@dataclass(frozen=True)
class Work:
    """One paper: ``key`` is an arXiv id or a DOI; ``day`` the day on which it was announced or registered."""

    key: str
    title: str
    abstract: str
    day: date
    authors: tuple[str, ...] = ("Ada Byron",)
    categories: tuple[str, ...] = ()
    issn: str = ""
    teaser: str = ""


@dataclass
class World:
    """What there is to be read, and how the services behave: ``today`` moves, ``oai_delay_s`` is the wait for a first byte."""

    arxiv: list[Work] = field(default_factory=list)
    biorxiv: list[Work] = field(default_factory=list)
    journals: list[Work] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)
    """Which DOIs' abstracts each service has."""
    today: date = field(default_factory=date.today)
    oai_rows: int = 1000
    oai_delay_s: float = 0.0

    def routes(self) -> dict[str, Answer]:
        """Return the routes of a server of this world."""
        return {
            "/rss/*": self.arxiv_feed, "/oai": self.arxiv_oai, "/biorxiv/*": self.biorxiv_api, "/feed/*": self.journal_feed,
            "/crossref/journals/*": self.crossref_list, "/crossref/works": self.crossref_look_up, "/europepmc/search": self.europepmc,
            "/pubmed/esearch.fcgi": self.pubmed_search, "/pubmed/efetch.fcgi": self.pubmed_fetch, "/s2/paper/batch": self.s2,
        }  # fmt: skip

    def catalogue(self, url: str, categories: list[str], journals: dict[str, str]) -> str:
        """Return a catalogue of this world's sources; ``journals`` are names by ISSN."""
        lines = [
            f'[services]\ncrossref = "{url}/crossref"\neuropepmc = "{url}/europepmc"\npubmed = "{url}/pubmed"\n'
            f'semanticscholar = "{url}/s2"\n\n[arxiv]\nurl = "{url}/rss/{{set}}"\noai = "{url}/oai"\ninterval_s = 0.0\n'
            f"on = {json.dumps(categories)}\n"
        ]
        lines.append(
            f'[[source]]\nid = "biorxiv"\nname = "bioRxiv"\nprotocol = "biorxiv"\nurl = "{url}/biorxiv"\non = true\ninterval_s = 0.0\n'
        )
        lines += [
            f'[[source]]\nid = "j{n}"\nname = "{name}"\nprotocol = "feed"\nurl = "{url}/feed/{issn}"\nissn = "{issn}"\non = true\ninterval_s = 0.0\n'
            for n, (issn, name) in enumerate(journals.items())
        ]
        return "\n".join(lines)

    def arxiv_feed(self, request: Request) -> None:
        category = request.path.rpartition("/")[2]
        works = [w for w in self.arxiv if w.day == self.today and category in w.categories]
        items = "".join(
            f"<item><title>{escape(w.title)}</title><link>https://arxiv.org/abs/{w.key}</link>"
            f"<description>arXiv:{w.key}v1 Announce Type: new \nAbstract: {escape(w.abstract)}</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{w.key}v1</guid><category>{w.categories[0]}</category>'
            f"<pubDate>{w.day:%a, %d %b %Y} 00:00:00 -0400</pubDate><arxiv:announce_type>new</arxiv:announce_type>"
            f"<dc:creator>{escape(', '.join(w.authors))}</dc:creator></item>"
            for w in works
        )
        request.send(200, (
            '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
            f"<title>{category} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{category}</link>"
            f"<pubDate>{self.today:%a, %d %b %Y} 00:00:00 -0400</pubDate>{items}</channel></rss>"
        ).encode())  # fmt: skip

    def arxiv_oai(self, request: Request) -> None:
        asked = _query(request)
        time.sleep(self.oai_delay_s)
        if "resumptionToken" in asked:
            span, _, at_text = asked["resumptionToken"].rpartition("|")
            at = int(at_text)
        else:
            span, at = f"{asked['from']}|{asked.get('until', '9999-12-31')}|{asked['set']}", 0
        first, last, name = span.split("|")
        category = name.split(":", 1)[1].replace(":", ".") if ":" in name else name
        category = category if "." not in category or category.split(".")[0] != "physics" else category.partition(".")[2]
        works = [
            w for w in self.arxiv
            if first <= w.day.isoformat() <= min(last, self.today.isoformat()) and category in w.categories
        ]  # fmt: skip
        page = works[at : at + self.oai_rows]
        if not page:
            request.send(200, _oai('<error code="noRecordsMatch">none</error>'))
            return
        records = "".join(
            f"<record><header><identifier>oai:arXiv.org:{w.key}</identifier><datestamp>{w.day}</datestamp></header><metadata>"
            f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{w.key}</id><created>{w.day - timedelta(days=1)}</created><authors>'
            + "".join(
                f"<author><keyname>{escape(a.split()[-1])}</keyname><forenames>{escape(' '.join(a.split()[:-1]))}</forenames></author>"
                for a in w.authors
            )
            + f"</authors><title>{escape(w.title)}</title><categories>{' '.join(w.categories)}</categories>"
            f"<abstract>{escape(w.abstract)}</abstract></arXiv></metadata></record>"
            for w in page
        )
        more = f"{span}|{at + self.oai_rows}" if at + self.oai_rows < len(works) else ""
        token = f'<resumptionToken completeListSize="{len(works)}">{more}</resumptionToken>' if at or more else ""
        request.send(200, _oai(f"<ListRecords>{records}{token}</ListRecords>"))

    def biorxiv_api(self, request: Request) -> None:
        first, last, at = request.path.split("/")[-3:]
        works = [w for w in self.biorxiv if first <= w.day.isoformat() <= last]
        items = [
            {"doi": w.key, "title": w.title, "authors": "; ".join(w.authors), "date": w.day.isoformat(), "version": "1",
             "category": "cell biology", "abstract": w.abstract, "server": "bioRxiv"}
            for w in works[int(at) : int(at) + 100]
        ]  # fmt: skip
        request.send(200, json.dumps({"messages": [{"status": "ok", "total": str(len(works))}], "collection": items}).encode())

    def journal_feed(self, request: Request) -> None:
        issn = request.path.rpartition("/")[2]
        works = sorted((w for w in self.journals if w.issn == issn and w.day <= self.today), key=lambda w: w.day)[-30:]
        items = "".join(
            f"<item><title>{escape(w.title)}</title><link>https://doi.org/{w.key}</link><guid>https://doi.org/{w.key}</guid>"
            f"<description>{escape(w.teaser)}</description><pubDate>{w.day:%a, %d %b %Y} 00:00:00 GMT</pubDate></item>"
            for w in works
        )
        request.send(200, f'<rss version="2.0"><channel><title>A journal</title>{items}</channel></rss>'.encode())

    def crossref_list(self, request: Request) -> None:
        issn = request.path.split("/journals/")[1].split("/")[0]
        asked = _query(request)
        days = dict(part.split(":", 1) for part in asked["filter"].split(","))
        first, last = days["from-created-date"], days.get("until-created-date", self.today.isoformat())
        works = [w for w in self.journals if w.issn == issn and first <= w.day.isoformat() <= last]
        rows, at = int(asked["rows"]), 0 if asked["cursor"] == "*" else int(asked["cursor"])
        items = [self._crossref(w, with_abstract=w.key in self.known.get("crossref", ())) for w in works[at : at + rows]]
        message = {"items": items, "next-cursor": str(at + rows), "total-results": len(works)}
        request.send(200, json.dumps({"status": "ok", "message": message}).encode())

    def crossref_look_up(self, request: Request) -> None:
        asked = {part.partition(":")[2] for part in _query(request)["filter"].split(",")}
        works = [w for w in self.journals if w.key in asked]
        items = [self._crossref(w, with_abstract=w.key in self.known.get("crossref", ())) for w in works]
        request.send(200, json.dumps({"status": "ok", "message": {"items": items, "total-results": len(items)}}).encode())

    def europepmc(self, request: Request) -> None:
        found = self._with_abstract(set(re.findall(r'DOI:"([^"]+)"', _query(request)["query"])), "europepmc")
        results = [
            {"id": w.key, "source": "MED", "doi": w.key, "title": w.title, "abstractText": f"<h4>Aim</h4>{w.abstract}"}
            for w in found
        ]
        request.send(200, json.dumps({"hitCount": len(results), "resultList": {"result": results}}).encode())

    def pubmed_search(self, request: Request) -> None:
        dois = re.findall(r'"([^"]+)"\[doi\]', _query(request)["term"])
        known = {w.key for w in self._with_abstract(set(dois), "pubmed")}
        ids = [str(n) for n, w in enumerate(self.journals) if w.key in known]
        request.send(200, json.dumps({"esearchresult": {"count": str(len(ids)), "idlist": ids}}).encode())

    def pubmed_fetch(self, request: Request) -> None:
        works = [self.journals[int(n)] for n in _query(request)["id"].split(",")]
        articles = "".join(
            f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><Journal><Title>A journal</Title></Journal>"
            f"<ArticleTitle>{escape(w.title)}.</ArticleTitle><Abstract><AbstractText>{escape(w.abstract)}</AbstractText></Abstract>"
            f"<ArticleDate><Year>{w.day.year}</Year><Month>{w.day.month}</Month><Day>{w.day.day}</Day></ArticleDate></Article>"
            f'</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">{w.key}</ArticleId></ArticleIdList></PubmedData>'
            "</PubmedArticle>"
            for n, w in enumerate(works)
        )
        request.send(200, f"<PubmedArticleSet>{articles}</PubmedArticleSet>".encode())

    def s2(self, request: Request) -> None:
        ids = json.loads(request.rfile.read(int(request.headers["Content-Length"])))["ids"]
        by_doi = {w.key: w for w in self._with_abstract({name.removeprefix("DOI:") for name in ids}, "s2")}
        found = [by_doi.get(name.removeprefix("DOI:")) for name in ids]
        request.send(
            200, json.dumps([w and {"externalIds": {"DOI": w.key.upper()}, "abstract": w.abstract} for w in found]).encode()
        )

    def _with_abstract(self, dois: set[str], service: str) -> list[Work]:
        return [w for w in self.journals if w.key in dois and w.key in self.known.get(service, ())]

    @staticmethod
    def _crossref(work: Work, *, with_abstract: bool) -> dict[str, object]:
        names = [{"given": " ".join(a.split()[:-1]), "family": a.split()[-1]} for a in work.authors]
        day = {"date-parts": [[work.day.year, work.day.month, work.day.day]]}
        item = {"DOI": work.key.upper(), "title": [work.title], "author": names, "published": day, "type": "journal-article",
                "container-title": ["A journal"], "URL": f"https://doi.org/{work.key}"}  # fmt: skip
        return item | ({"abstract": f"<jats:p>{escape(work.abstract)}</jats:p>"} if with_abstract else {})


@contextmanager
def serving(world: World) -> Iterator[Publisher]:
    """Run a server of a world for the time of a test."""
    with publisher(world.routes()) as server:
        yield server


def refusing(code: int, body: bytes = b"") -> Callable[[Request], None]:
    """Return how a publisher's wall answers: a code, or a page that wants to see a browser."""
    return lambda request: request.send(code, body, Content_Type="text/html")


CHALLENGE = (
    b'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies '
    b"to continue</noscript></body></html>"
)


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}


def _oai(inner: str) -> bytes:
    return f'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'.encode()
