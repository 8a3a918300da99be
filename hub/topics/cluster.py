"""Papers to topics: one consensus over several Leiden partitions of EVoC's neighbour graph, every paper in a topic.

One run of EVoC, HDBSCAN or Leiden depends on its seed (docs/TOPICS.md has the figures). Here the neighbours are found
once, the graph is cut several times, and the edges whose ends are usually together are cut again: consensus clustering
(Lancichinetti & Fortunato 2012). Leiden (Traag et al. 2019) is the one of graspologic-native, under the MIT licence.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors

NEIGHBOURS = 15
EXACT_UP_TO = 6000
"""Papers up to which the neighbours are computed exactly; above it NN-descent (Dong et al. 2011) is faster."""
RUNS = (16, 6)
"""Partitions that each round of the consensus looks at."""
ONE_TOPIC_BELOW = 12
AXES = 100
BLOCK = 4096

Labels = npt.NDArray[np.int32]


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


@dataclass(frozen=True)
class Clusters:
    """``labels`` (n,) int32, 0 for the largest topic; ``neighbours``; ``agreement`` (n,) float32, see :func:`cluster`."""

    labels: Labels
    neighbours: Neighbours
    agreement: npt.NDArray[np.float32]


def reduced(vectors: Vectors) -> Vectors:
    """Return the vectors about their mean on at most 100 principal axes (n, axes) float32, rows L2-normalised."""
    centred = vectors - vectors.mean(axis=0)
    if min(centred.shape) > AXES:
        _, axes = np.linalg.eigh(centred.T @ centred)
        centred = centred @ axes[:, ::-1][:, :AXES]
    return unit(centred)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return ``vectors`` with rows of length one (rows of zeros stay)."""
    return np.ascontiguousarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def neighbours(vectors: Vectors, seed: int = 0, k: int = NEIGHBOURS) -> Neighbours:
    """Return the k nearest papers of each by cosine (fewer when there are few papers).

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised; n at least 2.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if n > EXACT_UP_TO:
        from evoc.knn_graph import knn_graph

        ids, distances = knn_graph(vectors, n_neighbors=k + 1, random_state=np.random.RandomState(seed))
        ids, similarity = ids.astype(np.int32), np.exp2(-distances).astype(np.float32)
        own = (ids == np.arange(n)[:, None]) | (ids < 0)
        order = np.argsort(own, axis=1, kind="stable")[:, :k]
        ids, similarity = np.take_along_axis(ids, order, axis=1), np.take_along_axis(similarity, order, axis=1)
        return Neighbours(np.where(ids < 0, np.arange(n, dtype=np.int32)[:, None], ids), similarity)
    return nearest(vectors, vectors, k, skip_self=True)


def nearest(vectors: Vectors, among: Vectors, k: int, skip_self: bool = False) -> Neighbours:
    """Return, exactly, the k rows of ``among`` nearest to each of ``vectors``, nearest first."""
    ids = np.zeros((len(vectors), k), dtype=np.int32)
    near = np.zeros((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        cosine = vectors[start : start + BLOCK] @ among.T
        rows = np.arange(len(cosine))
        if skip_self:
            cosine[rows, rows + start] = -2.0
        found = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(cosine, found, axis=1), axis=1, kind="stable")
        ids[start : start + BLOCK] = np.take_along_axis(found, order, axis=1)
        near[start : start + BLOCK] = np.take_along_axis(cosine, ids[start : start + BLOCK], axis=1)
    return Neighbours(ids, near)


def resolution(n: int) -> float:
    """Return Leiden's resolution for n papers: more papers carry finer topics."""
    return float(3.5 * (n / 8000) ** (0.25 if n < 8000 else 0.1))


def cluster(vectors: Vectors, seed: int = 0) -> Clusters:
    """Return the topics of papers, every paper in one.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised, in an order that does not depend on the import.
    seed
        Of every random choice.

    Returns
    -------
    Clusters
        ``agreement`` is the share of a paper's neighbours in its topic that are with it in each single partition: how
        firmly it belongs.
    """
    n = len(vectors)
    if n < 2:
        nobody = Neighbours(np.zeros((n, 0), dtype=np.int32), np.zeros((n, 0), dtype=np.float32))
        return Clusters(np.zeros(n, dtype=np.int32), nobody, np.ones(n, dtype=np.float32))
    space = reduced(vectors)
    near = neighbours(space, seed, k=min(NEIGHBOURS, max(3, n // 8)))
    if n < ONE_TOPIC_BELOW or float(near.similarity.max(initial=0.0)) <= 0.0:
        return Clusters(np.zeros(n, dtype=np.int32), near, np.ones(n, dtype=np.float32))
    graph = _graph(near)
    labels, together = _consensus(graph, resolution(n), seed)
    labels = _refined(diffused(space, near), labels, least=max(4, min(n // 40, 12)))
    return Clusters(labels, near, _agreement(graph, labels, together))


def diffused(vectors: Vectors, near: Neighbours) -> Vectors:
    """Return each vector moved half-way to the mean of its neighbours, twice: what it shares with them stands out."""
    for _ in range(2):
        vectors = unit(0.5 * vectors + 0.5 * (near.mean @ vectors))
    return vectors


def _graph(near: Neighbours) -> sparse.csr_matrix:
    mean = near.mean
    weight = sparse.csr_matrix((np.clip(near.similarity, 1e-3, 1.0).ravel(), mean.indices, mean.indptr), mean.shape)
    graph = sparse.csr_matrix(weight.maximum(weight.T), dtype=np.float64)
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph


def _consensus(graph: sparse.csr_matrix, gamma: float, seed: int) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Return the consensus partition, and for each edge how often its ends were together in the first round."""
    heads = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    weighed, first = graph, np.zeros(0)
    for round_, runs in enumerate(RUNS):
        together = np.zeros(len(graph.data))
        start = seed * 1000 + sum(RUNS[:round_])
        seeds = range(start, start + runs)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Leiden lets go of the interpreter's lock
            for labels in pool.map(partial(_leiden, weighed, gamma), seeds):
                together += labels[heads] == labels[graph.indices]
        together /= runs
        first = together if round_ == 0 else first
        weighed = sparse.csr_matrix((graph.data * together**2 + 1e-9, graph.indices, graph.indptr), graph.shape)
    return _leiden(weighed, gamma, seed, 3), first


def _leiden(graph: sparse.csr_matrix, gamma: float, seed: int, iterations: int = 1) -> Labels:
    from graspologic_native import leiden_csr

    _, found = leiden_csr(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, graph.shape[0],
        resolution=gamma, seed=seed, iterations=iterations,
    )  # fmt: skip
    labels = np.zeros(graph.shape[0], dtype=np.int32)
    labels[np.fromiter(found.keys(), dtype=np.int64)] = np.fromiter(found.values(), dtype=np.int32)
    return labels


def _refined(space: Vectors, labels: Labels, least: int, rounds: int = 8) -> Labels:
    """Give each paper the topic whose centre is nearest, some rounds long; topics of too few papers dissolve."""
    for _ in range(rounds):
        sizes = np.bincount(labels)
        kept = np.flatnonzero(sizes >= min(least, int(sizes.max())))
        position = np.full(len(sizes), -1)
        position[kept] = np.arange(len(kept))
        labels = np.argmax(space @ centroids(space, position[labels]).T, axis=1).astype(np.int32)
    return by_size(labels)


def by_size(labels: Labels) -> Labels:
    """Return the labels renamed, 0 for the largest topic; equals in order of their first paper."""
    values, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(values), dtype=np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(values), dtype=np.int32)
    return rank[inverse]


def _agreement(graph: sparse.csr_matrix, labels: Labels, together: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    heads = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    inside = labels[heads] == labels[graph.indices]
    total = np.bincount(heads[inside], weights=together[inside], minlength=len(labels))
    count = np.bincount(heads[inside], minlength=len(labels))
    return (total / np.maximum(count, 1)).astype(np.float32)


def centroids(vectors: Vectors, labels: npt.NDArray[np.integer], n_topics: int = 0) -> Vectors:
    """Return the mean direction (n_topics, dim) float32 of each topic's papers; papers of -1 are left out."""
    rows = np.flatnonzero(labels >= 0)
    n_topics = n_topics or int(labels.max(initial=-1)) + 1
    member = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (labels[rows], rows)), shape=(n_topics, len(labels)))
    return unit(np.asarray(member @ vectors))
