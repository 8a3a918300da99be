"""What came from each source and when: the record of its visits, and where backfills stand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diskcache

from hub.i18n.messages import packed, unpacked
from hub.sources.adapters.page import Cursor
from hub.sources.catalogue import Source

KEPT_VISITS = 400
KEPT_REJECTS = 20


@contextmanager
def _table(home: Path) -> Iterator[diskcache.Cache]:
    with diskcache.Cache(str(home / "sources"), eviction_policy="none") as table:
        yield table


def record(home: Path, source: Source, visit: dict[str, Any]) -> None:
    """Add a visit to a source's record, which keeps the last 400."""
    rejected = [{name: packed(value) for name, value in reject.items()} for reject in visit["rejected"][:KEPT_REJECTS]]
    about = {"at": time.time(), "rejected_count": len(visit["rejected"]), "rejected": rejected}
    entry = {**visit, **about, "error": packed(visit["error"])}
    with _table(home) as table, table.transact():
        visits = table.get(("visits", source.id), [])
        table[("visits", source.id)] = [*visits, entry][-KEPT_VISITS:]


def visits(home: Path, source_id: str) -> list[dict[str, Any]]:
    """Return the visits to a source, oldest first; ``at`` in seconds since 1970, ``error`` as it was said."""
    with _table(home) as table:
        return [{**visit, "error": unpacked(visit["error"])} for visit in table.get(("visits", source_id), [])]


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
