"""What a feed would bring, before it is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from hub.errors import SourceError
from hub.i18n.messages import Said, packed, said_by
from hub.papers.model import Kind, Paper
from hub.permissions import Action, require
from hub.settings import Settings
from hub.sources.adapters.feed import read_feed
from hub.sources.catalogue import check_new
from hub.sources.record import Reject, odd, paper_of, spoken_place
from hub.sources.web.client import Client, Patience

SHOWN = 10
"""Papers of a preview, and feeds of a web page, that are told one by one."""
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


@dataclass(frozen=True, slots=True)
class Preview:
    """The papers of a feed, how many entries are other things, and why entries would be rejected."""

    name: str
    papers: list[Paper]
    not_papers: int
    rejected: list[Reject]


def looked_at(home: Path, config: Settings, url: str) -> dict[str, Any]:
    """Return what :func:`preview` finds, or why it finds nothing, as plain JSON: a page has it read by another process.

    Returns
    -------
    dict
        ``name``, ``papers`` (date, title, authors, abstract: whether there is one) the first :data:`SHOWN` of ``count``,
        ``others``, ``rejected`` (where, why) the first of ``unusable``; or ``error`` with the ``feeds`` that a page names.
    """
    try:
        check_new(home, config, url)
        found = preview(home, config, url)
    except SourceError as e:
        return {"error": packed(said_by(e)), "feeds": e.feeds[:SHOWN] if isinstance(e, NotAFeed) else []}
    papers = [{"date": p.published.isoformat(), "title": p.title, "authors": "; ".join(p.authors[:SHOWN]),
               "abstract": bool(p.abstract)} for p in found.papers[:SHOWN]]  # fmt: skip
    rejected = [{"where": packed(spoken_place(r.where)), "why": packed(r.why)} for r in found.rejected[:SHOWN]]
    return {"name": found.name, "papers": papers, "count": len(found.papers), "others": found.not_papers,
            "rejected": rejected, "unusable": len(found.rejected)}  # fmt: skip


class NotAFeed(SourceError):
    """What is at an address is no feed; ``feeds`` are the addresses of those that it names, when it is a web page."""

    def __init__(self, message: str, *, url: str, feeds: list[str]) -> None:
        super().__init__(message, url=url)
        self.feeds = feeds


def preview(home: Path, config: Settings, url: str, *, patience: Patience | None = None) -> Preview:
    """Return what the feed at ``url`` would bring; nothing is kept.

    Raises
    ------
    SourceError
        When the address is no public web address (unless HUB_ALLOW_PRIVATE_URLS is set) or cannot be read.
    NotAFeed
        When there is something else at the address.
    """
    require(Action.SOURCES)
    with Client(home, config, added=True, patience=patience) as client:
        fetched = client.get(url)
    data, host = fetched.data if fetched else b"", urlsplit(url).hostname or url
    papers, rejected = [], []
    for entry in read_feed(data, host):
        if isinstance(entry, Reject):
            rejected.append(entry)
            continue
        try:
            papers.append(paper_of(entry, today=date.today()))
        except Exception as e:  # noqa: BLE001 - one odd value costs one entry
            rejected.append(odd(entry.where, e))
    if not papers and rejected and all(reject.whole for reject in rejected):
        raise NotAFeed(Said("{host}: {why}.", host=host, why=rejected[0].why), url=url, feeds=feeds_named(data, url))
    kept = [paper for paper in papers if paper.kind == Kind.PAPER]
    return Preview(papers[0].source if papers else "", kept, len(papers) - len(kept), rejected)


def feeds_named(page: bytes, url: str) -> list[str]:
    """Return the addresses of the feeds that a web page names in its head. https://www.rssboard.org/rss-autodiscovery

    >>> feeds_named(b'<link rel="alternate" type="application/rss+xml" href="/rss">', "https://a.example/journal")
    ['https://a.example/rss']
    """
    links = LexborHTMLParser(page).css("link[rel~=alternate][href]")
    found = [link.attributes["href"] or "" for link in links if (link.attributes.get("type") or "").lower() in FEED_TYPES]
    return list(dict.fromkeys(urljoin(url, address) for address in found))
