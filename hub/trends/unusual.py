"""Topics that hold more of a day's papers than they did in the weeks before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hub.stats import rates
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

BEFORE = 56
LEAST_PAPERS, LEAST_RATIO, Q_CALLED = 3, 1.5, 0.05
COLUMNS = ("topic", "name", "papers", "expected", "ratio", "low", "q")


def unusual(snapshot: Snapshot, among: Rows, *, chosen: Rows) -> pd.DataFrame:
    """Return the topics that stand above their norm in ``chosen``, the surest first.

    Each topic's share is compared with that of the eight weeks before, source by source (Mantel and Haenszel), so that a
    source that is late or comes in one heap makes nothing unusual. Called are topics with three papers or more, half again
    as many as expected, at a false discovery rate of 5 %.

    Parameters
    ----------
    among
        The selection, from which the weeks before are taken.
    chosen
        The papers of the day.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`: ``expected`` papers had the share not moved, ``ratio`` of shares and ``low``, the lower end of
        its 95 % interval.
    """
    rows = chosen
    none = pd.DataFrame({name: [] for name in COLUMNS})
    if not len(rows) or not len(snapshot.topics):
        return none
    first = int(snapshot.days[rows].min())
    before = among[(snapshot.days[among] < first) & (snapshot.days[among] >= first - BEFORE)]
    known = np.sort(snapshot.topics["topic"].to_numpy(np.int64))
    (k1, n1), (k0, n0) = (_counts(snapshot, part, known) for part in (rows, before))
    w = rates.windows(k1, k0, n1, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(w.share_before > 0, w.share_now / w.share_before, np.where(w.now > 0, np.inf, np.nan))
    low, _high = rates.interval(w)
    tested = w.now >= LEAST_PAPERS
    q = np.full(len(known), np.nan)
    if tested.any():
        q[tested] = rates.q_values(rates.p_more(w)[tested])
    expected = np.divide(w.now, ratio, out=np.full(len(known), np.nan), where=ratio > 0)
    table = pd.DataFrame({"topic": known, "papers": w.now.astype(int), "expected": expected, "ratio": ratio, "low": low, "q": q})
    table.insert(1, "name", table["topic"].map(snapshot.topic_names))
    called = tested & (ratio >= LEAST_RATIO) & (low > 1) & (q < Q_CALLED)
    return table[called].sort_values(["q", "topic"], ignore_index=True)


def _counts(snapshot: Snapshot, rows: Rows, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return papers by topic and source, (n_topics, n_sources), and by source, (n_sources,)."""
    codes, names = snapshot.codes("source")
    topics, sources = snapshot.papers["topic"].to_numpy(np.int64)[rows], codes[rows]
    total = np.bincount(sources[sources >= 0], minlength=len(names)).astype(float)
    placed = np.isin(topics, known) & (sources >= 0)
    cell = np.searchsorted(known, topics[placed]) * len(names) + sources[placed]
    return np.bincount(cell, minlength=len(known) * len(names)).reshape(len(known), len(names)).astype(float), total
