"""Whether a paper still stands: retracted, withdrawn, under concern or corrected, by the marks that sources put on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What became of a paper after it appeared, from nothing to the gravest."""

    STANDS = ""
    CORRECTED = "corrected"
    CONCERN = "concern"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"

    @property
    def is_void(self) -> bool:
        """Whether the paper is no longer held up by its authors or its publisher."""
        return self in (Status.WITHDRAWN, Status.RETRACTED)


class Notice(NamedTuple):
    """What a notice says: which status it gives, and the title of the paper it is about (empty where it names none)."""

    status: Status
    title: str


TYPES = {
    "retracted publication": Status.RETRACTED, "retracted article": Status.RETRACTED, "retracted": Status.RETRACTED,
    "withdrawn": Status.WITHDRAWN, "withdrawn publication": Status.WITHDRAWN, "withdrawn article": Status.WITHDRAWN,
    "removed": Status.WITHDRAWN, "expression of concern": Status.CONCERN, "corrected": Status.CORRECTED,
    "corrected and republished article": Status.CORRECTED, "retraction": Status.RETRACTED, "removal": Status.WITHDRAWN,
    "withdrawal": Status.WITHDRAWN, "partial_retraction": Status.CORRECTED, "correction": Status.CORRECTED,
    "corrigendum": Status.CORRECTED, "erratum": Status.CORRECTED, "addendum": Status.CORRECTED,
    "expression_of_concern": Status.CONCERN,
}  # fmt: skip
"""Words of PubMed's publication types and of Crossref's kinds of updates, in lower case.
https://www.crossref.org/documentation/crossmark/participating-in-crossmark/ and https://www.nlm.nih.gov/mesh/pubtypes.html"""
_WORK = r"(?:paper|article|manuscript|submission|preprint|pre-print|work|study|note|version|chapter|abstract|draft|thesis)"
_GONE = r"(?:withdrawn|retracted|removed)"
_IN_TEXT = re.compile(
    rf"^\W*(?:(?:notice|note|statement|withdrawal statement|abstract|summary)\W+)?(?:"
    rf"(?:this|the|our|above)\s+(?:\w+\s+)?{_WORK}\s+(?:has|have|had|was|is|were)\s+(?:now\s+)?(?:been\s+)?(?:\w+ly\s+)?{_GONE}"
    rf"|(?:the\s+)?authors?\s+(?:have|has)\s+(?:\w+ly\s+)?{_GONE}\s+(?:this|the|their|our)"
    rf"|{_WORK}\s+(?:\w+ly\s+)?{_GONE}\b|{_GONE}\s+(?:by|due|because|at|for|from|until|pending|as|on|since|after|in)\b|{_GONE}\W*$"
    rf"|(?:bioRxiv|medRxiv|Research Square|the (?:journal|publisher|editors?))\s+(?:has|have)\s+{_GONE}"
    rf"|本文已(?:被)?撤|该文已(?:被)?撤|此文已(?:被)?撤)",
    re.I,
)
_IN_COMMENT = re.compile(
    rf"\b(?:{_WORK}|it)\s+(?:has|have|was|is)\s+(?:been\s+)?(?:\w+ly\s+)?{_GONE}\b|\b(?:withdrawn|retracted)\s+by\b|^\W*(?:withdrawn|retracted)\b"
    rf"|\bauthors?\s+(?:have|has|withdraws?|retracts?)\s+(?:withdrawn|retracted|(?:this|the)\s+{_WORK})",
    re.I,
)
_REPLACES = re.compile(r"\b(?:replac|supersed|instead of|earlier version|previous version|former version|another paper)", re.I)
_RETRACT = r"retract(?:ed|ion)"
_WITHDRAW = r"(?:withdrawn|withdrawal|(?:temporary |permanent )?removal|removed)"
_AFTER = r"\s*[\])}:】.\-–—|]+(?P<title>.+)"
_SAID_OF_IT = r"^(?P<title>.+?)(?<!\s)\s*+[(\[（【]\s*(?:this (?:article|paper) (?:has been|was|is) )?"
_TO_THE_END = r"\b[^()\[\]（）【】]*[)\]）】]\W*$"
_MARKED = (
    (Status.RETRACTED, rf"^\W*retracted(?: (?:article|paper|chapter|manuscript|preprint))?{_AFTER}"),
    (Status.WITHDRAWN, rf"^\W*(?:withdrawn article|article withdrawn|{_WITHDRAW}){_AFTER}"),
    (Status.RETRACTED, rf"{_SAID_OF_IT}retracted{_TO_THE_END}"),
    (Status.WITHDRAWN, rf"{_SAID_OF_IT}withdrawn{_TO_THE_END}"),
    (Status.RETRACTED, r"^\W*(?:已撤稿|撤稿|已撤回)\s*[\]】:：)）]+(?P<title>.+)"),
    (Status.RETRACTED, r"^(?P<title>.+?)(?<!\s)\s*+[(（【\[](?:已)?撤(?:稿|回)[)）】\]]\W*$"),
    (Status.CONCERN, r"^\W*(?:editorial )?expression of concern\s*[\])}:]\s*(?P<title>.+)"),
)
_MARKS = tuple((status, re.compile(pattern, re.I)) for status, pattern in _MARKED)
"""Marks on the title of the paper itself."""
_KIND_OF_NOTICE = (
    (Status.RETRACTED, re.compile(rf"\b{_RETRACT}|撤稿|撤销|论文撤回", re.I)),
    (Status.WITHDRAWN, re.compile(rf"\b{_WITHDRAW}|撤回", re.I)),
    (Status.CONCERN, re.compile(r"\bconcern|关注", re.I)),
)
_ABOUT = re.compile(
    r"^\W*(?:(?:author'?s?|publisher'?s?|editorial|editor'?s?|partial|statement|notice|note|letter)\s+)*(?:of\s+)?(?:the\s+)?"
    r"(?:retraction|correction|corrigend(?:um|a)|errat(?:um|a)|addendum|withdrawal|removal|expressions? of concern|concern)"
    r"(?:\s+(?:note|notice|statement|article))?\s*(?:(?:to|for|of|on|in|about)\b(?:\s*+:)?|[:：\-–—])\s*+(?:the article:?\s+)?"
    r"(?P<title>.+)$",
    re.I,
)
_ABOUT_CHINESE = re.compile(
    r"^\W*+(?:关于|对)?[《“\"「]?(?P<title>.+?)[》”\"」]?(?:一文)?的(?:撤稿|勘误|更正|更正|撤回)(?:声明|启事|说明)?\W*$"
)
_CITED = re.compile(r"(?:\[[^\[\]]*\]|[(（【][^()（【】）]*[)）】])$")
_YEAR = re.compile(r"\b\d{4}\b")
_HINTS = ("retract", "withdr", "remov", "concern", "撤")
"""One of these stands in every mark: most papers have none, and need no more looking."""
_HINT = re.compile("|".join(_HINTS), re.I)
LONGEST = 2000
_ORDER = {status: n for n, status in enumerate(Status)}


def status_of(title: str, abstract: str = "", types: Iterable[str] = (), comment: str = "") -> Status:
    """Return what a record says of its own paper, by its title, its types, its text and, at arXiv, its comment.

    >>> status_of("[RETRACTED] On tea"), status_of("On tea", comment="12 pages, withdrawn by the author")
    (<Status.RETRACTED: 'retracted'>, <Status.WITHDRAWN: 'withdrawn'>)
    >>> status_of("Why retracted papers are cited"), status_of("On tea", comment="replaces a paper that was withdrawn")
    (<Status.STANDS: ''>, <Status.STANDS: ''>)
    """
    found = [TYPES.get(" ".join(name.casefold().split()), Status.STANDS) for name in types]
    marked = marked_title(title)
    if marked:
        found.append(marked.status)
    if _has_hint(abstract[:200]) and _IN_TEXT.search(abstract[:LONGEST]):
        found.append(_gone(abstract))
    if comment and _IN_COMMENT.search(comment[:LONGEST]) and not _REPLACES.search(comment[:LONGEST]):
        found.append(_gone(comment))
    return gravest(found)


def _has_hint(text: str) -> bool:
    if not text.isascii():
        return bool(_HINT.search(text))
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def _gone(text: str) -> Status:
    words = text[:LONGEST].casefold()
    return Status.RETRACTED if "retracted" in words and "withdrawn" not in words else Status.WITHDRAWN


def gravest(found: Iterable[Status]) -> Status:
    """Return the gravest of several marks."""
    return max(found, key=_ORDER.__getitem__, default=Status.STANDS)


def marked_title(title: str) -> Notice | None:
    """Return the mark that a title carries, and the title without it; None where it carries none.

    >>> marked_title("RETRACTED ARTICLE: On tea"), marked_title("On tea")
    (Notice(status=<Status.RETRACTED: 'retracted'>, title='On tea'), None)
    """
    for status, pattern in _MARKS if _has_hint(title) else ():
        found = pattern.match(title[:LONGEST])
        if found:
            return Notice(status, found["title"].strip())
    return None


def notice(title: str) -> Notice:
    """Return what a notice says by its title: the status it gives, and the title of the paper that it is about.

    >>> notice('Retraction notice to "On tea" [Drinks 1 (2010) 1-9]'), notice("Erratum")
    (Notice(status=<Status.RETRACTED: 'retracted'>, title='On tea'), Notice(status=<Status.CORRECTED: 'corrected'>, title=''))
    """
    title = title[:LONGEST]
    status = next((status for status, pattern in _KIND_OF_NOTICE if pattern.search(title[:80])), Status.CORRECTED)
    about = _ABOUT.match(title) or _ABOUT_CHINESE.match(title)
    named = about["title"].strip() if about else ""
    if (cited := _CITED.search(named)) and _YEAR.search(cited[0]):
        named = named[: cited.start()].rstrip()
    return Notice(status, named.strip(" \"'“”‘’«»《》"))
