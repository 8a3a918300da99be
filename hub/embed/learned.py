"""Vectors of many papers from those of a few: what a paper's words say of its meaning, learned in the corpus itself.

Some thousand papers are embedded; a ridge regression (Hoerl & Kennard 1970) to their vectors, from TF-IDF's axes and from what
the words mean on their own, then gives every paper one, in a twentieth of the time. Good enough for early topics, not
for searching: docs/TOPICS.md has what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from hub.embed import Progress, Vectors
from hub.errors import EmbedderError

AXES = 400
PENALTY = 10.0
"""Weight of the ridge, in units of the axes' mean square."""
MAX_WORDS = 60_000


class Learned:
    """An embedder that knows some texts' vectors and learns from them what the others' are.

    Parameters
    ----------
    source
        The id of the embedder that made the vectors.
    texts, vectors
        n texts and their vectors (n, dim) float32, rows L2-normalised.
    means
        Gives texts what else is known of them at little cost, (n_texts, any) float32.

    Raises
    ------
    EmbedderError
        When there is no text to learn from.
    """

    corpus_bound = True

    def __init__(self, source: str, texts: Sequence[str], vectors: Vectors, means: Callable[[Sequence[str]], Vectors]) -> None:
        if not len(texts):
            raise EmbedderError("There is no paper whose vector is known, so none can be learned from: embed some first.")
        self.id = f"{source}-learned"
        self.dim = vectors.shape[1]
        self._means = means
        self._known = dict(zip(texts, vectors, strict=True))

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return vectors (n_texts, dim) float32, rows L2-normalised; those of the known texts are learned too, to be alike.

        Raises
        ------
        EmbedderError
            When none of the texts is a known one.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        rows = np.array([row for row, text in enumerate(texts) if text in self._known], dtype=np.int64)
        if not len(rows):
            raise EmbedderError("None of these papers has a known vector, so none can be learned from: embed some first.")
        counter = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=r"(?u)\b\w+\b", max_features=MAX_WORDS)
        weights = counter.fit_transform([text or "empty" for text in texts])
        axes = min(AXES, len(rows) - 1, weights.shape[1] - 1)
        if axes >= 2:
            told = TruncatedSVD(axes, n_iter=3, random_state=0).fit(weights[rows]).transform(weights)
        else:
            told = weights.toarray()
        x = np.hstack([_centred(told, rows), _centred(self._means(texts), rows)])
        known = np.stack([self._known[texts[row]] for row in rows.tolist()])
        made = _ridge(x, rows, known)
        length = np.linalg.norm(made, axis=1, keepdims=True)
        if progress:
            progress(len(texts), len(texts))
        return np.asarray(made / np.where(length > 0, length, 1), dtype=np.float32)


def _centred(x: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
    """Return ``x`` (n, any) less the mean of its ``rows``, and with their mean square at one."""
    moved = x - x[rows].mean(axis=0)
    return np.asarray(moved / (float(moved[rows].std()) or 1.0), dtype=np.float32)


def _ridge(x: Vectors, rows: npt.NDArray[np.int64], known: Vectors) -> Vectors:
    """Return what the rows of ``x`` (n, n_axes) map to when those of ``rows`` shall map to ``known`` (n_rows, dim)."""
    own, mean = x[rows], known.mean(axis=0)
    slope = np.linalg.solve(own.T @ own + PENALTY * np.eye(x.shape[1]), own.T @ (known - mean))
    return np.asarray(x @ slope + mean)
