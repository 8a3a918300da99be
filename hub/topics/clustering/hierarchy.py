"""Themes above the topics, by Ward's linkage of their centres: few enough to read, near enough to belong together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.embed import Vectors

Parents = list[npt.NDArray[np.int32]]
PER_THEME = 4
MANY_THEMES = 12
"""Themes from which they get a level of their own above them."""


def theme_levels(centres: Vectors) -> Parents:
    """Return the theme of each topic, then the theme above each theme where there are many.

    Parameters
    ----------
    centres
        (n_topics, dim) float32, rows L2-normalised.

    Returns
    -------
    list of arrays
        The first has n_topics entries, the next as many as there are themes. Empty below 6 topics.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(centres) < 6:
        return []
    links = linkage(centres.astype(np.float64), "ward")
    themes = _cut(fcluster(links, max(2, round(len(centres) / PER_THEME)), "maxclust"))
    if themes.max() + 1 < MANY_THEMES:
        return [themes]
    wide = _cut(fcluster(links, max(3, round(len(centres) / PER_THEME**2)), "maxclust"))
    above = np.zeros(themes.max() + 1, dtype=np.int32)
    above[themes] = wide  # one linkage, cut twice: a theme lies wholly in one of the wider ones
    return [themes, above]


def _cut(labels: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)
