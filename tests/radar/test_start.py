"""Beginnings: papers that span the corpus, papers that stand for a selection."""

from __future__ import annotations

import numpy as np

from hub.radar.model import Radar
from hub.radar.start import diverse_papers, name_for, offered, representatives, taken
from hub.storage.corpus import Corpus
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


def test_one_box_takes_ids_or_words(snapshot: Snapshot, corpus: Corpus) -> None:
    empty = Radar("x")
    by_id, wrong = taken(snapshot, empty, "arXiv:2606.00001, https://arxiv.org/abs/2606.10002\n10.1234/nothing")
    assert by_id.seeds == ("arXiv:2606.00001", "arXiv:2606.10002") and by_id.text == "" and len(wrong) == 1
    by_words, wrong = taken(snapshot, by_id, "a robot gripper that feels torque")
    assert by_words.text == "a robot gripper that feels torque" and by_words.seeds == by_id.seeds and not wrong
    assert taken(snapshot, empty, "  ") == (empty, [])
    near = offered(snapshot, Radar("x", text="robot gripper torque"), 0, search=corpus.search_ids)
    assert set(snapshot.papers["field"].iloc[near]) == {"robots"} and len(near) == 6


def test_six_others_are_others(snapshot: Snapshot) -> None:
    for radar in (Radar("x"), Radar("x", topics=(2,))):
        first, second = (offered(snapshot, radar, turn).tolist() for turn in (0, 1))
        assert len(first) == len(second) == 6 and not set(first) & set(second)
