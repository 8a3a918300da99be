"""A beginning: a short list of papers as unlike each other as they can be, to like a few of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.radar.listing import first_day, window
from hub.snapshot import Snapshot

POOL = 4000


def diverse_papers(snapshot: Snapshot, n: int = 12) -> npt.NDArray[np.int64]:
    """Return up to ``n`` recent rows that span the corpus: one of each large topic, then the farthest from those so far.

    The one of a topic is the one that is surest in it; without topics and vectors these are the newest papers.
    """
    rows = window(snapshot, first_day(snapshot))
    if not len(rows):
        return rows
    topics, confidence = snapshot.papers["topic"].to_numpy()[rows], snapshot.papers["confidence"].to_numpy()[rows]
    placed = topics >= 0
    names, counts = np.unique(topics[placed], return_counts=True)
    largest = names[np.argsort(-counts, kind="stable")][: 2 * n]
    one_each = [rows[(topics == t)][np.argmax(confidence[topics == t])] for t in largest]
    pool = np.array(one_each, dtype=np.int64) if len(one_each) >= n else rows[:: max(1, len(rows) // POOL)]
    if not snapshot.vectors.shape[1]:
        return pool[:n]
    points = np.asarray(snapshot.vectors[pool], dtype=np.float32)
    chosen = [0]
    nearest = points @ points[0]
    while len(chosen) < min(n, len(pool)):
        nearest[chosen] = np.inf
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, points @ points[chosen[-1]])
    return pool[chosen]
