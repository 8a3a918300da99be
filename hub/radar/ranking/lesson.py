"""What a radar has learned, in words: of one thumb, and of all its signals together."""

from __future__ import annotations

import numpy as np

from hub.radar.model import Radar
from hub.radar.ranking.learn import learn
from hub.radar.ranking.space import Floats, space
from hub.radar.ranking.telling import telling
from hub.radar.ranking.why import distinct
from hub.storage.snapshot import Snapshot

WORDS, MOST = 3, 12
"""Words that one thumb's lesson names at most, and each side of all that was learned."""


def lesson(snapshot: Snapshot, radar: Radar, paper_id: str) -> list[str]:
    """Return the terms of a rated paper that its thumb speaks for or against, most telling first.

    Of a disliked paper these are the terms that no liked paper uses: what both kinds use tells nothing. Empty where
    the paper is not rated, not in the Snapshot, or has no term of its own.
    """
    row = snapshot.row_of.get(paper_id)
    if row is None or paper_id not in (*radar.liked, *radar.disliked):
        return []
    points = space(snapshot)
    line = points.tfidf[row]
    weights = np.asarray(line.data * telling(snapshot)[line.indices], dtype=np.float32)
    if paper_id in radar.disliked:
        liked = [snapshot.row_of[i] for i in radar.positives if i in snapshot.row_of]
        theirs = np.asarray(points.tfidf[liked].sum(axis=0)).ravel() if liked else np.zeros(len(points.words))
        weights = np.where(theirs[line.indices] > 0, 0.0, weights)
    return _best(points.words[line.indices], weights, WORDS)


def learned(snapshot: Snapshot, radar: Radar) -> tuple[list[str], list[str]]:
    """Return the terms that a radar looks for, and those that lower a paper, each most telling first."""
    points = space(snapshot)
    nobody = {"author": np.zeros(0, dtype=np.int64)}
    words = learn(snapshot, points, radar, None, nobody).words * telling(snapshot)
    return _best(points.words, words, MOST), _best(points.words, -words, MOST) if radar.disliked else []


def _best(words: np.ndarray, weights: Floats, most: int) -> list[str]:
    some = np.argsort(-weights, kind="stable")[:200]
    return list(distinct([(str(words[i]), float(weights[i])) for i in some if weights[i] > 0], most))
