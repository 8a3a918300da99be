"""Cleaning what sources write: markup out, entities decoded once, LaTeX accents to letters, mathematics kept."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from typing import NamedTuple

from hub.papers.latex import delatexed, math_spans
from hub.papers.markup import without_markup

__all__ = [
    "announcement",
    "clean",
    "clean_abstract",
    "clean_title",
    "closed_up",
    "math_spans",
    "title_suffix",
    "unaccented",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff\ue000\ue001]")
SHORT = 40
LONGEST, LONGEST_TITLE = 100_000, 4_000
"""Characters of an abstract and of a title that are read; no paper has longer ones."""
_ANNOUNCE = re.compile(
    r"^\s*arXiv:(?P<id>\S+?)(?:v(?P<version>\d{1,3}))?\s+Announce Type:\s*(?P<type>[a-z-]+)\s*(?:Abstract:\s*)?", re.I
)
_OLD_SUFFIX = re.compile(
    r"\(arXiv:(?P<id>[^\s()\[\]]+?)(?:v(?P<version>\d{1,3}))?\s*+"
    r"(?:\[(?P<category>[^\[\]]+)\])?\s*+(?P<mark>CROSS LISTED|UPDATED)?\)$"
)
_ABSTRACT_HEAD = re.compile(
    r"^\W*(?:(?:graphical |structured )?abstracts?|summary|résumé|zusammenfassung|resumen|resumo)\s?"
    r"(?:[:：.|–—]+\s*|[\])】]\s*|-+\s+|\n\s*)"
    r"|^\s*<正>\s*|^[\s\W]*[\[【(（]?(?:摘\s?要|内容提要|提\s?要)\s?[\]】)）]?\s?[:：\s]\s*",
    re.I,
)
_BARE_HEAD = re.compile(
    r"^\W*(?:Abstracts?|ABSTRACTS?|Summary|SUMMARY)\d{0,4}\s+(?=[A-Z0-9“\"$])(?!(?:[A-Z][a-z]+\s)?[A-Z][a-z]*\s?\()(?P<next>[\w-]*)"
)
_OPENS = (
    r"(?:a|aims?|although|an|as|background|by|context|despite|for|from|here|how|in|introduction|is|it|many|motivations?|objectives?"
    r"|our|purpose|recent|since|the|there|these|this|to|we|what|when|while|with|\w{3,20}ly)\b"
)
"""What abstracts begin with, and names of programs do not."""
_GLUED_HEAD = re.compile(
    rf"^\W*(?:Abstract|ABSTRACT|Summary|SUMMARY)(?:(?=[A-Z])(?i:(?={_OPENS}))|\s+(?=(?:in this|our|this|we)\b))"
)
"""The heading without a blank after it, or before a small letter."""
_COMPOUNDS = frozenset(
    ("algebra", "argumentation", "cauchy", "convexity", "dialectical", "elementary", "expressionism", "harmonic", "homotopy",
     "interpretation", "interpretations", "meaning", "reasoning", "screening", "simplicial", "state", "statistics", "syntax",
     "visual", "volterra", "wiener")
)  # fmt: skip
"""What follows "Abstract" or "Summary" where it is no heading: abstract algebra, summary statistics."""
_BLANK = re.compile(r"(?<=[^\s.,;:(\[]) (?=[,)\]](?:[\s.,;:)\]/–—─-]|$)|[.](?:\s[^.]|$))|(?<=[(\[]) (?=\S)")
"""A blank before what closes, or after what opens, as tags leave that fell out of a text."""
_NONE = re.compile(
    r"^\W*(?:no abstract|(?:an |the )?abstract (?:is |was )?not|there is no abstract)\s?"
    r"(?:(?:is |was )?(?:available|needed|required|provided|applicable|supplied)\b|\W*$)"
    r"|^\W*data sharing (?:is )?not applicable\b|^\W*(?:n/a|none|abstract|not available)\W*$",
    re.I,
)
_LONGEST_NONE = 200
"""Characters of a text that says that there is no abstract."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,'-]*(?: [A-Za-z0-9][A-Za-z0-9.,'-]*)*")
"""A name or a few words in which there is nothing to clean."""
_FURTHER = re.compile(r"[^\x00-\x7f]+")
"""Characters beyond ASCII: only these have accents, or are some."""
_READ_AS_LATIN = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_BLANK_COLON = re.compile(r"(?<=[^\s.,;:(\[]) (?=[;:](?:\s|$))")
_FRENCH = re.compile(r"\b(?:le|la|les|des|du|une|dans|pour|vers|est|et|aux?)\b", re.I)


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
    found = _ANNOUNCE.match(text[:LONGEST])
    if not found:
        return Announcement("", 0, "", text)
    return Announcement(found["id"], int(found["version"] or 0), found["type"].lower(), text[found.end() :])


def title_suffix(title: str) -> tuple[str, Announcement, str]:
    """Return a title of arXiv's feeds before 2024 without its suffix, what the suffix says, and its category.

    >>> title_suffix("Top quarks. (arXiv:1805.09166v1 [hep-ex] CROSS LISTED)")
    ('Top quarks.', Announcement(id='1805.09166', version=1, announce='cross', text=''), 'hep-ex')
    """
    title = title[:LONGEST_TITLE].strip()
    found = _OLD_SUFFIX.search(title) if title.endswith(")") else None
    if not found:
        return title, Announcement("", 0, "", ""), ""
    kind = {"CROSS LISTED": "cross", "UPDATED": "replace"}.get(found["mark"] or "", "new")
    told = Announcement(found["id"], int(found["version"] or 0), kind, "")
    return title[: found.start()].rstrip(), told, found["category"] or ""


def clean_title(raw: str) -> str:
    """Return a title as plain Unicode on one line, ``$...$`` mathematics kept.

    >>> clean_title("L{\\\\'e}vy flights in CO<sub>2</sub> &amp; $\\\\alpha$-stable\\n noise")
    'Lévy flights in CO2 & $\\\\alpha$-stable noise'
    """
    return clean(raw[:LONGEST_TITLE])


def clean_abstract(raw: str) -> str:
    """Return an abstract as plain Unicode on one line, its heading "Abstract" gone, ``$...$`` mathematics kept.

    >>> clean_abstract("<jats:title>Abstract</jats:title><jats:p>Mean <i>k</i> &lt; 3.</jats:p>")
    'Mean k < 3.'
    >>> clean_abstract("Abstract We show ( n = 3 ) it ."), clean_abstract("Abstract interpretation is old.")
    ('We show (n = 3) it.', 'Abstract interpretation is old.')
    >>> clean_abstract("Abstracts While it snows we ski."), clean_abstract("AbstractAccurately told")
    ('While it snows we ski.', 'Accurately told')
    >>> clean_abstract("[Abstract]Aim"), clean_abstract("AbstractBeam is fast."), clean_abstract("Abstract we ski.")
    ('Aim', 'AbstractBeam is fast.', 'we ski.')
    >>> clean_abstract("No abstract is available for this article."), clean_abstract("Abstract not required for a perspective")
    ('', '')
    """
    text = without_markup(raw[:LONGEST])
    if len(text) < _LONGEST_NONE and _NONE.search(text):
        return ""
    return _finished(_without_heading(text))


def _without_heading(text: str) -> str:
    if found := _ABSTRACT_HEAD.match(text) or _GLUED_HEAD.match(text):
        return text[found.end() :]
    found = _BARE_HEAD.match(text)
    return text[found.start("next") :] if found and found["next"].casefold() not in _COMPOUNDS else text


def clean(raw: str) -> str:
    """Return any text of a source without markup, entities, LaTeX accents, control characters or line breaks."""
    if len(raw) >= SHORT:
        return _finished(without_markup(raw[:LONGEST]))
    plain = _PLAIN.fullmatch(raw)
    return plain[0] if plain else _clean_short(raw)


@lru_cache(maxsize=8192)  # names of sources, fields and categories come again with every paper
def _clean_short(raw: str) -> str:
    return _finished(without_markup(raw))


def _finished(text: str) -> str:
    if not text.isascii():
        text = mended_charset(text)
    if not text.isprintable():  # as no control character is
        text = _CONTROL.sub("", text)
    text = unicodedata.normalize("NFC", text)
    if "\\" in text or "{" in text or "~" in text:
        text = delatexed(text)
    return closed_up(_on_one_line(text))


def _on_one_line(text: str) -> str:
    """Return ``text`` with one blank where it has white space; of what is printable, only the blank itself is white."""
    return text.strip() if text.isprintable() and "  " not in text else " ".join(text.split())


def closed_up(text: str) -> str:
    """Return ``text`` without the blanks before punctuation and inside brackets that tags leave when they fall out.

    Mathematics stays as it is, and in French so do the blanks before colons.

    >>> closed_up("in mice ( Mus musculus ) , not $( x )$ , and N 2 ."), closed_up("le seuil : une étude dans les Alpes")
    ('in mice (Mus musculus), not $( x )$, and N 2.', 'le seuil : une étude dans les Alpes')
    """
    if not _has_blank_to_close(text):
        return text
    spans = math_spans(text)
    french = len(_FRENCH.findall(text[:1000])) >= 3

    def closed(part: str) -> str:
        part = _BLANK.sub("", part)
        return part if french else _BLANK_COLON.sub("", part)

    if not spans:
        return closed(text)
    parts, formulas, last = [], [], 0
    for start, end in spans:
        parts += [text[last:start], "\ue000"]
        formulas.append(text[start:end])
        last = end
    pieces = closed("".join([*parts, text[last:]])).split("\ue000")
    return "".join(piece + formula for piece, formula in zip(pieces, [*formulas, ""], strict=True))


def _has_blank_to_close(text: str) -> bool:
    before = " ." in text or " ," in text or " )" in text or " ]" in text or " ;" in text or " :" in text
    return before or "( " in text or "[ " in text


def mended_charset(text: str) -> str:
    """Return ``text`` with UTF-8 that was read as Latin-1 read as UTF-8 again; other text as it is.

    >>> mended_charset("RamÃ\\xadrez"), mended_charset("Ramírez")
    ('Ramírez', 'Ramírez')
    """
    if not _READ_AS_LATIN.search(text):
        return text
    for charset in ("latin-1", "cp1252"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue  # not written in this charset: the next one, or as it is
    return text


def unaccented(text: str) -> str:
    """Return ``text`` with its letters without accents, for comparing and for full-text search.

    >>> unaccented("Erwin Schrödinger, Łódź, naïve Øre")
    'Erwin Schrodinger, Łodz, naive Øre'
    """
    return text if text.isascii() else _FURTHER.sub(_without_accents, text)


def _without_accents(run: re.Match[str]) -> str:
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", run[0])))
