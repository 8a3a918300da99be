"""Emergence: terms that jump within weeks, inside old topics and among papers that no topic holds yet.

A topic is fitted on many papers, so it is always late. A term is counted from its first paper: one whose share of the
last weeks stands out against all the weeks before is a call days or weeks ahead of any topic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.snapshot import Snapshot
from hub.trends import growth
from hub.trends.coverage import coverage

Rows = npt.NDArray[np.int64]
WEEKS = 4
"""Weeks that count as now."""
BEFORE = 8
"""Weeks of earlier papers without which nothing can be new."""
LEAST_PAPERS = 5
FACTOR = 3.0
"""How many times its earlier share a term must have."""
HELD = 2.0
"""A call held when in the following quarter the term still had this many times its share from before the call."""
FOLLOWING = 13
Q_CALLED = 0.05
COLUMNS = (
    "term",
    "topic",
    "name",
    "papers_now",
    "papers_before",
    "ratio",
    "ratio_low",
    "ratio_high",
    "p",
    "q",
    "first",
    "unplaced",
)


@dataclass(frozen=True, eq=False)
class Emergence:
    """Terms called now, and how earlier calls fared.

    ``terms`` has :data:`COLUMNS`: ``topic`` is where most of its papers of now are, ``unplaced`` the part of them that
    no topic holds, ``first`` the day of its first paper. ``called`` counts earlier calls whose following quarter is known,
    ``held`` those that held.
    """

    terms: pd.DataFrame
    called: int
    held: int


def emergence(snapshot: Snapshot, rows: Rows) -> Emergence:
    """Return the terms of ``rows`` that jump now, and the replayed record of such calls.

    Terms are compared within strata of coverage (see :mod:`hub.trends.coverage`), with Benjamini and Hochberg's q over all
    terms of at least five papers now.
    """
    covered = coverage(snapshot)
    rows = rows[covered.strata[rows] >= 0]
    if not len(rows) or not len(snapshot.terms.words):
        return Emergence(pd.DataFrame(columns=list(COLUMNS)), 0, 0)
    weeks_ago = (covered.last_day - snapshot.days[rows]) // 7
    counts = snapshot.terms.counts[rows].tocsc()
    strata = covered.strata[rows]
    rows, kept = rows[weeks_ago >= 0], weeks_ago >= 0
    counts, strata, weeks_ago = counts[kept], strata[kept], weeks_ago[kept]
    terms = _called(counts, strata, covered.n_strata, weeks_ago, 0)
    found = _described(snapshot, rows, counts, weeks_ago, terms)
    called = held = 0
    for ago in range(FOLLOWING, int(weeks_ago.max(initial=0)) - WEEKS - BEFORE, WEEKS):
        then = _called(counts, strata, covered.n_strata, weeks_ago, ago)["column"].to_numpy()
        if len(then):
            future = (weeks_ago < ago) & (weeks_ago >= ago - FOLLOWING)
            w = _windows(counts[:, then], strata, covered.n_strata, future, weeks_ago >= ago + WEEKS)
            called, held = called + len(then), held + int((w.share_now >= HELD * w.share_before).sum())
    return Emergence(found, called, held)


def _called(
    counts: object, strata: npt.NDArray[np.int32], n_strata: int, weeks_ago: npt.NDArray[np.int32], ago: int
) -> pd.DataFrame:
    now, before = (weeks_ago >= ago) & (weeks_ago < ago + WEEKS), weeks_ago >= ago + WEEKS
    blank = pd.DataFrame({"column": np.zeros(0, dtype=np.int64)})
    if not now.any() or not before.any() or weeks_ago.max() < ago + WEEKS + BEFORE:
        return blank
    k1, k0 = _papers(counts, now), _papers(counts, before)
    tested = np.flatnonzero(k1 >= LEAST_PAPERS)
    crude = k1[tested] / now.sum() >= FACTOR / 2 * (k0[tested] + 0.5) / before.sum()
    if not crude.any():
        return blank
    candidates = tested[crude]
    w = _windows(counts[:, candidates], strata, n_strata, now, before)  # type: ignore[index]
    p = np.ones(len(tested))
    p[crude] = growth.p_more(w)
    low, high = growth.interval(w)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(w.share_before > 0, w.share_now / w.share_before, np.inf)
    table = pd.DataFrame(
        {"column": candidates, "papers_now": w.now.astype(int), "papers_before": w.before.astype(int), "ratio": ratio,
         "ratio_low": low, "ratio_high": high, "p": p[crude], "q": growth.q_values(p)[crude]}
    )  # fmt: skip
    sure = (table["q"] < Q_CALLED) & (table["ratio"] >= FACTOR) & (table["papers_now"] >= LEAST_PAPERS)
    return table[sure].sort_values("p", ignore_index=True)


def _papers(counts: object, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return counts[mask].getnnz(axis=0)  # type: ignore[index]


def _windows(
    counts: object, strata: npt.NDArray[np.int32], n_strata: int, now: npt.NDArray[np.bool_], before: npt.NDArray[np.bool_]
) -> growth.Windows:
    cells = counts.tocoo()  # type: ignore[attr-defined]
    n = cells.shape[1]
    tables = []
    for mask in (now, before):
        inside = mask[cells.row] & (cells.data > 0)
        cell = cells.col[inside].astype(np.int64) * n_strata + strata[cells.row[inside]]
        tables.append(np.bincount(cell, minlength=n * n_strata).reshape(n, n_strata))
    totals = [np.bincount(strata[mask], minlength=n_strata) for mask in (now, before)]
    return growth.windows(*tables, *totals)


def _described(
    snapshot: Snapshot, rows: Rows, counts: object, weeks_ago: npt.NDArray[np.int32], terms: pd.DataFrame
) -> pd.DataFrame:
    if not len(terms):
        return pd.DataFrame(columns=list(COLUMNS))
    topics, unplaced = snapshot.papers["topic"].to_numpy()[rows], snapshot.papers["unplaced"].to_numpy()[rows]
    days = snapshot.days[rows]
    where, alone, first = [], [], []
    for column in terms["column"]:
        papers = counts[:, [column]].nonzero()[0]  # type: ignore[index]
        recent = papers[weeks_ago[papers] < WEEKS]
        values, size = np.unique(topics[recent], return_counts=True)
        where.append(int(values[size.argmax()]))
        alone.append(float(unplaced[recent].mean()))
        first.append(int(days[papers].min()))
    described = terms.assign(
        term=snapshot.terms.words[terms["column"].to_numpy()],
        topic=where,
        first=pd.to_datetime(np.array(first), unit="D"),
        unplaced=alone,
    )
    described["name"] = described["topic"].map(snapshot.topic_names).fillna("")
    return described[list(COLUMNS)]
