"""What ranking needs of a Snapshot and no reader changes: TF-IDF weights, the spread of vectors, titles as keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.radar.model import folded
from hub.storage.snapshot import Snapshot

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Space:
    """The papers of one Snapshot as points.

    Parameters
    ----------
    vectors
        (n_papers, dim) float32, rows L2-normalised; zero rows where a paper has none yet.
    tfidf
        CSR (n_papers, n_terms) float32, rows L2-normalised.
    idf
        (n_terms,) float32.
    words
        The terms.
    """

    vectors: Floats
    tfidf: sparse.csr_matrix
    idf: Floats
    words: npt.NDArray[np.str_]

    @cached_property
    def column(self) -> dict[str, int]:
        """Column of each term."""
        return column_of(self.words)

    @property
    def dim(self) -> int:
        """Length of a vector; 0 when the Snapshot has none."""
        return int(self.vectors.shape[1])


@lru_cache(maxsize=2)
def space(snapshot: Snapshot) -> Space:
    """Return the points of a Snapshot; made once a version, then kept."""
    counts = snapshot.terms.counts
    tfidf, idf = weighted(counts)
    vectors = np.ascontiguousarray(snapshot.vectors, dtype=np.float32)
    return Space(vectors, tfidf, idf, snapshot.terms.words)


def weighted(counts: sparse.csr_matrix, *, max_df: float = 0.1) -> tuple[sparse.csr_matrix, Floats]:
    """Return TF-IDF weights of term counts (sublinear, smooth, L2-normalised; Salton & Buckley 1988), and the idf.

    Terms in more than the share ``max_df`` of the papers weigh nothing: they tell no interest from another.
    """
    n_papers, n_terms = counts.shape
    used = np.bincount(counts.indices, minlength=n_terms).astype(np.float32)
    idf = np.log((1 + n_papers) / (1 + used)) + 1
    if n_papers >= 50:
        idf[used > max_df * n_papers] = 0.0
    return tfidf_rows(counts, idf.astype(np.float32)), idf.astype(np.float32)


def tfidf_rows(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """Return the TF-IDF rows of ``counts`` under a given idf."""
    data = (1 + np.log(np.maximum(counts.data, 1))).astype(np.float32) * idf[counts.indices]
    sums = np.zeros(counts.shape[0], dtype=np.float64)
    filled = np.diff(counts.indptr) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(data.astype(np.float64) ** 2, counts.indptr[:-1][filled])
    norms = np.sqrt(sums).astype(np.float32)
    norms[norms == 0] = 1
    data /= np.repeat(norms, np.diff(counts.indptr))
    return sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


WORD = re.compile(r"(?u)\b\w[\w-]+\b")


def column_of(words: npt.NDArray[np.str_]) -> dict[str, int]:
    """Return the column of each term."""
    return {str(word): i for i, word in enumerate(words)}


def counts_of(texts: list[str], column: dict[str, int]) -> sparse.csr_matrix:
    """Return how often each term (uni- and bigrams) stands in each text: CSR (n_texts, n_terms) float32."""
    rows, cols = [], []
    for row, text in enumerate(texts):
        tokens = WORD.findall(folded(text))
        for term in [*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))]:
            if term in column:
                rows.append(row)
                cols.append(column[term])
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.coo_matrix((ones, (rows, cols)), shape=(len(texts), len(column))).tocsr()


def title_key(title: str) -> str:
    """Return what two records of one paper share of their titles: letters and digits only.

    >>> title_key("Deep learning: a  survey.") == title_key("Deep Learning – A Survey")
    True
    """
    return re.sub(r"[\W_]+", "", folded(title))
