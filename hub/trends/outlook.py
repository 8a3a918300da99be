"""Outlook: how likely a topic's share is to grow and to hold in the coming three months.

:mod:`hub.trends.forecast` gives each topic's share to come; here it is held against the two references that the record
(:mod:`hub.trends.backtest`) holds it against, and the chances are corrected by how earlier ones came true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from hub.stats import rates
from hub.trends.forecast import forecast
from hub.trends.months import WINDOW, Months, outcomes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FACTOR = 1.25
"""How many times the long-run share a future share must be for criterion A."""
FROM_NEIGHBOURS = 0.4
"""Part of the course of the other topics of its parent that a topic is expected to take before its own papers are looked at."""
LEAST_NEIGHBOURS = 30
"""Papers that the other topics of a parent must have to lend anything."""
WIDEST = 4.0
"""Dispersion beyond which a topic's counts are not taken to vary more: one outlier says little about all months."""
LEAST_PAPERS = 10
"""Papers a topic must have had to be ranked at all, by any rule."""
TILT = 0.15
"""How much the rank leans from "grows and holds" towards "grows" alone; chosen on two corpora, see docs/TRENDS.md."""
PRIOR_WEIGHT = 400.0
"""How firmly stated chances are kept as they are while few earlier ones have come true or not."""
CRITERIA = ("a", "b", "both")


@dataclass(frozen=True)
class Outlook:
    """Chances (n_topics,) that criterion A, B, and both come true."""

    a: Floats
    b: Floats
    both: Floats

    def __getitem__(self, criterion: str) -> Floats:
        chance: Floats = getattr(self, criterion)
        return chance

    @property
    def rank(self) -> Floats:
        """What topics are ranked by, the likeliest to grow and hold first: log odds, (n_topics,)."""
        return _log_odds(self.both) + TILT * _log_odds(self.a)


@dataclass(frozen=True)
class Past:
    """An earlier outlook whose future is known: ``origin``, its :class:`Outlook`, and what came true of each criterion."""

    origin: int
    stated: Outlook
    true: Mapping[str, Bools]
    ranked: npt.NDArray[np.int64]


def outlook(known: Months) -> Outlook:
    """Return the Outlook at the end of ``known``; nothing later is looked at."""
    k, e = known.counted()
    spread = np.minimum(rates.dispersion(k, e), WIDEST)
    coming = e[:, -WINDOW:].sum(1)
    found = forecast(k, e, spread, WINDOW, _of_neighbours(k, e, known.parent)).balanced(coming)
    past = slice(0, k.shape[1] - 2 * WINDOW)
    grown = FACTOR * k[:, past].sum(1) / np.maximum(e[:, past].sum(1), 1e-3) * coming
    kept = k[:, -WINDOW:].sum(1)
    a, b, both = (found.chance_above(papers, coming, spread) for papers in (grown, kept, np.maximum(grown, kept)))
    return Outlook(a, b, both)


def past_of(whole: Months, origin: int, judge: Months | None = None) -> Past:
    """Return the Outlook at an origin with what became of it; ``judge`` says so when it is not ``whole`` itself."""
    stated = outlook(whole.until(origin))
    ratio_a, ratio_b = outcomes(judge or whole, origin)
    enough = whole.until(origin).papers.sum((1, 2)) >= LEAST_PAPERS
    a, b = ratio_a > FACTOR, ratio_b >= 1
    ranked = np.flatnonzero(enough & ~np.isnan(ratio_a) & ~np.isnan(ratio_b))
    return Past(origin, stated, {"a": a, "b": b, "both": a & b}, ranked)


def corrected(stated: Outlook, past: Sequence[Past]) -> Outlook:
    """Return the chances as earlier ones came true: log odds moved and stretched (Platt 1999), drawn to no change at all."""
    chances = []
    for criterion in CRITERIA:
        weights = np.array([0.0, 1.0])
        if past:
            x = np.concatenate([_design(p.stated[criterion][p.ranked]) for p in past])
            y = np.concatenate([p.true[criterion][p.ranked] for p in past])
            weights = taught(x, y, weights)
        chances.append(special.expit(_design(stated[criterion]) @ weights))
    return Outlook(*chances)


def outlook_now(whole: Months, first: int) -> Outlook:
    """Return the Outlook at the end of all months, corrected by all origins from ``first`` on whose future is known."""
    past = [past_of(whole, origin) for origin in range(first, len(whole) - WINDOW + 1)]
    return corrected(outlook(whole), past)


def taught(x: Floats, y: Bools, prior: Floats, weight: float = PRIOR_WEIGHT) -> Floats:
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


def _of_neighbours(k: Floats, e: Floats, parent: npt.NDArray[np.int64]) -> Floats:
    """Return the course that the other topics of the same parent lend each topic, (n_topics, n_months + WINDOW)."""
    months = k.shape[1]
    _, node = np.unique(parent, return_inverse=True)
    papers, expected = np.zeros((node.max(initial=0) + 1, months)), np.zeros((node.max(initial=0) + 1, months))
    np.add.at(papers, node, k)
    np.add.at(expected, node, e)
    others, usual = papers[node] - k, np.maximum(expected[node] - e, 1e-3)
    path = forecast(others, usual, np.ones(len(k)), WINDOW).path
    course = FROM_NEIGHBOURS * (path - path[:, :months].mean(1, keepdims=True))
    lends = (parent >= 0) & (others.sum(1) > LEAST_NEIGHBOURS)
    return np.where(lends[:, None], course, 0.0)


def _log_odds(chance: Floats) -> Floats:
    odds: Floats = special.logit(np.clip(chance, 1e-4, 1 - 1e-4))
    return odds


def _design(chance: Floats) -> Floats:
    return np.column_stack([np.ones(len(chance)), _log_odds(chance)])
