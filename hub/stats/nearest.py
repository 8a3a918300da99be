"""The rows nearest to each row, by cosine: exactly, a block at a time, so that the cosines stay in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors

BLOCK, SPAN = 256, 4096
"""Rows that are compared in one go, and with how many others."""
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


def nearest(vectors: Vectors, among: Vectors, k: int, own: Ids | None = None) -> Neighbours:
    """Return, exactly, the k rows of ``among`` nearest to each of ``vectors``, nearest first, equals in their order.

    ``own`` (n,) is the row of ``among`` that each leaves out, itself, -1 for none; k is at most the number of the others.
    """
    ids, near = np.zeros((len(vectors), k), dtype=np.int32), np.zeros((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        part, best = vectors[start : start + BLOCK], _Best(len(vectors[start : start + BLOCK]), k)
        for begin in range(0, len(among), SPAN):
            cosine = part @ among[begin : begin + SPAN].T
            if own is not None:
                _leave_out(cosine, own[start : start + BLOCK] - begin)
            best.offer(cosine, begin)
        best.settle()
        ids[start : start + BLOCK], near[start : start + BLOCK] = best.ids, best.value
    return Neighbours(ids, near)


def linked(vectors: Vectors, near: float) -> sparse.csr_matrix:
    """Return which rows are as near to each other as ``near`` (cosine): CSR (n, n) of true values.

    Parameters
    ----------
    vectors
        (n, dim), rows L2-normalised.
    """
    parts = [sparse.csr_matrix((vectors[begin : begin + BLOCK] @ vectors.T) >= near) for begin in range(0, len(vectors), BLOCK)]
    return sparse.csr_matrix(sparse.vstack(parts, format="csr")) if parts else sparse.csr_matrix((0, 0), dtype=bool)


def _leave_out(cosine: Vectors, own: Ids) -> None:
    """Let no row be near to itself: ``own`` (n,) columns, those outside are elsewhere."""
    rows = np.flatnonzero((own >= 0) & (own < cosine.shape[1]))
    cosine[rows, own[rows]] = -2.0


class _Best:
    """The ``k`` best columns of each row so far, ``ids`` and ``value`` (n_rows, k), best first, equals in their order."""

    def __init__(self, n_rows: int, k: int) -> None:
        self.k, self.ids = k, np.zeros((n_rows, 0), dtype=np.int64)
        self.value = np.zeros((n_rows, 0), dtype=np.float32)
        self._offers, self._new = 0, list[tuple[Ids, Ids, Vectors]]()

    def offer(self, cosine: Vectors, begin: int) -> None:
        """Look at further columns (n_rows, n_columns), of which the first is column ``begin``.

        What is kept is sorted each time twice as many have been seen: of as many again few are better.
        """
        width = cosine.shape[1]
        flat = np.flatnonzero(cosine > self.value[:, -1:]) if self.value.shape[1] == self.k else self._first(cosine)
        row, column = np.divmod(flat, width)
        self._new.append((row, column + begin, cosine.ravel()[flat]))
        self._offers += 1
        if not self._offers & (self._offers - 1):
            self.settle()

    def settle(self) -> None:
        """Sort what was offered."""
        n, had = self.ids.shape
        new = zip((np.repeat(np.arange(n), had), self.ids.ravel(), self.value.ravel()), *self._new, strict=True)
        row, column, value = (np.concatenate(part) for part in new)
        self._new.clear()
        order = np.lexsort((-value, row))
        kept = min(self.k, len(order) // max(n, 1))
        taken = order[np.searchsorted(row[order], np.arange(n))[:, None] + np.arange(kept)]
        self.ids, self.value = column[taken], value[taken]

    def _first(self, cosine: Vectors) -> Ids:
        """Cells of the first columns that may belong: none below the k-th of the best of groups of columns, so that few do."""
        rows, width = cosine.shape
        best = cosine[:, : width // GROUP * GROUP].reshape(rows, GROUP, -1).max(axis=1) if width >= GROUP else cosine[:, :0]
        if best.shape[1] > self.k:
            least = np.partition(best, best.shape[1] - self.k, axis=1)[:, best.shape[1] - self.k]
            flat = np.flatnonzero(cosine >= least[:, None])
            if len(flat) <= TIED * self.k * rows:  # else there are hundreds of copies of one text
                return flat
        if width <= self.k:
            return np.arange(rows * width)
        some = np.sort(np.argpartition(-cosine, self.k - 1, axis=1)[:, : self.k], axis=1)
        return np.asarray((some + np.arange(rows)[:, None] * width).ravel())
