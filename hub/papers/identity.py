"""Names and titles as they are compared, and whether two records under one DOI or address are two papers after all."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse
from typing import Protocol

from rapidfuzz import fuzz

_WORD = re.compile(r"[^\W_]+")
_NO_FAMILY = re.compile(r"^(?:[A-Z]\.?-?){1,3}$|^(?:Jr|Sr|II|III)\.?$")
_LATIN = re.compile(r"[a-z\u00df-\u024f]", re.I)
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7af]")
ALIKE = {"doi:": 75.0, "url:": 95.0}
"""Titles at least this alike (rapidfuzz, 0 to 100) under one DOI or address are of one paper whose title was changed. Addresses
are often those of a whole issue, so that nearly all must agree."""
ALIKE_WITHOUT_AUTHORS = {"doi:": 0.0, "url:": 85.0}


class Named(Protocol):
    """What is compared of two records."""

    @property
    def id(self) -> str:
        """The record's id."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Its authors."""


def are_two(a: Named, b: Named) -> bool:
    """Whether two records that carry one DOI or address are two papers: chapters under their book's, items of one page.

    Both title and authors must differ; a title in another script is a translation.
    """
    if a.id.startswith("arXiv:") or b.id.startswith("arXiv:"):
        return False
    ours, theirs = " ".join(folded(a.title)), " ".join(folded(b.title))
    if not ours or not theirs or (ours in theirs and len(ours) > 20) or (theirs in ours and len(theirs) > 20):
        return False
    named = bool(a.authors) and bool(b.authors)
    least = (ALIKE if named else ALIKE_WITHOUT_AUTHORS).get(a.id[:4], 0.0)
    if _in_other_scripts(ours, theirs) or bool(a.authors) != bool(b.authors):
        return False
    return fuzz.ratio(ours, theirs) < least and not (named and _names(a.authors) & _names(b.authors))


def _names(authors: tuple[str, ...]) -> set[str]:
    return {word for name in authors for word in folded(name) if len(word) > 1}


def _in_other_scripts(ours: str, theirs: str) -> bool:
    def script(text: str) -> bool:
        return len(_OTHER_SCRIPT.findall(text)) > len(_LATIN.findall(text)) / 2

    return script(ours) != script(theirs)


def folded(text: str) -> list[str]:
    """Return the words of ``text`` in lower case and without accents.

    >>> folded("Lévy-flights: Ein Überblick")
    ['levy', 'flights', 'ein', 'uberblick']
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall("".join(filterfalse(unicodedata.combining, plain)))


def family_name(name: str) -> str:
    """Return the folded family name of an author, however the name is ordered or shortened.

    >>> family_name("Erdős, Paul"), family_name("P. Erdős"), family_name("Erdős PL"), family_name("Ludwig van der Beek")
    ('erdos', 'erdos', 'erdos', 'beek')
    """
    if "," in name:
        name = name.split(",")[0]
    words = folded(next((part for part in reversed(name.split()) if not _NO_FAMILY.match(part)), name))
    return words[-1] if words else ""
