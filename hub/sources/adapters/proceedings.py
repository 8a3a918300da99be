"""Proceedings: PMLR, a feed of volumes that each have a feed of papers; and the CVF's pages, a list of a conference's papers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

import feedparser
from selectolax.lexbor import LexborHTMLParser, LexborNode

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.papers.dates import parse_day
from hub.sources.adapters import feed as feeds
from hub.sources.adapters.page import STRANGE, Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.record import Record, Reject
from hub.sources.web.client import Client

RECENT_DAYS = 30
VOLUMES = 20
"""So many volumes at most are read at a visit, the newest."""
_VOLUME = re.compile(r"/v\d+/?$")
_MONTH = re.compile(r"month\s*=\s*\{(\w+)\}")
_YEAR = re.compile(r"year\s*=\s*\{(\d{4})\}")


def volumes(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the papers of PMLR's volumes that came out since a day, a page a volume. https://proceedings.mlr.press/faq.html"""
    fetched = client.get(source.url, interval_s=source.interval_s)
    if fetched is None:
        return
    first = since or date.today() - timedelta(days=RECENT_DAYS)
    listed = feedparser.parse(fetched.data, sanitize_html=False)
    if not listed.version:
        raise SourceError(Said(STRANGE, service=source.name), url=source.url)
    found = []
    for entry in listed.entries:
        day, link = parse_day(entry.get("published", "")), urljoin(source.url, entry.get("link", ""))
        if _VOLUME.search(link) and (day is None or day.day >= first) and urlsplit(link).netloc == urlsplit(source.url).netloc:
            found.append((link.rstrip("/"), entry.get("title", "")))
    for n, (link, name) in enumerate(found[int(cursor.get("done", 0)) : VOLUMES], int(cursor.get("done", 0)) + 1):
        volume = client.get(f"{link}/assets/rss/feed.xml", interval_s=source.interval_s)
        if volume is None:
            continue
        entries = list(feeds.read_feed(volume.data, source.id, source.name, field=source.field))
        for entry in entries:
            if isinstance(entry, Record):
                entry.journal = entry.journal or name
        yield Page(list(entries), {"done": n} if n < min(len(found), VOLUMES) else {}, 0, volume)


def conference(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield a conference of the CVF: titles, authors and where the paper is; its abstract comes with the arXiv record."""
    address = source.url.replace("{year}", str((until or date.today()).year))
    fetched = client.find(address, interval_s=source.interval_s)
    if fetched is None:
        return  # this year's conference has not been yet
    entries = list(read_conference(fetched.data, address, dataclasses.replace(source, url=address)))
    if not entries:
        raise SourceError(Said(STRANGE, service=source.name), url=address)
    yield Page(entries, {}, len(entries), fetched)


def read_conference(data: bytes, address: str, source: Source) -> Iterator[Record | Reject]:
    """Yield the papers of a page of the CVF's open access archive."""
    for n, title in enumerate(LexborHTMLParser(data).css("dt.ptitle"), 1):
        link = title.css_first("a[href]")
        if link is None:
            continue
        about = _following(title)
        names = [box.attributes.get("value") or "" for part in about for box in part.css("input[name=query_author]")]
        text = " ".join(part.text() for part in about)
        month = _MONTH.search(text)
        year = _YEAR.search(text, month.end()) if month else None
        yield Record(
            f"{source.id}: entry {n}", title=title.text(strip=True), authors=names,
            published=f"{month[1]} {year[1]}" if month and year else "",
            url=urljoin(address, link.attributes["href"] or ""), source=source.name, field=source.field,
            authors_in_one_line=False,
        )  # fmt: skip


def _following(title: LexborNode) -> list[LexborNode]:
    """Return what is told of the paper whose title this is: all up to the next title."""
    found, at = [], title.next
    while at is not None and at.tag != "dt":
        if at.tag == "dd":
            found.append(at)
        at = at.next
    return found
