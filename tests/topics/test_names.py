"""Words of names: apart from each other, no two names alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from hub.topics.naming.labels import _apart, _topics_using, distinct_names, topic_words
from hub.topics.naming.names import Candidate, _second


def test_a_term_that_many_topics_use_is_counted_in_each_beyond_the_first() -> None:
    share = sparse.csr_matrix(np.array([[0.9, 0.8, 0.0], [0.8, 0.1, 0.0], [0.5, 0.3, 0.2]], dtype=np.float32))
    assert _topics_using(share).tolist() == [2, 0, 0]


def test_the_next_word_is_one_that_is_not_like_those_chosen() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    place = {"graph": 0, "vertex": 1, "sheaf": 2}
    assert _apart([], {"graph": 1.0, "vertex": 0.9, "sheaf": 0.8}, vectors, place, 2) == ["graph", "sheaf"]
    assert _apart([], {"graph": 1.0, "vertex": 0.9, "sheaf": 0.1}, vectors, place, 2) == ["graph", "vertex"]


@pytest.mark.parametrize(
    ("ranked", "words"),
    [
        ([("model language", 1.0), ("language model", 0.9), ("tree", 0.5)], ["model language", "tree"]),
        ([("neural", 1.0), ("neural network", 0.5)], ["neural", "neural network"]),
        ([("graphs", 1.0), ("graph", 0.9)], ["graphs"]),
        ([("", 1.0)], []),
    ],
)
def test_what_is_said_already_is_not_said_again(ranked: list, words: list) -> None:
    assert topic_words(ranked) == words


def test_names_take_further_words_and_at_last_a_number() -> None:
    assert distinct_names([["a", "b", "c", "d"], ["A", "b", "c"], ["a", "b", "c"], []]) == [
        "a, b, c, d", "A, b, c (2)", "a, b, c", "papers without words",
    ]  # fmt: skip


def test_a_second_phrase_is_no_single_plain_word_and_adds_what_the_first_leaves_out() -> None:
    def candidate(phrase: str, first: int, last: int, *, plain: bool = False) -> Candidate:
        core = np.zeros(10, dtype=bool)
        core[first:last] = True
        return Candidate(phrase, frozenset(phrase.split()), 1.0, 0.5, core, plain)

    one, word = candidate("complex networks", 0, 3), candidate("nodes", 3, 9, plain=True)
    assert _second(one, [word], set()) is None
    other = candidate("community structure", 3, 7)
    assert _second(one, [word, other], set()) is other
    assert _second(one, [candidate("random graphs", 3, 5)], set()) is None, "it adds a fifth of the core"
