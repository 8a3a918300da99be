"""Chinese words are found inside sentences that no blank parts, alone, together and as a phrase."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hub.papers.model import Paper
from hub.storage.corpus import Corpus

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
        ('"药物相互作用"', {"a"}), ("GNN", {"c"}), ("李明", {"a", "b", "c"}), ("neural networks", {"c"}),
    ],
)  # fmt: skip
def test_words_are_found(corpus: Corpus, query: str, found: set[str]) -> None:
    assert {i.removeprefix("x:") for i in corpus.search_ids(query)} == found
