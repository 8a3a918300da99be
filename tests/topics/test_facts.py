"""What a topic card tells is counted from the selection."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from hub.errors import SelectionError
from hub.storage.snapshot import Terms
from hub.topics.facts import DEFINED_FROM, mix, path, share_over_time, topic_facts, unplaced_of
from tests.figures.atlas import atlas_snapshot


def test_shares_are_of_the_selection() -> None:
    snapshot = atlas_snapshot(300, unplaced=50)
    topic = snapshot.papers["topic"].to_numpy()
    facts = topic_facts(snapshot, np.arange(300), 1)
    assert facts.papers == (topic == 1).sum()
    assert facts.share == pytest.approx((topic == 1).sum() / 250)
    narrow = topic_facts(snapshot, np.flatnonzero(topic == 1), 1)
    assert narrow.share == 1.0
    assert set(narrow.shares) == {1.0}


def test_shares_over_time_average_to_the_share() -> None:
    snapshot = atlas_snapshot(300)
    everything = np.arange(300)
    mine = np.flatnonzero(snapshot.papers["topic"] == 0)
    periods, shares, totals = share_over_time(snapshot, everything, mine)
    assert all(np.diff(periods.astype(int)) % 7 == 0)
    assert {int(p) for p in (periods.astype(int) + 3) % 7} == {0}  # Mondays
    weeks = (snapshot.days + 3) // 7
    sizes = np.unique(weeks, return_counts=True)[1]
    assert totals.tolist() == sizes.tolist()
    assert (shares * sizes).sum() == pytest.approx(len(mine))


def test_a_course_begins_and_ends_with_periods_that_are_whole() -> None:
    snapshot = atlas_snapshot(300)
    wednesday, thursday = np.datetime64("2026-01-07"), np.datetime64("2026-03-05")
    days = snapshot.days.astype("datetime64[D]")
    facts = topic_facts(snapshot, np.flatnonzero((days >= wednesday) & (days <= thursday)), 0)
    assert facts.periods[0] == np.datetime64("2026-01-12")
    assert facts.periods[-1] == np.datetime64("2026-02-23")
    few = topic_facts(snapshot, np.flatnonzero((days >= wednesday) & (days <= np.datetime64("2026-01-14"))), 0)
    assert len(few.periods) == 2  # neither is whole: better both than nothing


def test_the_heart_is_sure_and_the_edge_is_not() -> None:
    snapshot = atlas_snapshot(300)
    facts = topic_facts(snapshot, np.arange(300), 2)
    confidence = snapshot.papers["confidence"].to_numpy()
    mine = np.flatnonzero(snapshot.papers["topic"] == 2)
    assert set(facts.heart) <= set(mine)
    assert confidence[facts.edge].max() <= np.sort(confidence[mine])[4]
    centre = snapshot.vectors[mine].mean(axis=0)
    assert (snapshot.vectors[facts.heart] @ centre).min() >= np.sort(snapshot.vectors[mine] @ centre)[-5]


def test_rivals_are_second_choices_and_named_by_what_separates_them() -> None:
    snapshot = atlas_snapshot(300)
    facts = topic_facts(snapshot, np.arange(300), 0)
    assert sum(rival.share for rival in facts.rivals) == pytest.approx(1)
    assert 0 not in [rival.topic for rival in facts.rivals]
    gene = next(rival for rival in facts.rivals if rival.topic == 1)
    assert gene.only_here == ("model", "language")
    assert gene.only_there == ("gene", "cell")


def test_words_weigh_by_how_many_papers_use_them() -> None:
    snapshot = atlas_snapshot(4)
    mine = np.flatnonzero(snapshot.papers["topic"] == snapshot.papers["topic"].iloc[0])
    word = str(snapshot.topics["words"].iloc[int(snapshot.papers["topic"].iloc[0])][0])
    counts = np.zeros((4, 1), dtype=np.float32)
    counts[mine[0]] = 5
    snapshot = dataclasses.replace(snapshot, _terms=Terms(sparse.csr_matrix(counts), np.array([word])))
    facts = topic_facts(snapshot, np.arange(4), int(snapshot.papers["topic"].iloc[0]))
    assert facts.weights is not None
    assert facts.weights[0] == pytest.approx(1 / len(mine))
    assert facts.weights[1:] == (0.0, 0.0)


def test_no_paper_of_the_topic_in_the_selection() -> None:
    facts = topic_facts(atlas_snapshot(30), np.array([], dtype=np.int64), 1)
    assert facts.papers == 0
    assert facts.share == 0
    assert len(facts.heart) == len(facts.edge) == len(facts.periods) == 0


def test_a_topic_that_is_gone_is_said_so() -> None:
    with pytest.raises(SelectionError, match="99"):
        topic_facts(atlas_snapshot(30), np.arange(30), 99)


def test_the_mix_is_of_these_papers_most_first() -> None:
    snapshot = atlas_snapshot(200)
    parts = mix(snapshot, np.arange(200), "source")
    assert sum(share for _name, share in parts) == pytest.approx(1)
    assert [share for _name, share in parts] == sorted((share for _name, share in parts), reverse=True)


def test_a_path_says_one_name_once_in_a_row() -> None:
    made = atlas_snapshot(60)
    assert path(made, 0) == ("Everything", "Computing")
    assert path(dataclasses.replace(made, themes=made.themes.assign(name=["Everything", "Nature", "Everything"])), 0) == (
        "Everything",
    )
    assert path(made, -1) == ()


def test_papers_that_a_reader_gave_a_topic_are_unplaced_no_more() -> None:
    made = atlas_snapshot(60)
    topic = made.papers["topic"].to_numpy().copy()
    topic[:10] = DEFINED_FROM
    far = np.arange(60) < 20
    shown = dataclasses.replace(made, papers=made.papers.assign(topic=topic, unplaced=far))
    assert unplaced_of(shown, np.arange(60)).rows.tolist() == list(range(10, 20))
    assert unplaced_of(shown, np.arange(15)).rows.tolist() == list(range(10, 15))
