"""HTML and JATS out of what sources write, in time that grows with the text and no faster, however broken it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em emphasis ext-link font i inf ins italic kbd label mark monospace "
    "named-content overline q roman s samp sans-serif sc scp small span strike strong styled-content sub sup sup2 tt u underline "
    "uri var xref wbr"
)
_BLOCK = (
    "abstract article aside blockquote body br caption center dd details disp-formula disp-quote div dl dt fig figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 head header hr html img inline-formula inline-graphic li list list-item main nav ol p "
    "pre sec section source summary table tbody td tfoot th thead title tr trans-abstract trans-title alternatives graphic ul "
    "video"
)
_NAMES = "|".join(sorted((_INLINE + " " + _BLOCK).split(), key=len, reverse=True))
_TAG = re.compile(rf"<(/?)\s?(?:jats1?:|mml:|xhtml:)?({_NAMES})(\s[^<>]*|)(/?)>", re.I)
_CLOSED = re.compile(r"</\s?(?:jats1?:|mml:|xhtml:)?([\w-]{1,40})")
_BLOCKS = frozenset(_BLOCK.split())
_VOID = frozenset({"br", "hr", "img", "wbr", "graphic", "inline-graphic"})
_ANY_TAG = re.compile(r"<[^<>]*>")
_DROPPED = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<script\b[^<>]*>", re.I), re.compile(r"</script\s?>", re.I)),
    (re.compile(r"<style\b[^<>]*>", re.I), re.compile(r"</style\s?>", re.I)),
)
_CDATA = re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")
_TEX = re.compile(r"<(?:jats:)?tex-math\b[^<>]*>", re.I), re.compile(r"</(?:jats:)?tex-math\s?>", re.I)
_MATHS = re.compile(r"<(?:mml:)?math\b[^<>]*>", re.I), re.compile(r"</(?:mml:)?math\s?>", re.I)
_FORMULAS = tuple(
    (re.compile(rf"<(?:jats:)?{kind}-formula\b[^<>]*>", re.I), re.compile(rf"</(?:jats:)?{kind}-formula\s?>", re.I))
    for kind in ("inline", "disp")
)
_DOCUMENT = re.compile(r"\\begin\{document\}"), re.compile(r"\\end\{document\}")
_SUPERSCRIPT = str.maketrans("0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾")
_SUP = re.compile(r"(?<=\d)<(?:jats:)?sup(?:\s[^<>]{0,200})?>\s?([+\-−–]?\d{1,6})\s?</(?:jats:)?sup>", re.I)
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
"""References to characters that there are not; their numbers can be long."""
_ESCAPED_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,7}|#x[0-9a-f]{2,6}|[a-zA-Z]{2,8});")


def without_markup(text: str) -> str:
    """Return ``text`` without HTML and JATS tags, its entities decoded; blocks end lines.

    Only names that these formats have are taken for tags, and only where they are closed: "mean degree <k>" and
    "p<0.05" stay.
    """
    text = _plain_markup(text) if "<" in text else text
    if "&" in text:
        text = html.unescape(_LONG_NUMBER.sub("", text))
        if _ESCAPED_TWICE.search(text):
            text = html.unescape(text)
        text = _plain_markup(text) if "</" in text else text  # markup that was escaped twice
    return text


def inside_of(text: str, opens: re.Pattern[str], closes: re.Pattern[str]) -> str | None:
    """Return what stands between the first opening and the next closing one; None when there is no such part."""
    start = opens.search(text)
    end = closes.search(text, start.end()) if start else None
    return text[start.end() : end.start()] if start and end else None


def between(text: str, opens: re.Pattern[str], closes: re.Pattern[str], made: Callable[[str], str]) -> str:
    """Return ``text`` with each part from an opening to the next closing one replaced by what is ``made`` of its inside.

    An opening one that is never closed stays, and so do those after it, which cannot be closed either: no part is read twice.
    """
    kept, at = [], 0
    while (start := opens.search(text, at)) and (end := closes.search(text, start.end())):
        kept += [text[at : start.start()], made(text[start.end() : end.start()])]
        at = end.end()
    return "".join([*kept, text[at:]]) if kept else text


def _plain_markup(text: str) -> str:
    if "<!" in text or "<?" in text or "<s" in text or "<S" in text:
        for opens, closes in _DROPPED:
            text = between(text, opens, closes, lambda inside: "")
        text = between(text, *_CDATA, lambda inside: inside)
    if "ormula" in text:
        for opens, closes in _FORMULAS:
            text = between(text, opens, closes, _formula)
    if "math" in text:
        text = between(text, *_TEX, _dollars)
        text = between(text, *_MATHS, lambda inside: "".join(_ANY_TAG.sub("", inside).split()))
    if "sup" in text:
        text = _SUP.sub(lambda m: m[1].translate(_SUPERSCRIPT), text)
    closed = {name.lower() for name in _CLOSED.findall(text)}
    return _TAG.sub(lambda m: _instead_of_tag(m, closed), text)


def _instead_of_tag(tag: re.Match[str], closed: set[str]) -> str:
    name = tag[2].lower()
    if name in closed or name in _VOID or tag[4] or tag[3].endswith("/") or "=" in tag[3]:
        return "\n" if name in _BLOCKS else ""
    return tag[0] if name != "p" else "\n"


def _formula(inside: str) -> str:
    tex = inside_of(inside, *_TEX)
    return f" {inside} " if tex is None else _dollars(tex)


def _dollars(tex: str) -> str:
    body = inside_of(tex, *_DOCUMENT)
    inner = (tex if body is None else body).strip().strip("$").strip()
    return f"${inner}$" if inner else ""
