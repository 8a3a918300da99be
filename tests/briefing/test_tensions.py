"""Contradictions: two sentences on one subject that the verifier finds opposed from both sides."""

from __future__ import annotations

from collections.abc import Sequence

from hub.briefing.quotes import Quote, quotable
from hub.briefing.tensions import candidates, opposed
from hub.briefing.verifier.reader import Reading
from tests.briefing.test_quotes import source

RISES = "We find that screen time raises the anxiety of adolescents in large cohort studies of schools."
FALLS = "Our analysis shows that screen time lowers the anxiety of adolescents in large cohort studies of schools."
OTHER = "We find that melting of alpine glaciers doubles the sliding speed at their base every summer."


class Reads:
    """Finds a contradiction where one side raises and the other lowers, from as many sides as it is told."""

    def __init__(self, sides: int) -> None:
        self.sides = sides

    def read(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Reading]:
        found = []
        for claim, passages in pairs:
            turned = ("raises" in claim) != ("raises" in passages[0]) and (self.sides == 2 or "raises" in claim)
            found.append(Reading(0.0, 0.99 if turned else 0.1, 0.0, "", 0.0))
        return found


def quotes(*texts: str) -> list[Quote]:
    found = []
    for n, text in enumerate(texts, start=1):
        found += quotable(source(n, f"Title {n}", f"It was asked often. However, little is known of it. We took samples. {text}"))
    return found


def test_only_sentences_on_one_subject_are_compared() -> None:
    found = candidates(quotes(RISES, FALLS, OTHER))
    assert [(a.text, b.text) for a, b in found] == [(RISES, FALLS)]


def test_a_contradiction_must_hold_from_both_sides() -> None:
    told = quotes(RISES, FALLS, OTHER)
    assert {q.role for q in told} == {"result"}
    assert [(a.text, b.text) for a, b in opposed(told, Reads(2), 3)] == [(RISES, FALLS)]  # type: ignore[arg-type]
    assert opposed(told, Reads(1), 3) == []  # type: ignore[arg-type]
    assert opposed(told, None, 3) == []
