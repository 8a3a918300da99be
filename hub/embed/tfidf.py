"""TF-IDF and SVD: the embedder that needs no weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.embed import Progress, Vectors

DIM = 256


class TfidfSvd:
    """Latent semantic analysis of the texts of one call (Deerwester et al. 1990).

    Parameters
    ----------
    stands_in
        Whether it stands in for a model of meaning that could not be had.
    """

    id = "tfidf-svd-256"
    corpus_bound = True
    dim = DIM

    def __init__(self, *, stands_in: bool = False) -> None:
        self.stands_in = stands_in

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return vectors (n_texts, dim) float32, rows L2-normalised; dim is at most 256 and less for few texts."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        weights = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=r"(?u)\b\w+\b", max_features=60_000)
        matrix = weights.fit_transform([text or "empty" for text in texts])
        dim = min(DIM, min(matrix.shape) - 1)
        reduced = TruncatedSVD(dim, random_state=0).fit_transform(matrix) if dim >= 2 else matrix.toarray()
        if progress:
            progress(len(texts), len(texts))
        return np.ascontiguousarray(normalize(reduced), dtype=np.float32)
