"""Series: the share of each topic in each week, month or quarter, as it would be had every stream been covered alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Every = Literal["week", "month", "quarter"]
EVERY: tuple[Every, ...] = ("week", "month", "quarter")
LEAST_EXPOSURE = 1 / 3
"""Part of a topic's usual exposure below which a period says nothing about it: its streams were not covered then."""
ROUNDS = 6
KERNEL = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
"""Weights of the periods around one, for the level that a small count is drawn towards."""


@dataclass(frozen=True, eq=False)
class Periods:
    """Consecutive periods: ``starts`` (n_periods + 1,) days since 1970-01-01, the last one the end of the last period.

    ``complete`` (n_periods,) is False for a period that the corpus does not fill: the last, and the first when
    gathering began inside it.
    """

    starts: Ints
    complete: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, days: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return the period (n_papers,) of each day, -1 outside of all."""
        first, last = int(self.starts[0]), int(self.starts[-1])
        table = np.full(last - first + 2, -1, dtype=np.int32)
        table[1:-1] = np.repeat(np.arange(len(self)), np.diff(self.starts))
        return table[np.clip(days - first + 1, 0, last - first + 1)]

    @property
    def dates(self) -> pd.DatetimeIndex:
        """First day of each period."""
        return pd.DatetimeIndex(self.starts[:-1].astype("datetime64[D]"))


def calendar(first: int, last: int, every: Every) -> Periods:
    """Return the calendar weeks (from Monday), months or quarters that hold the days from ``first`` to ``last``.

    Examples
    --------
    >>> calendar(17897, 17956, "month").dates.strftime("%Y-%m-%d").tolist()  # 1 January to 1 March 2019
    ['2019-01-01', '2019-02-01', '2019-03-01']
    >>> calendar(17897, 17956, "month").complete.tolist()
    [True, True, False]
    """
    if last < first:
        return Periods(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=bool))
    if every == "week":
        monday = (first + 3) // 7 * 7 - 3
        starts = np.arange(monday, last + 8, 7, dtype=np.int64)
        starts = starts[: np.searchsorted(starts, last, side="right") + 1]
    else:
        step = 3 if every == "quarter" else 1
        month = np.array([first, last], dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64) // step * step
        starts = np.arange(month[0], month[1] + step + 1, step).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    complete = (starts[:-1] >= first) & (starts[1:] - 1 <= last)
    return Periods(starts, complete)


def last_weeks(first: int, last: int) -> Periods:
    """Return the whole weeks that end on ``last``, oldest first: windows of them hold every weekday equally often."""
    weeks = max(0, (last - first + 1) // 7)
    return Periods(last + 1 - 7 * np.arange(weeks, -1, -1, dtype=np.int64), np.ones(weeks, dtype=bool))


@dataclass(frozen=True, eq=False)
class Series:
    """Papers and comparable shares of all topics over periods.

    ``papers`` (n_topics, n_periods); ``totals`` (n_periods,) all papers; ``expected`` (n_topics, n_periods) the papers there
    would be had the topic kept its usual share of each stratum; ``usual`` (n_topics,) its share of all papers;
    ``dispersion`` (n_topics,) how much wider than Poisson its counts vary.
    """

    papers: Floats
    totals: Floats
    expected: Floats
    usual: Floats
    dispersion: Floats

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where the streams of a topic were covered well enough to tell its share, (n_topics, n_periods)."""
        return (self.expected >= LEAST_EXPOSURE * self.usual[:, None] * self.totals) & (self.totals > 0)

    @cached_property
    def share(self) -> Floats:
        """Share of the comparable corpus, NaN where the topic's streams were not covered."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.known, self.usual[:, None] * self.papers / self.expected, np.nan)

    @cached_property
    def local(self) -> Floats:
        """Observed over expected papers around each period, weighted 1-2-3-2-1, (n_topics, n_periods)."""
        near = [np.apply_along_axis(np.convolve, 1, np.where(self.known, v, 0.0), KERNEL) for v in (self.papers, self.expected)]
        cut = slice(len(KERNEL) // 2, -(len(KERNEL) // 2))
        k, e = near[0][:, cut], near[1][:, cut]
        return (k + 0.5) / (e + 0.5)

    @cached_property
    def weight(self) -> float:
        """How many expected papers the level around a period is worth when the period is judged (method of moments)."""
        k, e = self.papers[self.known], self.expected[self.known]
        if not len(k) or e.sum() == 0:
            return 1.0
        around = self.local[self.known] * e
        left = 1 - KERNEL.max() / KERNEL.sum()  # a period is part of its own surroundings
        noise = around * np.repeat(self.dispersion, self.known.sum(1)) * left
        excess = ((k - around) ** 2 - noise).sum() / (around**2).sum()
        return float(np.clip(1 / max(excess, 1e-3), 0.5, 200.0))

    def shrunk(self, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Return the share drawn towards that around it, its lower and its upper bound, (n_topics, n_periods) each.

        A gamma prior on observed / expected with the mean :attr:`local`, worth :attr:`weight` papers, on counts divided by
        the dispersion (empirical Bayes; Clayton & Kaldor 1987). Quantiles by Wilson and Hilferty's (1931) cube root.
        """
        k, e = self.papers / self.dispersion[:, None], self.expected / self.dispersion[:, None]
        shape, rate = k + self.weight * self.local, e + self.weight
        z = float(stats.norm.isf((1 - level) / 2))
        low, high = ((1 - 1 / (9 * shape) + sign * z / (3 * np.sqrt(shape))) ** 3 * shape / rate for sign in (-1, 1))
        usual = np.where(self.known, self.usual[:, None], np.nan)
        return usual * shape / rate, usual * np.maximum(low, 0), usual * high


def series(by_stratum: npt.ArrayLike, by_period: npt.ArrayLike, totals: npt.ArrayLike, dispersion: Floats) -> Series:
    """Return the Series of topics: Poisson counts with one rate a topic and stratum, and one a topic and period.

    Indirect standardisation: what a topic would have had, given which streams came in how much, had it kept its
    share of each. Rates a topic x stratum are fitted together with those a topic x period (iterative proportional
    fitting), so that a stream which came only in a topic's good months does not pass them on to the bad.

    Parameters
    ----------
    by_stratum
        Papers of each topic and stratum, (n_topics, n_strata).
    by_period
        Papers of each topic and period, (n_topics, n_periods).
    totals
        All papers of each stratum and period, (n_strata, n_periods).
    """
    k_s, k_t, n = np.asarray(by_stratum, dtype=float), np.asarray(by_period, dtype=float), np.asarray(totals, dtype=float)
    usual = k_s.sum(1) / max(n.sum(), 1.0)
    whole = n.sum(1)
    rate = np.divide(k_s, whole, out=np.zeros_like(k_s), where=whole > 0)
    expected = rate @ n
    if len(n) > 1:
        for _ in range(ROUNDS):
            relative = np.divide(k_t + 0.5, expected + 0.5)
            exposure = relative @ n.T
            rate = np.divide(k_s, exposure, out=np.zeros_like(k_s), where=exposure > 0)
            expected = rate @ n
        total = k_t.sum(1)
        scale = np.divide(total, expected.sum(1), out=np.ones(len(k_t)), where=expected.sum(1) > 0)
        expected = expected * scale[:, None]
    return Series(k_t, n.sum(0), expected, usual, dispersion)


def counted(first: npt.NDArray[np.int32], second: npt.NDArray[np.int32], n_first: int, n_second: int) -> Floats:
    """Return how many papers have each pair of codes, (n_first, n_second); codes below 0 are left out."""
    inside = (first >= 0) & (second >= 0)
    if not inside.all():
        first, second = first[inside], second[inside]
    return np.bincount(first * n_second + second, minlength=n_first * n_second).reshape(n_first, n_second).astype(float)
