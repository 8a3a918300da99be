"""Cleaning what sources write: markup out, entities decoded once, LaTeX accents to letters, mathematics kept."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

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
_TAG = re.compile(rf"<(/?)\s*(?:jats1?:|mml:|xhtml:)?({'|'.join((_INLINE + ' ' + _BLOCK).split())})((?:\s[^<>]*)?)(/?)>", re.I)
_BLOCKS = frozenset(_BLOCK.split())
_VOID = frozenset({"br", "hr", "img", "wbr", "graphic", "inline-graphic"})
_DROPPED = re.compile(r"<!--.*?-->|<\?.*?\?>|<(script|style)\b.*?</\1\s*>", re.I | re.S)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_TEX = re.compile(r"<(?:jats:)?tex-math\b[^>]*>(.*?)</(?:jats:)?tex-math>", re.I | re.S)
_MML = re.compile(r"<(?:mml:)math\b[^>]*>.*?</(?:mml:)math>|<math\b[^>]*>.*?</math>", re.I | re.S)
_FORMULA = re.compile(r"<(jats:)?(inline|disp)-formula\b[^>]*>(.*?)</(?:jats:)?\2-formula>", re.I | re.S)
_SUPERSCRIPT = str.maketrans("0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾")
_SUP = re.compile(r"(?<=\d)<(?:jats:)?sup(?:\s[^<>]*)?>\s*([+\-−–]?\d+)\s*</(?:jats:)?sup>", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff]")

_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
"""References to characters that there are not; their numbers can be long."""
_ESCAPED_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,7}|#x[0-9a-f]{2,6}|[a-zA-Z]{2,8});")
SHORT = 40

_MATH = re.compile(r"\$\$(?:[^$\\]|\\.)+?\$\$|\$(?:[^$\\]|\\.)+?\$", re.S)
_BRACKETED = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)
_ACCENT = re.compile(
    r"\{?\\(?:(?P<sign>[`'^\"~=.])\s*|(?P<word>[uvHtcdbkr])(?:\s+|(?=\{)))(?:\{\s*(?P<braced>\\?[A-Za-z])\s*\}|(?P<bare>\\[ij]\b|[A-Za-z]))\}?"
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
_COMMAND = re.compile(
    r"\\(?:textit|textbf|textrm|textsc|textsf|texttt|textsl|textup|textnormal|emph|mbox|underline|url|href|footnote|text|em|it|bf|rm|tt|sc|sl)"
    r"\s*\{([^{}]*)\}"
)
_SWITCH = re.compile(r"\{\\(?:em|it|bf|rm|tt|sc|sl|sf|itshape|bfseries|ttfamily)\b\s*([^{}]*)\}")
_REFERENCE = re.compile(r"[~ ]?\\(?:cite[a-z]*|ref|eqref|label|autoref|cref)\s*(?:\[[^\]]*\])*\{[^{}]*\}")
_GROUP = re.compile(r"(?<![\\\w^_}])\{([^{}$\\]*)\}|(?<=\w)\{([^{}$\\]{1,30})\}")
_ESCAPED = re.compile(r"\\([%&_#{}])")
_TIE = re.compile(r"(?<=[A-Za-z.])~(?=[\w\\(])")
_ANNOUNCE = re.compile(
    r"^\s*arXiv:(?P<id>\S+?)(?:v(?P<version>\d+))?\s+Announce Type:\s*(?P<type>[a-z-]+)\s*(?:Abstract:\s*)?", re.I
)
_OLD_SUFFIX = re.compile(
    r"\s*\(arXiv:(?P<id>\S+?)(?:v(?P<version>\d+))?\s*(?:\[(?P<category>[^\]]+)\])?\s*(?P<mark>CROSS LISTED|UPDATED)?\)\s*$"
)
_ABSTRACT_HEAD = re.compile(r"^\s*(?:abstract|summary)\s*(?:[:.]\s+|[:.]?\s*\n\s*)|^\s*(?-i:ABSTRACT)\s+(?=[A-Z])", re.I)


class Announcement(NamedTuple):
    """What arXiv writes before an abstract: id, version (0 when none), announce type, and the text after it."""

    id: str
    version: int
    announce: str
    text: str


def announcement(text: str) -> Announcement:
    """Return arXiv's announcement line, parsed away from the abstract after it; empty parts when there is none.

    >>> announcement("arXiv:2606.18811v1 Announce Type: cross \\nAbstract: We show.")
    Announcement(id='2606.18811', version=1, announce='cross', text='We show.')
    """
    found = _ANNOUNCE.match(text)
    if not found:
        return Announcement("", 0, "", text)
    return Announcement(found["id"], int(found["version"] or 0), found["type"].lower(), text[found.end() :])


def title_suffix(title: str) -> tuple[str, Announcement, str]:
    """Return a title of arXiv's feeds before 2024 without its suffix, what the suffix says, and its category.

    >>> title_suffix("Top quarks. (arXiv:1805.09166v1 [hep-ex] CROSS LISTED)")
    ('Top quarks.', Announcement(id='1805.09166', version=1, announce='cross', text=''), 'hep-ex')
    """
    found = _OLD_SUFFIX.search(title)
    if not found:
        return title, Announcement("", 0, "", ""), ""
    kind = {"CROSS LISTED": "cross", "UPDATED": "replace"}.get(found["mark"] or "", "new")
    told = Announcement(found["id"], int(found["version"] or 0), kind, "")
    return title[: found.start()], told, found["category"] or ""


def clean_title(raw: str) -> str:
    """Return a title as plain Unicode on one line, ``$...$`` mathematics kept.

    >>> clean_title("L{\\\\'e}vy flights in CO<sub>2</sub> &amp; $\\\\alpha$-stable\\n noise")
    'Lévy flights in CO2 & $\\\\alpha$-stable noise'
    """
    return clean(raw)


def clean_abstract(raw: str) -> str:
    """Return an abstract as plain Unicode on one line, its heading "Abstract" gone, ``$...$`` mathematics kept.

    >>> clean_abstract("<jats:title>Abstract</jats:title><jats:p>Mean <i>k</i> &lt; 3.</jats:p>")
    'Mean k < 3.'
    """
    text = without_markup(raw)
    return _finished(_ABSTRACT_HEAD.sub("", text, count=1))


def clean(raw: str) -> str:
    """Return any text of a source without markup, entities, LaTeX accents, control characters or line breaks."""
    return _clean_short(raw) if len(raw) < SHORT else _finished(without_markup(raw))


@lru_cache(maxsize=8192)  # names of sources, fields and categories come again with every paper
def _clean_short(raw: str) -> str:
    return _finished(without_markup(raw))


def without_markup(text: str) -> str:
    """Return ``text`` without HTML and JATS tags, its entities decoded once; blocks end lines.

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


def _plain_markup(text: str) -> str:
    text = _CDATA.sub(r"\1", _DROPPED.sub("", text))
    if "formula" in text:
        text = _FORMULA.sub(_formula, text)
    text = _TEX.sub(lambda m: _dollars(m[1]), text)
    if "math" in text:
        text = _MML.sub(lambda m: re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", m[0])), text)
    text = _SUP.sub(lambda m: m[1].translate(_SUPERSCRIPT), text)
    closed = {name.lower() for name in re.findall(r"</\s*(?:jats1?:|mml:|xhtml:)?([\w-]+)", text)}
    return _TAG.sub(lambda m: _instead_of_tag(m, closed), text)


def _instead_of_tag(tag: re.Match[str], closed: set[str]) -> str:
    name = tag[2].lower()
    if name in closed or name in _VOID or tag[4] or tag[3].endswith("/") or "=" in tag[3]:
        return "\n" if name in _BLOCKS else ""
    return tag[0] if name != "p" else "\n"


def _formula(found: re.Match[str]) -> str:
    tex = _TEX.search(found[3])
    return _dollars(tex[1]) if tex else f" {found[3]} "


def _dollars(tex: str) -> str:
    body = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", tex, re.S)
    inner = (body[1] if body else tex).strip().strip("$").strip()
    return f"${inner}$" if inner else ""


def _finished(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _CONTROL.sub("", mended_charset(text)))
    elif not text.isprintable():
        text = _CONTROL.sub("", text)
    if "\\" in text or "{" in text or "~" in text:
        text = delatexed(text)
    return " ".join(text.split())


def mended_charset(text: str) -> str:
    """Return ``text`` with UTF-8 that was read as Latin-1 read as UTF-8 again; other text as it is.

    >>> mended_charset("RamÃ\\xadrez"), mended_charset("Ramírez")
    ('Ramírez', 'Ramírez')
    """
    if not re.search(r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]", text):
        return text
    for charset in ("latin-1", "cp1252"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue  # not written in this charset: the next one, or as it is
    return text


def delatexed(text: str) -> str:
    """Return ``text`` with LaTeX accents, letters and text commands resolved outside its mathematics.

    >>> delatexed("L{é}vy, Erd\\\\H{o}s, \\\\'Etale and {\\\\o}re in $\\\\'x_{a}$")
    "Lévy, Erdős, Étale and øre in $\\\\'x_{a}$"
    """
    text = _BRACKETED.sub(lambda m: f"${(m[1] or m[2]).strip()}$", text)
    parts, last = [], 0
    for start, end in math_spans(text):
        parts += [_delatexed_prose(text[last:start]), text[start:end]]
        last = end
    return "".join([*parts, _delatexed_prose(text[last:])])


def _delatexed_prose(text: str) -> str:
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _LETTER.sub(lambda m: _LETTERS[m[1]], text)
        text = _REFERENCE.sub("", text)
        for _ in range(3):  # commands inside commands
            text = _COMMAND.sub(r"\1", _SWITCH.sub(r"\1", text))
        text = _ESCAPED.sub(r"\1", text)
    if "{" in text:
        text = _GROUP.sub(lambda m: m[1] if m[1] is not None else m[2], text)
    return _TIE.sub(" ", text) if "~" in text else text


def _accented(found: re.Match[str]) -> str:
    letter = (found["braced"] or found["bare"]).lstrip("\\")
    mark = _COMBINING[found["sign"] or found["word"]]
    left = "{" if found[0].startswith("{") and not found[0].endswith("}") else ""
    whole = found[0].endswith("}") and not found[0].startswith("{") and not found["braced"]
    return left + unicodedata.normalize("NFC", letter + mark) + ("}" if whole else "")


@lru_cache(maxsize=256)
def math_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where ``text`` holds mathematics, as (start, end) of each ``$...$``; sums of money are none.

    >>> math_spans("cost $5 million or $6 million"), math_spans("an $n$-gon")
    ((), ((3, 6),))
    """
    if text.count("$") < 2:
        return ()
    spans, position = [], 0
    while found := _MATH.search(text, position):
        if _is_mathematics(found[0].strip("$")) and not _is_escaped(text, found.start()):
            spans.append(found.span())
            position = found.end()
        else:
            position = found.start() + 1
    return tuple(spans)


def _is_mathematics(inner: str) -> bool:
    if re.search(r"[\\^_={}<>]", inner):
        return True
    return not re.match(r"\s*\d", inner) or not re.search(r"[A-Za-z]{3,}|[.,;]\s*$|\s$", inner)


def _is_escaped(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\"


def unaccented(text: str) -> str:
    """Return ``text`` with its letters without accents, for comparing and for full-text search.

    >>> unaccented("Erwin Schrödinger, Łódź, naïve Øre")
    'Erwin Schrodinger, Łodz, naive Øre'
    """
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def markdown(text: str) -> str:
    """Return cleaned ``text`` for a Markdown page: its mathematics renders, everything else shows as it is written.

    >>> markdown("*p* <k> costs $5 in $x_1$")
    '\\\\*p\\\\* &lt;k&gt; costs \\\\$5 in $x_1$'
    """
    parts, last = [], 0
    for start, end in math_spans(text):
        parts += [_literal(text[last:start]), text[start:end]]
        last = end
    return "".join([*parts, _literal(text[last:])])


def _literal(text: str) -> str:
    text = text.replace("\\$", "$").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#$~:|])", r"\\\1", text)
