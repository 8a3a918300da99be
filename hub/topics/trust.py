"""A trust card for each topic: how firm it is, how clear its words are, what is in it and what it is mistaken for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.embed import Vectors
from hub.storage.snapshot import Terms
from hub.topics.clustering.confidence import Assignment

RIVALS = 3
SHOWN = 5


def npmi(counts: sparse.csr_matrix | sparse.csc_matrix, columns: Sequence[int]) -> float:
    """Return the mean normalised pointwise mutual information of terms over the papers that use them.

    Parameters
    ----------
    counts
        CSR or CSC (n_papers, n_terms).
    columns
        The terms; pairs that never meet count -1 (Bouma 2009; Lau et al. 2014).

    Returns
    -------
    float
        In [-1, 1]; NaN for fewer than two terms.
    """
    if len(columns) < 2:
        return float("nan")
    used = (counts[:, list(columns)] > 0).astype(np.float64)
    n = counts.shape[0]
    joint = np.asarray((used.T @ used).todense()) / n
    single = np.diag(joint).copy()
    upper = np.triu_indices(len(columns), 1)
    both, apart = joint[upper], (single[:, None] * single[None, :])[upper]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both / apart) / -np.log(both)
    value = np.where(both <= 0, -1.0, np.where(both >= 1, 1.0, value))
    return float(value.mean())


def cards(
    ids: npt.NDArray[np.int32],
    topic: npt.NDArray[np.int32],
    placed: Assignment,
    agreement: npt.NDArray[np.float32],
    centres: Vectors,
    terms: Terms,
    words: Sequence[Sequence[str]],
    papers: pd.DataFrame,
    closeness: npt.NDArray[np.float32],
) -> pd.DataFrame:
    """Return one row a topic.

    Parameters
    ----------
    ids
        Lasting id of each topic position.
    topic, placed, agreement
        Of n papers, in the order of the rows of ``papers`` (columns id, source, field) and of ``terms.counts``.
    centres
        (n_topics, dim) float32.
    closeness
        (n,) cosine of each paper's own vector to its topic's centre.

    Returns
    -------
    DataFrame
        ``topic``; ``stability``, the mean share of runs on reweighed papers that leave a paper in the topic;
        ``coherence``, NPMI of its words; ``confidence``, mean; ``sources`` and ``fields`` as "name share%" lists;
        ``rivals``, the nearest topics' ids, ``rival_words``, what this topic says and the rival does not;
        ``representative`` (nearest the centre) and ``boundary``, paper ids.
    """
    column = {word: i for i, word in enumerate(terms.words.tolist())}
    member = sparse.csr_matrix((np.ones(len(topic)), (topic, np.arange(len(topic)))), (len(ids), len(topic)))
    used = sparse.csr_matrix(
        (np.ones(terms.counts.nnz, dtype=np.float32), terms.counts.indices, terms.counts.indptr), terms.counts.shape
    )
    usage = np.asarray((member @ used).todense()) / np.maximum(np.bincount(topic, minlength=len(ids)), 1)[:, None]
    told = [[column[w] for w in own[:10] if w in column] for own in words]
    place = {c: i for i, c in enumerate(sorted({c for own in told for c in own}))}
    used = sparse.csc_matrix(used[:, list(place)])  # the topics' own words: else each topic would look at every count
    alike = centres @ centres.T
    np.fill_diagonal(alike, -2.0)
    names = papers["id"].to_numpy()
    rows = []
    for t in range(len(ids)):
        own = np.flatnonzero(topic == t)
        rivals = np.argsort(-alike[t], kind="stable")[: min(RIVALS, len(ids) - 1)]
        firm = own[np.lexsort((own, -closeness[own]))]
        doubtful = own[np.lexsort((own, placed.confidence[own]))]
        rows.append(
            {
                "topic": ids[t],
                "stability": float(agreement[own].mean()),
                "coherence": npmi(used, [place[c] for c in told[t]]),
                "confidence": float(placed.confidence[own].mean()),
                "sources": _mix(papers["source"].to_numpy()[own]),
                "fields": _mix(papers["field"].to_numpy()[own]),
                "rivals": [int(ids[r]) for r in rivals],
                "rival_words": [", ".join(_separating(usage[t], usage[r], terms.words)) for r in rivals],
                "representative": [str(p) for p in names[firm[:SHOWN]]],
                "boundary": [str(p) for p in names[doubtful[:SHOWN]]],
            }
        )
    return pd.DataFrame(rows)


def _mix(values: npt.NDArray[np.object_]) -> list[str]:
    named = [str(v) for v in values if str(v)]
    kinds, counts = np.unique(named, return_counts=True)
    order = np.lexsort((kinds, -counts))[:SHOWN]
    return [f"{kinds[i]} {100 * counts[i] / len(named):.0f}%" for i in order]


def _separating(own: npt.NDArray[np.float64], rival: npt.NDArray[np.float64], words: npt.NDArray[np.str_]) -> list[str]:
    more = np.flatnonzero(own > rival)
    score = own[more] * np.log((own[more] + 0.01) / (rival[more] + 0.01))
    return [str(words[i]) for i in more[np.argsort(-score, kind="stable")[:SHOWN]]]
