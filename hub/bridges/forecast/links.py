"""What speaks for a meeting of two terms, and the chance of it: features of the network, weighed by logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.bridges.forecast.network import Floats, Network
from hub.stats.neighbours import unit

MEETS = 2
"""Papers that must use both terms before they have met: one may be an accident."""
OF_EACH = 300_000
"""Pairs without a meeting that the weights are learnt from at most, by lot; each then counts for several."""

LEAST_MET = 20
"""Meetings that weights are learnt from at least."""
RIDGE = 0.01
"""How freely the weights may grow (C of scikit-learn)."""
FARTHEST = 4.0
"""Standard deviations beyond which a feature counts no more."""
BLOCK = 200_000

Array = npt.NDArray[np.float64]
RULES = {
    "common": "common neighbours",
    "adamic_adar": "Adamic-Adar",
    "resource": "resource allocation",
    "papers": "preferential attachment",
}
"""The features that are link predictors of their own (Liben-Nowell & Kleinberg 2007; Zhou et al. 2009)."""


def features(known: Network) -> dict[str, Floats]:
    """Return what speaks for a meeting of each pair (n_pairs,), by name, from what was known alone.

    ``papers`` and ``degree``: how many papers, and other terms, the two have (logarithms, added); ``common`` neighbours,
    ``adamic_adar`` and ``resource`` allocation; ``profile``: cosine of whom they meet more than by chance; ``walk``: chance of
    coming from one to the other in two steps; ``meaning``: cosine of their papers' mean vectors; ``recent``: how both grow.
    """
    i, j = known.pairs
    weight = known.together.copy()
    np.fill_diagonal(weight, 0)
    linked = (weight > 0).astype(np.float32)
    degree, papers = linked.sum(axis=1), known.papers
    chance = np.outer(papers, papers) / max(known.upto, 1)
    lifted = unit(np.log1p(weight / np.maximum(chance, 1e-9)))
    step = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1)
    walk = step @ step
    found = {
        "papers": np.log(papers[i]) + np.log(papers[j]),
        "degree": np.log1p(degree[i]) + np.log1p(degree[j]),
        "common": np.log1p((linked @ linked)[i, j]),
        "adamic_adar": np.log1p(((linked / np.log(np.maximum(degree, 2))) @ linked)[i, j]),
        "resource": np.log(((linked / np.maximum(degree, 1)) @ linked)[i, j] + 1e-3),
        "profile": (lifted @ lifted.T)[i, j],
        "walk": np.log((walk + walk.T)[i, j] + 1e-6),
        "meaning": (known.meaning @ known.meaning.T)[i, j] if known.meaning.shape[1] else np.zeros(len(i)),
        "recent": known.recent[i] + known.recent[j],
    }
    return {name: value.astype(np.float32) for name, value in found.items()}


@dataclass(frozen=True)
class Model:
    """Weights of the features in standard deviations and of their products: ``weight`` (n,), and ``base``."""

    weight: Array
    base: float

    def chance(self, found: dict[str, Floats]) -> Array:
        """Return the chance of a meeting of each pair (n_pairs,)."""
        own = _standard(found)
        blocks = [_products(own[start : start + BLOCK]) @ self.weight for start in range(0, len(own), BLOCK)]
        return np.asarray(1 / (1 + np.exp(-(np.concatenate(blocks or [np.zeros(0)]) + self.base))))


def learn(found: dict[str, Floats], meets: npt.NDArray[np.bool_]) -> Model | None:
    """Return the weights that the past teaches; None where too few pairs met.

    Features are measured in standard deviations among the pairs of their own day, so that weights learnt on a smaller network
    hold for a larger one; products of two let one count more where the other is large.
    """
    from sklearn.linear_model import LogisticRegression

    positive, negative = np.flatnonzero(meets), np.flatnonzero(~meets)
    if len(positive) < LEAST_MET or not len(negative):
        return None
    drawn = np.random.default_rng(0).permutation(negative)[:OF_EACH]
    rows = np.concatenate([positive, drawn])
    weight = np.where(meets[rows], 1.0, len(negative) / len(drawn))
    model = LogisticRegression(C=RIDGE, max_iter=1000)
    fitted = model.fit(_products(_standard(found)[rows]), meets[rows], sample_weight=weight)
    return Model(np.asarray(fitted.coef_[0], dtype=np.float64), float(fitted.intercept_[0]))


def recalibrated(chance: Array, stated: Array, came: npt.NDArray[np.bool_]) -> Array:
    """Return chances after what became of earlier ones: a line through their log odds (Platt 1999), never turned round.

    Parameters
    ----------
    stated, came
        Earlier chances, and whether those pairs met; where there are none the chances stay.
    """
    from sklearn.linear_model import LogisticRegression

    if came.sum() < LEAST_MET:
        return chance
    line = LogisticRegression(C=1e6).fit(_logit(stated)[:, None], came)
    slope, base = max(float(line.coef_[0, 0]), 1e-3), float(line.intercept_[0])
    return np.asarray(1 / (1 + np.exp(-(slope * _logit(chance) + base))))


def _logit(p: Array) -> Array:
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def _standard(found: dict[str, Floats]) -> Floats:
    """The features (n_pairs, n_features) in standard deviations from their mean."""
    columns = [np.clip((value - value.mean()) / max(float(value.std()), 1e-9), -FARTHEST, FARTHEST) for value in found.values()]
    return np.stack(columns, axis=1).astype(np.float32)


def _products(own: Floats) -> Floats:
    """The features and the product of each two of them."""
    first, second = np.triu_indices(own.shape[1])
    return np.concatenate([own, own[:, first] * own[:, second]], axis=1)
