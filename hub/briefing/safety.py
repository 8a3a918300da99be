"""What is taken out of titles, quotations and models' answers before a page or a file gets them.

What may remain in a briefing's Markdown: headings, lists, emphasis, plain text, ``[n]`` citations, simple mathematics.
What may not: images, links (the reference list makes its own), HTML, code, footnotes, bare addresses that a viewer would
turn into links, mathematics that breaks rendering. Text stays readable: marks are escaped, words are kept.
"""

from __future__ import annotations

import re

from hub.papers.markdown import begun, shown
from hub.papers.sentences import words
from hub.papers.untrusted import CONTROL, INVISIBLE, TAG

_URL = re.compile(r"\b(?:https?|ftp|file|data|javascript|vbscript)\s?:\s?[^\s<>\[\]]+|\bwww\.[^\s<>\[\]]+", re.IGNORECASE)
MACROS = words(
    """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon
    phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega times cdot pm mp le leq ge geq
    neq ne approx sim simeq equiv propto infty partial nabla sum prod int sqrt frac left right mathbb mathcal mathrm
    mathbf mathit mathsf mathfrak text to rightarrow leftarrow Rightarrow leftrightarrow mapsto in notin subset
    subseteq cup cap setminus emptyset forall exists ell hbar dagger ast star circ bullet otimes oplus wedge vee
    langle rangle lVert rVert log ln exp sin cos tan min max sup inf lim det dim ker bar hat tilde vec dot ddot
    overline underline widehat widetilde mathring dots ldots cdots quad qquad ll gg prime perp parallel mid binom
    operatorname odot lceil rceil lfloor rfloor"""
)
"""TeX commands that KaTeX, GitHub, Obsidian and Pandoc all know."""


def safe_line(line: str) -> str:
    """Return one line of Markdown with nothing in it that loads, links or breaks.

    >>> safe_line("See ![x](http://e.vil/a.png) <img src=x> [1] and [here](javascript:alert(1))")
    'See x [1] and here'
    >>> safe_line("A cost of $5 and $x^2$ as well")
    'A cost of \\\\$5 and $x^2$ as well'
    """
    parts = _split_maths(_stripped(line))
    return re.sub(r" {2,}", " ", "".join(_safe_text(p) if not maths else p for p, maths in parts)).rstrip()


def _stripped(line: str) -> str:
    """Take out what loads or links; the words of a link stay."""
    line = CONTROL.sub("", INVISIBLE.sub("", line))
    line = re.sub(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)", r"\1", line)  # [words](address) keeps its words
    line = re.sub(r"^\s*\[[^\]]*\]:.*$", "", line)  # the definition of a link, or of a footnote
    line = re.sub(r"(?:<((?:https?|mailto):[^<>\s]*)>)", "", line, flags=re.IGNORECASE)
    return _URL.sub("", TAG.sub("", line))


def safe_markdown(text: str) -> str:
    """Return Markdown with every line made safe (:func:`safe_line`), headings, lists and paragraphs as they were."""
    return "\n".join(safe_line(line) for line in text.replace("\r", "").split("\n"))


def inline(text: str) -> str:
    """Return a title or a quotation for use inside Markdown: safe, on one line, and none of its marks is Markdown.

    >>> inline("# A *new* [1] | y")
    '\\\\# A \\\\*new\\\\* \\\\[1\\\\] \\\\| y'
    """
    line = re.sub(r" {2,}", " ", _stripped(" ".join(text.split()))).strip().replace("\\$", "$")
    return begun("".join(p if maths else shown(p.replace("\\", "")) for p, maths in _split_maths(line)))


def _safe_text(text: str) -> str:
    text = text.replace("&", "&amp;") if re.search(r"&#?\w+;", text) else text
    text = text.replace("<", "&lt;").replace("`", "'")
    text = re.sub(r"!\[", r"!\\[", text)
    text = re.sub(r"\](?=[(:\[])", "] ", text)  # no link, no definition, no reference can be left
    text = re.sub(r"\[\^", r"\\[^", text)
    return re.sub(r"(?<!\\)\$", r"\\$", text)


def _split_maths(line: str) -> list[tuple[str, bool]]:
    """Cut a line into text and ``$...$`` that every viewer can set; a dollar that opens none counts as text."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in re.finditer(r"(?<![\\$])\$(?![\s$])([^$\n]{1,200}?)(?<![\s\\])\$(?![\d$])", line):
        if sets(match.group(1)):
            parts += [(line[end : match.start()], False), (match.group(), True)]
            end = match.end()
    return [*parts, (line[end:], False)]


def sets(formula: str) -> bool:
    """Return whether a formula uses only what all viewers know, with its braces in balance.

    >>> sets(r"\\frac{a}{b} \\le 3"), sets(r"\\frac{a}{b"), sets(r"\\href{x}{y}"), sets("5 and we paid 7 for the")
    (True, False, False, False)
    """
    depth = 0
    for c in re.sub(r"\\[{}]", "", formula):
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    prose = re.findall(
        r"(?<![\\A-Za-z])[A-Za-z]{3,}", re.sub(r"\\(?:text|mathrm|operatorname|mathit|mathbf|mathsf)\s*\{[^{}]*\}", "", formula)
    )
    known = all(m in MACROS for m in re.findall(r"\\([A-Za-z]+)", formula))
    paired = len(re.findall(r"\\left\b", formula)) == len(re.findall(r"\\right\b", formula))
    return depth == 0 and known and paired and len(prose) < 2 and not re.search(r"[<>&#%`]|\\\\|_\s*$|\^\s*$|__|\^\^", formula)
