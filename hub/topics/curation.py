"""People decide last: names, merges, hidden, pinned and defined topics, kept apart from the model.

The decisions lie in one document, ``curation.json``. Every fit and every placement publishes what the model said with the
decisions applied on top; what the model itself said stays in the Snapshot's tables ``model_papers`` and
``model_topics``, so that taking a decision back restores it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.embed import Vectors
from hub.errors import HubError
from hub.i18n.messages import Said
from hub.permissions import Action, require
from hub.storage.shelf import Shelf, shelf
from hub.topics.facts import READER

FILE = "curation.json"


class CurationError(HubError):
    """A decision about topics cannot be applied or its file cannot be read."""


@dataclass(frozen=True)
class Definition:
    """A topic by example: ``centre``, the mean direction of the example papers or of the phrase, under its embedder."""

    topic: int
    name: str
    embedder: str
    centre: list[float]
    least_similarity: float
    phrase: str = ""
    examples: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """What the papers that it took when it was made use more than others do."""


@dataclass(frozen=True)
class Curation:
    """All decisions. ``merged`` leads from a topic to the one that takes its papers."""

    names: dict[int, str] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    defined: list[Definition] = field(default_factory=list)


def kept(home: Path) -> Shelf:
    """Return where the decisions lie."""
    return shelf(home, "", lock="curation.lock")


def load(home: Path) -> Curation:
    """Return the decisions of this hub; none when nobody decided anything."""
    try:
        data = kept(home).read(FILE)
        if data is None:
            return Curation()
        raw = json.loads(data.decode())
        return Curation(
            {int(k): str(v) for k, v in raw["names"].items()}, {int(k): int(v) for k, v in raw["merged"].items()},
            [int(t) for t in raw["hidden"]], [int(t) for t in raw["pinned"]], [Definition(**d) for d in raw["defined"]],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise CurationError(
            Said(
                "The decisions about topics cannot be read ({why}): names and marks are those of the last publish. Correct "
                "{file}, or move it away to start without decisions.", file=FILE, why=str(e),
            )
        ) from e  # fmt: skip


def save(home: Path, curation: Curation) -> None:
    """Write the decisions in one rename."""
    require(Action.CURATE)
    kept(home).write(FILE, json.dumps(asdict(curation), ensure_ascii=False, indent=1).encode())


def change(home: Path, edit: Callable[[Curation], Curation]) -> tuple[Curation, Curation]:
    """Let ``edit`` change the decisions, with no other change in between; return them as they were and as they are."""
    with kept(home).lock():
        before = load(home)
        after = edit(before)
        save(home, after)
    return before, after


def take_back(home: Path, before: Curation, after: Curation) -> None:
    """Undo what :func:`change` did, and only that: what others decided since stays."""
    change(
        home, lambda now: Curation(**{f.name: _undone(*(getattr(c, f.name) for c in (now, before, after))) for f in fields(now)})
    )


def _undone(now: Any, before: Any, after: Any) -> Any:
    if isinstance(now, dict):
        ours = {key for key in (*before, *after) if before.get(key) != after.get(key) == now.get(key)}
        return {key: value for key, value in now.items() if key not in ours} | {k: before[k] for k in ours if k in before}
    added, gone = [item for item in after if item not in before], [item for item in before if item not in after]
    return [item for item in now if item not in added] + [item for item in gone if item not in now]


def merged_into(curation: Curation, topic: int) -> int:
    """Return the topic that holds the papers of ``topic`` after all merges."""
    seen = {topic}
    while (into := curation.merged.get(topic)) is not None:
        if into in seen:
            raise CurationError(f"The merges of topic {topic} run in a circle: take one of them back.")
        seen.add(into)
        topic = into
    return topic


def about(curation: Curation, topic: int) -> bool:
    """Return whether a decision stands that concerns a topic: its name, a merge, a mark or its definition."""
    merges = (*curation.merged, *curation.merged.values())
    return topic in (*curation.names, *merges, *curation.hidden, *curation.pinned, *(d.topic for d in curation.defined))


@dataclass(frozen=True)
class Curated:
    """Topics and placements with the decisions applied.

    ``pending`` says which decisions found nothing to act on; ``into`` where the papers of topics that were merged away are.
    """

    topics: pd.DataFrame
    topic: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    confidence: npt.NDArray[np.float32]
    pending: list[str]
    into: dict[int, int]


def applied(
    curation: Curation,
    topics: pd.DataFrame,
    topic: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    confidence: npt.NDArray[np.float32],
    vectors: Vectors,
    embedder: str,
) -> Curated:
    """Return the model's topics with people's decisions on top; nothing given is changed.

    Parameters
    ----------
    topics
        The model's table of topics (TOPIC_COLUMNS and more).
    topic, second, confidence
        (n,) as the model placed n papers; -1 where it did not.
    vectors
        (n, dim) float32, for the topics defined by example.
    """
    topic, second, confidence = topic.copy(), second.copy(), confidence.copy()
    pending: list[str] = []
    extra = _defined(curation.defined, topics, topic, second, confidence, vectors, embedder, pending)
    table = pd.concat([topics, extra], ignore_index=True) if len(extra) else topics.copy()
    there = set(table["topic"].tolist())
    for source in curation.merged:
        target = merged_into(curation, source)
        if source not in there or target not in there:
            pending.append(f"merge {source} into {target}")
            continue
        topic[topic == source] = target
        second[second == source] = target
    second[second == topic] = -1
    pending += [f"name {t}" for t in curation.names if t not in there]
    table["name"] = [curation.names.get(t, name) for t, name in zip(table["topic"].tolist(), table["name"].tolist(), strict=True)]
    if "named_by" in table:
        own = table["topic"].isin([*curation.names, *(d.topic for d in curation.defined)])
        table["name_zh"] = table["name_zh"].where(~own, "")
        table["named_by"] = table["named_by"].where(~own, READER)
        table["statistical"] = table["statistical"].where(table["statistical"].notna(), "")
    into = {t: merged_into(curation, t) for t in curation.merged if t in there and merged_into(curation, t) in there}
    table = table[~table["topic"].isin(into)].reset_index(drop=True)
    sizes = dict(zip(*np.unique(topic, return_counts=True), strict=True))
    table["papers"] = np.array([int(sizes.get(t, 0)) for t in table["topic"].tolist()], dtype=np.int64)
    table["hidden"] = table["topic"].isin(curation.hidden)
    table["pinned"] = table["topic"].isin(curation.pinned)
    return Curated(table.astype({"topic": "int32", "parent": "int32"}), topic, second, confidence, pending, into)


def _defined(
    definitions: Sequence[Definition],
    topics: pd.DataFrame,
    topic: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    confidence: npt.NDArray[np.float32],
    vectors: Vectors,
    embedder: str,
    pending: list[str],
) -> pd.DataFrame:
    """Move papers to the topics that people defined, as BERTopic's zero-shot mode does; return rows for those topics."""
    rows: list[dict[str, Any]] = []
    for definition in definitions:
        if definition.embedder != embedder or len(definition.centre) != vectors.shape[1]:
            pending.append(f"definition {definition.name!r}: made with {definition.embedder}, the papers with {embedder}")
            continue
        similarity = vectors @ np.array(definition.centre, dtype=np.float32)
        own = (similarity >= definition.least_similarity) & (topic >= 0)
        if not own.any():
            pending.append(f"definition {definition.name!r}: no paper is as near as {definition.least_similarity}")
            continue
        before = pd.Series(topic[own]).mode().iloc[0]
        near = topics[topics["topic"] == before].head(1)
        second[own] = topic[own]
        topic[own] = definition.topic
        confidence[own] = np.clip(similarity[own], 0, 1)
        place = {c: near[c].iloc[0] if len(near) else np.nan for c in ("x", "y")}
        parent = int(near["parent"].iloc[0]) if len(near) else -1
        theirs = list(near["words"].iloc[0]) if len(near) else []
        words = definition.words or (definition.phrase.split() if definition.phrase else theirs)
        rows.append(
            {"topic": definition.topic, "name": definition.name, "words": words, "papers": int(own.sum()), "parent": parent}
            | place
        )
    return pd.DataFrame(rows, columns=list(topics.columns)) if rows else topics.head(0)
