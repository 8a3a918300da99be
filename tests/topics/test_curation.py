"""Decisions about topics, without a fit: what they do to the model's word, what waits, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hub.storage.snapshot import Terms
from hub.topics import curation
from hub.topics.curation import Curation, CurationError, Definition, about, applied, merged_into
from hub.topics.define import telling_words
from hub.topics.facts import DEFINED_FROM

TOPICS = pd.DataFrame(
    {"topic": [1, 2, 3], "name": ["one", "two", "three"], "words": [["a"], ["b"], ["c"]], "papers": [3, 2, 1],
     "parent": [7, 7, 8], "x": [0.0, 1.0, 2.0], "y": [0.0, 1.0, 2.0]}
)  # fmt: skip
TOPIC = np.array([1, 1, 1, 2, 2, 3, -1], dtype=np.int32)
SECOND = np.array([2, 3, -1, 1, 3, 1, -1], dtype=np.int32)
CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.0], dtype=np.float32)
VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [0.96, 0.28], [0, 1], [0, 1], [1, 0]], dtype=np.float32)


def decided(given: Curation) -> curation.Curated:
    return applied(given, TOPICS, TOPIC, SECOND, CONFIDENCE, VECTORS, "e")


def definition(least: float, **other: object) -> Definition:
    return Definition(DEFINED_FROM, "mine", **{"embedder": "e", "centre": [1.0, 0.0], "least_similarity": least} | other)  # type: ignore[arg-type]


def test_a_definition_takes_placed_papers_that_are_near_enough_and_keeps_where_they_were() -> None:
    found = decided(Curation(defined=[definition(0.8, words=["w"])]))
    assert found.topic.tolist() == [DEFINED_FROM, DEFINED_FROM, 1, DEFINED_FROM, 2, 3, -1]
    assert found.second.tolist() == [1, 1, -1, 2, 3, 1, -1]
    assert np.allclose(found.confidence, [1, 0.8, 0.7, 0.96, 0.5, 0.4, 0])
    table = found.topics.set_index("topic")
    assert table.loc[DEFINED_FROM, ["name", "words", "papers", "parent", "x"]].tolist() == ["mine", ["w"], 3, 7, 0.0]
    assert table["papers"].tolist() == [1, 1, 1, 3]
    assert TOPIC.tolist() == [1, 1, 1, 2, 2, 3, -1]  # what the model said is not written to


def test_words_of_a_definition_of_a_former_release_are_its_phrase_s_or_its_neighbour_s() -> None:
    for given, words in (({"phrase": "cold atoms"}, ["cold", "atoms"]), ({}, ["a"])):
        assert decided(Curation(defined=[definition(0.8, **given)])).topics["words"].tolist()[-1] == words


@pytest.mark.parametrize(
    ("made", "why"),
    [(definition(0.5, embedder="other"), "made with other"), (definition(0.5, centre=[1.0]), "made with e"),
     (definition(1.01), "no paper is as near")],
)  # fmt: skip
def test_a_definition_that_cannot_act_waits_and_says_why(made: Definition, why: str) -> None:
    found = decided(Curation(defined=[made]))
    assert len(found.pending) == 1
    assert why in found.pending[0]
    assert found.topic.tolist() == TOPIC.tolist()
    assert len(found.topics) == 3


def test_words_of_a_definition_are_those_that_its_papers_use_more_than_others_do() -> None:
    counts = np.array([[1, 1, 0, 1], [1, 2, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0], [1, 0, 1, 0]], dtype=np.float32)
    terms = Terms(sparse.csr_matrix(counts), np.array(["every", "own", "others", "seldom"]))
    assert telling_words(terms, np.array([True, True, False, False, False])) == ["own", "seldom"]
    assert telling_words(terms, np.zeros(5, dtype=bool)) == []


def test_merges_run_on_to_the_last_topic_and_leave_no_second_choice_of_the_topic_itself() -> None:
    found = decided(Curation(merged={1: 2, 2: 3}, names={3: "all", 9: "gone"}, hidden=[3], pinned=[1]))
    assert found.topic.tolist() == [3, 3, 3, 3, 3, 3, -1]
    assert found.second.tolist() == [-1] * 7
    assert found.into == {1: 3, 2: 3}
    assert found.pending == ["name 9"]
    assert found.topics[["topic", "name", "papers", "hidden", "pinned"]].to_numpy().tolist() == [[3, "all", 6, True, False]]


def test_a_merge_of_what_is_not_there_waits() -> None:
    found = decided(Curation(merged={1: 9, 8: 2}))
    assert sorted(found.pending) == ["merge 1 into 9", "merge 8 into 2"]
    assert found.topic.tolist() == TOPIC.tolist()
    assert found.into == {}


def test_merges_in_a_circle_are_refused() -> None:
    with pytest.raises(CurationError, match="circle"):
        merged_into(Curation(merged={1: 2, 2: 1}), 1)


def test_names_marks_merges_and_definitions_are_decisions_about_a_topic() -> None:
    made = Curation({1: "n"}, {2: 3}, [4], [5], [definition(0.5)])
    assert [t for t in (*range(8), DEFINED_FROM) if about(made, t)] == [1, 2, 3, 4, 5, DEFINED_FROM]


def test_decisions_are_read_as_they_were_written_and_a_broken_file_is_said_so(tmp_path: Path) -> None:
    made = Curation({1: "名"}, {2: 3}, [4], [5], [definition(0.5, words=["w"], examples=["p"])])
    assert curation.load(tmp_path) == Curation()
    curation.save(tmp_path, made)
    assert curation.load(tmp_path) == made
    for broken in ("{", "[]", '{"names": {}}', '{"names": {"x": "y"}, "merged": {}, "hidden": [], "pinned": [], "defined": []}'):
        (tmp_path / curation.FILE).write_text(broken)
        with pytest.raises(CurationError, match="cannot be read"):
            curation.load(tmp_path)
