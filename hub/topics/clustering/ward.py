"""Where k-means starts, without chance: peaks of density, joined by Ward's linkage into as many groups as wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors
from hub.stats.nearest import Ids, Neighbours

LOOKS = (8, 15, 25)
"""Neighbours among which a paper looks for a denser one; more where the peaks would be too many."""
MOST_PEAKS = 3000
ALIKE = 2e-4
"""Groups are one when joining them costs less than this share of all spread: copies of one abstract, say."""

Merges = list[tuple[int, int, float]]


def peaks(space: Vectors, near: Neighbours) -> Ids:
    """Return the peak (n,) that each paper climbs to, going to the nearest of its neighbours that lies denser.

    Density is the mean cosine to the neighbours (mode seeking by quick shift: Vedaldi & Soatto 2008).
    """
    n = len(space)
    peak = np.zeros(n, dtype=np.int64)
    for look in LOOKS:
        ids = near.ids[:, :look]
        cosine = np.concatenate(
            [np.einsum("ij,ikj->ik", space[s : s + 4096], space[ids[s : s + 4096]]) for s in range(0, n, 4096)]
        )
        density = cosine.mean(axis=1)
        denser = density[ids] > density[:, None]
        up = np.argmax(np.where(denser, cosine, -9.0), axis=1)
        peak = np.where(denser.any(axis=1), ids[np.arange(n), up], np.arange(n))
        while not np.array_equal(peak, peak[peak]):
            peak = peak[peak]
        peak = np.unique(peak, return_inverse=True)[1]
        if peak.max() < MOST_PEAKS or look >= near.ids.shape[1]:
            break
    return peak


def ward(points: npt.NDArray[np.floating], weight: npt.NDArray[np.floating]) -> Merges:
    """Return Ward's linkage of weighted points: (kept, joined, cost) of each merge, the cheapest first.

    By chains of nearest neighbours (Murtagh 1983) and the formula of Lance & Williams, as SciPy's linkage knows no weights.

    Parameters
    ----------
    points
        (n, dim) means of groups.
    weight
        (n,) how many papers each stands for.
    """
    size = np.array(weight, dtype=np.float64)
    square = (points**2).sum(axis=1)
    cost = np.maximum(square[:, None] + square[None, :] - 2.0 * (points @ points.T), 0.0).astype(np.float64)
    cost *= size[:, None] * size[None, :] / (size[:, None] + size[None, :])
    np.fill_diagonal(cost, np.inf)
    left = np.ones(len(points), dtype=bool)
    chain: list[int] = []
    merges: Merges = []
    for _ in range(len(points) - 1):
        chain = chain or [int(np.argmax(left))]
        while True:
            a = chain[-1]
            b = int(np.argmin(cost[a]))
            if len(chain) > 1 and cost[a, chain[-2]] <= cost[a, b]:
                b = chain[-2]
                break
            chain.append(b)
        del chain[-2:]
        merges.append((a, b, float(cost[a, b])))
        with np.errstate(invalid="ignore"):
            joined = ((size[a] + size) * cost[a] + (size[b] + size) * cost[b] - size * cost[a, b]) / (size[a] + size[b] + size)
        left[b] = False
        joined[~left] = np.inf
        joined[a] = np.inf
        cost[a], cost[:, a], cost[b], cost[:, b] = joined, joined, np.inf, np.inf
        size[a] += size[b]
    return sorted(merges, key=lambda merge: merge[2])


def cut(merges: Merges, n: int, groups: int) -> Ids:
    """Return the group (n,) of each point when ``groups`` are left, fewer where what is left is alike."""
    return cuts(merges, n, [groups])[groups]


def cuts(merges: Merges, n: int, numbers: Sequence[int]) -> dict[int, Ids]:
    """Return :func:`cut` for several numbers of groups, in one walk up the linkage."""
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def groups() -> Ids:
        return np.unique([root(i) for i in range(n)], return_inverse=True)[1]

    found: dict[int, Ids] = {}
    least = ALIKE * sum(cost for _, _, cost in merges)
    waiting = sorted(numbers)
    for done, (a, b, cost) in enumerate(merges):
        while waiting and n - done <= waiting[-1] and cost > least:
            found[waiting.pop()] = groups()
        parent[root(b)] = root(a)
    return found | {k: groups() for k in waiting}
