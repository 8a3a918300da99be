"""Themes above the topics: which topics belong together, on up to three levels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.topics.cluster import Labels

Parents = list[npt.NDArray[np.int32]]


def theme_levels(topic: Labels, layers: tuple[Labels, ...], n_topics: int, max_levels: int = 2) -> Parents:
    """Return the theme of each topic on level 1, then the theme above each of those.

    Parameters
    ----------
    topic
        (n_papers,) topic of each paper.
    layers
        Coarser clusterings of the same papers, finest first, as EVoC found them.

    Returns
    -------
    list of arrays
        The first has n_topics entries, each next one as many as the themes below. A level that groups nothing is
        left out; the list may be empty.
    """
    levels: Parents = []
    below, n_below = topic, n_topics
    for layer in layers:
        if len(levels) == max_levels:
            break
        votes = np.zeros((n_below, int(layer.max()) + 1))
        np.add.at(votes, (below, layer), 1)
        used, parent = np.unique(votes.argmax(axis=1), return_inverse=True)
        if not 1 < len(used) <= n_below // 2:
            continue
        levels.append(parent.astype(np.int32))
        below, n_below = parent[below].astype(np.int32), len(used)
    return levels
