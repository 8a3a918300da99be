"""Where papers stand on the map: topics apart, related topics near, and the same map for the same papers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors
from hub.stats.nearest import Neighbours
from hub.stats.neighbours import centroids
from hub.topics.clustering.cluster import Labels

Positions = npt.NDArray[np.float32]
ROUNDS = 4
BLOCK = 8192
EVEN = 0.7
"""How far a topic's papers are evened out over its disc; the rest of their distance to its middle is kept."""


def layout(vectors: Vectors, near: Neighbours, topic: Labels, seed: int = 0) -> Positions:
    """Return the position (n, 2) float32 of each paper, about within [-1, 1].

    t-SNE (van der Maaten & Hinton 2008) spreads the few topic centres; each paper starts at its topic, drifts to where
    its neighbours are, and is then spread over a disc whose area follows the topic's size. There is no stochastic
    descent over papers: it is linear in their number and needs nothing compiled.
    """
    n = len(vectors)
    if n < 3:
        return np.stack([np.linspace(-0.5, 0.5, n), np.zeros(n)], axis=1).astype(np.float32)
    centres = centroids(vectors, topic)
    middle = topic_positions(centres, seed)
    radius = _radii(middle, np.bincount(topic, minlength=len(centres)))
    start = middle[topic] + radius[topic, None] * _local_plane(vectors, centres, topic, seed)
    place = start
    for _ in range(ROUNDS if near.ids.shape[1] else 0):
        place = 0.4 * place + 0.6 * np.asarray(near.mean @ place)
    place = 0.5 * start + 0.5 * place
    return _spread(place, topic, middle, radius).astype(np.float32)


def topic_positions(centres: Vectors, seed: int = 0) -> Positions:
    """Return where the middle of each topic stands (n_topics, 2) float32, within [-1, 1]."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    n = len(centres)
    if n == 1:
        return np.zeros((1, 2), dtype=np.float32)
    if n < 8:
        flat = PCA(min(2, n - 1)).fit_transform(centres)
        flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    else:
        flat = TSNE(
            perplexity=min(12.0, (n - 1) / 3), metric="cosine", init="pca", method="exact", random_state=seed
        ).fit_transform(centres)
    flat = flat - (flat.max(axis=0) + flat.min(axis=0)) / 2
    return (flat / max(float(np.abs(flat).max()), 1e-9)).astype(np.float32)


def _radii(middle: Positions, sizes: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """A disc for each topic: its area follows its size; all together cover about half the map; few overlap much."""
    wanted = np.sqrt(sizes / sizes.sum()) * 0.75
    if len(middle) == 1:
        return wanted
    apart = np.linalg.norm(middle[:, None] - middle[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.minimum(wanted, 0.75 * apart.min(axis=1) + 0.01)


def _local_plane(vectors: Vectors, centres: Vectors, topic: Labels, seed: int) -> npt.NDArray[np.float64]:
    """Each paper's offset from its topic's centre along the two directions that spread the offsets most."""
    sample = np.random.default_rng(seed).permutation(len(vectors))[:5000]
    offset = vectors[sample] - centres[topic[sample]]
    _, axes = np.linalg.eigh(offset.T.astype(np.float64) @ offset)
    axes = axes[:, ::-1][:, :2]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])] < 0, -1, 1)
    plane = np.empty((len(vectors), axes.shape[1]))
    for begin in range(0, len(vectors), BLOCK):  # all offsets in 64 bits would be three times what the vectors are
        part = slice(begin, begin + BLOCK)
        plane[part] = (vectors[part] - centres[topic[part]]) @ axes
    plane = np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))
    return np.asarray(plane / max(float(np.quantile(np.linalg.norm(plane, axis=1), 0.9)), 1e-9))


def _spread(
    place: npt.NDArray[np.float64], topic: Labels, middle: Positions, radius: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    result = np.array(place, dtype=np.float64)
    for t in range(len(middle)):
        rows = np.flatnonzero(topic == t)
        if len(rows) < 2:
            continue
        about = np.median(place[rows], axis=0)
        offset = place[rows] - about
        length = np.linalg.norm(offset, axis=1)
        rank = np.empty(len(rows))
        rank[np.lexsort((rows, length))] = np.arange(len(rows))
        even = radius[t] * np.sqrt((rank + 0.5) / len(rows))
        target = EVEN * even + (1 - EVEN) * np.minimum(length, 2 * radius[t])
        turn = rank * 2.399963  # copies of one abstract stand on one spot: the golden angle parts them
        flat = length < 1e-9
        direction = np.where(
            flat[:, None], np.stack([np.cos(turn), np.sin(turn)], axis=1), offset / np.maximum(length, 1e-9)[:, None]
        )
        result[rows] = (0.5 * middle[t] + 0.5 * about) + direction * target[:, None]
    return result
