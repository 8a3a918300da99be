"""The adapters: one a protocol, each ``pages(source, client, since, cursor)``; and the readers of saved documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from hub.sources.adapters import arxiv, biorxiv, crossref, europepmc, feed, oai
from hub.sources.adapters.page import Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.web.client import Client


class Adapter(Protocol):
    """Reads one protocol: yields the pages of a source from a day on, or from where a cursor left off."""

    def __call__(self, source: Source, client: Client, since: date | None, cursor: Cursor) -> Iterator[Page]:
        """Yield pages; raises SourceError where the source fails."""
        ...


def feed_pages(source: Source, client: Client, since: date | None, cursor: Cursor) -> Iterator[Page]:
    """Yield a feed's one page, when it is another than last time.

    A feed holds what is new only: with ``since`` and an ISSN, the past comes from Crossref.
    """
    fetched = client.get(source.url, interval_s=source.interval_s, conditional=since is None)
    if fetched is not None:
        entries = list(feed.read_feed(fetched.data, source.id, source.name, field=source.field))
        yield Page(entries, cursor, len(entries), fetched)
    if since is not None and source.issn and not source.added:
        yield from crossref.pages(_of_crossref(source), client, since, cursor)


def _of_crossref(source: Source) -> Source:
    return dataclasses.replace(source, url=source.api)


ADAPTERS: dict[str, Adapter] = {
    "feed": feed_pages,
    "arxiv": arxiv.pages,
    "oai": oai.pages,
    "biorxiv": biorxiv.pages,
    "crossref": crossref.pages,
    "europepmc": europepmc.pages,
}
"""Adapters by protocol."""
