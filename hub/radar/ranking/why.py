"""Why a paper is on the list: the nearest own papers, the words for and against, topic, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hub.i18n.messages import Said
from hub.radar.model import Radar
from hub.radar.ranking.rank import Ranking
from hub.radar.ranking.space import Space, space
from hub.storage.snapshot import Snapshot

NEAREST, FOR, AGAINST = 2, 5, 3
"""How many own papers, words for and words against a reason names at most."""
FOR_AND_AGAINST, FOR_ALONE, AGAINST_ALONE = (
    "Words for: {plus}; against: {minus}.", "Words for: {plus}.", "Words against: {minus}.",
)  # fmt: skip
NEAREST_OF_ALL = "It is nearest to what you asked for among the papers of this time."
ALIKE = 0.25
"""Least cosine at which an own paper is called near."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a paper's place.

    Parameters
    ----------
    kind
        ``near``, ``words``, ``topic``, ``rule`` or ``explore``.
    text
        The reason as a sentence, to be said in the reader's language.
    details
        What the sentence is made of: ``{"papers": [{"id", "title", "cosine"}]}``, ``{"for": {word: weight}, "against":
        {word: weight}}`` in standard deviations of the score, ``{"topic", "name", "papers"}``, ``{"rule", "value"}``.
    """

    kind: str
    text: Said
    details: Mapping[str, Any] = field(default_factory=dict)


def reasons(snapshot: Snapshot, radar: Radar, ranking: Ranking) -> list[tuple[Reason, ...]]:
    """Return the reasons of each listed paper, the most telling first."""
    points = space(snapshot)
    rated = [snapshot.row_of[i] for i in radar.positives if i in snapshot.row_of]
    topics = snapshot.papers["topic"].to_numpy()
    liked_topics = topics[rated]
    rules = {name: set(rows.tolist()) for name, rows in ranking.matches.items() if name != "author"}
    listed = []
    for row, explore in zip(ranking.rows.tolist(), ranking.explore.tolist(), strict=True):
        topic = int(topics[row])
        found = [
            *([_explore(snapshot, topic)] if explore else []),
            *_rules(rules, row),
            *_near(snapshot, points, ranking, row),
            *_topic(snapshot, radar, topic, int((liked_topics == topic).sum())),
            *_words(points, ranking, row),
        ]
        listed.append(tuple(found) or (Reason("near", Said(NEAREST_OF_ALL)),))
    return listed


def _explore(snapshot: Snapshot, topic: int) -> Reason:
    name = snapshot.topic_names.get(topic, "")
    text = Said("Exploration: from a topic that you have not rated yet, {name}.", name=name)
    return Reason("explore", text, {"topic": topic, "name": name})


def _rules(rules: Mapping[str, set[int]], row: int) -> list[Reason]:
    words = {
        "must": "It holds the must word “{value}”.",
        "should": "It holds the word “{value}”.",
        "author": "It is by {value}, whom you follow.",
    }
    held = [name.split(":", 1) for name, rows in rules.items() if row in rows]
    return [Reason("rule", Said(words[k], value=v), {"rule": k, "value": v}) for k, v in held if k in words]


def _near(snapshot: Snapshot, points: Space, ranking: Ranking, row: int) -> list[Reason]:
    model = ranking.model
    if not len(model.own):
        return []
    cosines = model.own @ points.vectors[row]
    titles = snapshot.papers["title"]
    near = []
    for i in np.argsort(-cosines, kind="stable")[:NEAREST]:
        name = model.own_names[i]
        if cosines[i] >= ALIKE:
            title = name if isinstance(name, str) else str(titles.iat[name])
            paper_id = "" if isinstance(name, str) else str(snapshot.papers["id"].iat[name])
            near.append({"id": paper_id, "title": title, "cosine": round(float(cosines[i]), 3)})
    if not near:
        return []
    named = tuple(Said("“{title}” ({cosine:.2f})", title=paper["title"], cosine=paper["cosine"]) for paper in near)
    return [Reason("near", Said("Near your {papers}.", papers=named), {"papers": near})]


def _topic(snapshot: Snapshot, radar: Radar, topic: int, liked: int) -> list[Reason]:
    name = snapshot.topic_names.get(topic)
    details = {"topic": topic, "name": name, "papers": liked}
    if name and topic in radar.topics:
        return [Reason("topic", Said("In the topic {name}, which you follow.", name=name), details)]
    if name and liked:
        return [Reason("topic", Said("In the topic {name}, as {n} of the papers you like.", name=name, n=liked), details)]
    return []


def _words(points: Space, ranking: Ranking, row: int) -> list[Reason]:
    line = points.tfidf[row]
    weights = ranking.model.weights[0] * ranking.model.words[line.indices] * line.data / ranking.model.scale[3]
    best = np.argsort(-weights, kind="stable")
    words = points.words[line.indices]
    plus = _distinct([(str(words[i]), float(weights[i])) for i in best if weights[i] >= 0.005], FOR)
    minus = _distinct([(str(words[i]), float(weights[i])) for i in best[::-1] if weights[i] <= -0.005], AGAINST)
    if not plus and not minus:
        return []
    said = {
        "plus": ", ".join(f"{word} +{weight:.2f}" for word, weight in plus.items()),
        "minus": ", ".join(f"{word} −{-weight:.2f}" for word, weight in minus.items()),
    }
    text = FOR_AND_AGAINST if plus and minus else FOR_ALONE if plus else AGAINST_ALONE
    return [Reason("words", Said(text, **said), {"for": plus, "against": minus})]


def _distinct(ranked: Sequence[tuple[str, float]], most: int) -> dict[str, float]:
    kept: dict[str, float] = {}
    for word, weight in ranked:
        if not any(word in other.split() for other in kept) and len(kept) < most:
            kept[word] = round(weight, 3)
    return kept
