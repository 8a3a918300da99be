"""Papers to topics: EVoC's neighbours and node embedding, and the layers of clusters that it finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors

NEIGHBOURS = 15
EXACT_UP_TO = 4000
"""Papers up to which the neighbours are computed exactly; above it NN-descent (Dong et al. 2011) is faster."""
SMALL = 60
"""Papers below which there are no layers: one topic, or a few by average linkage."""

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Neighbours:
    """The nearest papers of each paper: ``ids`` (n, k) int32 and ``distances`` (n, k) float32 as EVoC scales them."""

    ids: npt.NDArray[np.int32]
    distances: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Clusters:
    """Topics of papers: ``labels`` (n,) int32 without -1; ``layers`` coarser labels, finest first, without -1."""

    labels: Labels
    layers: tuple[Labels, ...]
    neighbours: Neighbours


def neighbours(vectors: Vectors, seed: int = 0, k: int = NEIGHBOURS) -> Neighbours:
    """Return the k nearest papers of each, itself included, by cosine.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised.
    """
    k = min(k, len(vectors))
    if len(vectors) <= EXACT_UP_TO:
        similarity = vectors @ vectors.T
        np.fill_diagonal(similarity, 2.0)
        ids = np.argsort(-similarity, axis=1, kind="stable")[:, :k].astype(np.int32)
        near = np.clip(np.take_along_axis(similarity, ids, axis=1), 1e-6, 1.0)
        return Neighbours(ids, np.maximum(-np.log2(near), 0.0).astype(np.float32))
    from evoc.knn_graph import knn_graph

    ids, distances = knn_graph(vectors, n_neighbors=k, random_state=np.random.RandomState(seed))
    return Neighbours(ids.astype(np.int32), distances.astype(np.float32))


def target_topics(n: int) -> int:
    """Return about how many topics n papers are worth: 4 for 200, 90 for 27,000, 300 for 300,000."""
    return max(1, round(0.55 * np.sqrt(n)))


def cluster(vectors: Vectors, seed: int = 0) -> Clusters:
    """Return the topics of papers, every paper in one.

    Parameters
    ----------
    vectors
        (n, dim) float32, rows L2-normalised, in an order that does not depend on the import.
    seed
        Of every random choice.
    """
    near = neighbours(vectors, seed)
    if len(vectors) < SMALL:
        one = np.zeros(len(vectors), dtype=np.int32)
        return Clusters(one, (), near)
    layers = _layers(vectors, near, seed)
    wanted = np.log(target_topics(len(vectors)))
    best = min(range(len(layers)), key=lambda i: abs(np.log(layers[i].max() + 1) - wanted))
    return Clusters(layers[best], tuple(layers[best + 1 :]), near)


def _layers(vectors: Vectors, near: Neighbours, seed: int) -> list[Labels]:
    from evoc.clustering import build_cluster_layers
    from evoc.graph_construction import neighbor_graph_matrix
    from evoc.label_propagation import label_propagation_init
    from evoc.node_embedding import node_embedding

    random = np.random.RandomState(seed)
    graph = neighbor_graph_matrix(near.ids.shape[1], near.ids, near.distances, True).tocsr()
    start = label_propagation_init(
        graph, n_components=4, approx_n_parts=np.clip(int(8 * np.sqrt(len(vectors))), 256, 16384), random_scale=0.1,
        scaling=0.5, noise_level=0.5, random_state=random, data=vectors,
    )  # fmt: skip
    embedding = node_embedding(graph, 4, 50, initial_embedding=start, initial_alpha=0.1, random_state=random)
    size = max(5, len(vectors) // 500)
    found, _, _ = build_cluster_layers(embedding, base_min_cluster_size=size, reproducible_flag=True)
    layers = [_filled(vectors, np.asarray(layer)) for layer in found if np.max(layer) >= 0]
    return layers or [np.zeros(len(vectors), dtype=np.int32)]


def _filled(vectors: Vectors, labels: npt.NDArray[np.int64]) -> Labels:
    """Give papers without a topic (-1) the one whose centre is nearest."""
    centres = centroids(vectors, labels)
    lost = labels < 0
    filled = labels.astype(np.int32)
    filled[lost] = np.argmax(vectors[lost] @ centres.T, axis=1)
    return filled


def centroids(vectors: Vectors, labels: npt.NDArray[np.integer]) -> Vectors:
    """Return the mean direction (n_topics, dim) float32 of each topic's papers; -1 is left out."""
    from scipy import sparse

    rows = np.flatnonzero(labels >= 0)
    member = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (labels[rows], rows)), shape=(labels.max() + 1, len(labels))
    )
    sums = np.asarray(member @ vectors)
    return (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)).astype(np.float32)
