"""What every claim of this room rests on: comparable papers, exact tests, and q-values over all that was tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

Codes = npt.NDArray[np.int64]
Q_LIMIT = 0.05
"""A claim is made where the q-value is below this."""
CELL_MIN = 3
"""A source's field is compared over time only with this many papers in each window."""
WINDOW_DAYS_MIN = 14
NOWHERE = "Other"
"""The domain of papers whose source names no field: neither a home nor a place to travel to."""

ONE_AREA = {"Engineering": "Computer science", "Statistics": "Mathematics"}
"""Domains whose papers stand under either name (image processing, statistical theory): nothing to bridge between them."""


def area_of(domain: str) -> str:
    """Return the area of a domain: itself, but where two domains are one area.

    >>> area_of("Engineering"), area_of("Biology")
    ('Computer science', 'Biology')
    """
    return ONE_AREA.get(domain, domain)


@dataclass(frozen=True)
class Groups:
    """A grouping of all papers: ``codes`` (n_papers,), -1 where a paper belongs to none, and the groups' ``names``."""

    codes: Codes
    names: list[str]
    domains: list[str]
    """The domain of each group."""
    by: str


@dataclass(frozen=True)
class Windows:
    """Two halves of the selected time, over the sources and fields that both have.

    ``early`` and ``late`` are row numbers of the Snapshot; ``cell`` (n_papers,) is the source's field of each paper;
    ``left_out`` counts selected papers of sources and fields that are missing from one of the halves.
    """

    early: Rows
    late: Rows
    cell: Codes
    turn: np.datetime64
    left_out: int

    @property
    def comparable(self) -> bool:
        """Whether both halves hold papers."""
        return bool(len(self.early) and len(self.late))


def groups(snapshot: Snapshot, by: str = "domain") -> Groups:
    """Return the papers by ``"domain"`` or by ``"field"``; a paper of no field belongs to none."""
    found, names = snapshot.codes(by)
    codes = found.astype(np.int64)
    domain, domains = snapshot.codes("domain")
    if by == "domain":
        keep = np.array([name != NOWHERE for name in names] + [False])
        return Groups(np.where(keep[codes], codes, -1), names, names, by)
    named = np.array([bool(name) for name in names] + [False])
    codes = np.where(named[codes] & (np.array([*domains, NOWHERE])[domain] != NOWHERE), codes, -1)
    table = count(codes, domain, len(names), len(domains))
    return Groups(codes, names, [domains[i] for i in table.argmax(axis=1)] if len(domains) else [], by)


def topic_codes(snapshot: Snapshot) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Return each paper's topic as a position (n_papers,) in the sorted topic ids, -1 where it has none, and the ids."""
    ids = np.sort(snapshot.topics["topic"].to_numpy(dtype=np.int64)) if len(snapshot.topics) else np.zeros(0, np.int64)
    topic = snapshot.papers["topic"].to_numpy(dtype=np.int64)
    if not len(ids):
        return np.full(len(snapshot), -1, dtype=np.int64), ids
    place = np.searchsorted(ids, topic).clip(max=len(ids) - 1)
    return np.where(ids[place] == topic, place, -1), ids


def count(a: npt.NDArray[np.integer], b: npt.NDArray[np.integer], n_a: int, n_b: int) -> npt.NDArray[np.int64]:
    """Return how many papers lie in each pair of groups (n_a, n_b); those that are in none (-1) are left out.

    >>> count(np.array([0, 0, 1, -1]), np.array([1, 1, 0, 0]), 2, 2).tolist()
    [[0, 2], [1, 0]]
    """
    ok = (a >= 0) & (b >= 0)
    flat = a[ok].astype(np.int64) * n_b + b[ok]
    return np.bincount(flat, minlength=n_a * n_b).reshape(n_a, n_b)


def windows(snapshot: Snapshot, rows: Rows) -> Windows:
    """Return the earlier and the later half of the selected days, over the source's fields that both halves have.

    A collector that starts or stops would otherwise look like a field that comes or goes.
    """
    source, sources = snapshot.codes("source")
    field, fields = snapshot.codes("field")
    cell = source.astype(np.int64) * (len(fields) + 1) + field + 1
    day = snapshot.days[rows]
    if not len(rows) or int(day.max()) - int(day.min()) < 2 * WINDOW_DAYS_MIN:
        return Windows(rows[:0], rows[:0], cell, np.datetime64("NaT"), len(rows))
    turn = (int(day.min()) + int(day.max()) + 1) // 2
    is_late = day >= turn
    n_cells = (len(sources) + 1) * (len(fields) + 1)
    both = np.minimum(*(np.bincount(cell[rows[part]], minlength=n_cells) for part in (~is_late, is_late))) >= CELL_MIN
    kept = both[cell[rows]]
    return Windows(rows[kept & ~is_late], rows[kept & is_late], cell, np.datetime64(turn, "D"), int((~kept).sum()))
