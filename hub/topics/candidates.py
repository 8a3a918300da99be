"""New topics the day they form: papers far from every topic that are near each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from hub.embed import Vectors
from hub.snapshot import Terms
from hub.topics import names

LEAST = 4
"""Papers that make a candidate."""
COLUMNS = ("candidate", "name", "words", "papers", "members")


def candidates(
    unplaced: npt.NDArray[np.int64], vectors: Vectors, terms: Terms, ids: npt.NDArray[np.object_], near: float
) -> pd.DataFrame:
    """Return the candidate topics among papers that no topic explains, largest first.

    Parameters
    ----------
    unplaced
        Row numbers of those papers.
    vectors, terms, ids
        Of all papers.
    near
        Cosine from which two papers belong together: what a fitted paper has with its near neighbours.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; ``members`` a list of paper ids.
    """
    rows: list[dict[str, object]] = []
    if len(unplaced) >= LEAST:
        space = vectors[unplaced]
        linked = sparse.csr_matrix((space @ space.T) >= near)
        _, part = connected_components(linked, directed=False)
        sizes = np.bincount(part)
        for group in np.lexsort((np.arange(len(sizes)), -sizes)):
            if sizes[group] < LEAST:
                break
            own = unplaced[part == group]
            words = _words(own, terms)
            rows.append({"words": words, "papers": len(own), "members": [str(ids[r]) for r in own]})
        for i, (row, name) in enumerate(zip(rows, names.distinct_names([list(r["words"]) for r in rows]), strict=True)):  # type: ignore[call-overload]
            row |= {"candidate": i, "name": name}
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _words(own: npt.NDArray[np.int64], terms: Terms) -> list[str]:
    if not terms.counts.shape[1]:
        return []
    here = np.asarray((terms.counts[own] > 0).mean(axis=0)).ravel()
    everywhere = np.asarray((terms.counts > 0).mean(axis=0)).ravel()
    score = here * np.log((here + 1e-3) / (everywhere + 1e-3))
    best = np.argsort(-score, kind="stable")[:30]
    return names.topic_words([(str(terms.words[i]), float(score[i])) for i in best if score[i] > 0])
