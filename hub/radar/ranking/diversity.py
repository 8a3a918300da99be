"""What a good list needs beyond scores: no paper twice, no ten near-copies, and a few papers from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from hub.radar.model import folded
from hub.radar.ranking.space import Floats, title_key
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

if TYPE_CHECKING:
    from hub.radar.model import Radar

NEAR_COPY, COPY_COST = 0.8, 6.0
"""A paper whose cosine to a listed one is above ``NEAR_COPY`` loses ``COPY_COST`` standard deviations for each unit above."""
POOL = 4
"""The list is chosen from so many times its length."""
EXPLORED = 3000
"""Exploration looks for papers among the best so many."""
SAME_TITLE = 92.0
"""Titles this alike (rapidfuzz ratio), under vectors this near, are one paper from two sources."""
SAME_VECTOR = 0.9


def diverse(
    snapshot: Snapshot, vectors: Floats, rows: Rows, scores: Floats, limit: int, known: Sequence[int] = ()
) -> tuple[Rows, Floats]:
    """Return the best ``limit`` of rows sorted by score, near-copies pushed down, a paper in two records once.

    Maximal marginal relevance (Carbonell & Goldstein 1998) with a threshold: papers that are merely on one subject do not
    push each other down.

    Parameters
    ----------
    rows, scores
        (n,), best first.
    known
        Rows that the reader has rated: another record of such a paper is not listed either.
    """
    pool, left = rows[: limit * POOL], scores[: limit * POOL].astype(np.float64)
    near = snapshot.papers[["id", "title", "doi"]].iloc[pool]
    ids, titles, dois = (near[c].astype(str).to_numpy() for c in ("id", "title", "doi"))
    rated = snapshot.papers[["title", "doi"]].iloc[list(known)]
    seen = {title_key(str(title)) for title in rated["title"]} | {str(doi) for doi in rated["doi"] if doi}
    points = vectors[pool]
    alike = np.zeros(len(pool))
    free = np.ones(len(pool), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < limit and free.any():
        cost = COPY_COST * np.maximum(alike - NEAR_COPY, 0)
        best = int(np.argmax(np.where(free, left - cost, -np.inf)))
        free[best] = False
        keys = {title_key(titles[best]), dois[best] or ids[best]}
        if keys & seen or any(_same(titles, points, best, other) for other in chosen):
            continue
        seen |= keys
        chosen.append(best)
        alike = np.maximum(alike, points @ points[best])
    picked = np.array(chosen, dtype=np.int64)
    return pool[picked], scores[: limit * POOL][picked]


def _same(titles: npt.NDArray[np.object_], points: Floats, one: int, other: int) -> bool:
    if float(points[one] @ points[other]) < SAME_VECTOR:
        return False
    return fuzz.ratio(folded(titles[one]), folded(titles[other])) >= SAME_TITLE


def explored(
    snapshot: Snapshot, radar: Radar, listed: tuple[Rows, Floats], ranked: tuple[Rows, Floats], every: int
) -> tuple[Rows, Floats, npt.NDArray[np.bool_]]:
    """Return the list with each ``every``-th place given to the best paper from a topic that the reader has not touched.

    Returns
    -------
    rows, scores, explore
        (n,), as long as the list before; ``explore`` marks the given places. Without topics nothing is given away.
    """
    rows, scores = listed
    ranked = ranked[0][:EXPLORED], ranked[1][:EXPLORED]
    topics = snapshot.papers["topic"].to_numpy()
    rated = [snapshot.row_of[i] for i in (*radar.positives, *radar.disliked) if i in snapshot.row_of]
    touched = {-1, *radar.topics, *topics[rated].tolist(), *topics[rows[: max(5, len(rows) // 2)]].tolist()}
    fresh, keys = [], {title_key(str(snapshot.papers["title"].iat[row])) for row in rows}
    for place, row in enumerate(ranked[0]):
        topic = int(topics[row])
        if topic in touched or ranked[1][place] <= 0:
            continue
        key = title_key(str(snapshot.papers["title"].iat[row]))
        if key not in keys or row in rows:
            touched.add(topic)
            fresh.append(place)
        if len(fresh) >= len(rows) // every:
            break
    taken = set(ranked[0][fresh].tolist())
    order = [int(row) for row in rows if row not in taken]
    score_of = dict(zip(ranked[0].tolist(), ranked[1].tolist(), strict=True)) if fresh else {}
    score_of |= dict(zip(rows.tolist(), scores.tolist(), strict=True))
    for i, place in enumerate(fresh):
        order.insert((i + 1) * every - 1, int(ranked[0][place]))
    order = order[: len(rows)]
    marks = np.array([row in taken for row in order], dtype=bool)
    return np.array(order, dtype=np.int64), np.array([score_of[row] for row in order], dtype=np.float32), marks
