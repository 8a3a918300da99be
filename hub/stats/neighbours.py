"""The nearest papers of each paper, by cosine: exactly for few papers, within the nearest cells for many; nothing is random.

Above :data:`EXACT_UP_TO` papers each is compared with those of the cells nearest to it, of many small cells (an inverted file;
Jégou et al. 2011): the work for a paper grows by the root of their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub import spread
from hub.embed import Vectors
from hub.stats.nearest import GROUP, Ids, Neighbours, nearest

EXACT_UP_TO = 10_000
"""Papers up to which every pair is compared."""
CELL, PROBED = 125, 48
"""Papers of a cell, and how many of the cells nearest to it a paper is compared with among 25,000 papers; more by the root of
their number."""
FIRST, WIDE = 8, 4
"""Cells that all papers of a cell are compared with first, and among how many times as many as are searched, the nearest to its
cell, a paper looks for its own."""
TAUGHT = 32
"""Papers of a cell that its centre is found with."""
CELLS_EACH = 32
"""Cells, near to each other, whose papers are compared in one go, on one machine of a cluster."""
AXES = 100
MANY, COSINES = 20_000, 2_000_000
"""Papers that are turned to the axes in one go, and cosines to centres that are held at once."""


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return ``vectors`` with rows of length one (rows of zeros stay)."""
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))  # NumPy's norm takes five times as long along rows
    return np.ascontiguousarray(vectors / np.maximum(length, 1e-9)[:, None], dtype=np.float32)


@dataclass(frozen=True)
class Axes:
    """Where topics are looked for: ``mean`` (dim,) of the vectors, and their ``axes`` (dim, n_axes) of most spread."""

    mean: Vectors
    axes: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Axes:
        """Return the at most :data:`AXES` principal axes of vectors (n, dim); all directions where there are fewer."""
        mean = vectors.mean(axis=0)
        if min(vectors.shape) <= AXES:
            return cls(mean, np.eye(vectors.shape[1], dtype=np.float32))
        centred = vectors - mean
        _, axes = np.linalg.eigh(centred.T @ centred)
        return cls(mean, np.ascontiguousarray(axes[:, ::-1][:, :AXES]))

    def on(self, vectors: Vectors) -> Vectors:
        """Return the vectors about the mean on the axes (n, n_axes) float32, rows L2-normalised."""
        made = np.empty((len(vectors), self.axes.shape[1]), dtype=np.float32)
        for begin in range(0, len(vectors), MANY):
            made[begin : begin + MANY] = unit((vectors[begin : begin + MANY] - self.mean) @ self.axes)
        return made


def sums(vectors: Vectors, labels: Ids, n_topics: int = 0) -> Vectors:
    """Return the sum (n_topics, dim) of each topic's vectors; papers of -1 are left out."""
    rows = np.flatnonzero(labels >= 0)
    n_topics = n_topics or int(labels.max(initial=-1)) + 1
    member = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (labels[rows], rows)), shape=(n_topics, len(labels)))
    return np.asarray(member @ vectors)


def centroids(vectors: Vectors, labels: Ids, n_topics: int = 0) -> Vectors:
    """Return the mean direction (n_topics, dim) float32 of each topic's papers; papers of -1 are left out."""
    return unit(sums(vectors, labels, n_topics))


def neighbours(vectors: Vectors, k: int) -> Neighbours:
    """Return the k nearest papers of each by cosine (fewer when there are few papers).

    A cluster shares the work among its machines, some cells each (:mod:`hub.spread`).

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised; n at least 2.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if n <= EXACT_UP_TO:
        return nearest(vectors, vectors, k, np.arange(n))
    cell, centres = _cells(vectors, n // CELL)
    filled, cell = np.unique(cell, return_inverse=True)
    centres, order = centres[filled], np.argsort(cell, kind="stable").astype(np.int32)
    ends = np.cumsum(np.bincount(cell))
    along = np.argsort(_cells(centres, max(1, len(centres) // CELLS_EACH))[0], kind="stable")
    ids, similarity = np.zeros((n, k), dtype=np.int32), np.zeros((n, k), dtype=np.float32)
    blocks = [along[begin : begin + CELLS_EACH] for begin in range(0, len(along), CELLS_EACH)]
    for places, found in spread.mapped(_of_cells, blocks, (vectors[order], ends, centres, k), threads=True):
        ids[order[places]], similarity[order[places]] = order[found.ids], found.similarity
    return Neighbours(ids, similarity)


def _of_cells(shared: tuple[Vectors, Ids, Vectors, int], cells: Ids) -> tuple[Ids, Neighbours]:
    """Return the places of the papers of some cells among all, sorted by their cells, and their neighbours' places.

    The papers of a cell are compared with its nearest cells first, which tells how near a neighbour must be; then each further
    cell with all papers that look into it: few of its papers are near enough to be sorted.
    """
    vectors, ends, centres, k = shared
    starts = np.concatenate([[0], ends[:-1]])
    probed = min(round(PROBED * (len(vectors) / 25_000) ** 0.5), len(centres))
    nearby = np.argsort(-(centres[cells] @ centres.T), axis=1, kind="stable")[:, : WIDE * probed]
    places = np.concatenate([np.arange(starts[c], ends[c]) for c in cells])
    own, least, n = vectors[places], np.empty(len(places), dtype=np.float32), 0
    found: list[tuple[Ids, Ids, Vectors]] = []
    looks: list[tuple[Ids, Ids]] = []
    for c, near in zip(cells, nearby, strict=True):
        near = near[near != c]
        rows = np.arange(n, n + ends[c] - starts[c])
        n += len(rows)
        first = max(FIRST, 1 + int(np.searchsorted(np.cumsum(ends[near] - starts[near]), GROUP * k)))
        others = np.concatenate([np.arange(starts[o], ends[o]) for o in (c, *near[:first])])
        best = nearest(own[rows], vectors[others], k, np.arange(len(rows)))
        least[rows] = best.similarity[:, -1]
        found.append((np.repeat(rows, k), others[best.ids].ravel(), best.similarity.ravel()))
        cosine = own[rows] @ centres[near].T
        wanted = np.argpartition(-cosine, min(probed, len(near)) - 1, axis=1)[:, :probed] if len(near) else cosine.astype(int)
        paper, column = np.nonzero(wanted >= first)
        looks.append((rows[paper], near[wanted[paper, column]]))
    looking, into = (np.concatenate(part) for part in zip(*looks, strict=True))
    looking = looking[np.argsort(into, kind="stable")]
    seen, counts = np.unique(into, return_counts=True)
    for c, rows in zip(seen, np.split(looking, np.cumsum(counts)[:-1]), strict=False):
        cosine = own[rows] @ vectors[starts[c] : ends[c]].T
        flat = np.flatnonzero(cosine > least[rows, None])
        row, column = np.divmod(flat, cosine.shape[1])
        found.append((rows[row], column + starts[c], cosine.ravel()[flat]))
    row, among, value = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((among, -value, row))
    taken = order[np.searchsorted(row[order], np.arange(n))[:, None] + np.arange(k)]
    return places, Neighbours(among[taken].astype(np.int32), value[taken])


def _cells(vectors: Vectors, n_cells: int) -> tuple[Ids, Vectors]:
    """Cut the papers into cells by k-means on some of them, evenly spread along the first axis as are the first centres."""
    along = np.lexsort((vectors[:, 1], vectors[:, 0])) if vectors.shape[1] > 1 else np.argsort(vectors[:, 0], kind="stable")
    some = vectors[along[_spread(len(along), min(len(along), TAUGHT * n_cells))]]
    centres = some[_spread(len(some), n_cells)]
    for _ in range(6):
        total = sums(some, nearest_centre(some, centres), n_cells)
        filled = np.linalg.norm(total, axis=1) > 1e-6
        centres = np.where(filled[:, None], unit(total), centres)
    return nearest_centre(vectors, centres), centres


def _spread(n: int, count: int) -> Ids:
    return np.linspace(0, n - 1, count).astype(np.int64)


def nearest_centre(
    vectors: Vectors, centres: Vectors, now: npt.NDArray[np.integer] | None = None, lead: float = 0.0
) -> npt.NDArray[np.int32]:
    """Return the position (n,) int32 of the centre nearest to each paper.

    ``now`` (n,) is where the papers are, -1 for nowhere: one moves only where another centre is nearer by more than ``lead``.
    """
    found = np.empty(len(vectors), dtype=np.int32)
    step = max(1, COSINES // len(centres))
    for start in range(0, len(vectors), step):
        cosine = vectors[start : start + step] @ centres.T
        if now is not None and lead:
            own = now[start : start + step]
            rows = np.flatnonzero(own >= 0)
            cosine[rows, own[rows]] += lead
        found[start : start + step] = np.argmax(cosine, axis=1)
    return found
