"""Levels of the topic tree: parts of topics, topics, the themes right above them, and those above."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.storage.snapshot import Snapshot

PARTS = -1
"""The level of subtopics."""
FEW = 30


def levels(snapshot: Snapshot) -> list[int]:
    """Return the levels there are: -1 for parts of topics, 0 for topics, 1 for the themes right above them, and so on."""
    parts = [PARTS] if len(snapshot.subtopics) else []
    return [*parts, 0, *sorted({int(level) for level in snapshot.themes["level"]})]


def telling_level(snapshot: Snapshot) -> int:
    """Return the level to look at first: parts of topics where topics are few and wide, else topics.

    Fewer than :data:`FEW` topics hold hundreds of papers each, and what moves inside them is not seen at their level.
    """
    return PARTS if len(snapshot.topics) < FEW and len(snapshot.subtopics) > len(snapshot.topics) else 0


def groups(snapshot: Snapshot, level: int = 0) -> tuple[pd.DataFrame, npt.NDArray[np.int32]]:
    """Return the topics, themes or parts of a level, and the row of that table for each paper, (n_papers,) int32.

    The table has ``topic`` (the number of the topic, theme or part), ``name``, ``words`` and ``parent``. A topic that has no
    theme of that level above it, or is not split, stands for itself, as ``topic`` -1 - its number: nothing is left out of a
    total. A paper that is not placed yet has row -1.
    """
    topics = snapshot.topics[["topic", "name", "words", "parent"]].reset_index(drop=True)
    ids = topics["topic"].to_numpy(dtype=np.int64)
    row_of_topic = _rows(ids, np.arange(len(ids)))
    placed = snapshot.papers["topic"].to_numpy()
    paper_rows = np.where(placed >= 0, row_of_topic[np.clip(placed, 0, len(row_of_topic) - 1)], -1)
    if level == 0:
        return topics, paper_rows.astype(np.int32)
    if level == PARTS:
        return _parts(snapshot, topics, paper_rows)
    parent = dict(zip(snapshot.themes["node"].tolist(), snapshot.themes["parent"].tolist(), strict=True))
    level_of = dict(zip(snapshot.themes["node"].tolist(), snapshot.themes["level"].tolist(), strict=True))
    heads = [_ancestor(int(node), level, parent, level_of) for node in topics["parent"]]
    own = [head if head >= 0 else -1 - int(topic) for head, topic in zip(heads, ids, strict=True)]
    themes = snapshot.themes.rename(columns={"node": "topic"})[["topic", "name", "words", "parent"]]
    called = snapshot.theme_names
    themes["name"] = [called[node] or _only(node, heads, topics) for node in themes["topic"]]
    alone = topics[np.array(heads, dtype=np.int64) < 0]
    table = pd.concat([themes[themes["topic"].isin(set(own))], alone.assign(topic=-1 - alone["topic"])], ignore_index=True)
    place = {int(node): i for i, node in enumerate(table["topic"])}
    theme_row = np.array([place[node] for node in own] + [-1], dtype=np.int32)
    return table, theme_row[paper_rows]


def _parts(
    snapshot: Snapshot, topics: pd.DataFrame, paper_rows: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, npt.NDArray[np.int32]]:
    parts = snapshot.subtopics[["subtopic", "name", "words", "topic"]]
    parts = parts.rename(columns={"topic": "parent", "subtopic": "topic"}).reset_index(drop=True)
    under = snapshot.papers["subtopic"].to_numpy()
    row_of_part = _rows(parts["topic"].to_numpy(dtype=np.int64), np.arange(len(parts)))
    inside = (under >= 0) & (under < len(row_of_part))
    rows = np.where(inside, row_of_part[np.where(inside, under, 0)], -1)
    own = (rows < 0) & (paper_rows >= 0)
    alone = np.unique(paper_rows[own])
    place = np.full(len(topics) + 1, -1, dtype=np.int64)
    place[alone] = len(parts) + np.arange(len(alone))
    whole = topics.iloc[alone].assign(parent=topics["topic"].to_numpy()[alone], topic=-1 - topics["topic"].to_numpy()[alone])
    table = pd.concat([parts, whole], ignore_index=True)[["topic", "name", "words", "parent"]]
    return table, np.where(own, place[paper_rows], rows).astype(np.int32)


def _ancestor(node: int, level: int, parent: dict[int, int], level_of: dict[int, int]) -> int:
    while node >= 0 and level_of[node] < level:
        node = int(parent[node])
    return node


def _only(node: int, heads: list[int], topics: pd.DataFrame) -> str:
    """What a theme of a single topic is called where it stands beside others."""
    return next((str(name) for head, name in zip(heads, topics["name"], strict=True) if head == node), "")


def _rows(ids: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    table = np.full(int(ids.max()) + 1 if len(ids) else 1, -1, dtype=np.int64)
    table[ids] = rows
    return table
