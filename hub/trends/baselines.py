"""The rules that the outlook is held against: what other tools rank topics by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hub.stats import rates
from hub.trends.months import WINDOW, Months

Floats = npt.NDArray[np.float64]


def plain_ratio(m: Months) -> Floats:
    """Rank by the share of the last window over that of the one before: what most dashboards do."""
    now, before = _share(m, slice(-WINDOW, None)), _share(m, slice(-2 * WINDOW, -WINDOW))
    return np.where(before > 0, now / np.maximum(before, 1e-12), np.where(now > 0, np.inf, 0.0))


def raw_slope(m: Months) -> Floats:
    """Rank by the least-squares slope of the monthly share over the last six months."""
    share = m.papers.sum(1)[:, -2 * WINDOW :] / np.maximum(m.totals.sum(0)[-2 * WINDOW :], 1)
    time = np.arange(share.shape[1]) - (share.shape[1] - 1) / 2
    return share @ time


def binomial_p(m: Months) -> Floats:
    """Rank by the binomial p-value of the last window against the one before."""
    return -rates.p_more(_pooled(m))


def lower_bound(m: Months) -> Floats:
    """Rank by the lower bound of the shrunken ratio of the two windows."""
    w = _pooled(m)
    prior = 10.0
    k1, k0 = w.now + prior, w.before + prior
    ratio = np.log(k1 / (w.expected_now + prior)) - np.log(k0 / (w.expected_before + prior))
    return ratio - 1.96 * np.sqrt(1 / k1 + 1 / k0)


def bertrend_popularity(m: Months) -> Floats:
    """Return BERTrend's popularity (Boutaleb et al. 2024) of each topic and month, for comparison only, (n_topics, n_months)."""
    k = m.papers.sum(1)
    popularity = np.zeros(k.shape)
    value, missed = np.zeros(len(k)), np.zeros(len(k))
    for month in range(k.shape[1]):
        missed = np.where(k[:, month] > 0, 0, missed + 1)
        value = np.where(k[:, month] > 0, value + k[:, month], value * np.exp(-0.01 * missed**2))
        popularity[:, month] = value
    return popularity


def bertrend_strong(m: Months) -> Floats:
    """Rank by the slope of BERTrend's popularity over the last window, strong and weak signals alike."""
    return _popularity_slope(bertrend_popularity(m))


def bertrend_weak(m: Months) -> Floats:
    """Rank BERTrend's weak signals (10th to 90th percentile of popularity, positive slope) by slope; the rest comes after."""
    popularity = bertrend_popularity(m)
    slope, last = _popularity_slope(popularity), popularity[:, -1]
    low, high = np.percentile(last[last > 0], [10, 90]) if (last > 0).any() else (0.0, 0.0)
    weak = (last >= low) & (last <= high) & (slope > 0)
    relative = slope / np.maximum(last, 1e-9)
    return np.where(weak, relative, relative - 1e6)


def chance(m: Months) -> Floats:
    """Rank by lot."""
    return np.random.default_rng(len(m)).random(len(m.papers))


BERTREND = "BERTrend, weak signals"
RULES: dict[str, Callable[[Months], Floats]] = {
    "raw slope": raw_slope,
    "last/previous ratio": plain_ratio,
    "binomial p": binomial_p,
    "lower bound of shrunken ratio": lower_bound,
    "BERTrend, steepest": bertrend_strong,
    BERTREND: bertrend_weak,
    "chance": chance,
}


def _share(m: Months, span: slice) -> Floats:
    return m.papers[:, :, span].sum((1, 2)) / max(float(m.totals[:, span].sum()), 1.0)


def _pooled(m: Months) -> rates.Windows:
    k, n = m.papers.sum(1), m.totals.sum(0)
    now, before = slice(-WINDOW, None), slice(-2 * WINDOW, -WINDOW)
    return rates.windows(k[:, now].sum(1)[:, None], k[:, before].sum(1)[:, None], [n[now].sum()], [n[before].sum()])


def _popularity_slope(popularity: Floats) -> Floats:
    last = popularity[:, -WINDOW:]
    return last @ (np.arange(last.shape[1]) - (last.shape[1] - 1) / 2)
