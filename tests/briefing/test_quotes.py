"""Which sentences may stand alone, and which are chosen for what they tell."""

from __future__ import annotations

from datetime import date

import pytest

from hub.briefing.model import Source
from hub.briefing.quotes import quotable, standing
from hub.briefing.salience import picked, weights


@pytest.mark.parametrize(
    "sentence",
    [
        "These findings suggest that the spread of leaf rust slows in every season.",
        "Section 4 discusses the implications of such spread for growers of barley in the north.",
        "It lowers the spread of leaf rust by twelve percent in all of the trials that we ran.",
        "Our results show that with this approach the spread of leaf rust slows in each of the seasons.",
        "The proposed method lowers the spread of leaf rust by twelve percent in sixty one trials.",
        "For example, the spread of leaf rust slows by twelve percent in the northern regions of the country.",
        "Code and data are available at https://example.org/rust for every one of the trials that we ran.",
        "Does the spread of leaf rust slow in every season and in every region of the country?",
        "Rust spreads fast.",
    ],
)
def test_a_sentence_that_leans_or_tells_nothing_is_not_quoted(sentence: str) -> None:
    assert standing(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("We show that rust in barley falls by 12% in 61 trials.", "We show that rust in barley falls by 12% in 61 trials."),
        ("In this paper, we show that rust in barley falls by a tenth.", "… we show that rust in barley falls by a tenth."),
        ("To address this gap, we see how rust spreads to oats and to rye.", "… we see how rust spreads to oats and to rye."),
        ("This study shows that rust in barley falls by 12% in 61 trials of treatment.", ""),
    ],
)  # fmt: skip
def test_connectives_are_left_out_and_an_ellipsis_says_so(sentence: str, shown: str) -> None:
    assert standing(sentence) == shown


def source(number: int, title: str, abstract: str) -> Source:
    return Source(number, str(number), title, ("A B",), date(2026, 1, 1), "arXiv", "Biology", "q-bio", "", "", "", abstract)


def test_quotes_fit_the_words_and_a_repeated_one_adds_nothing() -> None:
    said = "We show that treatment with copper lowers the spread of leaf rust in barley fields."
    other = "We find that melting of alpine glaciers doubles the sliding speed at their base every summer."
    sources = [source(1, "Copper against rust", said), source(2, "Copper once more", said), source(3, "Alpine melt", other)]
    quotes = [q for s in sources for q in quotable(s)]
    assert [q.source.number for q in quotes] == [1, 2, 3]
    covered: set[str] = set()
    introduced: set[int] = set()
    chosen = picked(quotes, 45, weights(sources), covered, introduced)
    assert {q.source.number for q in chosen} in ({1, 3}, {2, 3})
    assert sum(q.words + len(q.source.title.split()) + 3 for q in chosen) <= 45
    assert introduced == {q.source.number for q in chosen}
    assert picked(quotes, 5, weights(sources), set(), set()) == []
