"""Counts by month, as the outlook and its record use them: what was known when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.stats import rates
from hub.storage.snapshot import Snapshot
from hub.trends.coverage import coverage
from hub.trends.levels import groups
from hub.trends.series import calendar, series

Floats = npt.NDArray[np.float64]
WINDOW = 3
"""Months of a window and of the horizon."""


@dataclass(frozen=True, eq=False)
class Months:
    """Counts by month: ``papers`` (n_topics, n_strata, n_months) and ``totals`` (n_strata, n_months).

    ``parent`` (n_topics,) the node that a topic's neighbours share, -1 for none.
    """

    papers: Floats
    totals: Floats
    parent: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.totals.shape[1])

    def until(self, month: int) -> Months:
        """Return what was known when ``month`` months had passed."""
        return Months(self.papers[:, :, :month], self.totals[:, :month], self.parent)

    def compared(self, now: slice, before: slice) -> rates.Windows:
        """Return two spans of months compared over the strata that both have."""
        k, n = self.papers, self.totals
        return rates.windows(k[:, :, now].sum(2), k[:, :, before].sum(2), n[:, now].sum(1), n[:, before].sum(1))

    def counted(self) -> tuple[Floats, Floats]:
        """Return the papers of each topic and month, and those there would be had no share moved, (n_topics, n_months) each."""
        papers = self.papers.sum(1)
        made = series(self.papers.sum(2), papers, self.totals, np.ones(len(papers)))
        return papers, np.maximum(made.expected, 1e-3)


def months_of(snapshot: Snapshot, level: int = 0) -> tuple[Months, pd.DatetimeIndex, pd.DataFrame]:
    """Return the counts of all complete months of a Snapshot, the months, and the topics or themes of a level."""
    covered = coverage(snapshot)
    names, group = groups(snapshot, level)
    period = calendar(covered.first_day, covered.last_day, "month")
    full = np.flatnonzero(period.complete)
    if not len(full):
        return Months(np.zeros((len(names), 1, 0)), np.zeros((1, 0)), np.zeros(len(names), int)), period.dates[:0], names
    month = period.of(snapshot.days) - full[0]
    n, s, m = len(names), covered.n_strata, len(full)
    inside = (month >= 0) & (month < m) & (covered.strata >= 0)
    stratum = covered.strata[inside].astype(np.int64)
    totals = np.bincount(stratum * m + month[inside], minlength=s * m).reshape(s, m).astype(float)
    placed = inside & (group >= 0)
    cell = (group[placed].astype(np.int64) * s + covered.strata[placed]) * m + month[placed]
    papers = np.bincount(cell, minlength=n * s * m).reshape(n, s, m).astype(float)
    parent = names["parent"].to_numpy(dtype=np.int64)
    if (parent < 0).all():  # no tree: the field that most of its papers are from stands for the parent
        fields = snapshot.codes("field")[0]
        known = placed & (fields >= 0)
        width = int(fields.max()) + 1 if len(fields) else 1
        by_field = np.bincount(group[known].astype(np.int64) * width + fields[known], minlength=n * width).reshape(n, width)
        parent = by_field.argmax(1)
    return Months(papers, totals, parent), period.dates[full], names


def outcomes(whole: Months, origin: int) -> tuple[Floats, Floats]:
    """Return what became of each topic in the months after ``origin``: two ratios, (n_topics,) each, NaN where unknown.

    The share of the future to the long-run share before both windows (criterion A asks for more than 1.25), and to the share
    of the window before the origin (criterion B asks for 1 or more).
    """
    future, now = slice(origin, origin + WINDOW), slice(origin - WINDOW, origin)
    ratios = []
    for reference in (slice(0, origin - 2 * WINDOW), now):
        w = whole.compared(future, reference)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios.append(np.where(w.share_before > 0, w.share_now / w.share_before, np.where(w.now > 0, np.inf, np.nan)))
    return ratios[0], ratios[1]


def halves(whole: Months, seed: int = 0) -> tuple[Months, Months]:
    """Return the papers dealt into two halves by lot: independent counts of the same shares (Poisson thinning)."""
    rng = np.random.default_rng(seed)
    others = whole.totals - whole.papers.sum(0)  # papers of no topic
    one, rest = rng.binomial(whole.papers.astype(np.int64), 0.5), rng.binomial(np.maximum(others, 0).astype(np.int64), 0.5)
    first = Months(one.astype(float), one.sum(0) + rest.astype(float), whole.parent)
    return first, Months(whole.papers - first.papers, whole.totals - first.totals, whole.parent)
