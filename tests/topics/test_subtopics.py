"""Subtopics: large topics split where the split comes back; named apart; kept over refits, placements and decisions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.snapshot import SUBTOPIC_COLUMNS, Snapshot, Terms
from hub.topics import curation
from hub.topics.clustering.subtopics import LEAST, LEAST_TOPIC, decided, placed_among, split, subtopic_words, subtopics
from hub.topics.curation import Curation
from hub.topics.fit import fit
from hub.topics.transform import place, recurate
from tests.topics.conftest import Planted, papers


def groups(sizes: list[int], apart: float, seed: int = 0, dim: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors about as many middles as there are sizes, and the group of each."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    made = apart * rng.normal(size=(len(sizes), dim))[group] + rng.normal(size=(len(group), dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32), group


@pytest.mark.parametrize("sizes", [[120, 90], [150, 140, 130]])
def test_a_topic_of_several_parts_is_split_into_them(sizes: list[int]) -> None:
    vectors, group = groups(sizes, 3.0)
    parts = split(vectors)
    table = pd.crosstab(parts, group).to_numpy()
    assert (table > 0).sum() == len(sizes)
    assert np.bincount(parts).tolist() == sorted(sizes, reverse=True)


def test_what_is_small_or_of_one_piece_is_not_split() -> None:
    assert split(groups([30, LEAST_TOPIC - 31], 3.0)[0]).max() == 0
    assert split(groups([400], 0.0)[0]).max() == 0
    assert split(np.ones((200, 8), dtype=np.float32) / 8**0.5).max() == 0


def test_no_part_is_smaller_than_a_subtopic_may_be() -> None:
    assert np.bincount(split(groups([120, 80, 8], 3.0)[0])).min() >= LEAST


def test_words_of_a_subtopic_are_neither_its_siblings_nor_everybody_s() -> None:
    label = np.repeat([0, 1, -1], [20, 20, 40]).astype(np.int32)
    topic = np.repeat([0, 1], [40, 40]).astype(np.int32)
    some = np.arange(80) % 2 == 0
    counts = np.stack([label >= -1, topic == 0, (label == 0) & some, (label == 1) & some], axis=1).astype(np.float32)
    terms = Terms(sparse.csr_matrix(counts), np.array(["everybody", "siblings", "first", "second"]))
    assert subtopic_words(label, np.array([0, 0], dtype=np.int32), topic, terms, ["topic", "other"]) == [["first"], ["second"]]


def test_a_split_is_the_same_each_time() -> None:
    vectors, _ = groups([200, 100, 80], 1.5)
    assert np.array_equal(split(vectors), split(vectors))


def made(seed: int = 0) -> tuple[np.ndarray, np.ndarray, Terms]:
    """Two topics; the first of two parts with words of their own, and one word of all its papers."""
    vectors, group = groups([100, 80, 40], 3.0, seed)
    topic = np.where(group < 2, 0, 1).astype(np.int32)
    words = np.array(["kernel", "graph", "tree", "protein"])
    counts = np.stack([topic == 0, group == 0, group == 1, group == 2], axis=1).astype(np.float32)
    return vectors, topic, Terms(sparse.csr_matrix(counts), words)


def test_names_tell_siblings_apart_and_do_not_repeat_the_topic() -> None:
    vectors, topic, terms = made()
    found = subtopics(vectors, topic, terms, ["kernel", "protein"])
    assert found.parent.tolist() == [0, 0]
    assert found.names == ["graph", "tree"]
    assert (found.label[topic == 1] == -1).all()
    taken = subtopics(vectors, topic, terms, ["kernel", "protein"], taken=["Graph"])
    assert taken.names == ["graph · kernel", "tree"]


def test_new_papers_go_to_the_nearest_part_of_their_own_topic() -> None:
    vectors, topic, terms = made()
    label = subtopics(vectors, topic, terms, ["kernel", "protein"]).label
    again = placed_among(vectors, topic, vectors, label, {0: 0, 1: 0})
    assert np.mean(again[topic == 0] == label[topic == 0]) > 0.95
    assert (again[topic == 1] == -1).all()


def test_decisions_move_subtopics_with_their_topic() -> None:
    table = pd.DataFrame([(4, "a", ["a"], 2, 0), (5, "b", ["b"], 1, 0)], columns=list(SUBTOPIC_COLUMNS))
    label = np.array([4, 4, 5, -1], dtype=np.int32)
    moved, parts = decided(table, label, np.array([7, 7, 1_000_000, 7], dtype=np.int32), {0: 7})
    assert moved[["subtopic", "papers", "topic"]].to_numpy().tolist() == [[4, 2, 7]]  # the paper of 5 was defined away
    assert parts.tolist() == [4, 4, -1, -1]


def consistent(shown: Snapshot) -> None:
    table, label, topic = shown.subtopics, shown.papers["subtopic"].to_numpy(), shown.papers["topic"].to_numpy()
    above = dict(zip(table["subtopic"], table["topic"], strict=True))
    assert all(above[s] == t for s, t in zip(label, topic, strict=True) if s >= 0)
    sizes = dict(zip(*np.unique(label[label >= 0], return_counts=True), strict=True))
    assert sizes == dict(zip(table["subtopic"], table["papers"], strict=True))
    every = [*table["name"], *shown.topics["name"]]
    assert len({name.casefold() for name in every}) == len(every)


def test_a_fit_a_refit_a_placement_and_a_merge_keep_the_subtopics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.topics.clustering.subtopics.AGREE", 0.1)  # the planted subjects are of one piece
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(papers(900))
    fit(tmp_path, corpus, Planted())
    first = snapshot.load(tmp_path)
    assert len(first.subtopics)
    consistent(first)

    fit(tmp_path, corpus, Planted())
    again = snapshot.load(tmp_path)
    assert again.papers["subtopic"].tolist() == first.papers["subtopic"].tolist()
    assert again.subtopics["name"].tolist() == first.subtopics["name"].tolist()

    corpus.upsert(papers(60, seed=4))
    place(tmp_path, corpus, Planted())
    placed = snapshot.load(tmp_path)
    consistent(placed)
    new = placed.papers["id"].str.startswith("t:4-")
    split_up = set(placed.subtopics["topic"])
    assert (placed.papers.loc[new & placed.papers["topic"].isin(split_up), "subtopic"] >= 0).all()

    one, two = (int(t) for t in placed.subtopics["topic"].drop_duplicates().head(2))
    curation.save(tmp_path, Curation(merged={one: two}))
    recurate(tmp_path)
    merged = snapshot.load(tmp_path)
    consistent(merged)
    assert one not in set(merged.subtopics["topic"])
    assert len(merged.subtopics) == len(placed.subtopics)
    curation.save(tmp_path, Curation())
    recurate(tmp_path)
    assert snapshot.load(tmp_path).papers["subtopic"].tolist() == placed.papers["subtopic"].tolist()


def test_a_snapshot_without_subtopics_has_none(tmp_path: Path) -> None:
    nothing = snapshot.empty()
    publishing.publish(tmp_path, nothing.papers.drop(columns="subtopic"), nothing.topics, nothing.themes)
    shown = snapshot.load(tmp_path)
    assert list(shown.subtopics.columns) == list(SUBTOPIC_COLUMNS)
    assert "subtopic" in shown.papers
