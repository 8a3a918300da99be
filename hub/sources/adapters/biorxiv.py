"""bioRxiv and medRxiv: their API, all pages of a span of days. https://api.biorxiv.org"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import orjson

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.sources.adapters.page import STRANGE, Cursor, Page
from hub.sources.adapters.publishers import first_day
from hub.sources.catalogue import Source
from hub.sources.formats.csl import workplaces
from hub.sources.record import Record, Reject, guarded, numbered
from hub.sources.web.client import Client

RECENT_DAYS = 3
SHORT = "{source} lists {total} preprints but gave {given}: the rest comes with the next refresh."
_SMALL = {"and": "and", "of": "of", "in": "in", "except": "except", "hiv": "HIV", "aids": "AIDS"}


def read_collection(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the preprints of an answer of the API; None when this is none."""
    items = value.get("collection")
    if not isinstance(items, list):
        return None
    return guarded(numbered(items, where), where, _preprint)


def _preprint(item: dict[str, Any], where: str) -> Record:
    if "rel_title" in item:  # what the servers gave of COVID-19
        people = [author for author in item.get("rel_authors") or [] if isinstance(author, dict)]
        item = {name.removeprefix("rel_"): value for name, value in item.items()} | {
            "server": item.get("rel_site"), "abstract": item.get("rel_abs"),
            "author_corresponding_institution": [author.get("author_inst") for author in people],
            "authors": "; ".join(str(author.get("author_name") or "") for author in people),
        }  # fmt: skip
    server = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}.get(str(item.get("server", "")).lower(), str(item.get("server", "")))
    version, day = str(item.get("version") or ""), str(item.get("date") or "")
    first = first_day(str(item.get("doi") or "")) if version not in ("", "1") else ""  # a revision is dated by its own day
    return Record(
        where, title=item.get("title") or "", abstract=item.get("abstract") or "", authors=[item.get("authors") or ""],
        published=first or day, updated=day if first else "", doi=item.get("doi") or "", id=item.get("doi") or "", source=server,
        url=f"https://www.{server.lower()}.org/content/{item.get('doi', '')}v{version or 1}",
        field=subject_name(str(item.get("category") or "")), version=int(version) if version.isdigit() else 0,
        affiliations=workplaces(item.get("author_corresponding_institution")),
        status="withdrawn" if str(item.get("type", "")).upper() == "WITHDRAWN" else "",
    )  # fmt: skip


def subject_name(name: str) -> str:
    """Return a subject as the servers' own feeds and pages write it; the API writes it in small letters.

    >>> subject_name("animal behavior and cognition"), subject_name("infectious diseases (except hiv/aids)")
    ('Animal Behavior and Cognition', 'Infectious Diseases (except HIV/AIDS)')
    """
    return re.sub(r"[a-z]+", lambda word: _SMALL.get(word[0], word[0].capitalize()), name) if name == name.lower() else name


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield every page of the days since ``since`` (the last three without one): some 200 preprints a day, not the first 100."""
    first = str(cursor.get("since") or (since or date.today() - timedelta(days=RECENT_DAYS)).isoformat())
    last = str(cursor.get("until") or (until or date.today()).isoformat())
    at = int(cursor.get("at", 0))
    while True:
        fetched = client.get(f"{source.url}/{first}/{last}/{at}", interval_s=source.interval_s)
        if fetched is None:
            return
        try:
            answer = orjson.loads(fetched.data)
            told = (answer.get("messages") or [{}])[0]
        except (orjson.JSONDecodeError, AttributeError, IndexError) as e:
            raise SourceError(Said(STRANGE, service=source.name), url=fetched.url) from e
        entries = [_with_server(entry, source) for entry in read_collection(answer, source.id) or ()]
        total = int(told.get("total") or 0)
        at += len(entries)
        more = bool(entries) and at < total
        yield Page(entries, {"since": first, "until": last, "at": at} if more else {}, total, fetched)
        if not more:
            if at < total:
                raise SourceError(Said(SHORT, source=source.name, total=total, given=at), url=fetched.url)
            return


def _with_server(entry: Record | Reject, source: Source) -> Record | Reject:
    if isinstance(entry, Record):
        entry.source = entry.source or source.name
    return entry
