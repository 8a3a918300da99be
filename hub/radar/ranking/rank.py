"""A radar's ranking: what was learned of the reader's signals, the reader's rules, recency; then diversity and exploration."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.radar.model import NO_INTEREST, Radar
from hub.radar.ranking import rules
from hub.radar.ranking.diversity import diverse, explored
from hub.radar.ranking.learn import Embed, Model, learn, scored
from hub.radar.ranking.space import Floats, space
from hub.storage.selection import Rows, Search
from hub.storage.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Ranking:
    """Papers for a radar, best first.

    Parameters
    ----------
    rows
        (n,) row numbers of the Snapshot.
    scores
        (n,) float32; 0 is the average paper of the Snapshot, 1 one standard deviation above it.
    explore
        (n,) bool, True for a paper from outside the reader's topics.
    model
        What was learned; :mod:`hub.radar.ranking.why` explains by it.
    matches
        Rows that each rule raised, by the rule's name.
    notices
        What the reader should know about the list: a rule that lets nothing pass, papers that are not in the corpus.
    """

    rows: Rows
    scores: Floats
    explore: npt.NDArray[np.bool_]
    model: Model
    matches: dict[str, Rows] = field(default_factory=dict)
    notices: tuple[Said, ...] = ()


def rank(
    snapshot: Snapshot,
    radar: Radar,
    candidates: Rows,
    *,
    search: Search | None = None,
    embed: Embed | None = None,
    limit: int = 50,
    explore_every: int = 10,
) -> Ranking:
    """Return the best ``limit`` of ``candidates`` for a radar.

    Parameters
    ----------
    candidates
        (n,) row numbers that may be listed, such as those of the last month.
    search
        Full-text search, for the words of rules; needed when the radar has any.
    embed
        The Snapshot's embedder, for text and papers outside the corpus; without it their words alone count.
    explore_every
        One place in so many goes to a paper from outside the reader's topics; 0 for none.

    Raises
    ------
    RadarError
        When the radar is empty, or nothing of what it names is known here.
    """
    if radar.is_empty:
        raise RadarError(Said(NO_INTEREST, name=radar.name))
    points = space(snapshot)
    hits, notices = rules.matches(snapshot, radar, search)
    model = learn(snapshot, points, radar, embed, hits)
    allowed, why_none = rules.passing(snapshot, radar, candidates, hits)
    known = [snapshot.row_of[i] for i in (*radar.positives, *radar.disliked) if i in snapshot.row_of]
    allowed = allowed[~np.isin(allowed, known)]
    scores = scored(points, model, allowed) + rules.raised(snapshot, radar, allowed, hits)
    order = np.argsort(-scores, kind="stable")
    ranked, kept = allowed[order], scores[order]
    rows, chosen = diverse(snapshot, points.vectors, ranked, kept, limit, known)
    explore = np.zeros(len(rows), dtype=bool)
    if explore_every:
        rows, chosen, explore = explored(snapshot, radar, (rows, chosen), (ranked, kept), explore_every)
    return Ranking(rows, chosen, explore, model, hits, (*notices, *why_none))
