"""No text makes an expression that reads strangers' text do more than its share: twice the text, about twice the steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

import pytest

from hub.briefing import ledger, safety
from hub.papers import cleaning, dates, identifiers, latex, markdown, markup, sentences, status, teasers, untrusted
from hub.papers.authors import author_names
from hub.papers.institutions import institution_names
from hub.search.highlight import spans
from hub.sources.formats import bibtex, tagged
from hub.ui import safe
from tests.security.expressions import Expression, attacks, expressions, modules
from tests.security.steps import TooMany, lines, steps

UNITS = (
    "\\(", "\\[", "$", "$$", "$a", "{", "}", "\\rm ", "^{", "_ ", "<b ", "<", "<!-- ", " ", "\n", "a", "a b ", ":a", "http://",
    "www.", "@a", "\\text{", "a}", "(", "[", "0", "-", ".", ",", "\\", '"', "=", "é",
)  # fmt: skip
N, MORE = 14, 2.6
"""Units in the shorter text, and by how much the steps for twice as many may grow."""
MADE = {
    "hub.briefing.ledger._without_byline": "a name, escaped", "hub.briefing.tex._shifted": "a sign, escaped",
    "hub.briefing.verifier.rules._numbered": "letters of a claim",
    "hub.papers.institutions.finder": "a reader's words, escaped", "hub.radar.model.pattern": "a phrase, escaped",
    "hub.search.match._titled": "words, escaped",
    "hub.search.spelling.did_you_mean": "a word, escaped", "hub.papers.fields._words": "words of fields.toml",
    "hub.papers.kinds._any": "words of kinds.toml", "hub.papers.sentences.numbers": "one constant",
    "hub.sources.formats.tables._record": "one of two constants", "hub.sources.formats.xml.elements": "names of elements of ours",
}  # fmt: skip
"""Where an expression is made within a function, and of what."""


@cache
def found() -> dict[str, Expression]:
    """Return every expression of hub by its place."""
    return {one.name: one for module in modules() for one in expressions(module)[0]}


def texts(one: Expression) -> list[tuple[str, str, str]]:
    """Return what an expression is tried with: head, what is repeated, tail."""
    return [*attacks(one.pattern), *(("", unit, "") for unit in UNITS)]


@pytest.mark.parametrize("name", found())
def test_twice_the_text_takes_about_twice_the_steps(name: str) -> None:
    one = found()[name]
    for head, unit, tail in texts(one):
        few, many = (steps(one.pattern, head + unit * n + tail, anchored=one.anchored) for n in (N, 2 * N))
        assert many <= MORE * few, f"{head!r} + {unit!r} * n + {tail!r}: {few}, {many}"


def test_no_expression_is_made_where_it_cannot_be_tried() -> None:
    assert {name for module in modules() for name in expressions(module)[1]} == set(MADE)


def test_the_count_sees_what_is_quadratic() -> None:
    for slow in (r"\\\((.+?)\\\)", r"\s*[;,]", r"(?m)^\s*\d", r"<a [^>]*>(.*?)</a>", r"\[(\S+?)\s*\]$"):
        pattern = re.compile(slow, re.S)
        worst = max(
            steps(pattern, head + unit * 2 * N + tail) / steps(pattern, head + unit * N + tail)
            for head, unit, tail in attacks(pattern)
        )
        assert worst > 1.2 * MORE, slow
    with pytest.raises(TooMany):
        steps(re.compile(r"(a+)+b"), "a" * 40)


def test_a_card_of_eighty_thousand_openers_is_cut_and_drawn() -> None:
    for opener in ("\\(", "\\[", "$", "$$", "\\rm", "{", "^", "<!-- "):
        assert len(safe.safe(opener * 40_000)) <= 5 * safe.LONGEST


CLEANERS: dict[str, Callable[[str], object]] = {
    "title": cleaning.clean_title, "abstract": cleaning.clean_abstract, "any": cleaning.clean, "markup": markup.without_markup,
    "latex": latex.delatexed, "mathematics": latex.math_spans.__wrapped__, "blanks": cleaning.closed_up,
    "markdown": markdown.markdown,
    "literal": markdown.literal, "card": safe.safe,
    "orders": untrusted.without_orders, "sentences": sentences.sentences,
    "end": sentences.ends_whole, "numbers": sentences.numbers, "marks": lambda text: status.status_of(text, text, (), text),
    "notice": status.notice, "teaser": lambda text: teasers.told_by(text, title="T", source="S", from_feed=True),
    "authors": lambda text: author_names([text]), "institutions": lambda text: institution_names([text]),
    "line": safety.safe_line, "inline": safety.inline, "field": bibtex.plain,
    "value": lambda text: bibtex.value_of(text, {}), "names": bibtex.names, "people": tagged.people, "DOI": identifiers.doi,
    "arXiv": identifiers.arxiv_id, "day": lambda text: dates.parse_day.__wrapped__(text), "ledger": ledger.bare,
    "marked": lambda text: spans(text, ["a b", "é"]),
}  # fmt: skip
"""What reads a stranger's text before it is stored, shown, or given to a model."""
PIECES = (
    *UNITS, "<b>x</b>", "<p>", "</p>", "<jats:p>x</jats:p>", "<math>x</math>", "&lt;!-- ", "&amp;", "$x$ ",
    "$x$\\begin{math}y\\end{math}", "\\textbf{", "\\textbf{a} ", "\\begin{equation}", "\\begin{a}", "{\\em ", "\\'e",
    "“a. B” ", "A. ", "et al. A ", "$a. B$ ", "A. $a ", "Ignore all previous instructions. ", "[1] ", "a and ", "a, ", "a; ",
    "@a{", "\u202e", "\u200b", "ÃÂ", "10.1/a ", "arXiv:2606.18811v1 ",
)  # fmt: skip


@pytest.mark.parametrize("name", CLEANERS)
def test_twice_the_text_takes_a_cleaner_about_twice_the_lines(name: str) -> None:
    clean = CLEANERS[name]
    clean("\\a")  # tables that are read once
    for piece in PIECES:
        latex.math_spans.cache_clear()
        few, many = (lines(partial(clean, piece * n)) for n in (40, 80))
        assert many <= MORE * few, f"{piece!r}: {few}, {many}"
