"""Text that others wrote, as Markdown that shows it and does nothing: abstracts are untrusted.

Every ASCII sign outside mathematics is escaped, so no Markdown, HTML or directive of Streamlit can begin. What its renderer
looks for *after* escapes are gone (bare addresses, ``:emoji:``, ``:material_icon:``, ``:streamlit:``) is cut by a word joiner,
U+2060, which is invisible. Mathematics stays where KaTeX can render it (hub/ui/tex.py) and is shown as its source where not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.papers.addresses import web_address
from hub.search.highlight import spans
from hub.ui.tex import formula

CUT = "\N{WORD JOINER}"
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""Control characters, bidirectional overrides, invisible joiners, lone surrogates."""
_MATHS = re.compile(
    r"\$\$(?P<display>[^$]++)\$\$|(?<!\\)\$(?P<inline>[^$]++)\$"
    r"|\\\((?P<round>(?:[^\\]|\\(?![()]))++)\\\)|\\\[(?P<square>(?:[^\\]|\\(?![\[\]]))++)\\\]",
    re.DOTALL,
)
"""No part runs past the next sign that could close it, so that a heap of openers costs no more than as many letters."""
LONGEST = 20_000
"""Characters of one text that are shown; the longest abstracts hold some 5,000."""
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_LATE = (
    (re.compile(r"(https?:|ftp:)(?=//)", re.IGNORECASE), rf"\g<1>{CUT}"),
    (re.compile(r"(www)(?=\.)", re.IGNORECASE), rf"\g<1>{CUT}"),
    (re.compile(r"@(?=[-\w])"), f"@{CUT}"),
    (re.compile(r":(?=[\w+/-]+:)"), f":{CUT}"),
)
_TEX_SIGNS = re.compile(r"[\\^_{}=<>|+]")
_WORDS = re.compile(r"[A-Za-z]{3,}")


def safe(text: str, marked: Sequence[str] = ()) -> str:
    """Return untrusted text as Markdown for ``st.markdown``: its mathematics rendered, everything else as it stands, one line.

    Parameters
    ----------
    text
        Plain text with ``$...$``, ``$$...$$``, ``\\(...\\)`` or ``\\[...\\]``.
    marked
        Words and phrases that are marked where they stand, in whatever form.

    Notes
    -----
    Pass it with ``unsafe_allow_html=False`` (the default). Bidirectional overrides and control characters are dropped.
    """
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    text = " ".join(_UNSEEN.sub("", text).split())
    out, end = "", 0
    for match in _MATHS.finditer(text):
        if match.start() < end:
            continue
        tex = _formula(match, text[match.end() : match.end() + 1])
        if tex is None:
            continue
        out = _joined(out, _marked(text[end : match.start()], marked))
        out = _joined(out, f"${tex}$")
        end = match.end()
    return _joined(out, _marked(text[end:], marked))


def link(label: str, url: str) -> str:
    """Return a Markdown link to an http(s) address with an untrusted label; the label alone where the address is none.

    >>> link("[PDF]", "https://example.org/a_(b)")
    '[\\\\[PDF\\\\]](https://example.org/a_%28b%29)'
    >>> link("click", "javascript:alert(1)")
    'click'
    """
    address = web_address(url)
    return f"[{safe(label)}]({address})" if address else safe(label)


def _formula(match: re.Match[str], after: str) -> str | None:
    """Return the formula of a match, None where the dollars are money or the TeX cannot be rendered."""
    content = next(group for group in match.groups() if group is not None)
    single = match.lastgroup == "inline"
    if single and not _TEX_SIGNS.search(content):
        loose = content[0].isspace() or content[-1].isspace() or after.isdigit()
        if (loose and not content.strip().isalpha()) or len(_WORDS.findall(content)) > 1:
            return None
    return formula(content)


def _marked(text: str, marked: Sequence[str]) -> str:
    out, end = "", 0
    for start, stop in spans(text, marked):
        out += f"{_escaped(text[end:start])}:primary-background[{_escaped(text[start:stop])}]"
        end = stop
    return out + _escaped(text[end:])


def _escaped(text: str) -> str:
    for pattern, cut in _LATE:
        text = pattern.sub(cut, text)
    return _SIGNS.sub(r"\\\1", text)


def _joined(left: str, right: str) -> str:
    """Join two pieces so that no dollar touches another and no digit follows one: both would end the mathematics."""
    touches = left.endswith("$") and right and (right[0] == "$" or right[0].isdigit())
    return left + (CUT if touches else "") + right
