"""Terms: plural and singular as one, acronyms kept, no LaTeX debris, Chinese without a dictionary."""

from __future__ import annotations

import numpy as np
import pytest

from hub.topics.naming.terms import count_terms


def used(text: str, *more: str) -> set[str]:
    terms = count_terms([text, *more])
    return {str(terms.words[i]) for i in terms.counts[0].indices}


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("A neural network. Neural networks learn.", {"neural", "network"}, {"networks"}),
        ("LLMs and an LLM agent", {"LLM", "agent"}, {"llm", "LLMs"}),
        (r"Sharp $\alpha_{i}$ bounds \textit{graph} https://x.y/z", {"graph", "sharp"}, {"alpha", "textit", "https"}),
        (r"The Schr\"odinger and Schr\"{o}dinger equation", {"schrodinger", "equation"}, {"schr", "odinger"}),
        ("Alzheimer's disease", {"disease"}, {"s"}),
        ("The results show that we propose COVID-19", {"COVID-19"}, {"results", "propose", "the"}),
        ("本文研究企业。企业创新", {"企业创新"}, {"本文", "研究"}),
        ("", set(), {"a"}),
    ],
)
def test_terms_of_a_text(text: str, there: set[str], absent: set[str]) -> None:
    found = used(text, "x")
    assert there <= found | {w.lower() for w in found}
    assert not absent & found


def test_two_words_make_a_term_when_they_recur_and_nothing_stands_between() -> None:
    found = used("Language models scale. A language model learns language, model cards.", "other words")
    assert "language model" in {w.lower() for w in found}
    assert "learns language" not in found


def test_chinese_gives_ngrams_and_the_longest_wins() -> None:
    found = used("神经网络的训练", "神经网络", "图像识别")
    assert "神经网络" in found
    assert "神经网" not in found


def test_the_order_of_texts_does_not_matter() -> None:
    texts = [f"graph theory {i} colouring of a planar graph" for i in range(30)] + ["quantum dots emit light"] * 5
    one, other = count_terms(texts), count_terms(texts[::-1])
    totals = [dict(zip(t.words.tolist(), np.asarray(t.counts.sum(0)).ravel().tolist(), strict=True)) for t in (one, other)]
    assert totals[0] == totals[1]


def test_a_capital_at_the_start_of_sentences_makes_no_acronym() -> None:
    found = used("Network grows. Network shrinks. The network lives. LLM learns. LLM writes", "x")
    assert {"network", "LLM"} <= found
    assert "Network" not in found
