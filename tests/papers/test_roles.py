"""Roles of sentences, on abstracts written for this."""

from __future__ import annotations

import pytest

from hub.papers.roles import ROLES, labelled, told

ABSTRACTS = {
    "machine learning": (
        "Question answering over tables is a central task of natural language processing.",
        "However, existing methods require large annotated corpora and fail on unseen schemas.",
        "We propose TabWalk, a framework that pretrains a graph encoder on synthetic queries.",
        "Experiments on four benchmarks show that TabWalk outperforms strong baselines by 6.2 points.",
    ),
    "astronomy": (
        "The origin of dust in early galaxies remains poorly understood.",
        "We aim to measure the dust mass of twelve galaxies at high redshift.",
        "We used interferometric observations and fitted their spectral energy distributions with a modified blackbody.",
        "We find that the dust mass is lower than predicted by a factor of three.",
    ),
    "medicine": (
        "Little is known about how long protection lasts, which limits the planning of booster doses.",
        "The aim of this study was to estimate the waning of antibodies in older adults.",
        "We conducted a prospective cohort study and analysed 412 samples using a mixed-effects model.",
        "Antibody titres were significantly lower after six months (p < 0.001).",
    ),
}


@pytest.mark.parametrize("field", ABSTRACTS)
def test_a_typical_abstract_is_read_as_its_authors_meant_it(field: str) -> None:
    texts = ABSTRACTS[field]
    found = told(" ".join(texts))
    assert found["idea"] == texts[2]
    assert found["result"] == texts[3]
    assert {texts.index(found[role]) for role in ("problem", "task") if role in found} <= {0, 1}


def test_headings_that_authors_set_are_believed_and_taken_off() -> None:
    text = (
        "Background: Rust spreads fast. Objective: To slow it. Methods: Plots were sprayed. Twelve were not. "
        "Results: Rust fell by 40%. Conclusions: Spraying works."
    )
    found = labelled(text)
    assert [said.role for said in found] == ["problem", "task", "idea", "idea", "result", "result"]
    assert found[0].sentence == "Rust spreads fast."


def test_shares_are_a_distribution_and_no_sentence_tells_two_roles() -> None:
    for texts in ABSTRACTS.values():
        for said in labelled(" ".join(texts)):
            assert sum(said.shares) == pytest.approx(1.0)
            assert said.share == max(said.shares)
            assert said.role == ROLES[said.shares.index(said.share)]
        found = list(told(" ".join(texts), least=0.0).values())
        assert len(found) == len(set(found)) == 4


@pytest.mark.parametrize(
    "where",
    [
        "Code and data splits accompany the paper.", "Our code is available at https://example.org/tool.",
        "The dataset and code have both been open-sourced.", "We release our pipeline at github.com/someone/tool.",
    ],
)  # fmt: skip
def test_where_the_code_is_tells_nothing_of_a_paper(where: str) -> None:
    found = "Results show that the new rule halves the error on all nine tasks."
    assert told(f"Rules are slow. We propose a new rule. {found} {where}")["result"] == found
    assert where not in told(f"Rules are slow. {where}", least=0.0).values()
    assert told("We show that fewer data are needed. The data that were released by the centre show that rust fell.")


@pytest.mark.parametrize("text", ["", "Results:", "。", "One sentence without an end"])
def test_little_text_is_no_error(text: str) -> None:
    assert len(labelled(text)) <= 1
    assert set(told(text)) <= set(ROLES)
