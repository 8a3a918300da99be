"""Why a paper is on the list, in a reader's words: the paper of theirs that it is like, and what both are on; topic, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.i18n.messages import Said
from hub.radar.model import Radar
from hub.radar.ranking.rank import Ranking
from hub.radar.ranking.space import Floats, Space, counts_of, space, tfidf_rows
from hub.radar.ranking.telling import telling
from hub.storage.snapshot import Snapshot

Mask = npt.NDArray[np.bool_]
"""(n_terms,): which terms a reason may name."""
NEAREST, SHARED, FOR, AGAINST = 2, 2, 3, 2
"""How many own papers, words of both papers, words for and words against a reason names at most."""
LIKE = {
    "liked": "Like “{title}”, which you liked.",
    "seeds": "Like “{title}”, which you added.",
    "own": "Like “{title}” of your own papers.",
}
BOTH = {
    "liked": "Like “{title}”, which you liked: both on {words}.",
    "seeds": "Like “{title}”, which you added: both on {words}.",
    "own": "Like “{title}” of your own papers: both on {words}.",
}
"""What is said of the nearest paper by how the radar knows it, with words that both papers share and without."""
ON, BUT = "On {plus}, as papers you like.", "It is also on {minus}, which you turned down."
NEAREST_OF_ALL = "It is nearest to what you asked for among the papers of this time."
ALIKE = 0.25
"""Least cosine at which an own paper is called near."""
TERM, SHORT, TELLING, LOWERING = 1.5, 4, 0.005, 0.05
"""How much more a term of two words tells than one; letters of a word at least; least weight of a word named for, and against."""


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
        What the sentence is made of: ``{"papers": [{"id", "title", "cosine", "place"}], "words": [word]}``,
        ``{"for": {word: weight}, "against": {word: weight}}`` in standard deviations of the score,
        ``{"topic", "name", "papers"}``, ``{"rule", "value"}``.
    """

    kind: str
    text: Said
    details: Mapping[str, Any] = field(default_factory=dict)


def reasons(snapshot: Snapshot, radar: Radar, ranking: Ranking) -> list[tuple[Reason, ...]]:
    """Return the reasons of each listed paper, the most telling first."""
    points, named = space(snapshot), telling(snapshot)
    rated = [snapshot.row_of[i] for i in radar.positives if i in snapshot.row_of]
    topics = snapshot.papers["topic"].to_numpy()
    liked_topics = topics[rated]
    rules = {name: set(rows.tolist()) for name, rows in ranking.matches.items() if name != "author"}
    listed = []
    for row, explore in zip(ranking.rows.tolist(), ranking.explore.tolist(), strict=True):
        topic = int(topics[row])
        near = _near(snapshot, points, named, radar, ranking, row)
        shared = near[0].details["words"] if near else []
        found = [
            *([_explore(snapshot, topic)] if explore else []),
            *_rules(rules, row),
            *near,
            *_topic(snapshot, radar, topic, int((liked_topics == topic).sum())),
            *_words(points, named, ranking, row, shared),
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
        "venue": "It appeared in {value}, which you follow.",
        "institution": "From {value}, which you follow.",
    }
    held = [name.split(":", 1) for name, rows in rules.items() if row in rows]
    return [Reason("rule", Said(words[k], value=v), {"rule": k, "value": v}) for k, v in held if k in words]


def _near(
    snapshot: Snapshot, points: Space, named: Mask, radar: Radar, ranking: Ranking, row: int
) -> list[Reason]:  # fmt: skip
    model = ranking.model
    if not len(model.own):
        return []
    cosines = model.own @ points.vectors[row]
    titles, ids = snapshot.papers["title"], snapshot.papers["id"]
    near: list[dict[str, Any]] = []
    for i in np.argsort(-cosines, kind="stable")[:NEAREST]:
        name = model.own_names[i]
        if cosines[i] >= ALIKE:
            title = name if isinstance(name, str) else str(titles.iat[name])
            paper_id = "" if isinstance(name, str) else str(ids.iat[name])
            near.append({"id": paper_id, "title": title, "cosine": round(float(cosines[i]), 3), "place": int(i)})
    if not near:
        return []
    first = near[0]
    how = "own" if not first["id"] else "liked" if first["id"] in radar.liked else "seeds"
    words = _both(points, named, _weights(points, radar, model.own_names[first["place"]]), row)
    text = Said((BOTH if words else LIKE)[how], title=first["title"], words=_listed(words))
    return [Reason("near", text, {"papers": near, "words": words})]


def _weights(points: Space, radar: Radar, name: int | str) -> Floats:
    """The weight (n_terms,) of each term in a paper of the reader's: a row of the Snapshot, or the title of one from outside."""
    if isinstance(name, str):
        text = next((paper.text for paper in radar.own if paper.title == name), name)
        return np.asarray(tfidf_rows(counts_of([text], points.column), points.idf).toarray(), dtype=np.float32).ravel()
    return np.asarray(points.tfidf[name].toarray(), dtype=np.float32).ravel()


def _both(points: Space, named: Mask, theirs: Floats, row: int) -> list[str]:
    """The terms that tell most of what two papers share, of those that name a matter."""
    line = points.tfidf[row]
    shared = line.data * theirs[line.indices] * named[line.indices]
    words = points.words[line.indices]
    shared = shared * np.array([TERM if " " in word else 1.0 for word in words], dtype=np.float32)
    best = np.argsort(-shared, kind="stable")
    return list(distinct([(str(words[i]), float(shared[i])) for i in best if shared[i] > 0], SHARED))


def _listed(words: Sequence[str]) -> str | Said:
    """Words as they are said in a sentence: one, or two with "and" between."""
    return Said("{first} and {second}", first=words[0], second=words[1]) if len(words) == 2 else "".join(words)


def _topic(snapshot: Snapshot, radar: Radar, topic: int, liked: int) -> list[Reason]:
    name = snapshot.topic_names.get(topic)
    details = {"topic": topic, "name": name, "papers": liked}
    if name and topic in radar.topics:
        return [Reason("topic", Said("In the topic {name}, which you follow.", name=name), details)]
    if name and liked:
        return [Reason("topic", Said("In the topic {name}, as {n} of the papers you like.", name=name, n=liked), details)]
    return []


def _words(points: Space, named: Mask, ranking: Ranking, row: int, said: Sequence[str]) -> list[Reason]:
    """The words that raise and lower a paper, without those that another reason ``said``."""
    line = points.tfidf[row]
    weights = ranking.model.weights[0] * ranking.model.words[line.indices] * line.data / ranking.model.scale[3]
    weights = weights * named[line.indices]
    best = np.argsort(-weights, kind="stable")
    words = points.words[line.indices]
    told = {part for word in said for part in word.split()}
    fresh = [i for i in best if not told & set(str(words[i]).split())]
    plus = distinct([(str(words[i]), float(weights[i])) for i in fresh if weights[i] >= TELLING], FOR)
    minus = distinct([(str(words[i]), float(weights[i])) for i in best[::-1] if weights[i] <= -LOWERING], AGAINST)
    details = {"for": plus, "against": minus}
    found = []
    if plus and not said:  # what both papers are on says it already
        found.append(Reason("words", Said(ON, plus=", ".join(plus)), details))
    if minus:
        found.append(Reason("words", Said(BUT, minus=", ".join(minus)), details))
    return found


def distinct(ranked: Sequence[tuple[str, float]], most: int) -> dict[str, float]:
    """Return the first words that share no part, with their weights; an acronym of a few letters tells a reader nothing."""
    kept: dict[str, float] = {}
    for word, weight in ranked:
        short = len(word) < SHORT and word.isascii()
        if not short and len(kept) < most and not any(set(word.split()) & set(other.split()) for other in kept):
            kept[word] = round(weight, 3)
    return kept
