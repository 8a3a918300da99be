"""Mathematics of abstracts as every reader can see it: simple formulas stay TeX, the rest becomes Unicode."""

from __future__ import annotations

import re
from functools import lru_cache

from hub.briefing.safety import sets

MATHS = re.compile(r"(?<!\\)(?:\$\$([^$]{1,400}?)\$\$|\$(?![\s$])([^$]{1,400}?)(?<![\s\\])\$(?!\d))")
_MACRO = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})*")
_RAISED = str.maketrans("0123456789+-=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def settable(text: str) -> str:
    """Return ``text`` with the formulas that not every viewer sets, and stray commands, as Unicode.

    >>> settable(r"It costs $O(n^2)$ or \\texttt{more}, $\\mathsf{NP}_{\\foo}^2$.")
    'It costs $O(n^2)$ or more, NP_foo².'
    """

    def formula(match: re.Match[str]) -> str:
        inner = (match.group(1) or match.group(2)).strip()
        return f"${inner}$" if match.group(2) and sets(inner) else unicode_maths(inner)

    return "".join(
        part
        if part.startswith("$") and part.endswith("$") and len(part) > 2
        else _MACRO.sub(lambda m: unicode_maths(m.group()), part)
        for part in re.split(r"(\$[^$]+\$)", MATHS.sub(formula, text))
    )


def in_unicode(text: str) -> str:
    """Return ``text`` without any TeX: every formula as Unicode.

    >>> in_unicode(r"$x^2 \\le \\alpha_{3}$ and $\\frac{a}{b}$")
    'x² ≤ α₃ and a/b'
    """
    return MATHS.sub(lambda match: unicode_maths((match.group(1) or match.group(2)).strip()), text)


@lru_cache(maxsize=4096)
def unicode_maths(formula: str) -> str:
    """Return a formula as Unicode text, raised and lowered where Unicode has the letters."""
    from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db

    known = get_default_latex_context_db()

    def named(match: re.Match[str]) -> str:
        spec = known.get_macro_spec(match.group(1))
        return match.group() if spec is not None else match.group(1)

    text = re.sub(r"\\(?:left|right|bigl?|bigr?|Bigl?|Bigr?)(?![A-Za-z])", "", formula)
    text = re.sub(r"\\(?:text|math|operatorname|mbox|emph)[a-z]*\s*\{([^{}]*)\}", r"{}\1", text)
    text = _shifted(_shifted(text, "^", _RAISED), "_", _LOWERED)
    text = re.sub(r"(\\[A-Za-z]+)\s+(?!\{)", r"\1{} ", re.sub(r"\\([A-Za-z]+)", named, text))
    text = LatexNodes2Text(math_mode="text").latex_to_text(text, tolerant_parsing=True)
    return " ".join(re.sub(r"[{}$]", "", re.sub(r"\\([A-Za-z]+)", r"\1", text)).split())


def _shifted(text: str, mark: str, table: dict[int, int]) -> str:
    def moved(match: re.Match[str]) -> str:
        inner = (match.group(1) or match.group(2)).strip()
        return "{}" + inner.translate(table) if all(ord(c) in table for c in inner) else match.group()

    return re.sub(re.escape(mark) + r"(?:\{([^{}]*)\}|([A-Za-z0-9+\-]))", moved, text)
