"""Two selections side by side: each topic's share in both, within what both have, and how sure their difference is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.stats import rates
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.trends.coverage import coverage
from hub.trends.levels import groups
from hub.trends.movers import LEAST_PAPERS, sureness
from hub.trends.series import counted

COLUMNS = ("topic", "name", "papers_one", "papers_other", "share_one", "share_other", "ratio", "low", "high", "q", "sure")


def compare(snapshot: Snapshot, one: Rows, other: Rows, *, periods: bool = False, level: int = 0) -> pd.DataFrame:
    """Return every topic's share in two selections of papers, the surest difference first.

    A share is what the whole page calls so, a topic's part of the papers, weighed over what both sides have (Mantel & Haenszel
    1959): of two periods the streams that ran in both, of two fields or sources the months that both have. Papers on both
    sides count on neither. Topics of fewer than five papers on both sides together are left out.

    Parameters
    ----------
    one, other
        Row numbers of the Snapshot (n_one,), (n_other,).
    periods
        Whether the two are periods.
    level
        Level of the topic tree: 0 topics, 1 and up themes.

    Returns
    -------
    pandas.DataFrame
        topic, name, papers_one, papers_other (in what both have), share_one, share_other, ratio (one to other) with its 95 %
        interval low to high, q (Benjamini-Hochberg over the topics shown), sure (a :class:`hub.trends.movers.Sure`).
    """
    names, group_of = groups(snapshot, level)
    one, other = np.setdiff1d(one, other), np.setdiff1d(other, one)
    strata = coverage(snapshot).strata if periods else _months(snapshot)
    n, s = len(names), int(strata.max(initial=-1)) + 1
    (k1, n1), (k0, n0) = (_counted(group_of, strata, rows, n, s) for rows in (one, other))
    w = rates.windows(k1, k0, n1, n0)
    low, high = rates.interval(w)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = w.share_now / w.share_before
    p = np.minimum(1.0, 2 * np.minimum(rates.p_more(w), rates.p_less(w)))
    table = pd.DataFrame({
        "topic": names["topic"].to_numpy(), "name": names["name"].to_numpy(), "papers_one": w.now.astype(np.int64),
        "papers_other": w.before.astype(np.int64), "share_one": w.share_now, "share_other": w.share_before, "ratio": ratio,
        "low": low, "high": high, "p": p,
    })  # fmt: skip
    table = table[(table["papers_one"] + table["papers_other"] >= LEAST_PAPERS) & table["ratio"].notna()]
    table = table.assign(q=rates.q_values(table["p"].to_numpy()))
    table = table.assign(sure=sureness(table["q"].to_numpy(), table["ratio"].to_numpy()))
    return table.sort_values(["p", "topic"], kind="stable")[list(COLUMNS)].reset_index(drop=True)


def _months(snapshot: Snapshot) -> npt.NDArray[np.int32]:
    months = snapshot.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months - months.min(initial=0) if len(months) else months).astype(np.int32)


def _counted(
    group_of: npt.NDArray[np.int32], strata: npt.NDArray[np.int32], rows: Rows, n: int, s: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return papers of each topic and stratum (n_topics, n_strata), and of each stratum (n_strata,)."""
    stratum = strata[rows]
    inside = np.where(stratum >= 0, group_of[rows], np.int32(-1))
    return counted(inside, stratum, n, s), np.bincount(stratum[stratum >= 0], minlength=s)
