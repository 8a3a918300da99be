"""The record that the worker makes when it publishes: how calls would have fared on this corpus, shown beside those of now.

Topics fitted on all papers know the future. Here they are fitted on the first months alone, later papers go to the nearest
topic, and history is replayed from there: the outlook (:mod:`hub.trends.backtest`), the terms that jumped, and the groups of
papers that no topic of then held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats
from scipy.sparse.csgraph import connected_components

from hub.embed import Vectors
from hub.stats.nearest import linked
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.trends.backtest import HISTORY, Record, backtest
from hub.trends.coverage import coverage
from hub.trends.emergence import BEFORE, LEAST_PAPERS, WEEKS, Weekly, called, evidence, stands_out, weekly, weeks_ago
from hub.trends.levels import levels
from hub.trends.months import WINDOW, months_of
from hub.trends.outlook import outlook_now
from hub.trends.series import calendar

HELD = 2.0
"""A call held when in the following quarter the share was still this many times that from before, on 5 papers or more."""
FOLLOWING = 13
MOST_FITTED = 20_000
"""Papers that the topics of then are fitted on at most, by lot."""
CALL_COLUMNS = ("kind", "name", "called", "first", "papers_now", "held", "ahead_days")


@dataclass(frozen=True, eq=False)
class Then:
    """Topics as they would have been: ``topic`` (n_papers,) of each paper, ``far`` where it is far from all, ``parent`` of each
    topic, ``near`` the cosine from which two papers belong together, ``vectors`` (n_papers, dim) about the mean of then."""

    topic: npt.NDArray[np.int32]
    far: npt.NDArray[np.bool_]
    parent: npt.NDArray[np.int64]
    near: float
    vectors: Vectors


def tables(snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    """Return the tables that the worker publishes with a fitted Snapshot; those that its months do not suffice for are left out.

    Returns
    -------
    dict
        ``outlook``: level, topic, grows, holds, rank; ``record`` and ``record_calibration``: those of :class:`Record`, with
        ``base_a``, ``base_b``, ``origins``, ``topics`` and ``until`` (the last month of fitting) in each row of the first;
        ``record_calls``: earlier calls of emergence, columns :data:`CALL_COLUMNS`.
    """
    found: dict[str, pd.DataFrame] = {}
    whole, dates, _ = months_of(snapshot)
    if len(whole) < HISTORY:
        return found
    found["outlook"] = pd.concat([_outlook(snapshot, level) for level in levels(snapshot)], ignore_index=True)
    if len(whole) < HISTORY + WINDOW or not snapshot.vectors.shape[1]:
        return found
    then = topics_then(snapshot)
    if then is None:
        return found
    record = backtest(months_of(known_then(snapshot, then))[0])
    about = {"base_a": record.base_a, "base_b": record.base_b, "origins": record.origins}
    found["record"] = record.table.assign(**about, topics=len(then.parent), until=dates[HISTORY - 1])
    found["record_calibration"] = record.calibration
    found["record_calls"] = pd.concat([term_calls(snapshot), group_calls(snapshot, then)], ignore_index=True)
    return found


def read(snapshot: Snapshot) -> Record | None:
    """Return the published record, None when there is none."""
    table, calibration = snapshot.table("record"), snapshot.table("record_calibration")
    if table is None or calibration is None or not len(table):
        return None
    one = table.iloc[0]
    return Record(table.iloc[:0], table, calibration, float(one["base_a"]), float(one["base_b"]), int(one["origins"]))


def calls_held(snapshot: Snapshot) -> pd.DataFrame:
    """Return how earlier calls of emergence fared, one row a kind ("term", "group").

    Columns called, held, share with its 95 % interval (low, high; Wilson 1927), ahead_days (median lead over the comparison of
    two quarters, of those calls that held and that it came to make too) and ahead (how many those are).
    """
    table = snapshot.table("record_calls")
    rows = []
    for kind, calls in table.groupby("kind") if table is not None else ():
        held, n = int(calls["held"].sum()), len(calls)
        bounds = stats.binomtest(held, n).proportion_ci(method="wilson")
        ahead = calls.loc[calls["held"], "ahead_days"].dropna()
        median = float(ahead.median()) if len(ahead) else float("nan")
        rows.append((str(kind), n, held, held / n, float(bounds.low), float(bounds.high), median, len(ahead)))
    columns = ["kind", "called", "held", "share", "low", "high", "ahead_days", "ahead"]
    return pd.DataFrame(rows, columns=columns)


def early_rows(snapshot: Snapshot, months: int = HISTORY) -> Rows:
    """Return the papers with vectors up to the end of the first complete ``months``, oldest first, then by id."""
    covered = coverage(snapshot)
    period = calendar(covered.first_day, covered.last_day, "month")
    full = np.flatnonzero(period.complete)
    end = int(period.starts[full[0] + months])
    rows = np.flatnonzero((snapshot.days < end) & (snapshot.days >= covered.first_day))
    rows = rows[np.any(np.asarray(snapshot.vectors[rows]) != 0, axis=1)]
    return rows[np.lexsort((snapshot.papers["id"].to_numpy()[rows].astype(str), snapshot.days[rows]))]


def topics_then(snapshot: Snapshot, seed: int = 0) -> Then | None:
    """Return the topics that a fit on the first eight months gives, with all later papers placed; None for too few papers."""
    from hub.stats.neighbours import centroids, unit
    from hub.topics.clustering.cluster import cluster
    from hub.topics.clustering.confidence import far_below
    from hub.topics.clustering.hierarchy import theme_levels

    rows = early_rows(snapshot)
    if len(rows) < 200:
        return None
    if len(rows) > MOST_FITTED:
        rows = rows[np.sort(np.random.default_rng(seed).choice(len(rows), MOST_FITTED, replace=False))]
    early = np.asarray(snapshot.vectors[rows])
    found = cluster(early, seed)
    mean = early.mean(axis=0)
    centres = centroids(unit(early - mean), found.labels)
    vectors = unit(np.asarray(snapshot.vectors) - mean)
    close = vectors @ centres.T
    topic, closeness = close.argmax(1).astype(np.int32), close.max(1)
    own = (vectors[rows] * centres[found.labels]).sum(1)
    topic[rows] = found.labels
    without = ~np.any(np.asarray(snapshot.vectors) != 0, axis=1)
    topic[without] = -1
    above = theme_levels(centres)
    parent = above[0].astype(np.int64) if above else np.full(len(centres), -1, dtype=np.int64)
    near = float(np.median(found.neighbours.similarity[:, :5]))
    return Then(topic, (closeness < far_below(own)) & ~without, parent, near, vectors)


def known_then(snapshot: Snapshot, then: Then) -> Snapshot:
    """Return the Snapshot with the topics of then in the place of its own."""
    n = len(then.parent)
    topics = pd.DataFrame({"topic": np.arange(n), "name": [f"t{i}" for i in range(n)], "words": [[]] * n, "parent": then.parent})
    return replace(snapshot, papers=snapshot.papers.assign(topic=then.topic), topics=topics)


def term_calls(snapshot: Snapshot) -> pd.DataFrame:
    """Return the terms that would have been called in any week of the past, each when it first was."""
    if not len(snapshot.terms.words):
        return _calls([])
    ago = weeks_ago(snapshot)
    rows = np.flatnonzero(ago >= 0)
    found = weekly(snapshot, rows, ago)
    seen: dict[int, tuple[int, int]] = {}
    for end in _ends(found):
        for term, papers in called(found, end)[["term", "papers_now"]].itertuples(index=False):
            seen.setdefault(int(term), (end, int(papers)))
    made = []
    for term, (end, papers) in seen.items():
        counts = found.of(term)
        weeks = np.flatnonzero(counts.sum(0))
        later = _quarter_calls(counts, found.totals, end)
        made.append(("term", str(snapshot.terms.words[found.column[term]]), end, int(weeks.max()), papers,
                     _holds(counts, found.totals, end), later))  # fmt: skip
    return _dated(made, snapshot)


def group_calls(snapshot: Snapshot, then: Then) -> pd.DataFrame:
    """Return the groups of papers far from all topics of then that would have been called, each when it first was.

    What belongs to a group before and after is every paper as near to its centre as its farthest member.
    """
    covered, ago = coverage(snapshot), weeks_ago(snapshot)
    rows = np.flatnonzero(ago >= 0)
    days = covered.first_day, covered.last_day
    start = calendar(*days, "month")
    fitted_until = (covered.last_day - int(start.starts[np.flatnonzero(start.complete)[0] + HISTORY])) // 7
    far = np.flatnonzero(then.far & (ago >= 0))
    near = linked(then.vectors[far], then.near)
    made: list[tuple[str, str, int, int, int, bool, float]] = []
    known: list[npt.NDArray[np.int64]] = []
    weeks, n = int(ago.max()) + 1, covered.n_strata
    totals = np.bincount(covered.strata[rows] * weeks + ago[rows], minlength=n * weeks).reshape(n, weeks).astype(float)
    for end in range(int(fitted_until), FOLLOWING - 1, -1):
        come = np.flatnonzero(ago[far] >= end)
        there = far[come]
        for own in _groups(near[come][:, come]):
            members = there[own]
            if not (ago[members] == end).any() or any(len(np.intersect1d(members, old)) * 2 > len(members) for old in known):
                continue
            centre = then.vectors[members].mean(0)
            similar = then.vectors @ centre
            like = rows[similar[rows] >= similar[members].min()]
            counts = np.bincount(covered.strata[like] * weeks + ago[like], minlength=n * weeks).reshape(n, weeks).astype(float)
            now, before = counts[:, end : end + WEEKS].sum(1), counts[:, end + WEEKS :].sum(1)
            found = evidence(now[None], before[None], totals[:, end : end + WEEKS].sum(1), totals[:, end + WEEKS :].sum(1))
            if stands_out(found).iloc[0]:
                known.append(members)
                name = str(snapshot.papers["title"].iloc[int(members[similar[members].argmax()])])
                held, later = _holds(counts, totals, end), _quarter_calls(counts, totals, end)
                made.append(("group", name, end, int(ago[members].max()), int(found["papers_now"].iloc[0]), held, later))
    return _dated(made, snapshot)


def _outlook(snapshot: Snapshot, level: int) -> pd.DataFrame:
    whole, _, names = months_of(snapshot, level)
    now = outlook_now(whole, first=HISTORY)
    return pd.DataFrame({"level": level, "topic": names["topic"].to_numpy(), "grows": now.a, "holds": now.b, "rank": now.rank})


def _ends(found: Weekly) -> Iterator[int]:
    yield from range(found.weeks - WEEKS - BEFORE - 1, FOLLOWING - 1, -1)


def _holds(counts: npt.NDArray[np.float64], totals: npt.NDArray[np.float64], end: int) -> bool:
    """Whether the share in the quarter after a call is at least twice that of all the time before it, and of 5 papers or more."""
    after, before = slice(end - FOLLOWING, end), slice(end + WEEKS, totals.shape[1])
    table = evidence(
        counts[None, :, after].sum(2), counts[None, :, before].sum(2), totals[:, after].sum(1), totals[:, before].sum(1)
    )
    return bool(table["ratio"].iloc[0] >= HELD and table["papers_now"].iloc[0] >= LEAST_PAPERS)


def _quarter_calls(counts: npt.NDArray[np.float64], totals: npt.NDArray[np.float64], end: int) -> float:
    """Return how many days after a call the comparison of two quarters would first be as sure (p < .001); NaN for never."""
    weeks = np.stack([counts, totals])
    laters = [later for later in range(end, -1, -1) if _quarter(totals, later + FOLLOWING).any()]
    if not len(laters):
        return float("nan")
    now, before = (np.stack([_quarter(weeks, later + shift) for later in laters], axis=1) for shift in (0, FOLLOWING))
    table = evidence(now[0], before[0], now[1], before[1])
    sure = np.flatnonzero((table["p"] < 0.001) & (table["ratio"] > 1))
    return 7.0 * (end - laters[sure[0]]) if len(sure) else float("nan")


def _quarter(weeks: npt.NDArray[np.float64], end: int) -> npt.NDArray[np.float64]:
    """Return the sums over a quarter that ends so many weeks before now, of (..., n_weeks)."""
    return np.asarray(weeks[..., end : end + FOLLOWING].sum(axis=-1))


def _groups(near: sparse.csr_matrix) -> list[npt.NDArray[np.int64]]:
    """Return the groups of at least four papers that hang together, as :mod:`hub.topics.clustering.emerging` groups them."""
    if near.shape[0] < 4:
        return []
    _, part = connected_components(near, directed=False)
    sizes = np.bincount(part)
    return [np.flatnonzero(part == group) for group in np.flatnonzero(sizes >= 4)]


def _dated(made: list[tuple[str, str, int, int, int, bool, float]], snapshot: Snapshot) -> pd.DataFrame:
    last = coverage(snapshot).last_day
    dated = [
        (kind, name, last - 7 * end, last - 7 * first, papers, held, later)
        for kind, name, end, first, papers, held, later in made
    ]
    return _calls(dated)


def _calls(rows: list[tuple[str, str, int, int, int, bool, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(CALL_COLUMNS))
    for column in ("called", "first"):
        table[column] = pd.to_datetime(table[column].astype("int64"), unit="D")
    return table.astype({"held": bool, "ahead_days": float, "papers_now": "int64"}).sort_values("called", ignore_index=True)
