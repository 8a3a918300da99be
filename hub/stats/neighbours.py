"""The nearest papers of each paper, by cosine: exactly for few papers, within the nearest cells for many; nothing is random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub import spread
from hub.embed import Vectors

EXACT_UP_TO = 10_000
"""Papers up to which every pair is compared."""
CELL, PROBED = 125, 96
"""Papers of a cell, and how many of the nearest cells are searched among 25,000 papers; more by the root of their number.
99 of 100 true neighbours lie there among 26,000 papers, 98 among 100,000."""
TAUGHT = 32
"""Papers of a cell that its centre is found with."""
CELLS_EACH = 20
"""Cells whose papers one machine of a cluster looks at in one go."""
AXES = 100
BLOCK, MANY = 256, 20_000
"""Papers that are compared with all others, and with few centres or axes, in one go."""
GROUP = 32
TIED = 16
"""Rows that may be as near as the k-th, for each of the k, before they are sorted apart."""

Ids = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Neighbours:
    """The nearest papers of each paper, itself left out: ``ids`` (n, k) int32, ``similarity`` (n, k) float32 cosines."""

    ids: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float32]

    @property
    def mean(self) -> sparse.csr_matrix:
        """The matrix (n, n) that averages over a paper's neighbours, weighted by their similarity."""
        n, k = self.ids.shape
        weight = np.clip(self.similarity, 1e-3, 1.0)
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
        return sparse.csr_matrix((weight.ravel(), self.ids.ravel().astype(np.int32), np.arange(0, n * k + 1, k)), (n, n))


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

    Above :data:`EXACT_UP_TO` papers each is compared with those of the cells nearest to its own, many small cells of about
    :data:`CELL` papers (an inverted file; Jégou et al. 2011): the work for a paper grows by the root of their number. A cluster
    shares the cells among its machines (:mod:`hub.spread`).

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
    order = np.argsort(cell, kind="stable").astype(np.int32)
    ends = np.cumsum(np.bincount(cell, minlength=len(centres)))
    own = np.split(order, ends[:-1])
    probed = round(PROBED * (n / 25_000) ** 0.5)
    near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :probed]
    ids, similarity = np.zeros((n, k), dtype=np.int32), np.zeros((n, k), dtype=np.float32)
    blocks = [range(begin, min(begin + CELLS_EACH, len(own))) for begin in range(0, len(own), CELLS_EACH)]
    for rows, found in spread.mapped(_of_cells, blocks, (vectors, own, near, k)):
        ids[rows], similarity[rows] = found.ids, found.similarity
    return Neighbours(ids, similarity)


def _of_cells(shared: tuple[Vectors, list[Ids], Ids, int], cells: Sequence[int]) -> tuple[Ids, Neighbours]:
    """Return the papers of some cells, and their neighbours."""
    vectors, own, near, k = shared
    rows = np.concatenate([own[c] for c in cells])
    ids, similarity = np.zeros((len(rows), k), dtype=np.int32), np.zeros((len(rows), k), dtype=np.float32)
    begin = 0
    for c in cells:
        if count := len(own[c]):
            others = np.concatenate([own[c], *(own[o] for o in near[c] if o != c)])
            found = nearest(vectors[own[c]], vectors[others], k, np.arange(count))
            ids[begin : begin + count], similarity[begin : begin + count] = others[found.ids], found.similarity
            begin += count
    return rows, Neighbours(ids, similarity)


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
    for start in range(0, len(vectors), MANY):
        cosine = vectors[start : start + MANY] @ centres.T
        if now is not None and lead:
            own = now[start : start + MANY]
            rows = np.flatnonzero(own >= 0)
            cosine[rows, own[rows]] += lead
        found[start : start + MANY] = np.argmax(cosine, axis=1)
    return found


def nearest(vectors: Vectors, among: Vectors, k: int, own: Ids | None = None) -> Neighbours:
    """Return, exactly, the k rows of ``among`` nearest to each of ``vectors``, nearest first, equals in their order.

    ``own`` (n,) is the row of ``among`` that each leaves out, itself, -1 for none; k is at most the number of the others. No
    row that belongs is less near than the k-th of the groups' best, groups of 32 rows, so that few are sorted.
    """
    n, width = len(among), -(-len(among) // GROUP) * GROUP
    filled = among if width == n else np.concatenate([among, np.zeros((width - n, among.shape[1]), dtype=among.dtype)])
    ids, near = np.zeros((len(vectors), k), dtype=np.int32), np.zeros((len(vectors), k), dtype=np.float32)
    cosine = np.empty((min(BLOCK, len(vectors)), width), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        part = vectors[start : start + BLOCK]
        rows, found = np.arange(len(part)), cosine[: len(part)]
        np.matmul(part, filled.T, out=found)
        found[:, n:] = -2.0
        if own is not None:
            mine = own[start : start + BLOCK]
            found[rows[mine >= 0], mine[mine >= 0]] = -2.0
        best = found.reshape(len(part), GROUP, -1).max(axis=1)
        n_groups = best.shape[1]
        least = np.partition(best, n_groups - k, axis=1)[:, n_groups - k] if n_groups > k else np.full(len(part), -3.0)
        flat = np.flatnonzero(found >= least[:, None])
        if len(flat) > TIED * k * len(part):  # hundreds of copies of one text
            flat = (np.sort(np.argpartition(-found, k - 1, axis=1)[:, :k], axis=1) + rows[:, None] * width).ravel()
        row, value = flat // width, found.ravel()[flat]
        order = np.lexsort((-value, row))
        first = np.searchsorted(row, rows)
        taken = order[first[:, None] + np.arange(k)]
        ids[start : start + BLOCK], near[start : start + BLOCK] = flat[taken] % width, value[taken]
    return Neighbours(ids, near)
