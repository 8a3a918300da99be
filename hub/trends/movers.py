"""What rises and what falls: each topic's change with its interval, by the test that its call rests on, and how sure it is."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from hub.trends.calls import LEAST_CHANGE, Q_CALLED
from hub.trends.table import Trends

Q_FAIRLY = 0.25
LEAST_PAPERS = 5
"""Papers of both windows together below which a topic's change is not shown: it would rest on two or three."""
HALF_YEAR = 6
"""Months that a slope is told over."""


class Sure(StrEnum):
    """How sure it is that a share changed at all: by q, the p-value after Benjamini and Hochberg over all topics."""

    SURE = "sure"
    FAIRLY = "fairly sure"
    UNSURE = "unsure"


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Return what a trends table rests its calls on, one row a topic in the same order.

    Returns
    -------
    pandas.DataFrame
        ``change``, how many times its former share the share is now, with the 95 % interval ``low`` to ``high``: of the
        strongest of the three tests (``by``: the window before, all weeks before, or half a year of the slope); ``sure``, a
        :class:`Sure`. NaN where nothing could be compared, infinite where there was no paper before.
    """
    by = table["by"].to_numpy(dtype=str) if len(table) else np.zeros(0, dtype="<U6")
    slope = HALF_YEAR * table["slope_month"].to_numpy(dtype=float)
    z = stats.norm.isf(np.clip(table["p_slope"].to_numpy(dtype=float), 1e-300, 1) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(z > 0, np.abs(slope) / z, np.inf)
        by_slope = {"change": np.exp(slope), "low": np.exp(slope - 1.96 * error), "high": np.exp(slope + 1.96 * error)}
    made = {"by": by}
    for name, suffix in (("change", ""), ("low", "_low"), ("high", "_high")):
        window, past = (table[f"{of}{suffix}"].to_numpy(dtype=float) for of in ("ratio", "ratio_past"))
        made[name] = np.select([by == "window", by == "past"], [window, past], by_slope[name])
    return pd.DataFrame(made).assign(sure=sureness(table["q"].to_numpy(dtype=float), made["change"]))


def movers(found: Trends, most: int = 8) -> pd.DataFrame:
    """Return the topics that rise and fall most, at most so many each way, the surest first; risers before fallers.

    Where nothing is sure the strongest movers are there all the same, marked unsure. Topics of fewer than
    :data:`LEAST_PAPERS` papers in both windows are left out.

    Returns
    -------
    pandas.DataFrame
        topic, name, call, q, papers_now, papers_before, row (of ``found.series``) and the columns of :func:`changes`.
    """
    table = found.table[["topic", "name", "call", "q", "p", "papers_now", "papers_before", "row"]].reset_index(drop=True)
    table = table.join(changes(found.table))
    table = table[
        (table["papers_now"] + table["papers_before"] >= LEAST_PAPERS) & table["change"].notna() & (table["change"] != 1)
    ]
    table = table.assign(rank=table["sure"].map(list(Sure).index)).sort_values(["rank", "p"], kind="stable")
    up, down = table[table["change"] > 1].head(most), table[table["change"] < 1].head(most)
    return pd.concat([up, down]).drop(columns=["rank", "p"]).reset_index(drop=True)


def few(found: Trends) -> int:
    """Return how many topics are left out of :func:`movers` for having too few papers."""
    return int((found.table["papers_now"] + found.table["papers_before"] < LEAST_PAPERS).sum())


def sureness(q: npt.NDArray[np.float64], change: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Return a :class:`Sure` for each q-value and change (n,): sure where the change is worth a call and q is below .05."""
    with np.errstate(divide="ignore", invalid="ignore"):
        enough = np.abs(np.log(change)) >= np.log(LEAST_CHANGE)
    return np.select([(q < Q_CALLED) & enough, q < Q_FAIRLY], [Sure.SURE, Sure.FAIRLY], Sure.UNSURE).astype(object)
