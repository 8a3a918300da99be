"""Papers to topics, every paper in one, with no step left to chance: the same papers give the same topics in any order.

Each paper's vector moves towards its neighbours' (a random walk on the neighbour graph), which brings out what they share.
In that space k-means on the unit sphere (Dhillon & Modha 2001) starts from peaks of density joined by Ward's linkage. A refit
starts from the former topics instead, and splits or merges only where the papers ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors
from hub.stats.nearest import Neighbours
from hub.stats.neighbours import Axes, centroids, nearest_centre, neighbours, sums, unit
from hub.topics.clustering.levels import Level, chosen, still_good, tried
from hub.topics.clustering.ward import cut, peaks, ward

NEIGHBOURS = 25
STEPS = 8
"""Times that each vector moves half-way to the mean of its neighbours."""
ROUNDS = 60
RUNS = 8
ONE_TOPIC_UP_TO = 20
"""Papers that make one topic."""
ANOTHER_NUMBER = 1.5
"""How many times as many topics, or as few, the papers must make before a refit works towards that number, and clearly better."""
MARGIN = 1.5
"""How many times what a merge costs a split must gain before a refit does both."""
LEAD = 0.02
"""By how much another topic's centre must be nearer (cosine) before a refit moves a paper: less is noise of the neighbours."""

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Clusters:
    """``labels`` (n,) int32, 0 for the largest topic; ``neighbours``; ``agreement`` (n,); ``axes`` and ``space``; ``levels``.

    ``space`` (n, n_axes) has the vectors on their axes, see :func:`diffused`: topics are nearest centres there.
    ``agreement`` is the share of the runs on reweighed papers in which a paper lies in the cluster that matches its topic;
    ``levels`` are the numbers of topics that were tried.
    """

    labels: Labels
    neighbours: Neighbours
    axes: Axes
    space: Vectors
    agreement: npt.NDArray[np.float32] = field(repr=False)
    levels: Sequence[Level] = ()


def cluster(vectors: Vectors, seed: int = 0, former: Labels | None = None) -> Clusters:
    """Return the topics of papers, every paper in one.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised.
    seed
        Of the reweighing that ``agreement`` is measured with; the topics do not depend on it.
    former
        (n,) topics of an earlier fit to start from, -1 for papers that it did not see.
    """
    n = len(vectors)
    if n < 2:
        nobody = Neighbours(np.zeros((n, 0), dtype=np.int32), np.zeros((n, 0), dtype=np.float32))
        return Clusters(np.zeros(n, dtype=np.int32), nobody, Axes.of(vectors), vectors, np.ones(n, dtype=np.float32))
    axes = Axes.of(vectors)
    start = axes.on(vectors)
    near = neighbours(start, k=min(NEIGHBOURS, max(3, n // 8)))
    space = diffused(start, near)
    del start
    whole = Clusters(np.zeros(n, dtype=np.int32), near, axes, space, np.ones(n, dtype=np.float32))
    if n <= ONE_TOPIC_UP_TO or float(near.similarity.max(initial=0.0)) <= 0.0:
        return whole
    peak = peaks(space, near)
    weight = np.bincount(peak).astype(np.float64)
    middle = sums(space, peak).astype(np.float64) / weight[:, None]
    least = max(4, min(n // 40, 12))
    merges = ward(middle, weight)
    levels = tried(space, peak, merges)
    wanted = chosen(levels)
    if wanted == 1:
        return whole
    if former is None or former.max(initial=-1) < 1:
        labels = _revised(space, cut(merges, len(weight), wanted)[peak].astype(np.int32), wanted, least, 0.0)
    else:
        begin = np.unique(np.append(former, -1), return_inverse=True)[1][:-1].astype(np.int32) - 1
        had = int(begin.max()) + 1
        keeps = max(had, wanted) < ANOTHER_NUMBER * min(had, wanted) or still_good(levels, had)
        labels = _revised(space, begin, had if keeps else wanted, least, LEAD)
    labels = by_size(labels)
    return Clusters(labels, near, axes, space, _agreement(labels, peak, middle, weight, seed), levels)


def diffused(vectors: Vectors, near: Neighbours) -> Vectors:
    """Return each vector moved half-way to the mean of its neighbours, some times: what it shares with them stands out."""
    mean = near.mean
    for _ in range(STEPS):
        vectors = unit(0.5 * vectors + 0.5 * (mean @ vectors))
    return vectors


def _settled(space: Vectors, labels: Labels, least: int, lead: float) -> Labels:
    """Give each paper the topic whose centre is nearest until nothing moves; topics of too few papers dissolve."""
    for _ in range(ROUNDS):
        sizes = np.bincount(labels[labels >= 0])
        kept = np.flatnonzero(sizes >= min(least, int(sizes.max())))
        position = np.full(len(sizes) + 1, -1)
        position[kept] = np.arange(len(kept))
        moved = nearest_centre(space, centroids(space, position[labels]), position[labels], lead)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _revised(space: Vectors, begin: Labels, wanted: int, least: int, lead: float) -> Labels:
    """Start from topics; split the one that gains most and merge the two that lose least, while that pays.

    While a tenth of the ``wanted`` topics are missing topics are only split, while there are a tenth too many only merged.
    """
    labels = _settled(space, begin, least, lead)
    known: dict[bytes, tuple[float, npt.NDArray[np.int64]]] = {}
    for _ in range(max(2, wanted // 5, abs(wanted - int(labels.max()) - 1))):
        total = sums(space, labels)
        n = len(total)
        halves = []
        before, known = known, {}
        for t in range(n):
            rows = np.flatnonzero(labels == t)
            key = rows.tobytes()
            known[key] = before[key] if key in before else _halves(space, rows, least)
            halves.append(known[key])
        gain = np.array([g for g, _ in halves])
        length = np.linalg.norm(total, axis=1)
        cost = length[:, None] + length[None, :] - np.linalg.norm(total[:, None, :] + total[None, :, :], axis=2)
        cost[np.tril_indices(n)] = np.inf
        t = int(np.argmax(gain))
        cost[t], cost[:, t] = np.inf, np.inf
        a, b = divmod(int(np.argmin(cost)), n)
        few, many = n < 0.9 * wanted, n > 1.1 * wanted
        if not (few or many or gain[t] > MARGIN * cost[a, b]) or (gain[t] <= 0 and not many):
            break
        changed = labels.copy()
        if not many:
            changed[halves[t][1]] = n
        if not few:
            changed[labels == b] = a
        labels = _settled(space, np.unique(changed, return_inverse=True)[1].astype(np.int32), least, lead)
    return labels


def _halves(space: Vectors, rows: npt.NDArray[np.int64], least: int) -> tuple[float, npt.NDArray[np.int64]]:
    """Return what splitting these papers gains in the sum of cosines to centres, and the rows of the smaller part."""
    own = space[rows]
    offset = own - own.mean(axis=0)
    side = offset @ _first_axis(offset.T @ offset) > 0
    for _ in range(8):
        if min(side.sum(), (~side).sum()) < least:
            return 0.0, rows[:0]
        middle = unit(np.stack([own[side].sum(axis=0), own[~side].sum(axis=0)]))
        moved = own @ middle[0] > own @ middle[1]
        if np.array_equal(moved, side):
            break
        side = moved
    if min(side.sum(), (~side).sum()) < least:
        return 0.0, rows[:0]
    apart = np.linalg.norm(own[side].sum(axis=0)) + np.linalg.norm(own[~side].sum(axis=0))
    return float(apart - np.linalg.norm(own.sum(axis=0))), rows[side if side.sum() <= len(rows) / 2 else ~side]


def _first_axis(scatter: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return the direction (dim,) of most spread, by power iteration: one eigenproblem a topic takes ten times as long."""
    axis = scatter[np.argmax(np.diag(scatter))]
    for _ in range(40):
        axis = scatter @ (axis / max(float(np.linalg.norm(axis)), 1e-12))
    return axis


def by_size(labels: Labels) -> Labels:
    """Return the labels renamed, 0 for the largest topic; equals in order of their first paper."""
    values, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(values), dtype=np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(values), dtype=np.int32)
    return rank[inverse]


def _agreement(
    labels: Labels, peak: npt.NDArray[np.integer], middle: npt.NDArray[np.floating], weight: npt.NDArray[np.floating], seed: int
) -> npt.NDArray[np.float32]:
    """Cluster the peaks again with weights drawn anew, and look where each paper's topic went (a Bayesian bootstrap).

    Of a run's clusters the one with the largest Jaccard index to a topic stands for it (Hennig 2007).
    """
    random = np.random.default_rng(seed)
    n, found = int(labels.max()) + 1, np.zeros(len(labels))
    size = np.bincount(labels)
    for _ in range(RUNS):
        drawn = weight * random.exponential(size=len(weight))
        group = cut(ward(middle, drawn), len(weight), n)
        for _ in range(3):
            centre = unit(sums(middle * drawn[:, None], group))  # type: ignore[arg-type]
            group = np.argmax(middle @ centre.T, axis=1)
        again = group[peak]
        width = int(group.max()) + 1
        both = np.bincount(labels * width + again, minlength=n * width).reshape(n, width)
        match = np.argmax(both / (size[:, None] + both.sum(axis=0)[None, :] - both), axis=1)
        found += again == match[labels]
    return (found / RUNS).astype(np.float32)
