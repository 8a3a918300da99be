"""Strangers' text as Markdown for files that leave: it shows what was written and does nothing, whatever opens the file.

Pages have an escaper of their own (:mod:`hub.ui.safe`), because Streamlit's Markdown knows more signs than any file's.
"""

from __future__ import annotations

import re

from hub.papers.latex import math_spans

_SIGNS = re.compile(r"([\\`*_\[\]#~$|])")
_FIRST = re.compile(r"^(?:([-+=])|(\d+)([.)]))")
_TEX = re.compile(r"\\.|[<>]", re.DOTALL)
_TEX_ANGLES = {"<": r"\lt ", ">": r"\gt ", r"\<": "", r"\>": r"\, "}
_BARE = re.compile(r"(?P<colon>:)(?=//)|\bwww(?=\.)", re.IGNORECASE)
_BEGINS = re.compile(rf"\](?=[(\[:])|!(?=\[)|{_BARE.pattern}", re.IGNORECASE)
"""Where a bare address, a link or an image begins, in a formula too for a viewer that takes it for text."""


def literal(text: str) -> str:
    r"""Return ``text``, on one line, such that Markdown shows it as it is.

    >>> literal("a_b [x](y) <i>"), literal("1. one")
    ('a\\_b \\[x\\](y) &lt;i&gt;', '1\\. one')
    """
    return begun(shown(" ".join(text.split())))


def markdown(text: str) -> str:
    r"""Return cleaned ``text`` for a Markdown page, on one line: its mathematics renders, everything else shows as it is.

    >>> markdown("*p* <k> costs $5 in $x_1$"), markdown("$f[x](t) <b$")
    ('\\*p\\* &lt;k&gt; costs \\$5 in $x_1$', '$f[x]{}(t) \\lt b$')
    """
    text = " ".join(text.split())
    parts, last = [], 0
    for start, end in math_spans(text):
        parts += [shown(text[last:start]), _formula(text[start:end])]
        last = end
    return begun("".join([*parts, shown(text[last:])]))


def begun(text: str) -> str:
    """Return a text that begins neither a list nor a rule."""
    return _FIRST.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def shown(text: str) -> str:
    """Return a part of a text with no sign that means something to Markdown or HTML."""
    text = text.replace("\\$", "$").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BARE.sub(lambda m: r"\:" if m["colon"] else f"{m[0]}\\", _SIGNS.sub(r"\\\1", text))


def _formula(tex: str) -> str:
    """Return a formula that means the same and holds nothing that Markdown or HTML could take for theirs."""
    if "`" in tex:
        return shown(tex)
    tex = _TEX.sub(lambda m: _TEX_ANGLES.get(m[0], m[0]), tex)
    tex = _BEGINS.sub(lambda m: m[0] + "{}", tex)
    depth = 0
    for sign in tex:
        depth += (sign == "[") - (sign == "]")
        if depth < 0:
            break
    return tex if depth == 0 else tex.replace("[", r"\lbrack ").replace("]", r"\rbrack ")
