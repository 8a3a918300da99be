"""The adapters: one a protocol, each ``pages(source, client, since, cursor, until)``; and a feed with its past."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from hub.errors import SourceError
from hub.i18n.messages import Said, said_by
from hub.sources.adapters import (
    arxiv,
    biorxiv,
    crossref,
    datacite,
    europepmc,
    feed,
    hal,
    oai,
    openalex,
    openreview,
    osf,
    proceedings,
    pubmed,
    semanticscholar,
)  # fmt: skip
from hub.sources.adapters.page import Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.record import Reject
from hub.sources.web.client import Client

INSTEAD = "{why} Its papers come from {service} instead."


class Adapter(Protocol):
    """Reads one protocol: yields the pages of a source from a day on, or from where a cursor left off."""

    def __call__(
        self, source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None
    ) -> Iterator[Page]:
        """Yield pages; raises SourceError where the source fails.

        Without ``until`` it is a visit: what is new, and all since ``since``. With it, those days only.
        """
        ...


def feed_pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield a feed's one page, when it is another than last time; its past, and what a refused feed holds, from Crossref.

    A feed holds what is new only: with ``since`` and an ISSN or a prefix (``source.api``), the days come from Crossref.
    """
    failed: SourceError | None = None
    own = 0
    if until is None and not cursor:
        try:
            for page in _own_page(source, client):
                own += page.total
                yield page
        except SourceError as e:
            if not source.api or source.added:
                raise
            failed = e
            yield Page([], instead=Said(INSTEAD, why=said_by(e), service="Crossref"))
    if source.api and not source.added and (since is not None or failed is not None):
        for page in crossref.pages(dataclasses.replace(source, url=source.api), client, since, cursor, until):
            yield dataclasses.replace(page, total=page.total + own)


def _own_page(source: Source, client: Client) -> Iterator[Page]:
    fetched = client.get(source.url, interval_s=source.interval_s, conditional=True)
    if fetched is None:
        return
    entries = list(feed.read_feed(fetched.data, source.id, source.name, field=source.field))
    whole = [entry for entry in entries if isinstance(entry, Reject) and entry.whole]
    if whole and len(whole) == len(entries):
        raise SourceError(Said("{host}: {why}.", host=_host(fetched.url), why=whole[0].why), url=fetched.url)
    yield Page(list(entries), {}, len(entries), fetched)


def _host(url: str) -> str:
    return url.split("/")[2].split(":")[0] if "://" in url else url


ADAPTERS: dict[str, Adapter] = {
    "feed": feed_pages,
    "arxiv": arxiv.pages,
    "oai": oai.pages,
    "biorxiv": biorxiv.pages,
    "crossref": crossref.pages,
    "europepmc": europepmc.pages,
    "pubmed": pubmed.pages,
    "openalex": openalex.pages,
    "semanticscholar": semanticscholar.pages,
    "openreview": openreview.pages,
    "osf": osf.pages,
    "hal": hal.pages,
    "datacite": datacite.pages,
    "pmlr": proceedings.volumes,
    "cvf": proceedings.conference,
}
"""Adapters by protocol."""
