"""New topics the day they form: papers far from every topic that are near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import connected_components

from hub.embed import Vectors
from hub.stats.nearest import linked
from hub.storage.snapshot import Terms
from hub.topics.naming import labels
from hub.topics.naming.terms import count_terms

LEAST = 4
"""Papers that make a candidate."""
COLUMNS = ("candidate", "name", "words", "papers", "members")


def candidates(
    unplaced: npt.NDArray[np.int64],
    texts: Sequence[str],
    vectors: Vectors,
    terms: Terms,
    ids: npt.NDArray[np.object_],
    near: float,
) -> pd.DataFrame:
    """Return the candidate topics among papers that no topic explains, largest first.

    Parameters
    ----------
    unplaced
        Row numbers of those papers.
    texts
        Of those papers: a new topic's words may be in no vocabulary yet.
    vectors
        Of those papers (n_unplaced, dim), about the mean of all, L2-normalised.
    terms, ids
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
        own_terms = count_terms(texts)
        _, part = connected_components(linked(vectors, near), directed=False)
        sizes = np.bincount(part)
        for group in np.lexsort((np.arange(len(sizes)), -sizes)):
            if sizes[group] < LEAST:
                break
            own = unplaced[part == group]
            words = _words(part == group, own_terms, terms)
            rows.append({"words": words, "papers": len(own), "members": [str(ids[r]) for r in own]})
        for i, (row, name) in enumerate(zip(rows, labels.distinct_names([list(r["words"]) for r in rows]), strict=True)):  # type: ignore[call-overload]
            row |= {"candidate": i, "name": name}
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _words(own: npt.NDArray[np.bool_], here: Terms, everywhere: Terms) -> list[str]:
    """The terms that the papers of a candidate use and the corpus does not, the most telling first."""
    column = {word.lower(): i for i, word in enumerate(everywhere.words.tolist())}
    n = max(everywhere.counts.shape[0], 1)
    used = np.bincount(everywhere.counts.indices, minlength=everywhere.counts.shape[1]) / n
    usual = np.array([used[column[w.lower()]] if w.lower() in column else 0.0 for w in here.words.tolist()])
    share = np.asarray((here.counts[own] > 0).mean(axis=0)).ravel()
    score = share * np.log((share + 1e-3) / (usual + 1e-3))
    best = np.argsort(-score, kind="stable")[:30]
    return labels.topic_words([(str(here.words[i]), float(score[i])) for i in best if score[i] > 0])
