"""Cleaning: what goes, what stays, and that cleaning clean text changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.papers.cleaning import clean_abstract, clean_title, math_spans
from hub.papers.markdown import markdown

CASES = [
    (r"L{é}vy flights and Erd\H{o}s--R\'enyi", "Lévy flights and Erdős--Rényi"),
    (r"L\'evy, L\'{e}vy, L{\'e}vy, L{\'{e}}vy", "Lévy, Lévy, Lévy, Lévy"),
    (r"Garc\'{\i}a, Sch\"odinger, \v{C}ech, \c{S}ahin", "García, Schödinger, Čech, Şahin"),
    (r"\AA ngstr\"om, {\o}re, \L{}ukasz, Stra\ss e", "Ångström, øre, Łukasz, Straße"),
    (r"an $L^2$ bound for $\'x_{a}$ and \(y\)", r"an $L^2$ bound for $\'x_{a}$ and $y$"),
    (r"the \textit{a priori} set \cite{x2}, 5\% of {DNA}", "the a priori set, 5% of DNA"),
    ("mean degree <k> with p<0.05 and x>3", "mean degree <k> with p<0.05 and x>3"),
    ("mean momentum <p_T> of <i> quarks", "mean momentum <p_T> of <i> quarks"),
    ("CO<sub>2</sub> at 10<sup>-3</sup> <i>M</i>", "CO2 at 10⁻³ M"),
    ("Tom &amp; Jerry &lt; 3", "Tom & Jerry < 3"),
    ("AT&amp;amp;T", "AT&T"),
    ("\ufeffTwo new\n  species\u200b", "Two new species"),
    ("RamÃ\xadrez", "Ramírez"),
    ("Fig.~3 costs ~5", "Fig. 3 costs ~5"),
    ("x<script>alert('a')</script>y", "xy"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_cleaning_gives(raw: str, expected: str) -> None:
    assert clean_title(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>We show.</jats:p>", "We show."),
        ('<span class="paragraphSection"><div class="boxTitle">Abstract</div>We show.</span>', "We show."),
        ("Abstract: We show.", "We show."),
        ("Abstract algebra is old.", "Abstract algebra is old."),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("<jats:p>mass <jats:inline-formula><jats:alternatives><jats:tex-math>$$m_1$$</jats:tex-math>"
         "<mml:math><mml:mi>m</mml:mi></mml:math></jats:alternatives></jats:inline-formula> found</jats:p>", "mass $m_1$ found"),
    ],
)  # fmt: skip
def test_an_abstract_loses_its_heading_and_tags(raw: str, expected: str) -> None:
    assert clean_abstract(raw) == expected


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=80))
def test_cleaning_any_text_gives_one_line_without_control_characters(raw: str) -> None:
    cleaned = clean_title(raw)
    assert cleaned == " ".join(cleaned.split())
    assert "\x00" not in cleaned


@given(st.text(alphabet="abé $\\^_{}\n.,-", max_size=40))
def test_mathematics_is_never_changed(raw: str) -> None:
    inner = "".join(c for c in raw if c not in "$\\\n").strip()
    text = f"for $x_{{{inner.replace('{', '').replace('}', '')}}}$ we"
    assert clean_title(text) == " ".join(text.split())


def test_money_is_no_mathematics() -> None:
    assert math_spans("between $5 million and $6 million a year") == ()
    assert markdown("costs $5 and $6") == r"costs \$5 and \$6"
    assert markdown("# *a* [b](javascript:x) <img src=x>").count("<") == 0
