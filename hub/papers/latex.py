"""LaTeX outside mathematics as plain Unicode: accents, letters, commands, environments, macros. Mathematics is kept."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_BRACKET = re.compile(r"\\\\|\\[()\[\]]")
_DOLLAR = re.compile(r"\\.|\$", re.S)
_ACCENT = re.compile(
    r"\{?\\(?:(?P<sign>[`'^\"~=.])\s?|(?P<word>[uvHtcdbkr])(?:\s+|(?=\{)))(?:\{\s?(?P<braced>\\?[A-Za-z])\s?\}|(?P<bare>\\[ij]\b|[A-Za-z]))\}?"
)
_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "u": "\u0306",
    "v": "\u030c", "H": "\u030b", "t": "\u0361", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
_LETTER = re.compile(
    rf"\{{?\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?:\{{\}}|\}}|\s+(?=[a-zà-ž])|(?![A-Za-z]))\s?\}}?"
)
_SWITCH = re.compile(r"\{\\(?:em|it|bf|rm|tt|sc|sl|sf|itshape|bfseries|ttfamily|scshape|sffamily)\b\s?([^{}]*)\}")
_REFERENCE = re.compile(
    r"[~ ]?\\(?:cite[a-z]*|ref|eqref|label|autoref|cref|Cref|footnotemark|tag|vspace|hspace|thanks|index)\*?\s?"
    r"(?:\[[^\[\]]*\])*\{[^{}]*\}"
)
_LINK = re.compile(r"\\href\s?\{[^{}]*\}\s?\{([^{}]*)\}")
_TAKEN_UP = re.compile(r"\\(?:text|math)?superscript\s?\{?(\d+)\}?")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s?(?:\[[^\[\]]*\])?\{([^{}]+)\}")
_SPACING = re.compile(
    r"\\[,;: ]|\\\\(?:\[[^\[\]]{0,20}\])?"
    r"|\\(?:quad|qquad|newline|par|noindent|medskip|smallskip|bigskip|item)(?![A-Za-z])"
)
_NOTHING = re.compile(
    r"\\(?:[!/\-@]|(?:relax|protect|centering|small|large|xspace|displaystyle|nonumber|notag|it|bf|em|rm|tt|sc|sl)(?![A-Za-z]))"
)
_MACRO = re.compile(r"\\([A-Za-z]+)(?:\{\}|\\(?=[\s,.;:)]|$))?")
_LONE = re.compile(r"\\([\"'^`~=.()\[\]|])")
_GROUP = re.compile(r"(?<![\\\w^_}])\{([^{}$\\]*)\}|(?<=\w)\{([^{}$\\]{1,30})\}")
_ESCAPED = re.compile(r"\\([%&_#{}])")
_TIE = re.compile(r"(?<=[A-Za-z.])~(?=[\w\\(\ue000])")
_SHORT_FORMS = {
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "cf": "cf.", "wrt": "w.r.t.", "deg": "°", "degree": "°",
    "LaTeX": "LaTeX", "TeX": "TeX", "textmu": "µ", "micro": "µ", "celsius": "°C", "percent": "%", "textdegree": "°",
}  # fmt: skip
"""Macros that authors make themselves, and what they stand for."""
_MATH_ENVIRONMENTS = "equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign|subequations|split|dmath"
_INNER = "cases|array|aligned|matrix|pmatrix|bmatrix|vmatrix|gathered|split|alignedat|smallmatrix"
_ENVIRONMENT = re.compile(
    r"\\(begin|end)\s?(?:\{\s?([A-Za-z]{1,30}\*?)\s?\}|"
    rf"({_MATH_ENVIRONMENTS}|itemize|enumerate|abstract)(\*?))"
)
"""An environment's begin or end; of mathematics also where its braces fell out."""
_BROKEN_INNER = re.compile(rf"\\(begin|end)({_INNER})(?![A-Za-z])")
_IS_MATHS = re.compile(rf"(?:{_MATH_ENVIRONMENTS})\*?")
_NUMBERING = re.compile(r"\\(?:label|tag)\*?\s?\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_MASK = re.compile("\ue000(\\d+)\ue001")
LONGEST_NUMBER = 9
DEPTH = 4
"""Commands and groups inside one another that are resolved."""


def delatexed(text: str) -> str:
    """Return ``text`` with what LaTeX stands outside its mathematics resolved.

    >>> delatexed("L{é}vy, Erd\\\\H{o}s, \\\\'Etale and {\\\\o}re in $\\\\'x_{a}$")
    "Lévy, Erdős, Étale and øre in $\\\\'x_{a}$"
    >>> delatexed(r"\\textbf{5.7$\\times$} at 0.5{\\deg}C by \\tool{}, \\begin{equation}\\label{a} x=1 \\end{equation} holds")
    '5.7$\\\\times$ at 0.5°C by tool,  $x=1$  holds'
    """
    text = _bracketed(text)
    masked, formulas = _masked(text)
    if "\\" in masked and ("\\begin" in masked or "\\end" in masked):
        masked = _environments(masked, formulas)
    return _unmasked(_prose(masked), formulas)


def _bracketed(text: str) -> str:
    """Return ``text`` with ``\\(...\\)`` and ``\\[...\\]`` as ``$...$``; one that is never closed stays."""
    if "\\(" not in text and "\\[" not in text:
        return text
    kept: list[str] = []
    at, opened = 0, None
    for mark in _BRACKET.finditer(text):
        sign = mark[0]
        if sign in ("\\(", "\\["):
            opened = mark
        elif opened is not None and sign == {"\\(": "\\)", "\\[": "\\]"}[opened[0]]:
            inner = text[opened.end() : mark.start()].strip()
            kept += [text[at : opened.start()], f"${inner}$" if inner else ""]
            at, opened = mark.end(), None
    return "".join([*kept, text[at:]])


def _masked(text: str) -> tuple[str, list[str]]:
    parts: list[str] = []
    formulas: list[str] = []
    last = 0
    for start, end in math_spans(text):
        parts += [text[last:start], f"\ue000{len(formulas)}\ue001"]
        formulas.append(text[start:end])
        last = end
    return "".join([*parts, text[last:]]), formulas


def _unmasked(text: str, formulas: list[str], *, bare: bool = False) -> str:
    """Return ``text`` with its formulas where their numbers stand, ``bare`` without their dollars."""

    def formula(mark: re.Match[str]) -> str:
        n = int(mark[1]) if len(mark[1]) < LONGEST_NUMBER else len(formulas)
        return "" if n >= len(formulas) else formulas[n].strip("$") if bare else formulas[n]

    return _MASK.sub(formula, text) if formulas else text


def _environments(text: str, formulas: list[str]) -> str:
    """Return ``text`` with environments of mathematics as formulas, and the marks of all others gone."""
    kept: list[str] = []
    at, opened = 0, None
    for mark in _ENVIRONMENT.finditer(text):
        name = mark[2] or mark[3] + (mark[4] or "")
        if opened is None and mark[1] == "begin" and _IS_MATHS.fullmatch(name):
            opened = mark
            kept.append(text[at : mark.start()])
            at = mark.end()
        elif opened is not None and mark[1] == "end" and name.rstrip("*") == (opened[2] or opened[3]).rstrip("*"):
            kept.append(_formula(_unmasked(text[at : mark.start()], formulas, bare=True), name, formulas))
            at, opened = mark.end(), None
        elif opened is None:
            kept += [text[at : mark.start()], " "]
            at = mark.end()
    return "".join([*kept, text[at:]])


def _formula(inner: str, name: str, formulas: list[str]) -> str:
    inner = _BROKEN_INNER.sub(r"\\\1{\2}", _NUMBERING.sub("", inner)).strip()
    if name.startswith(("align", "gather", "multline", "eqnarray", "flalign", "split")) and ("\\\\" in inner or "&" in inner):
        inner = f"\\begin{{aligned}}{inner}\\end{{aligned}}"
    if not inner:
        return " "
    formulas.append(f"${inner}$")
    return f" \ue000{len(formulas) - 1}\ue001 "


def _prose(text: str) -> str:
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _LETTER.sub(lambda m: _LETTERS[m[1]], text)
    if "\\" in text:
        text = _LINK.sub(r"\1", _REFERENCE.sub("", text))
        text = _SPACING.sub(" ", _ESCAPED.sub(r"\1", _TAKEN_UP.sub(_raised, text)))
        for _ in range(DEPTH):
            before, text = text, _COMMAND.sub(r"\1", _SWITCH.sub(r"\1", text))
            if text == before:
                break
        text = _MACRO.sub(_symbol, _NOTHING.sub("", text))
        text = _LONE.sub(r"\1", text)
    for _ in range(DEPTH):
        if "{" not in text:
            break
        before, text = text, _GROUP.sub(lambda m: m[1] if m[1] is not None else m[2], text)
        if text == before:
            break
    return _TIE.sub(" ", text) if "~" in text else text


def _raised(found: re.Match[str]) -> str:
    return found[1].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _accented(found: re.Match[str]) -> str:
    letter = (found["braced"] or found["bare"]).lstrip("\\")
    mark = _COMBINING[found["sign"] or found["word"]]
    left = "{" if found[0].startswith("{") and not found[0].endswith("}") else ""
    whole = found[0].endswith("}") and not found[0].startswith("{") and not found["braced"]
    return left + unicodedata.normalize("NFC", letter + mark) + ("}" if whole else "")


def _symbol(found: re.Match[str]) -> str:
    """Return what a macro outside mathematics stands for: its sign, else its name, which authors choose to be read."""
    name = found[1]
    if name in _SHORT_FORMS:
        return _SHORT_FORMS[name]
    return _signs().get(name) or name


@cache
def _signs() -> dict[str, str]:
    """Return the sign of each macro of LaTeX that stands for one character, from pylatexenc's table."""
    from pylatexenc.latex2text import MacroTextSpec, get_default_latex_context_db

    specs = get_default_latex_context_db().iter_macro_specs()
    known = {s.macroname: s.simplify_repl for s in specs if isinstance(s, MacroTextSpec) and isinstance(s.simplify_repl, str)}
    return {name: sign for name, sign in known.items() if len(sign) == 1 and name.isalpha()}


@lru_cache(maxsize=256)
def math_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where ``text`` holds mathematics, as (start, end) of each ``$...$``; sums of money are none.

    >>> math_spans("cost $5 million or $6 million"), math_spans("an $n$-gon")
    ((), ((3, 6),))
    """
    if text.count("$") < 2:
        return ()
    signs = [mark.start() for mark in _DOLLAR.finditer(text) if mark[0] == "$"]
    spans, n = [], 0
    while n + 1 < len(signs):
        start, end = signs[n], signs[n + 1]
        if end == start + 1:  # $$, closed by the next pair if there is one
            if n + 3 < len(signs) and signs[n + 3] == signs[n + 2] + 1 and _is_mathematics(text[end + 1 : signs[n + 2]]):
                spans.append((start, signs[n + 3] + 1))
                n += 4
            else:
                n += 1
        elif _is_mathematics(text[start + 1 : end]):
            spans.append((start, end + 1))
            n += 2
        else:
            n += 1
    return tuple(spans)


def _is_mathematics(inner: str) -> bool:
    if not inner.strip():
        return False
    if re.search(r"[\\^_={}<>]", inner):
        return True
    return not re.match(r"\s?\d", inner) or not re.search(r"[A-Za-z]{3,}|[.,;]\s?$|\s$", inner)
