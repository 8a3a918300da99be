"""What came from each source and when: the record of its visits, and where backfills stand."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import diskcache

from hub import plain_disk
from hub.i18n.messages import packed, unpacked
from hub.settings import Settings
from hub.sources.adapters.page import Cursor
from hub.sources.catalogue import Source

KEPT_VISITS = 400
KEPT_REJECTS = 20
STAMP = "visited"
"""An empty file whose time is that of the last visit: the table's own changes with a mere look."""


@contextmanager
def _table(home: Path) -> Iterator[diskcache.Cache]:
    with plain_disk.table(home / "sources", eviction_policy="none") as table:
        yield table


def record(home: Path, source: Source, visit: dict[str, Any]) -> None:
    """Add a visit to a source's record, which keeps the last 400."""
    rejected = [{name: packed(value) for name, value in reject.items()} for reject in visit["rejected"][:KEPT_REJECTS]]
    about = {"at": time.time(), "rejected_count": len(visit["rejected"]), "rejected": rejected}
    entry = {**visit, **about, "error": packed(visit["error"]), "instead": packed(visit.get("instead", ""))}
    with _table(home) as table, table.transact():
        visits = table.get(("visits", source.id), [])
        table[("visits", source.id)] = [*visits, entry][-KEPT_VISITS:]
    (home / "sources" / STAMP).touch()


def visits(home: Path, source_id: str) -> list[dict[str, Any]]:
    """Return the visits to a source, oldest first; ``at`` in seconds since 1970, ``error`` as it was said."""
    return visits_of(home, [source_id])[source_id]


def visits_of(home: Path, source_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the visits to each source as :func:`visits` does, with the record opened once for all."""
    with _table(home) as table:
        kept = {source_id: table.get(("visits", source_id), []) for source_id in source_ids}
    return {
        source_id: [{**v, "error": unpacked(v["error"]), "instead": unpacked(v.get("instead", ""))} for v in all_of]
        for source_id, all_of in kept.items()
    }


def whole(home: Path, source_id: str) -> tuple[date, date] | None:
    """Return the first and the last day of the span of which a source was read whole; None before its first good visit."""
    return whole_of(home, [source_id]).get(source_id)


def whole_of(home: Path, source_ids: Iterable[str]) -> dict[str, tuple[date, date]]:
    """Return the span of :func:`whole` for each source that has one, with the record opened once for all."""
    found = {}
    with _table(home) as table:
        for source_id in source_ids:
            kept = table.get(("whole", source_id))
            if kept is None:  # a folder of a former release: the day of the last good visit was read
                good = [visit["at"] for visit in table.get(("visits", source_id), []) if not visit["error"]]
                kept = [datetime.fromtimestamp(max(good)).date().isoformat()] * 2 if good else None
            if kept:
                found[source_id] = (date.fromisoformat(kept[0]), date.fromisoformat(kept[1]))
    return found


def keep_whole(home: Path, source_id: str, first: date, last: date) -> None:
    """Keep that these days were read whole; they are joined to the span that is kept when they touch it."""
    with _table(home) as table:
        kept = table.get(("whole", source_id))
    now = (date.fromisoformat(kept[0]), date.fromisoformat(kept[1])) if kept else None
    if now and first <= now[1] + timedelta(days=1) and last >= now[0] - timedelta(days=1):
        first, last = min(first, now[0]), max(last, now[1])
    with _table(home) as table:
        table[("whole", source_id)] = (first.isoformat(), last.isoformat())


def stamp(home: Path, config: Settings) -> str:
    """Return what changes with each visit, with each source that is switched and with the catalogue: when they were written."""
    files = [home / "sources" / STAMP, home / "sources.json", *([config.catalogue] if config.catalogue else [])]
    return " ".join(str(file.stat().st_mtime_ns) if file.exists() else "" for file in files)


def wanted_since(home: Path) -> date | None:
    """Return the day back to which a first run reads the past; None when none was begun."""
    with _table(home) as table:
        kept = table.get("wanted_since")
    return date.fromisoformat(kept) if kept else None


def want_since(home: Path, day: date) -> None:
    """Keep the day back to which the past is to be read, however many runs that takes."""
    with _table(home) as table:
        table["wanted_since"] = day.isoformat()


def cursor(home: Path, mark: str) -> Cursor:
    """Return where a reading stands; empty when it is at its start or was done."""
    with _table(home) as table:
        return dict(table.get(("cursor", mark), {}))


def keep_cursor(home: Path, mark: str, at: Cursor) -> None:
    """Keep where a reading stands; an empty cursor says that it is done."""
    with _table(home) as table:
        if at:
            table[("cursor", mark)] = dict(at)
        else:
            table.delete(("cursor", mark))
