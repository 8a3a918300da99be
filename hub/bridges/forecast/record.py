"""What is forecast now, and how such forecasts fared: history replayed with only what was known then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.bridges.forecast.links import MEETS, RULES, Array, Model, features, learn, recalibrated
from hub.bridges.forecast.network import Floats, Network, met, network
from hub.bridges.forecast.vocabulary import Vocabulary
from hub.embed import Vectors

OURS = "forecast"
BASE = 3
"""Months of papers that a network needs."""
ORIGINS = 4
"""Days in the past at most that are replayed, one horizon apart, so that no meeting counts twice."""
DRAWS = 200
NEGATIVES = 100_000
"""Pairs that did not meet, drawn by lot, among which the area under the curve is measured; all where there are fewer."""
MATCHED = 10
"""For each pair that met, so many that did not and whose terms have as many papers: the hard comparison."""
FIRST = 50
STEPS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Bounds of the steps of stated chance in the calibration."""


@dataclass(frozen=True)
class Origin:
    """A day in the past: scores of each rule for the pairs that had not met, the chance stated, and how many papers then
    used both."""

    month: int
    known: Network
    scores: dict[str, Array]
    chance: Array
    papers: Floats

    @property
    def came(self) -> npt.NDArray[np.bool_]:
        """Which pairs met within the horizon (n_pairs,)."""
        return np.asarray(self.papers >= MEETS)


@dataclass(frozen=True)
class Forecast:
    """``known`` now, the ``chance`` (n_pairs,) of each pair that has not met, and the replayed ``origins``, the oldest first."""

    known: Network
    found: dict[str, Floats]
    chance: Array
    origins: list[Origin] = field(default_factory=list)


def horizon_for(months: int) -> int:
    """Return how many months ahead a history of so many whole months suffices for: 12, 3, or 0 for none.

    >>> [horizon_for(n) for n in (8, 9, 14, 40)]
    [0, 3, 3, 12]
    """
    return 12 if months >= 3 * 12 + BASE else 3 if months >= 3 * 2 + BASE else 0


def forecast(words: Vocabulary, vectors: Vectors, now: int, horizon: int) -> Forecast | None:
    """Return what will meet within ``horizon`` months of the month ``now``, and the record; None where the past teaches nothing.

    The weights for a day come from the day one horizon before it, whose outcome was known by then; the stated chances are set
    right by the outcomes of the replayed days before.

    Parameters
    ----------
    words, vectors
        Of the Snapshot's papers.
    now
        Months since 1970-01: papers of this month and later are not looked at.
    """
    begin = int(words.month.min()) + BASE
    days = [now - horizon * back for back in range(ORIGINS + 1, -1, -1) if now - horizon * back >= begin]
    origins: list[Origin] = []
    model: Model | None = None
    for month in days:
        known = network(words, vectors, month)
        found = features(known)
        chance = _stated(model, found, origins)
        if month == now:
            return None if chance is None else Forecast(known, found, chance, origins)
        papers = met(words, known, month + horizon)
        if chance is not None:
            scores = {name: found[name].astype(np.float64) for name in RULES}
            origins.append(Origin(month, known, {OURS: chance} | scores, chance, papers))
        model = learn(found, papers >= MEETS) or model
    return None


def _stated(model: Model | None, found: dict[str, Floats], origins: Sequence[Origin]) -> Array | None:
    if model is None:
        return None
    chance = model.chance(found)
    if not origins:
        return chance
    return recalibrated(chance, *(np.concatenate(part) for part in zip(*((o.chance, o.came) for o in origins), strict=True)))


def table(origins: Sequence[Origin], about: Callable[[Origin], npt.NDArray[np.bool_]] | None = None) -> pd.DataFrame:
    """Return how each rule fared over the replayed days.

    Parameters
    ----------
    about
        Which pairs (n_pairs,) of a day to look at; all unless given.

    Returns
    -------
    pandas.DataFrame
        ``rule``; ``auc``, the chance that a pair that met was put above one that did not, negatives drawn uniformly from all
        pairs that did not, mean over the days; ``auc_low``, ``auc_high`` (95 %, bootstrap over pairs within each day); ``hard``
        with ``hard_low`` and ``hard_high``, the same against pairs of terms with as many papers; ``first``, the share of the
        :data:`FIRST` put first that met; ``base``, that of all pairs; ``met`` and ``pairs`` summed over ``origins``.
    """
    rules = [OURS, *RULES]
    measured: dict[str, list[npt.NDArray[np.float64]]] = {rule: [] for rule in rules}
    firsts: dict[str, list[float]] = {rule: [] for rule in rules}
    n_met, n_pairs, days = 0, 0, 0
    for origin in origins:
        asked = np.arange(len(origin.papers)) if about is None else np.flatnonzero(about(origin))
        came, size = origin.came[asked], origin.scores["papers"][asked]
        if came.sum() < 5 or came.all():
            continue
        days, n_met, n_pairs = days + 1, n_met + int(came.sum()), n_pairs + len(asked)
        random = np.random.default_rng(origin.month)
        positive, negative = np.flatnonzero(came), random.permutation(np.flatnonzero(~came))[:NEGATIVES]
        hard = _matched(size, came, random)
        scores = [origin.scores[rule][asked] for rule in rules]
        for rule, score, areas in zip(rules, scores, _areas(scores, positive, negative), strict=True):
            measured[rule].append(np.stack([areas, _areas_matched(score, positive, hard)]))
            firsts[rule].append(float(came[np.argsort(-score, kind="stable")[:FIRST]].mean()))
    rows = []
    for rule in rules if days else []:
        mean = np.mean(measured[rule], axis=0)
        (low, hard_low), (high, hard_high) = np.percentile(mean[:, 1:], (2.5, 97.5), axis=1)
        rows.append((rule, mean[0, 0], low, high, mean[1, 0], hard_low, hard_high, float(np.mean(firsts[rule])),
                     n_met / n_pairs, n_met, n_pairs, days))  # fmt: skip
    return pd.DataFrame(rows, columns=list(RECORD_COLUMNS))


RECORD_COLUMNS = ("rule", "auc", "auc_low", "auc_high", "hard", "hard_low", "hard_high", "first", "base", "met", "pairs",
                  "origins")  # fmt: skip


def calibration(origins: Sequence[Origin]) -> pd.DataFrame:
    """Return ``stated`` (mean chance), ``true`` (share that met) and ``n`` pairs of each step of stated chance."""
    if not origins:
        return pd.DataFrame({"stated": [], "true": [], "n": []}).astype({"n": "int64"})
    chance, came = (np.concatenate(part) for part in zip(*((o.chance, o.came) for o in origins), strict=True))
    step = np.digitize(chance, STEPS[1:-1])
    rows = [(float(chance[own].mean()), float(came[own].mean()), int(own.sum())) for s in range(len(STEPS) - 1)
            if (own := step == s).any()]  # fmt: skip
    return pd.DataFrame(rows, columns=["stated", "true", "n"])


def area(score: Array, positive: npt.NDArray[np.int64], negative: npt.NDArray[np.int64]) -> float:
    """Return the area under the receiver's curve: the chance that a positive scores above a negative, ties half.

    >>> area(np.array([3.0, 1.0, 2.0, 1.0]), np.array([0, 1]), np.array([2, 3]))
    0.625
    """
    below = np.sort(score[negative])
    left, right = (np.searchsorted(below, score[positive], side) for side in ("left", "right"))  # type: ignore[call-overload]
    return float((left + right).mean() / 2 / len(negative))


def _areas(scores: Sequence[Array], positive: npt.NDArray[np.int64], negative: npt.NDArray[np.int64]) -> Array:
    """The area of each score, and that of each draw of the bootstrap (n_scores, 1 + DRAWS), both sides drawn anew for all."""
    random = np.random.default_rng(1)
    values = np.empty((len(scores), 1 + DRAWS))
    values[:, 0] = [area(score, positive, negative) for score in scores]
    places = []
    for score in scores:
        levels, place = np.unique(score[negative], return_inverse=True)
        left, right = (np.searchsorted(levels, score[positive], side) for side in ("left", "right"))  # type: ignore[call-overload]
        places.append((len(levels), place, left, right))
    for draw in range(1, 1 + DRAWS):
        others, own = random.poisson(1.0, len(negative)), random.poisson(1.0, len(positive))
        drawn = max(own.sum(), 1)
        for row, (n_levels, place, left, right) in enumerate(places):
            total = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=others, minlength=n_levels))])
            share = (total[left] + total[right]) / 2 / max(total[-1], 1.0)
            values[row, draw] = (share * own).sum() / drawn
    return values


def _matched(size: Array, came: npt.NDArray[np.bool_], random: np.random.Generator) -> npt.NDArray[np.int64]:
    """For each pair that met, rows (n_met, MATCHED) of pairs that did not and are nearest in size, spread at random."""
    negative = np.flatnonzero(~came)
    order = negative[np.lexsort((random.random(len(negative)), size[negative]))]
    place = np.searchsorted(size[order], size[came])
    width = min(len(order), 5 * MATCHED)
    start = np.clip(place - width // 2, 0, len(order) - width)
    picks = np.stack([random.permutation(width)[:MATCHED] for _ in range(int(came.sum()))])
    return np.asarray(order[start[:, None] + picks])


def _areas_matched(score: Array, positive: npt.NDArray[np.int64], hard: npt.NDArray[np.int64]) -> Array:
    own, others = score[positive][:, None], score[hard]
    won = ((own > others) + 0.5 * (own == others)).mean(axis=1)
    random = np.random.default_rng(1)
    weights = random.poisson(1.0, (DRAWS, len(won)))
    drawn = (weights * won).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return np.concatenate([[float(won.mean())], drawn])
