"""Where papers stand on the map: topics apart, related topics near, and the same map for the same papers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors
from hub.topics.cluster import Labels, Neighbours, centroids

EPOCHS = 60

Positions = npt.NDArray[np.float32]


def layout(vectors: Vectors, near: Neighbours, topic: Labels, seed: int = 0) -> Positions:
    """Return the position (n, 2) float32 of each paper, about within [-1, 1].

    EVoC's node embedding (a UMAP-like stochastic descent on the neighbour graph) starts from the principal plane of
    the topics' centres spread by t-SNE, so that the far field is settled and the near field is left to the neighbours.
    """
    n = len(vectors)
    if n < 3:
        return np.zeros((n, 2), dtype=np.float32) + np.arange(n, dtype=np.float32)[:, None] * 0.1
    start = _topic_positions(centroids(vectors, topic), seed)[topic]
    start = start + _local_plane(vectors, topic, seed)
    if n >= 60:
        from evoc.graph_construction import neighbor_graph_matrix
        from evoc.node_embedding import node_embedding

        graph = neighbor_graph_matrix(near.ids.shape[1], near.ids, near.distances, True).tocsr()
        start = node_embedding(
            graph, 2, EPOCHS, initial_embedding=np.ascontiguousarray(start * 10, dtype=np.float32), initial_alpha=0.1,
            noise_level=0.3, random_state=np.random.RandomState(seed),
        )  # fmt: skip
    middle = np.median(start, axis=0)
    scale = np.quantile(np.abs(start - middle), 0.995) or 1.0
    return np.clip((start - middle) / scale, -1.3, 1.3).astype(np.float32)


def _topic_positions(centres: Vectors, seed: int) -> Positions:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if len(centres) == 1:
        return np.zeros((1, 2), dtype=np.float32)
    if len(centres) < 8:
        flat = PCA(min(2, len(centres) - 1)).fit_transform(centres)
        flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    else:
        flat = TSNE(perplexity=min(15.0, (len(centres) - 1) / 3), metric="cosine", init="pca", random_state=seed).fit_transform(
            centres
        )
    return (flat / max(float(np.abs(flat).max()), 1e-9)).astype(np.float32)


def _local_plane(vectors: Vectors, topic: Labels, seed: int) -> Positions:
    """Each paper's offset from its topic's centre in the two directions that spread the offsets most, small."""
    offset = vectors - centroids(vectors, topic)[topic]
    sample = np.random.default_rng(seed).permutation(len(vectors))[:5000]
    _, _, axes = np.linalg.svd(offset[sample] - offset[sample].mean(axis=0), full_matrices=False)
    plane = offset @ axes[:2].T if len(axes) >= 2 else np.zeros((len(vectors), 2))
    largest = float(np.abs(plane).max())
    return (0.08 * plane / largest if largest > 0 else plane).astype(np.float32)
