"""Outlook: how likely a topic's share is to hold and to grow, learned from what became of earlier topics like it.

A logistic regression on a few measures of a topic's whole history, each shrunk for small counts. It is taught only by
origins whose future is already known, and starts from plain weights (:data:`START`), so that a young corpus has an
outlook as well. Its probabilities are what the record (:mod:`hub.trends.backtest`) holds it to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from hub.trends import growth

Floats = npt.NDArray[np.float64]
FEATURES = (
    "intercept", "now_to_past", "now_to_before", "last_month", "slope", "size", "noise", "neighbours", "season", "age",
)  # fmt: skip
FACTOR = 1.25
"""How many times the long-run share a future share must be for criterion A."""
WINDOW = 3
"""Months of a window and of the horizon."""
SHRINK = 12.0
"""Expected papers that "nothing changed" is worth in every log ratio."""
PRIOR_WEIGHT = 4.0
START: dict[str, Floats] = {
    "a": np.array([-1.0, 3.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.5, 0.0, 0.0]),
    "b": np.array([0.0, 0.0, -0.5, 0.0, 0.5, 0.0, 0.0, 0.5, 0.0, 0.0]),
    "both": np.array([-1.5, 1.5, -0.5, 0.2, 0.5, 0.0, 0.0, 0.5, 0.0, 0.0]),
}
"""Weights before any origin has taught anything, set by hand before the first back-test and left so: what stands above its
past tends to stay there, what just jumped tends to fall back, neighbours rise together."""


@dataclass(frozen=True, eq=False)
class Months:
    """Counts by month: ``papers`` (n_topics, n_strata, n_months) and ``totals`` (n_strata, n_months).

    ``parent`` (n_topics,) the node that a topic's neighbours share, -1 for none.
    """

    papers: Floats
    totals: Floats
    parent: npt.NDArray[np.int64]

    def until(self, month: int) -> Months:
        """Return what was known when ``month`` months had passed."""
        return Months(self.papers[:, :, :month], self.totals[:, :month], self.parent)

    def compared(self, now: slice, before: slice) -> growth.Windows:
        """Return two spans of months compared over the strata that both have."""
        k, n = self.papers, self.totals
        return growth.windows(k[:, :, now].sum(2), k[:, :, before].sum(2), n[:, now].sum(1), n[:, before].sum(1))


def features(known: Months) -> Floats:
    """Return the measures (n_topics, len(FEATURES)) of each topic at the end of ``known``; nothing later is looked at."""
    months = known.totals.shape[1]
    now, before = slice(months - WINDOW, months), slice(months - 2 * WINDOW, months - WINDOW)
    past = slice(0, months - WINDOW)
    long, short = known.compared(now, past), known.compared(now, before)
    month = known.compared(slice(months - 1, months), slice(months - WINDOW, months - 1))
    level = _log_ratio(long)
    k = known.papers.sum(1)
    e = known.totals.sum(0)[None, :] * (k.sum(1) / known.totals.sum())[:, None]
    year = slice(max(0, months - 12), months)
    slope, _ = growth.slope(k[:, year], e[:, year], 1.0, weeks=1.0)
    information = np.maximum(e[:, year].sum(1), 1e-9)
    slope = slope * information / (information + 4 * SHRINK)
    columns = [
        np.ones(len(k)), level, _log_ratio(short), _log_ratio(month), 6 * slope, np.log(long.now + 3) - np.log(30),
        1 / np.sqrt(long.now + long.before + 3), _of_neighbours(level, long.now, known.parent), _season(known),
        np.log((k[:, : months - 2 * WINDOW].sum(1) + 1) / (e[:, : months - 2 * WINDOW].sum(1) + 1)),
    ]  # fmt: skip
    return np.nan_to_num(np.column_stack(columns))


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


def taught(x: Floats, y: npt.NDArray[np.bool_], prior: Floats, weight: float = PRIOR_WEIGHT) -> Floats:
    """Return logistic weights (n_features,), drawn towards ``prior`` by a normal prior of precision ``weight`` (Newton)."""
    beta = prior.copy()
    for _ in range(25):
        p = special.expit(x @ beta)
        gradient = x.T @ (y - p) - weight * (beta - prior)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + weight * np.eye(len(beta))
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def _log_ratio(w: growth.Windows) -> Floats:
    now = np.log((w.now + SHRINK) / (w.expected_now + SHRINK))
    return now - np.log((w.before + SHRINK) / (w.expected_before + SHRINK))


def _of_neighbours(level: Floats, papers: Floats, parent: npt.NDArray[np.int64]) -> Floats:
    """Return the mean level of the other topics of the same parent, weighted by papers; 0 where there is none."""
    _, node = np.unique(parent, return_inverse=True)
    weight = papers + 1
    total, count = np.bincount(node, level * weight)[node] - level * weight, np.bincount(node, weight)[node] - weight
    return np.where((parent >= 0) & (count > 0), total / np.maximum(count, 1e-9), 0.0)


def _season(known: Months) -> Floats:
    """Return how the coming months stood a year ago against the same months as now a year ago; 0 without a year before."""
    months = known.totals.shape[1]
    if months < 12 + WINDOW:
        return np.zeros(len(known.papers))
    return _log_ratio(known.compared(slice(months - 12, months - 12 + WINDOW), slice(months - 12 - WINDOW, months - 12)))


def chances_now(whole: Months, first: int) -> tuple[Floats, Floats]:
    """Return for each topic how likely criteria A and B come true in the coming months, (n_topics,) each.

    Taught by all origins from ``first`` on whose future is known.
    """
    months = whole.totals.shape[1]
    seen, above, held = [np.zeros((0, len(FEATURES)))], [np.zeros(0, dtype=bool)], [np.zeros(0, dtype=bool)]
    for origin in range(first, months - WINDOW + 1):
        a, b = outcomes(whole, origin)
        known = ~np.isnan(a) & ~np.isnan(b)
        seen.append(features(whole.until(origin))[known])
        above.append((a > FACTOR)[known])
        held.append((b >= 1)[known])
    x, past = features(whole), np.concatenate(seen)
    chances = [special.expit(x @ taught(past, np.concatenate(y), START[c])) for c, y in (("a", above), ("b", held))]
    return chances[0], chances[1]
