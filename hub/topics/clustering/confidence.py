"""How well a paper fits its topic: nearest and second topic, a confidence, and who is far from all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors

TEMPERATURE = 0.1
"""Of the softmax over cosine similarities; one over the concentration of a von Mises-Fisher mixture."""
FAR_QUANTILE = 0.02
"""No more than this share of the fitted papers counts as far from every topic."""
BLOCK = 20_000


@dataclass(frozen=True)
class Assignment:
    """For each of n papers: ``topic`` and ``second`` (positions among the centres), ``confidence``, ``similarity``."""

    topic: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    confidence: npt.NDArray[np.float32]
    similarity: npt.NDArray[np.float32]


def assign(vectors: Vectors, centres: Vectors, fixed: npt.NDArray[np.int32] | None = None) -> Assignment:
    """Return where papers belong among topics.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised.
    centres
        (n_topics, dim) float32, rows L2-normalised.
    fixed
        Topics (n,) that are settled already; then only the rest is computed.

    Returns
    -------
    Assignment
        ``second`` is -1 when there is one topic; ``confidence`` is the posterior of the topic under equal von
        Mises-Fisher components (Banerjee et al. 2005), in [0, 1]; ``similarity`` the cosine to the topic's centre.
    """
    n, n_topics = len(vectors), len(centres)
    topic, second = np.zeros(n, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    confidence, similarity = np.ones(n, dtype=np.float32), np.zeros(n, dtype=np.float32)
    for start in range(0, n, BLOCK):
        part = slice(start, start + BLOCK)
        cosine = vectors[part] @ centres.T
        rows = np.arange(len(cosine))
        topic[part] = np.argmax(cosine, axis=1) if fixed is None else fixed[part]
        similarity[part] = cosine[rows, topic[part]]
        if n_topics > 1:
            weights = np.exp((cosine - cosine.max(axis=1, keepdims=True)) / TEMPERATURE)
            confidence[part] = weights[rows, topic[part]] / weights.sum(axis=1)
            cosine[rows, topic[part]] = -2.0
            second[part] = np.argmax(cosine, axis=1)
    return Assignment(topic, second, np.clip(confidence, 0.0, 1.0), similarity)


def far_below(closeness: npt.NDArray[np.float32]) -> float:
    """Return the closeness below which a paper counts as far from every topic: three spreads under the median.

    ``closeness`` (n_fitted,) is a cosine to what is near; a spread is 1.4826 median absolute deviations. At most
    :data:`FAR_QUANTILE` of the fitted papers lie below, none when there are under 20.
    """
    if len(closeness) < 20:
        return -2.0
    middle = float(np.median(closeness))
    spread = 1.4826 * float(np.median(np.abs(closeness - middle)))
    return min(middle - 3.0 * spread, float(np.quantile(closeness, FAR_QUANTILE)))
