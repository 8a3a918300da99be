"""What a query means, as a vector among the papers' vectors: by the model that made them, else by the papers its words find."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from hub.storage.snapshot import Snapshot

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Texts to vectors (n, dim) in the Snapshot's space (:func:`hub.embed.queries.embed_with`)."""
FEEDBACK = 10
"""Papers whose mean stands for a query where no model can embed it (pseudo-relevance feedback; Rocchio 1971)."""


def query_vector(text: str, snapshot: Snapshot, embed: Embed | None, best: npt.NDArray[np.int64]) -> Floats | None:
    """Return the vector (dim,) of a query, L2-normalised; None where there is nothing to make it of.

    Parameters
    ----------
    text
        The words that ask, without operators.
    embed
        None where the Snapshot's vectors hold for its texts alone (TF-IDF), or the model is not here.
    best
        Rows of the papers that hold the words, best first.
    """
    if not snapshot.vectors.shape[1] or not text:
        return None
    if embed is not None:
        return np.asarray(embed([text])[0], dtype=np.float32)
    some = best[:FEEDBACK]
    if not len(some):
        return None
    weight = 1.0 / np.arange(1, len(some) + 1, dtype=np.float32)
    mean = weight @ np.asarray(snapshot.vectors[some])
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 0 else None


def cosines(snapshot: Snapshot, vector: Floats) -> Floats:
    """Return the cosine (n_papers,) of each paper with a vector; 0 for papers that have none yet."""
    return np.asarray(snapshot.vectors @ vector, dtype=np.float32)


def nearest_first(cosine: Floats, among: npt.NDArray[np.bool_], most: int) -> npt.NDArray[np.int64]:
    """Return at most so many rows of ``among`` (n,), those of the largest cosine (n,) first, equals in their order."""
    rows = np.flatnonzero(among)
    if len(rows) > most:
        least = np.partition(cosine[rows], len(rows) - most)[len(rows) - most]
        rows = rows[cosine[rows] >= least]
    return rows[np.argsort(-cosine[rows], kind="stable")][:most]


def is_paper(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """Return which records (n_papers,) are papers, not versions, corrections or news."""
    codes, values = snapshot.codes("kind") if len(snapshot) else (np.zeros(0, dtype=np.int32), [])
    return codes == values.index("paper") if "paper" in values else np.zeros(len(snapshot), dtype=bool)
