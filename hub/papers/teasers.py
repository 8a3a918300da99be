"""What stands where an abstract should: the abstract, the line that cites the paper, or a teaser of it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TEASER = "teaser"
"""Where an abstract came from when it is a teaser: ``Paper.origins["abstract"]``. It stands until the abstract is found."""
SHORTEST = 40
"""Letters and digits that must be left, besides what a citation is made of, for a text to say something of its own."""
CITES_WITHIN = 600
"""Citation lines are short; a longer text that names a volume is not one."""
TAIL = 300
BRIEF, SENTENCES = 420, 3
"""Feeds that give teasers give fewer characters and sentences than this."""
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?|spring|summer|autumn|fall|winter"
)
_STATUS = (
    "ahead of print|early ?view|early access|just accepted|accepted (?:article|manuscript)|articles? in press|online first|"
    "advance (?:online publication|access|article)|forthcoming|in press|epub"
)
_MARK = re.compile(
    rf"\b(?:volume|vol|issue|pages?|pp)\b\.?\s*+(?::\s*+)?[a-z]?\d|\b(?:{_STATUS}|published (?:online|on|by)?)\b|\bdoi\b|"
    r"第\s*\d+\s*[卷期]",
    re.I,
)
_LEADING = re.compile(
    r"^[^.!?;]{0,200}?,\s*(?:(?:volume|vol\.?)\s+[\w-]+|" + _STATUS + r")(?:,\s*(?:(?:issue|no\.?|number)\s+[^,.]{1,40}|"
    rf"(?:pages?|pp\.?)\s+[^,.]{{1,40}}|(?:(?:\d{{1,2}}\s+)?(?:{_MONTH})(?:[/–-](?:{_MONTH}))?\.?\s+)?(?:\d{{1,2}},?\s+)?\d{{4}}))*\s*(?:\.|$)\s*",
    re.I,
)
_PIECES = re.compile(
    rf"\b(?:doi|https?|www|volume|vol|issue|number|no|pages?|pp|article|e?issn|isbn|published|publication|online|print|"
    rf"first|available|date|on|in|by|the|of|and|et|al|author\(?s?\)?|source|journal|proceedings|copyright|{_STATUS}|{_MONTH})\b"
    r"|10\.\d{4,9}/\S+|https?://\S+|\d+", re.I,
)  # fmt: skip
_AUTHORS = re.compile(r"^\s*Author\(s\)\s*:\s*(?P<names>(?:(?!<br\b)[^\n]){3,2000}+)(?:<br\b\s*/?>|\n|$)\s*", re.I)
_PUBLISHED = re.compile(r"\[(?=[^\[\]\d]*\d)[^\[\]]{6,181}+\]\s*(?:Published|Accepted)\b[^.]{0,60}\.?\s*$", re.I)
_CUT = re.compile(r"(?:\.{3}|…|\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)?|\bread more|\bcontinue reading|&hellip;)\W*$", re.I)
_CUT_SIGNS = ("...", "more", "reading", "&hellip;")
"""One of these stands in every text that breaks off, where it is of ASCII."""
_ENDS = re.compile(r"[.!?。！？:;)\]”\"'’»$%]\s*$")
_SENTENCE = re.compile(r"[。！？]+|(?<![.!?])[.!?]++(?=\s|$)")
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""A character of these says about as much as three letters."""
_BETWEEN_LETTERS = re.compile(r"[\W_]+")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


class Told(NamedTuple):
    """What a text says of its paper: the text itself, ``""`` when it only cites it, and whether it is no more than a teaser."""

    text: str
    is_teaser: bool


def told_by(text: str, *, title: str = "", source: str = "", authors: tuple[str, ...] = (), from_feed: bool = False) -> Told:
    """Return what a cleaned abstract says.

    Parameters
    ----------
    from_feed
        Whether a journal's feed gave it: such a text may be a teaser even where it does not break off.

    Examples
    --------
    >>> told_by("Science, Volume 392, Issue 6800, Page 814, May 2026.", source="Science")
    Told(text='', is_teaser=False)
    >>> told_by("Bee Studies, Ahead of Print. We show that bees ...", source="Bee Studies")
    Told(text='We show that bees ...', is_teaser=True)
    >>> told_by("We prove a theorem on trees and give a counterexample in the plane.")
    Told(text='We prove a theorem on trees and give a counterexample in the plane.', is_teaser=False)
    """
    leading = _LEADING.match(text) if len(text) < 10_000 else None
    rest = text[leading.end() :] if leading else text
    rest = (rest[:-TAIL] + _PUBLISHED.sub("", rest[-TAIL:], count=1)).strip()
    if not rest or _only_cites(rest, title, source, authors):
        return Told("", False)
    if _breaks_off(rest[-60:]):
        return Told(rest, True)
    if not from_feed:
        return Told(rest, False)
    length = len(rest) + 2 * len(_CHINESE.findall(rest[:BRIEF]))
    is_cut = length < 2 * BRIEF and not _ENDS.search(rest[-20:])
    is_brief = length < BRIEF and len(_SENTENCE.findall(rest)) < SENTENCES
    return Told(rest, is_cut or is_brief)


def leading_authors(text: str) -> tuple[list[str], str]:
    """Return the authors that a feed writes before the text, and the text without them.

    >>> leading_authors("Author(s): A. Byron and Z. Zhao<br /><p>We measure.</p>")
    (['A. Byron and Z. Zhao'], '<p>We measure.</p>')
    """
    found = _AUTHORS.match(text)
    return ([found["names"].strip()], text[found.end() :]) if found else ([], text)


def _only_cites(text: str, title: str, source: str, authors: tuple[str, ...]) -> bool:
    plain = _letters(text)
    if title and plain == _letters(title):
        return True
    if len(text) > CITES_WITHIN or not (_MARK.search(text) or plain.startswith(_letters(source) or "\0")):
        return False
    left = text.casefold()
    for known in (title, source, *authors[:30]):
        left = left.replace(known.casefold(), " ") if len(known) > 2 else left
    return len(_letters(_PIECES.sub(" ", left))) < SHORTEST


def _breaks_off(end: str) -> bool:
    lowered = end.lower()
    return (not end.isascii() or any(sign in lowered for sign in _CUT_SIGNS)) and bool(_CUT.search(end))


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, _NO_LETTERS).decode()
    return _BETWEEN_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
