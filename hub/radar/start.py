"""A beginning: a short list of papers as unlike each other as they can be, or the papers that stand for a selection."""

from __future__ import annotations

import re

import numpy as np

from hub.i18n.messages import Said
from hub.papers.identifiers import arxiv_id, doi
from hub.radar.library import pasted
from hub.radar.listing import first_day, window
from hub.radar.model import Radar
from hub.radar.ranking.learn import Embed
from hub.radar.ranking.rank import rank
from hub.storage.selection import Rows, Search
from hub.storage.snapshot import Snapshot

POOL = 4000
SIX = 6
"""Papers to judge at once."""
SAMPLE = 1500
"""Rows of a selection among which representative ones are sought."""


def diverse_papers(snapshot: Snapshot, n: int = 12, within: Rows | None = None) -> Rows:
    """Return up to ``n`` recent rows that span the corpus: one of each large topic, then the farthest from those so far.

    The one of a topic is the one that is surest in it; without topics and vectors these are the newest papers.

    Parameters
    ----------
    within
        Rows to choose from, such as a selection; the papers of the last month unless told.
    """
    rows = window(snapshot, first_day(snapshot)) if within is None else within
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


def representatives(snapshot: Snapshot, rows: Rows, n: int = 12) -> Rows:
    """Return up to ``n`` of ``rows`` that stand best for all of them: each row has a near one among those returned.

    Facility location by greedy choice (Nemhauser, Wolsey & Fisher 1978), on at most :data:`SAMPLE` rows spread over all;
    without vectors, rows spread over all.
    """
    sample = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(np.int64)] if len(rows) else rows
    if len(sample) <= n or not snapshot.vectors.shape[1]:
        return sample[:: max(1, len(sample) // n)][:n]
    points = np.asarray(snapshot.vectors[sample], dtype=np.float32)
    alike = points @ points.T
    covered = np.zeros(len(sample), dtype=np.float32)
    chosen: list[int] = []
    for _ in range(n):
        gain = np.maximum(alike - covered, 0).sum(axis=1)
        gain[chosen] = -1
        chosen.append(int(np.argmax(gain)))
        covered = np.maximum(covered, alike[chosen[-1]])
    return sample[chosen]


def taken(snapshot: Snapshot, radar: Radar, text: str) -> tuple[Radar, list[Said]]:
    """Return the radar with what one box was told, and what could not be taken.

    A text of ids, DOIs and addresses alone names papers; anything else is an interest in the reader's own words.
    """
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if parts and all(part in snapshot.row_of or doi(part) or arxiv_id(part) for part in parts):
        ids, wrong = pasted(snapshot, text)
        return radar.replace(seeds=(*radar.seeds, *(i for i in ids if i not in radar.disliked))), wrong
    return (radar.replace(text="\n".join(filter(None, [radar.text, text.strip()]))) if parts else radar), []


def offered(
    snapshot: Snapshot, radar: Radar, turn: int, within: Rows | None = None, *, search: Search | None = None,
    embed: Embed | None = None, n: int = SIX,
) -> Rows:  # fmt: skip
    """Return ``n`` rows to judge at the beginning: those that ``radar`` would list, and ones unlike each other while it is empty.

    Parameters
    ----------
    turn
        0 for the first ones, 1 for those that come after them.
    within
        Rows to choose from; the papers of the last month unless told.
    """
    if radar.is_empty:
        return diverse_papers(snapshot, n * (turn + 1), within)[-n:]
    rows = window(snapshot, first_day(snapshot)) if within is None else within
    found = rank(snapshot, radar, rows, search=search, embed=embed, limit=n * (turn + 1), explore_every=0).rows
    return found[n * turn :]


def name_for(snapshot: Snapshot, rows: Rows, taken: list[str], said: str = "") -> str:
    """Return a name for a radar of these rows: what was ``said``, else their largest topic's, with a number when it is taken."""
    topics = snapshot.papers["topic"].to_numpy()[rows]
    found, count = np.unique(topics[topics >= 0], return_counts=True)
    base = snapshot.topic_names.get(int(found[np.argmax(count)]), "") if len(found) else ""
    base = " ".join((said or base or "Radar")[:70].split())
    free = (f"{base} {number}" if number > 1 else base for number in range(1, len(taken) + 2))
    return next(name for name in free if name.casefold() not in {t.casefold() for t in taken})
