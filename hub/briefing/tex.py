"""Mathematics of abstracts as every reader can see it: simple formulas stay TeX, the rest becomes Unicode."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from hub.briefing.safety import sets

MATHS = re.compile(r"(?<!\\)(?:\$\$([^$]{1,400}?)\$\$|\$(?![\s$])([^$]{1,400}?)(?<![\s\\])\$(?!\d))")
_MACRO = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})*")
_ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "widetilde": "\u0303",
            "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308"}  # fmt: skip
_RAISED = str.maketrans("0123456789+-=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def settable(text: str) -> str:
    """Return ``text`` with the formulas that not every viewer sets, and stray commands, as Unicode.

    >>> settable(r"It costs $O(n^2)$ or \\texttt{more}, $\\mathsf{NP}_{\\foo}^2$.")
    'It costs $O(n^2)$ or more, NP_foo².'
    """

    def formula(match: re.Match[str]) -> str:
        inner = (match.group(1) or match.group(2) or "").strip()
        return f"${inner}$" if match.group(2) and sets(inner) else unicode_maths(inner)

    return "".join(
        part
        if part.startswith("$") and part.endswith("$") and len(part) > 2
        else _MACRO.sub(lambda m: unicode_maths(m.group()), part)
        for part in re.split(r"(\$[^$]+\$)", MATHS.sub(formula, text))
    )


def unescaped(text: str) -> str:
    """Return Markdown without its escapes; a backslash in a formula is the formula's.

    >>> unescaped(r"\\[2\\]catenane &amp; $f(\\mathbb{Q})$")
    '[2]catenane & $f(\\\\mathbb{Q})$'
    """
    made, at = "", 0
    for formula in MATHS.finditer(text):
        made += unescape(text[at : formula.start()].replace("\\", "")) + formula.group()
        at = formula.end()
    return made + unescape(text[at:].replace("\\", ""))


def in_unicode(text: str) -> str:
    """Return ``text`` without any TeX: every formula as Unicode.

    >>> in_unicode(r"$x^2 \\le \\alpha_{3}$ and $\\frac{a}{b}$")
    'x² ≤ α₃ and a/b'
    """
    return MATHS.sub(lambda match: unicode_maths((match.group(1) or match.group(2) or "").strip()), text)


@lru_cache(maxsize=4096)
def unicode_maths(formula: str) -> str:
    """Return a formula as Unicode text, raised and lowered where Unicode has the letters; nothing it holds is an error.

    >>> unicode_maths(r"\\hat{x}\\in\\mathbb{R}^d"), unicode_maths(r"\\href"), unicode_maths(r"{\\frac{1}")
    ('x̂∈Rᵈ', 'href', 'frac1')
    """
    text = re.sub(r"\\(?:left|right|bigl?|bigr?|Bigl?|Bigr?|displaystyle|limits)(?![A-Za-z])", "", formula)
    text = re.sub(r"\\(?:text|math|operatorname|mbox|emph)[a-z]*\s*\{([^{}]*)\}", r"{}\1", text)
    text = re.sub(r"\\(" + "|".join(_ACCENTS) + r")\s*(?:\{(\w)\}|(\w))", lambda m: (m[2] or m[3]) + _ACCENTS[m[1]], text)
    text = _shifted(_shifted(text, "^", _RAISED), "_", _LOWERED)
    text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"√(\1)", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _symbol(m[1]), text)
    text = re.sub(r"\\([^A-Za-z])", lambda m: m[1] if m[1] in "{}%&#_$" else " ", text.replace("~", " "))
    return " ".join(re.sub(r"[{}$\\]", "", text).split())


def _symbol(name: str) -> str:
    """Return the character of a command that stands for one, else its name."""
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    shown = getattr(spec, "simplify_repl", None)
    return shown if isinstance(shown, str) and shown and "%" not in shown else name


def _shifted(text: str, mark: str, table: dict[int, int]) -> str:
    def moved(match: re.Match[str]) -> str:
        inner = (match.group(1) or match.group(2) or "").strip()
        return "{}" + inner.translate(table) if all(ord(c) in table for c in inner) else match.group()

    return re.sub(re.escape(mark) + r"(?:\{([^{}]*)\}|([A-Za-z0-9+\-]))", moved, text)
