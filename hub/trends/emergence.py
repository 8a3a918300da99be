"""Emergence: what jumps within weeks: terms inside old topics, and groups of papers that no topic holds yet.

A topic is fitted on many papers, so it is always late. A term is counted from its first paper, and papers far from every
topic are grouped the day they come (table ``candidates`` of a Snapshot); one whose share of the last weeks stands out
against all the weeks before is a call weeks ahead of any topic. :mod:`hub.trends.hindcast` says how often such calls held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.stats import rates
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.trends.coverage import coverage

Floats = npt.NDArray[np.float64]
WEEKS = 4
"""Weeks that count as now."""
BEFORE = 8
"""Weeks of earlier papers without which nothing can be new."""
LEAST_PAPERS = 5
BLOCK = 50_000
"""Papers whose terms are added up in one go."""
FACTOR = 3.0
"""How many times its earlier share a term must have at least, by the lower end of the 95 % interval."""
Q_CALLED = 0.05
EVIDENCE = ("papers_now", "papers_before", "ratio", "ratio_low", "ratio_high", "p", "q")
COLUMNS = ("term", "topic", "name", *EVIDENCE, "first", "unplaced", "papers")
GROUP_COLUMNS = ("name", "words", "members", *EVIDENCE, "first", "call", "papers")


@dataclass(frozen=True, eq=False)
class Emergence:
    """What emerges now.

    ``terms`` has :data:`COLUMNS`: terms that are called; ``topic`` is where most of their papers of now are, ``unplaced`` the
    part of them that no topic holds, ``first`` the day of the first paper, ``papers`` the row numbers of those of now.
    ``groups`` has :data:`GROUP_COLUMNS`: all groups of papers that no topic holds; ``call`` is "emerging" for those that grow,
    "waiting" for the others.
    """

    terms: pd.DataFrame
    groups: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Weekly:
    """Papers of terms by week, the last one first: ``cells`` CSR (n_terms, n_strata * n_weeks), ``totals`` (n_strata, n_weeks).

    ``column`` (n_terms,) says which of the Snapshot's terms they are: those that ever had five papers in four weeks.
    """

    cells: sparse.csr_matrix
    totals: Floats
    column: npt.NDArray[np.int64]

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return int(self.totals.shape[1])

    def of(self, term: int) -> Floats:
        """Return the papers (n_strata, n_weeks) of one term."""
        return np.asarray(self.cells[term].toarray(), dtype=np.float64).reshape(self.totals.shape)

    def within(self, window: slice) -> Floats:
        """Return the papers (n_terms, n_strata) of each term in some weeks."""
        strata, weeks = self.totals.shape
        cell = np.arange(strata * weeks).reshape(strata, weeks)[:, window]
        stratum = np.repeat(np.arange(strata), cell.shape[1])
        own = sparse.csr_matrix((np.ones(cell.size), (cell.ravel(), stratum)), (strata * weeks, strata))
        return np.asarray((self.cells @ own).toarray(), dtype=np.float64)


def emergence(snapshot: Snapshot, rows: Rows) -> Emergence:
    """Return what of ``rows`` emerges now.

    Both kinds are compared within strata of coverage (see :mod:`hub.trends.coverage`); Benjamini and Hochberg's q over all
    terms of at least five papers now, and over all groups.
    """
    ago = weeks_ago(snapshot)
    rows = rows[ago[rows] >= 0]
    if not len(rows):
        return Emergence(_no(COLUMNS), _no(GROUP_COLUMNS))
    return Emergence(_terms(snapshot, rows, ago), _groups(snapshot, rows, ago))


def weeks_ago(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Return how many whole weeks before the last complete day each paper came, (n_papers,); -1 when it cannot be compared."""
    covered = coverage(snapshot)
    ago = (covered.last_day - snapshot.days.astype(np.int64)) // 7
    first = (covered.last_day - covered.first_day + 1) // 7
    return np.where((covered.strata >= 0) & (ago >= 0) & (ago < first), ago, -1)


def weekly(snapshot: Snapshot, rows: Rows, ago: npt.NDArray[np.int64]) -> Weekly:
    """Return the terms of ``rows`` by stratum and week."""
    covered = coverage(snapshot)
    weeks, strata = int(ago[rows].max(initial=0)) + 1, covered.n_strata
    cell = covered.strata[rows].astype(np.int64) * weeks + ago[rows]
    papers = _papers_with(snapshot.terms.counts, rows, cell, strata * weeks)
    by_week = np.asarray((_membership(np.tile(np.arange(weeks), strata), weeks) @ papers).toarray())
    running = np.cumsum(np.pad(by_week, ((1, WEEKS - 1), (0, 0))), axis=0)
    column = np.flatnonzero((running[WEEKS:] - running[:-WEEKS]).max(0) >= LEAST_PAPERS)
    totals = np.bincount(cell, minlength=strata * weeks).reshape(strata, weeks).astype(float)
    return Weekly(sparse.csr_matrix(papers[:, column].T), totals, column)


def _papers_with(counts: sparse.csr_matrix, rows: Rows, cell: npt.NDArray[np.int64], n_cells: int) -> sparse.csr_matrix:
    """Return how many of the papers ``rows`` of each cell use each term: CSR (n_cells, n_terms); few rows at a time."""
    total = sparse.csr_matrix((n_cells, counts.shape[1]), dtype=np.float32)
    for begin in range(0, len(rows), BLOCK):
        used = counts[rows[begin : begin + BLOCK]]
        used.data = np.ones(len(used.data), dtype=np.float32)
        total = total + _membership(cell[begin : begin + BLOCK], n_cells) @ used
    return total


def called(found: Weekly, end: int = 0) -> pd.DataFrame:
    """Return the terms that stood out when ``end`` weeks of now had not come yet, surest first.

    Columns ``term`` (row of ``found``), and :data:`EVIDENCE`.
    """
    now, before = slice(end, end + WEEKS), slice(end + WEEKS, found.weeks)
    if found.weeks < end + WEEKS + BEFORE or not found.totals[:, now].any():
        return _no(("term", *EVIDENCE))
    k1, k0 = found.within(now), found.within(before)
    tested = np.flatnonzero(k1.sum(1) >= LEAST_PAPERS)
    table = evidence(k1[tested], k0[tested], found.totals[:, now].sum(1), found.totals[:, before].sum(1))
    table.insert(0, "term", tested)
    return table[stands_out(table)].sort_values("p", ignore_index=True)


def stands_out(table: pd.DataFrame) -> pd.Series:
    """Return which rows of evidence are called."""
    return (table["q"] < Q_CALLED) & (table["ratio_low"] >= FACTOR) & (table["papers_now"] >= LEAST_PAPERS)


def evidence(k1: Floats, k0: Floats, n1: Floats, n0: Floats) -> pd.DataFrame:
    """Return how papers now compare with papers before: columns :data:`EVIDENCE`; arguments as in rates.windows."""
    w = rates.windows(k1, k0, n1, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(w.share_before > 0, w.share_now / w.share_before, np.where(w.now > 0, np.inf, np.nan))
    low, high = rates.interval(w)
    p = rates.p_more(w)
    columns = (w.now.astype(int), w.before.astype(int), ratio, low, high, p, rates.q_values(p))
    return pd.DataFrame(dict(zip(EVIDENCE, columns, strict=True)))


def _terms(snapshot: Snapshot, rows: Rows, ago: npt.NDArray[np.int64]) -> pd.DataFrame:
    if not len(snapshot.terms.words):
        return _no(COLUMNS)
    found = weekly(snapshot, rows, ago)
    table = called(found)
    if not len(table):
        return _no(COLUMNS)
    column = found.column[table["term"].to_numpy()]
    used = snapshot.terms.counts[rows][:, column].tocsc()
    topics, unplaced = snapshot.papers["topic"].to_numpy(), snapshot.papers["unplaced"].to_numpy()
    where, alone, first, papers = [], [], [], []
    for i in range(len(column)):
        own = rows[np.sort(used.indices[used.indptr[i] : used.indptr[i + 1]])]
        recent = own[ago[own] < WEEKS]
        values, size = np.unique(topics[recent], return_counts=True)
        where.append(int(values[size.argmax()]))
        alone.append(float(unplaced[recent].mean()))
        first.append(int(snapshot.days[own].min()))
        papers.append(recent.tolist())
    first_day = pd.to_datetime(np.array(first), unit="D")
    table = table.assign(term=snapshot.terms.words[column], topic=where, unplaced=alone, papers=papers, first=first_day)
    table["name"] = table["topic"].map(snapshot.topic_names).fillna("")
    return table[list(COLUMNS)]


def _groups(snapshot: Snapshot, rows: Rows, ago: npt.NDArray[np.int64]) -> pd.DataFrame:
    waiting = snapshot.table("candidates")
    if waiting is None or not len(waiting):
        return _no(GROUP_COLUMNS)
    chosen = set(rows.tolist())
    inside = [sorted(r for m in ids if (r := snapshot.row_of.get(str(m), -1)) in chosen) for ids in waiting["members"]]
    kept = [i for i, own in enumerate(inside) if own]
    if not kept:
        return _no(GROUP_COLUMNS)
    strata, n = coverage(snapshot).strata, coverage(snapshot).n_strata
    papers = [np.array(inside[i]) for i in kept]
    k = [
        np.array([np.bincount(strata[own[recent(ago[own])]], minlength=n) for own in papers], dtype=float)
        for recent in (_now, _before)
    ]
    totals = [np.bincount(strata[rows[recent(ago[rows])]], minlength=n).astype(float) for recent in (_now, _before)]
    table = evidence(k[0], k[1], totals[0], totals[1])
    grows = stands_out(table)
    table = table.assign(
        name=waiting["name"].to_numpy()[kept], words=pd.Series([list(w) for w in waiting["words"].to_numpy()[kept]]),
        members=[len(own) for own in papers], papers=pd.Series([own.tolist() for own in papers]),
        first=pd.to_datetime(np.array([int(snapshot.days[own].min()) for own in papers]), unit="D"),
        call=np.where(grows, "emerging", "waiting"),
    )  # fmt: skip
    return table[list(GROUP_COLUMNS)].sort_values(["call", "p"], ignore_index=True)


def _now(ago: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return ago < WEEKS


def _before(ago: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return ago >= WEEKS


def _membership(cell: npt.NDArray[np.int64], n: int) -> sparse.csr_matrix:
    ones = np.ones(len(cell), np.float32)
    return sparse.csr_matrix((ones, (cell, np.arange(len(cell)))), shape=(n, len(cell)))


def _no(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
