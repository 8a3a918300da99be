"""The nearest papers of each paper, by cosine: exactly for few papers, within the nearest cells for many; nothing is random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors

EXACT_UP_TO = 24_000
"""Papers up to which every pair is compared."""
CELL, PROBED = 1000, 24
"""Papers of a cell, and how many of the nearest cells are searched: 95 of 100 true neighbours lie there among 100,000 papers."""
AXES = 100
BLOCK = 1024
GROUP = 32

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
    return np.ascontiguousarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


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
        return unit((vectors - self.mean) @ self.axes)


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

    Above :data:`EXACT_UP_TO` papers each is compared with those of the :data:`PROBED` cells nearest to its own, cells of
    about :data:`CELL` papers (an inverted file; Jégou et al. 2011): the work for a paper does not grow with their number.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised; n at least 2.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if n <= EXACT_UP_TO:
        return nearest(vectors, vectors, k, skip_self=True)
    cell, centres = _cells(vectors, n // CELL)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    ends = np.cumsum(np.bincount(cell, minlength=len(centres)))
    own = np.split(order, ends[:-1])
    near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :PROBED]
    ids, similarity = np.zeros((n, k), dtype=np.int32), np.zeros((n, k), dtype=np.float32)
    for c, rows in enumerate(own):
        if len(rows):
            others = np.concatenate([rows, *(own[o] for o in near[c] if o != c)])
            found = nearest(vectors[rows], vectors[others], k, skip_self=True)
            ids[rows], similarity[rows] = others[found.ids], found.similarity
    return Neighbours(ids, similarity)


def _cells(vectors: Vectors, n_cells: int) -> tuple[Ids, Vectors]:
    """Cut the papers into cells by k-means that starts at papers evenly spread along the first axis."""
    along = np.lexsort((vectors[:, 1], vectors[:, 0])) if vectors.shape[1] > 1 else np.argsort(vectors[:, 0], kind="stable")
    centres = vectors[along[np.linspace(0, len(along) - 1, n_cells).astype(np.int64)]]
    for _ in range(6):
        cell = nearest_centre(vectors, centres)
        total = sums(vectors, cell, n_cells)
        some = np.linalg.norm(total, axis=1) > 1e-6
        centres = np.where(some[:, None], unit(total), centres)
    return cell, centres


def nearest_centre(vectors: Vectors, centres: Vectors) -> npt.NDArray[np.int32]:
    """Return the position (n,) int32 of the centre nearest to each paper."""
    return np.concatenate(
        [np.argmax(vectors[start : start + 20_000] @ centres.T, axis=1) for start in range(0, len(vectors), 20_000)]
    ).astype(np.int32)


def nearest(vectors: Vectors, among: Vectors, k: int, skip_self: bool = False) -> Neighbours:
    """Return, exactly, the k rows of ``among`` nearest to each of ``vectors``, nearest first.

    ``skip_self`` leaves out row i of ``among`` for row i of ``vectors``. The k best rows lie in the k groups of 32 rows
    whose best is best, so that only those are sorted.
    """
    n, width = len(among), -(-len(among) // GROUP) * GROUP
    ids, near = np.zeros((len(vectors), k), dtype=np.int32), np.zeros((len(vectors), k), dtype=np.float32)
    cosine = np.full((min(BLOCK, len(vectors)), width), -2.0, dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        part = vectors[start : start + BLOCK]
        rows = np.arange(len(part))
        cosine[: len(part), :n] = part @ among.T
        if skip_self:
            cosine[rows, rows + start] = -2.0
        grouped = cosine[: len(part)].reshape(len(part), GROUP, -1)
        best = grouped.max(axis=1)
        groups = np.sort(_most(best, min(k, best.shape[1])), axis=1)
        kept = np.take_along_axis(grouped, groups[:, None, :], axis=2).reshape(len(part), -1)
        found = _most(kept, k)
        values = np.take_along_axis(kept, found, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        found = np.take_along_axis(found, order, axis=1)
        place = found % groups.shape[1]
        ids[start : start + BLOCK] = np.take_along_axis(groups, place, axis=1) + found // groups.shape[1] * best.shape[1]
        near[start : start + BLOCK] = np.take_along_axis(values, order, axis=1)
    return Neighbours(ids, near)


def _most(values: npt.NDArray[np.float32], k: int) -> Ids:
    if k >= values.shape[1]:
        return np.tile(np.arange(values.shape[1]), (len(values), 1))
    return np.argpartition(-values, k - 1, axis=1)[:, :k]
