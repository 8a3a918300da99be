"""No text makes an expression that reads strangers' text do more than its share: twice the text, about twice the steps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hub.papers import untrusted
from hub.ui import safe, tex
from tests.security.steps import TooMany, steps

UNITS = (
    "\\(",
    "\\[",
    "$",
    "$$",
    "$a",
    "{",
    "\\rm ",
    "^{",
    "_ ",
    "<b ",
    "<",
    " ",
    "a",
    ":a",
    "http://",
    "www.",
    "@a",
    "\\text{",
    "a}",
)
N = 40


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in (safe, tex, untrusted):
        for field, value in vars(module).items():
            for pattern in value if isinstance(value, tuple) else (value,):
                for part in pattern if isinstance(pattern, tuple) else (pattern,):
                    if isinstance(part, re.Pattern):
                        yield f"{module.__name__}.{field}", part


@pytest.mark.parametrize(("name", "pattern"), expressions(), ids=lambda value: value if isinstance(value, str) else "")
def test_twice_the_text_takes_about_twice_the_steps(name: str, pattern: re.Pattern[str]) -> None:
    for unit in UNITS:
        few, many = (steps(pattern, unit * n) for n in (N, 2 * N))
        assert many <= 2.5 * few, f"{name}: {unit!r}"


def test_the_count_sees_what_is_quadratic() -> None:
    slow = re.compile(r"\\\((.+?)\\\)", re.S)
    few, many = (steps(slow, "\\(" * n) for n in (N, 2 * N))
    assert many > 3.5 * few
    with pytest.raises(TooMany):
        steps(re.compile(r"(a+)+b"), "a" * 40)


def test_a_card_of_eighty_thousand_openers_is_cut_and_drawn() -> None:
    for opener in ("\\(", "\\[", "$", "$$", "\\rm", "{", "^", "<!-- "):
        assert len(safe.safe(opener * 40_000)) <= 5 * safe.LONGEST
