"""Chinese words are found inside sentences that no blank parts, alone, together and as a phrase."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hub.papers.model import Paper
from hub.search.find import Found, find
from hub.search.highlight import best_sentence, spans
from hub.search.query import parse, words_of
from hub.search.spelling import did_you_mean, vocabulary
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Snapshot

PAPERS = {
    "a": ("基于图神经网络的药物相互作用预测", "本文提出一种新方法。"),
    "b": ("冰川流动的数值模拟", "结果与观测吻合。"),
    "c": ("Drug interactions by graph neural networks", "We use GNN模型 for drugs."),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus(str(Path(tmp_path_factory.mktemp("corpus"), "corpus")))
    made.upsert([Paper(f"x:{i}", *text, ("李明",), date(2026, 6, 1), "x") for i, text in PAPERS.items()])
    made.optimize()
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("药物", {"a"}), ("神经网络", {"a"}), ("药物相互作用", {"a"}), ("冰川 模拟", {"b"}), ("冰川 药物", set()),
        ('"药物相互作用"', {"a"}), ("药物的相互作用是什么", {"a"}), ("冰川如何流动", {"b"}), ("的", {"a", "b"}),
        ("GNN", {"c"}), ("李明", {"a", "b", "c"}), ("neural networks", {"c"}),
    ],
)  # fmt: skip
def test_words_are_found(corpus: Corpus, query: str, found: set[str]) -> None:
    assert {i.removeprefix("x:") for i in corpus.search_ids(query)} == found


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("药物相互作用", PAPERS["a"][0], ["药物相互作用"]),
        ("药物相互作用", "预测药物之间的相互作用", ["药物", "相互作用"]),
        ("神经网络", PAPERS["a"][0], ["神经网络"]),
        ("网络", PAPERS["a"][0], ["网络"]),  # a word inside a longer one, as the index has it
        ("GNN模型", PAPERS["c"][1], ["GNN"]),  # 模型 names nothing
        ("GNN", PAPERS["c"][1], ["GNN"]),
        ("模型", PAPERS["c"][1], ["模型"]),
        ("基于冰川的模拟", "基于观测的冰川模拟", ["冰川模拟"]),  # words that name nothing are not marked
        ("冰川的模拟有哪些", "有哪些冰川的模拟", ["冰川", "模拟"]),  # nor those that only ask
        ("神经", "精神经济", []),  # two characters of two words are not the word
        ("conductor", "半导体 conductors", ["conductors"]),
    ],
)
def test_words_are_marked_as_they_are_searched_for(query: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, words_of(parse(query)))] == marked


def test_the_sentence_that_answers_is_found() -> None:
    text = "本文提出一种新方法。药物之间的相互作用由图神经网络预测。结果与观测吻合。"
    assert best_sentence(text, ["药物相互作用"]) == "药物之间的相互作用由图神经网络预测。"


@pytest.fixture(scope="module")
def shown(corpus: Corpus) -> Snapshot:
    none = snapshot.empty()
    frame = papers_frame(corpus)
    return Snapshot("v", frame, none.topics, none.themes, {}, None, np.zeros((len(frame), 0), dtype=np.float32))


def ids(found: Found, shown: Snapshot) -> list[str]:
    """The papers that a query brings, the best first, without the source's name."""
    rows = found.by_relevance(np.arange(len(shown)))
    return [str(i).removeprefix("x:") for i in shown.papers["id"].iloc[rows]]


def test_a_chinese_question_that_no_paper_holds_is_widened_to_what_answers_it_best(corpus: Corpus, shown: Snapshot) -> None:
    found = find("如何用图神经网络预测蛋白质的药物反应?", shown, corpus)
    assert found.widened and not found.every.any()
    assert ids(found, shown) == ["a"], "the paper that holds most of its words; glaciers and English hold none"
    english = find("how do graph networks predict glaciers from drugs", shown, corpus)
    assert english.widened and ids(english, shown)[0] == "c"


@pytest.mark.parametrize(
    "query", ["蛋白质反应", '"如何用图神经网络预测蛋白质的药物反应"', "标题:图神经网络预测蛋白质反应", "模型的方法有哪些问题"]
)
def test_a_thing_a_phrase_and_a_field_in_chinese_are_never_widened(corpus: Corpus, shown: Snapshot, query: str) -> None:
    found = find(query, shown, corpus)
    assert not found.widened and not len(found.rows)


@pytest.mark.parametrize("query", ["基于图神经网络的药物相互作用", "药物相互作甩", "冰川流动的数值模似", "冰川流动 药物"])
def test_no_other_chinese_word_is_offered(corpus: Corpus, shown: Snapshot, query: str) -> None:
    assert did_you_mean(find(query, shown, corpus), shown, corpus) == ""
    assert all(word.isascii() for word in vocabulary(shown).counts)


def test_a_slip_beside_chinese_words_is_put_right(corpus: Corpus, shown: Snapshot) -> None:
    assert did_you_mean(find("药物 netwroks", shown, corpus), shown, corpus) == "药物 networks"
