"""How many topics papers make: the finest number at which groups stand apart and come back, among cuts of one Ward linkage.

Two measures are added. The silhouette with centres for clusters (Rousseeuw 1987; Hruschka et al. 2004) says how much nearer a
paper is to its own centre than to the next; the stability, how alike the groups come out where the papers weigh differently
(adjusted Rand index between Bayesian bootstraps; Ben-Hur et al. 2002). Papers have structure at several scales (compare Lambiotte
et al. 2014): a number is a scale of theirs where no number near it is better by more than noise, on a smoothed course over the
numbers, and of the scales that are nearly as good as the best the finest is taken: the top of a peak, or the end of a plateau.
Modularity, which was here before, has a limit of resolution (Fortunato & Barthelemy 2007) and took ten topics where many fields
meet; docs/TOPICS.md has both ways on the same corpora.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.stats.neighbours import centroids, nearest_centre, sums
from hub.topics.clustering.ward import Merges, cuts, ward

NUMBERS = (*range(2, 21), 22, 24, 27, 30, 33, 36, 40, 44, 48, 53, 58, 64, 70, 77, 85, 93, 102, 112, 123, 135, 150, 165, 180, 200)
"""Numbers of topics that are tried."""
PAPERS_EACH = 12
"""Papers that there must be for each topic of a number that is tried."""
PEAKS_EACH = 8
"""Peaks of density for each topic, below which groups come back only because they are single peaks."""
RUNS = 16
"""Times that the papers' weights are drawn anew."""
STABLE = 0.5
"""What stability counts beside the silhouette; 0.4 to 0.7 choose alike."""
CLOSE = 0.06
"""How far below the best a finer scale may fall; 0.045 to 0.06 choose alike."""
NEAR = 1.35
"""Numbers up to so many times larger or smaller are near: none of them is better than a scale."""
SMOOTH = 0.2
"""Width of the bell curve, in logarithms of the number, that the course over the numbers is smoothed with before scales are
sought: what one number has over the next changes with the papers at hand and the draws, what a fifth more or less share does not.
Within so much of a scale the best number is taken as it is."""
NOISE = 0.01
"""How much better a number near a scale may be: so much the smoothed course moves from one sample of the papers to the next."""
TWO = 0.25
"""By how much two topics must be better than any other number: halves of everything stand apart easily and tell nobody much. The
halves of 500 to 2,000 papers of all of arXiv are better by 0.10 to 0.16, and agree with its categories half as well."""
LOOKED_AT = 6000
"""Papers that the silhouette is measured on."""
ROUNDS = 15


@dataclass(frozen=True)
class Level:
    """A number of topics with its ``silhouette`` in [-1, 1], its ``stability`` in [-1, 1], and whether it is ``safe``: coarse
    enough beside the peaks of density for its stability to tell something."""

    topics: int
    silhouette: float
    stability: float
    safe: bool = True

    @property
    def apart(self) -> float:
        """How well the groups stand apart and come back: what numbers are compared by."""
        return self.silhouette + STABLE * self.stability


def tried(space: Vectors, peak: npt.NDArray[np.integer], merges: Merges) -> list[Level]:
    """Return the numbers of topics that were tried, each with how well its groups stand apart and come back.

    Parameters
    ----------
    space
        (n, n_axes) vectors averaged with their neighbours', rows L2-normalised.
    peak
        (n,) the peak of density that each paper climbs to.
    merges
        Ward's linkage of the peaks.
    """
    n, n_peaks = len(space), int(peak.max()) + 1
    along = np.lexsort((space[:, 1], space[:, 0])) if space.shape[1] > 1 else np.argsort(space[:, 0], kind="stable")
    rows = along[np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(np.int64)]
    weight = np.bincount(peak, minlength=n_peaks).astype(np.float64)
    middle = sums(space, peak).astype(np.float64) / weight[:, None]
    numbers = [k for k in NUMBERS if k <= min(n_peaks, n // PAPERS_EACH)]
    stabilities = _stabilities(middle, weight, numbers)
    begins = cuts(merges, n_peaks, numbers)
    found: list[Level] = []
    for k in numbers:
        centres = _settled(space[rows], begins[k][peak[rows]])
        if len(centres) < 2 or (found and len(centres) <= found[-1].topics):
            continue
        safe, stability = k <= max(6, n_peaks // PEAKS_EACH), stabilities[k]
        if not safe:  # from here on it can only rise for the wrong reason
            stability = min(stability, next((one.stability for one in reversed(found) if one.safe), stability))
        found.append(Level(len(centres), silhouette(space[rows], centres), stability, safe))
    return found


def chosen(levels: Sequence[Level]) -> int:
    """Return the number of topics to take: the finest scale nearly as good as the best number; 1 where none was tried.

    >>> chosen([Level(2, 0.6, 0.8), Level(9, 0.65, 0.85), Level(10, 0.65, 0.8), Level(30, 0.64, 0.82), Level(60, 0.6, 0.8)])
    30
    """
    more = [level for level in levels if level.topics > 2]
    if not more:
        return 2 if levels else 1
    best = max(level.apart for level in more)
    for level in levels:
        if level.topics == 2 and level.apart > best + TWO:
            return 2
    value = _course(more)
    enough = value >= value.max() - np.where([level.safe for level in more], CLOSE, 0.0)
    finest = max(level.topics for level, good in zip(more, _peaks(more, value) & enough, strict=True) if good)
    near = [level for level in more if abs(np.log(level.topics / finest)) <= SMOOTH]
    return max(near, key=lambda level: (level.apart, -level.topics)).topics


def still_good(levels: Sequence[Level], had: int) -> bool:
    """Whether a refit may go on with the number of topics that it has: it is nearly as good as the best.

    >>> levels = [Level(4, 0.5, 0.5), Level(14, 0.64, 0.8), Level(40, 0.645, 0.8)]
    >>> still_good(levels, 15), still_good(levels, 4)
    (True, False)
    """
    value = _course(levels)
    now = min(range(len(levels)), key=lambda i: (abs(levels[i].topics - had), levels[i].topics))
    return bool(value[now] >= value.max() - CLOSE)


def _course(levels: Sequence[Level]) -> npt.NDArray[np.float64]:
    """How well each number's groups stand apart and come back, smoothed over the numbers near it."""
    at = np.log([level.topics for level in levels])
    weight = np.exp(-0.5 * ((at[:, None] - at[None, :]) / SMOOTH) ** 2)
    return np.asarray(weight @ np.array([level.apart for level in levels]) / weight.sum(axis=1))


def _peaks(levels: Sequence[Level], value: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which numbers no number near them betters by more than noise."""
    at = np.log([level.topics for level in levels])
    near = np.abs(at[:, None] - at[None, :]) <= np.log(NEAR)
    return np.asarray((~near | (value[None, :] <= value[:, None] + NOISE)).all(axis=1))


def silhouette(space: Vectors, centres: Vectors) -> float:
    """Return the mean silhouette of papers about centres: 0 where two centres are equally near, 1 where a paper is its centre."""
    cosine = space @ centres.T
    two = np.partition(cosine, -2, axis=1)[:, -2:]
    return float(np.mean((two[:, 1] - two[:, 0]) / np.maximum(1.0 - two[:, 0], 1e-9)))


def _settled(space: Vectors, labels: npt.NDArray[np.integer]) -> Vectors:
    """The centres of some rounds of k-means on the sphere."""
    for _ in range(ROUNDS):
        centres = centroids(space, labels)
        moved = nearest_centre(space, centres)
        kept = np.unique(moved, return_inverse=True)[1]
        if np.array_equal(kept, labels):
            break
        labels = kept
    return centroids(space, labels)


def _stabilities(middle: npt.NDArray[np.floating], weight: npt.NDArray[np.floating], numbers: Sequence[int]) -> dict[int, float]:
    """How alike the groups of the peaks come out where their weights are drawn anew (a Bayesian bootstrap), for each number of
    groups: the mean adjusted Rand index of each two runs, peaks counted by their papers. The same draws each time."""
    random = np.random.default_rng(0)
    groups: dict[int, list[npt.NDArray[np.integer]]] = {k: [] for k in numbers}
    for _ in range(RUNS):
        drawn = weight * random.exponential(size=len(weight))
        weighed = np.asarray(middle * drawn[:, None], dtype=np.float32)
        for k, group in cuts(ward(middle, drawn), len(weight), numbers).items():
            for _ in range(2):
                group = nearest_centre(middle, centroids(weighed, group))
            groups[k].append(group)
    return {k: float(np.mean([_alike(a, b, weight) for a, b in combinations(own, 2)])) for k, own in groups.items()}


def _alike(one: npt.NDArray[np.integer], other: npt.NDArray[np.integer], weight: npt.NDArray[np.floating]) -> float:
    """The adjusted Rand index (Hubert & Arabie 1985) of two groupings of weighted points; 1 where each has one group."""
    shape = int(one.max()) + 1, int(other.max()) + 1
    both = sparse.coo_matrix((weight, (one, other)), shape).toarray()

    def pairs(count: npt.NDArray[np.floating]) -> float:
        return float((count * (count - 1)).sum() / 2)

    here, there = pairs(both.sum(axis=1)), pairs(both.sum(axis=0))
    expected, most = here * there / pairs(weight.sum(keepdims=True)), (here + there) / 2
    return (pairs(both) - expected) / (most - expected) if most > expected else 1.0
