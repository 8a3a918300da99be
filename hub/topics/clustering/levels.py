"""How many topics papers make: the number at which groups stand apart best, looked for among cuts of one Ward linkage.

Two measures are added. The silhouette with centres for clusters (Rousseeuw 1987; Hruschka et al. 2004) says how much nearer a
paper is to its own centre than to the next; the modularity of the neighbour graph (Newman & Girvan 2004) how many more neighbours
share a group than by chance. The first alone takes two or three groups where many fields meet, the second alone about ten
whatever there is (docs/TOPICS.md has both beside ten others). The finest number that is nearly as good as the best is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.stats.neighbours import Neighbours, centroids, nearest_centre, unit
from hub.topics.clustering.ward import Merges, cut

NUMBERS = (*range(2, 21), 22, 24, 27, 30, 33, 36, 40, 44, 48, 53, 58, 64, 70, 77, 85, 93, 102, 112, 123, 135, 150, 165, 180, 200)
"""Numbers of topics that are tried."""
PAPERS_EACH = 12
"""Papers that there must be for each topic of a number that is tried."""
GRAPH = 0.5
"""What modularity counts beside the silhouette; 0.4 to 0.7 choose alike."""
CLOSE = 0.0125
"""How far below the best a finer number may fall: papers of many fields stand apart about as well at two or three scales."""
TWO = 0.1
"""By how much two topics must be better than any other number: halves of everything stand apart easily and tell nobody much."""
LOOKED_AT = 6000
"""Papers that the silhouette is measured on."""
ROUNDS = 15


@dataclass(frozen=True)
class Level:
    """A number of topics with its ``silhouette`` in [-1, 1] and ``modularity`` in [-0.5, 1]."""

    topics: int
    silhouette: float
    modularity: float

    @property
    def apart(self) -> float:
        """How well the groups stand apart: what numbers are compared by."""
        return self.silhouette + GRAPH * self.modularity


def tried(space: Vectors, near: Neighbours, peak: npt.NDArray[np.integer], merges: Merges) -> list[Level]:
    """Return the numbers of topics that were tried, each with how well its groups stand apart.

    Parameters
    ----------
    space
        (n, n_axes) vectors averaged with their neighbours', rows L2-normalised.
    near
        The neighbours of each paper.
    peak
        (n,) the peak of density that each paper climbs to.
    merges
        Ward's linkage of the peaks.
    """
    n, n_peaks = len(space), int(peak.max()) + 1
    along = np.lexsort((space[:, 1], space[:, 0])) if space.shape[1] > 1 else np.argsort(space[:, 0], kind="stable")
    rows = along[np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(np.int64)]
    member = sparse.csr_matrix((np.ones(n), (peak, np.arange(n))), (n_peaks, n))
    graph = sparse.csr_matrix(member @ near.mean @ member.T)
    graph = sparse.csr_matrix((graph + graph.T) / graph.sum() / 2)
    middle = unit(np.asarray(member @ space))
    found: list[Level] = []
    for k in NUMBERS:
        if k > min(n_peaks, n // PAPERS_EACH):
            break
        centres = _settled(space[rows], cut(merges, n_peaks, k)[peak[rows]])
        if len(centres) < 2 or (found and len(centres) <= found[-1].topics):
            continue
        group = nearest_centre(middle, centres)
        found.append(Level(len(centres), silhouette(space[rows], centres), _modularity(graph, group)))
    return found


def chosen(levels: Sequence[Level]) -> int:
    """Return the number of topics to take: the finest that stands apart nearly as well as the best; 1 where none was tried.

    >>> chosen([Level(2, 0.6, 0.4), Level(9, 0.65, 0.71), Level(10, 0.65, 0.7), Level(30, 0.6, 0.68)])
    10
    """
    more = [level for level in levels if level.topics > 2]
    best = max((level.apart for level in more), default=-2.0)
    for level in levels:
        if level.topics == 2 and level.apart > best + TWO:
            return 2
    return max((level.topics for level in more if level.apart >= best - CLOSE), default=1)


def still_good(levels: Sequence[Level], had: int) -> bool:
    """Whether a refit may go on with the number of topics that it has: it stands apart nearly as well as the one to choose.

    >>> levels = [Level(4, 0.5, 0.5), Level(14, 0.64, 0.6), Level(40, 0.645, 0.6)]
    >>> still_good(levels, 15), still_good(levels, 4)
    (True, False)
    """
    now = min(levels, key=lambda level: (abs(level.topics - had), level.topics))
    wanted = next(level for level in levels if level.topics == chosen(levels))
    return now.apart >= wanted.apart - 2 * CLOSE


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


def _modularity(graph: sparse.csr_matrix, group: npt.NDArray[np.integer]) -> float:
    member = sparse.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))))
    between = (member @ graph @ member.T).toarray()
    return float(np.trace(between) - (between.sum(axis=1) ** 2).sum())
