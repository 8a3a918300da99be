"""Lasting ids: what is kept, born, split off, merged away and dead, and no id given twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hub.topics.lineage import kept_share, match

WHEN = pd.Timestamp("2026-01-01")


@pytest.mark.parametrize(
    ("old", "new", "n_new", "known", "ids", "events"),
    [
        ([5] * 10, [0] * 10, 1, [5], [5], [("kept", 5, 5, 10, 1.0)]),
        ([5] * 10, [0] * 6 + [1] * 4, 2, [5], [5, 9], [("kept", 5, 5, 6, 0.6), ("split", 9, 5, 4, 0.4)]),
        ([5] * 6 + [6] * 4, [0] * 10, 1, [5, 6], [5], [("kept", 5, 5, 6, 1.0), ("merged", 6, 5, 4, 1.0)]),
        ([5] * 6 + [-1] * 8, [0] * 6 + [1] * 4 + [2] * 4, 3, [5], [5, 9, 10],
         [("kept", 5, 5, 6, 1.0), ("born", 9, -1, 0, 1.0), ("born", 10, -1, 0, 1.0)]),
        ([5] * 6 + [6] * 9, [0] * 6 + [1, 2, 3] * 3, 4, [5, 6], [5, 6, 9, 10], None),
        ([5] * 9, [0, 1, 2, 3, 4, 5, 6, 7, 8], 9, [5], None, [("died", 5, -1, 9, 1.0)]),
    ],
    ids=["kept", "split", "merged", "born", "split in three", "died"],
)  # fmt: skip
def test_what_becomes_of_topics(old: list, new: list, n_new: int, known: list, ids: list | None, events: list | None) -> None:
    found = match(np.array(old, np.int32), np.array(new, np.int32), n_new, known, 9, WHEN)
    assert len(set(found.ids.tolist())) == n_new
    if ids is not None:
        assert found.ids.tolist() == ids
    told = [(e.event, e.topic, e.other, e.papers, e.share) for e in found.events.itertuples()]
    for event in events or []:
        assert event in told
    if ids is not None and events is not None:
        assert len(told) == len(events)


def test_near_centres_help_topics_that_share_few_papers() -> None:
    old, new = np.array([5] * 2 + [-1] * 8, np.int32), np.array([0] + [1] * 9, np.int32)
    apart = match(old, new, 2, [5], 9, WHEN, np.array([[0.0, 0.0]], np.float32))
    near = match(old, new, 2, [5], 9, WHEN, np.array([[0.0, 1.0]], np.float32))
    assert apart.ids.tolist() == [5, 9]
    assert near.ids.tolist() == [9, 5]


def test_the_share_that_keeps_its_id_counts_recorded_moves_apart() -> None:
    old, new = np.array([1, 1, 2, 2, 3, -1], np.int32), np.array([1, 7, 1, 2, 8, 1], np.int32)
    events = pd.DataFrame([("split", 7, 1), ("merged", 2, 1), ("born", 8, 3)], columns=["event", "topic", "other"])
    assert kept_share(old, new, events) == (0.4, 0.8)
