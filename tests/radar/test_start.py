"""Beginnings: papers that span the corpus, papers that stand for a selection."""

from __future__ import annotations

import numpy as np

from hub.radar.start import diverse_papers, name_for, representatives
from hub.storage.snapshot import Snapshot, empty


def test_diverse_papers_span_the_topics(snapshot: Snapshot) -> None:
    topics = snapshot.papers["topic"].to_numpy()
    assert set(topics[diverse_papers(snapshot)]) == set(range(6))
    within = np.flatnonzero(np.isin(topics, [1, 2]))
    assert set(topics[diverse_papers(snapshot, within=within)]) == {1, 2}
    assert not len(diverse_papers(empty()))


def test_representatives_stand_for_every_part_of_a_selection(snapshot: Snapshot) -> None:
    topics = snapshot.papers["topic"].to_numpy()
    rows = np.flatnonzero(np.isin(topics, [0, 3, 5]))
    chosen = representatives(snapshot, rows, 6)
    assert len(set(chosen)) == 6 and set(chosen) <= set(rows)
    assert set(topics[chosen]) == {0, 3, 5}
    points = snapshot.vectors
    covered = (points[rows] @ points[chosen].T).max(axis=1).mean()
    drawn = np.random.default_rng(0)
    assert all(covered > (points[rows] @ points[drawn.choice(rows, 6)].T).max(axis=1).mean() for _ in range(20))
    assert representatives(snapshot, rows[:4], 6).tolist() == rows[:4].tolist()
    assert not len(representatives(snapshot, rows[:0]))


def test_a_radar_is_named_for_the_largest_topic_and_never_as_another(snapshot: Snapshot) -> None:
    rows = np.flatnonzero(snapshot.papers["topic"].to_numpy() == 1)
    assert name_for(snapshot, rows, []) == "proteins"
    assert name_for(snapshot, rows, ["Proteins", "proteins 2"]) == "proteins 3"
