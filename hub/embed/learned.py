"""Vectors of many papers from those of a few: what a paper's words say of its meaning, learned in the corpus itself.

Some thousand papers are embedded; a ridge regression (Hoerl & Kennard 1970) from TF-IDF's axes to their vectors then gives every
paper one, at a fiftieth of the time. Good enough for first topics, not for searching: docs/TOPICS.md has what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.embed import Progress, Vectors
from hub.errors import EmbedderError

AXES = 400
PENALTY = 3.0
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

    Raises
    ------
    EmbedderError
        When there is no text to learn from.
    """

    corpus_bound = True

    def __init__(self, source: str, texts: Sequence[str], vectors: Vectors) -> None:
        if not len(texts):
            raise EmbedderError("There is no paper whose vector is known, so none can be learned from: embed some first.")
        self.id = f"{source}-learned"
        self.dim = vectors.shape[1]
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
        few = axes < 2
        x = weights.toarray() if few else TruncatedSVD(axes, n_iter=3, random_state=0).fit(weights[rows]).transform(weights)
        known = np.stack([self._known[texts[row]] for row in rows.tolist()])
        made = _ridge(x, rows, known)
        length = np.linalg.norm(made, axis=1, keepdims=True)
        if progress:
            progress(len(texts), len(texts))
        return np.asarray(made / np.where(length > 0, length, 1), dtype=np.float32)


def _ridge(x: Vectors, rows: Sequence[int], known: Vectors) -> Vectors:
    """Return what the rows of ``x`` (n, n_axes) map to when those of ``rows`` shall map to ``known`` (n_rows, dim)."""
    centre, mean = x[rows].mean(axis=0), known.mean(axis=0)
    own = x[rows] - centre
    spread = float(own.std()) or 1.0
    inner = own.T @ own / spread**2 + PENALTY * np.eye(x.shape[1])
    slope = np.linalg.solve(inner, own.T @ (known - mean) / spread**2)
    return np.asarray((x - centre) @ slope + mean)
