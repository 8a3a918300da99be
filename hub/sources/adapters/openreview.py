"""OpenReview: what venues accepted, or what a journal such as TMLR publishes. https://docs.openreview.net/reference/api-v2"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from hub.sources.adapters.page import Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.record import Record, guarded, numbered
from hub.sources.web.client import Client

API = "https://api2.openreview.net/notes"
ROWS = 1000
RECENT_DAYS = 14


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the papers of a venue (``source.set``, such as ``TMLR`` or ``ICLR.cc/2026/Conference``), newest first.

    The service sorts by the day on which a paper was handed in and has no filter for the day on which it came out: pages are read
    as far back as these days go.
    """
    first, last = since or date.today() - timedelta(days=RECENT_DAYS), until or date.today()
    asked = {"content.venueid": source.set, "limit": ROWS, "sort": "pdate:desc"}
    base = f"{source.url or API}?{urlencode(asked)}"

    def read(answer: dict[str, Any], at: str) -> Listed:
        notes = answer["notes"]
        dated = [(note, _day(note)) for note in notes]
        chosen = [note for note, day in dated if day is not None and first <= day <= last]
        entries = list(guarded(numbered(chosen, source.id), source.id, partial(_record, source)))
        offset = int(at.rpartition("offset=")[2]) + len(notes)
        is_over = len(notes) < ROWS or any(day is not None and day < first for _, day in dated)
        return Listed(entries, "" if is_over else f"{base}&offset={offset}", 0, empty=not notes)

    yield from listing(source, client, cursor, f"{base}&offset=0", read)


def _day(note: dict[str, Any]) -> date | None:
    told = note.get("pdate") or note.get("odate") or note.get("cdate") or note.get("tcdate")
    return datetime.fromtimestamp(told / 1000, UTC).date() if isinstance(told, (int, float)) else None


def _record(source: Source, note: dict[str, Any], where: str) -> Record:
    day, name = _day(note), str(note.get("forum") or note.get("id") or "")
    return Record(
        where, title=str(_value(note, "title") or ""), abstract=str(_value(note, "abstract") or ""),
        authors=[str(author) for author in _value(note, "authors") or []],
        published=datetime.combine(day, time()).date().isoformat() if day else "", id=f"openreview:{name}",
        url=f"https://openreview.net/forum?id={name}", source=source.name, field=source.field,
        categories=[str(word) for word in _value(note, "keywords") or []][:20], journal=str(_value(note, "venue") or ""),
        authors_in_one_line=False,
    )  # fmt: skip


def _value(note: dict[str, Any], name: str) -> Any:
    """Return a part of a note's content; the first version of the API wrote values bare."""
    value = (note.get("content") or {}).get(name)
    return value.get("value") if isinstance(value, dict) else value
