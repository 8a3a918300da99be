"""BERTopic over vectors and terms that are there already: c-TF-IDF and each topic's words.

BERTopic (Grootendorst 2022) joins the texts of a topic and counts them again. Here a paper's "text" is its row number
and the vectoriser adds up the rows of the count matrix, so that nothing is tokenised twice.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.storage.snapshot import Terms
from hub.topics.clustering.cluster import Clusters

if TYPE_CHECKING:
    from bertopic import BERTopic

TOP_WORDS = 30
UNUSED = ("umap", "hdbscan", "sentence_transformers", "transformers")
"""What BERTopic imports where it is installed, and does without where it is not."""


class RowVectorizer:
    """Answers BERTopic's vectoriser calls from counts that are there: a document is a row number, or several."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def fit_transform(self, documents: Iterable[str]) -> sparse.csr_matrix:
        """Return the term counts (n_documents, n_terms) of documents made of row numbers."""
        return self.transform(documents)

    def transform(self, documents: Iterable[str]) -> sparse.csr_matrix:
        """Return the term counts (n_documents, n_terms) of documents made of row numbers."""
        rows = [np.fromstring(document, dtype=np.int64, sep=" ") for document in documents]
        columns = np.concatenate(rows)
        of = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
        member = sparse.csr_matrix((np.ones(len(columns), np.float32), (of, columns)), (len(rows), self.terms.counts.shape[0]))
        return sparse.csr_matrix(member @ self.terms.counts)

    def get_feature_names_out(self) -> npt.NDArray[np.str_]:
        """Return the n_terms terms."""
        return self.terms.words


class FoundClusters:
    """Hands BERTopic the topics that :func:`hub.topics.clustering.cluster.cluster` found, as its cluster model."""

    def __init__(self, clusters: Clusters) -> None:
        self.labels_ = clusters.labels

    def fit(self, vectors: Vectors, y: Any = None) -> FoundClusters:
        """Return itself: the clusters are found already."""
        return self


def fit_bertopic(vectors: Vectors, terms: Terms, clusters: Clusters) -> BERTopic:
    """Return BERTopic fitted on papers whose vectors, terms and clusters are known.

    Topic t of the model is the t-th largest; ``model.topics_`` has each paper's.
    """
    bertopic = _bertopic()
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer

    model = bertopic.BERTopic(
        language="multilingual",
        top_n_words=TOP_WORDS,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=FoundClusters(clusters),
        vectorizer_model=RowVectorizer(terms),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True, bm25_weighting=False),
        calculate_probabilities=False,
    )
    model.embedding_model = None
    model.fit_transform([str(row) for row in range(len(vectors))], embeddings=vectors)
    return model


def _bertopic() -> ModuleType:
    """Import BERTopic as if what nothing here asks of it were not installed, which it allows.

    Compiling UMAP takes minutes on a fresh machine, and torch with its friends takes longer to load than 3,000 papers to fit.
    torch itself stays: scipy looks it up in ``sys.modules``.
    """
    if "bertopic" in sys.modules:
        return importlib.import_module("bertopic")
    aside = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(aside))  # type: ignore[arg-type]
    try:
        return importlib.import_module("bertopic")
    finally:
        for name in aside:
            del sys.modules[name]
