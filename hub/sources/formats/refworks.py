"""RefWorks' tagged form and NoteExpress's, which CNKI, Wanfang and VIP offer beside RIS and BibTeX.

RefWorks: https://refworks.proquest.com/rwhelp/RefWorks_Tagged_Format.htm; NoteExpress names each value in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.papers import identifiers
from hub.papers.dates import best_date
from hub.sources.formats.tagged import Tagged, people, split_entries
from hub.sources.formats.text import decoded
from hub.sources.record import Record, Reject, guarded

_REFWORKS_LINE = re.compile(r"^([A-Z][A-Z0-9])(?: (.*))?$")
_NOTEEXPRESS_LINE = re.compile(r"^\s?\{([A-Z][A-Za-z /]{1,40})\}:\s?(.*)$")
NO_PAPERS = {"web page": "other", "newspaper article": "news", "map": "other", "sound recording": "other", "video/ dvd": "other"}


def is_refworks(text: str) -> bool:
    """Whether this is RefWorks' tagged form, by its first entry's ``RT`` and a title."""
    return re.match(r"\s*RT [A-Z]", text) is not None and re.search(r"^(?:T1|A1) \S", text[:5000], re.M) is not None


def is_noteexpress(text: str) -> bool:
    """Whether this is NoteExpress's form: it begins with the kind of an entry."""
    return re.match(r"\s*\{Reference Type\}:", text) is not None


def read_refworks(data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
    """Yield the entries of a file in RefWorks' tagged form."""
    found = split_entries(decoded(data), _REFWORKS_LINE, "RT", " ")
    yield from guarded(((f"{where}: line {before + entry.line}", entry) for entry in found), where, _refworks)


def _refworks(entry: Tagged, where: str) -> Record:
    kind = entry.one("RT").casefold()
    return Record(
        where,
        key=entry.one("ID"),
        title=entry.one("T1", "TI"),
        abstract=entry.one("AB"),
        authors=[name for text in entry.all("A1", "A2") for name in people(text)],
        published=best_date([entry.one("FD"), entry.one("YR")]),
        id=identifiers.doi(entry.one("DO")),
        doi=identifiers.doi(entry.one("DO")),
        url=next((text for text in (entry.one("LK"), entry.one("UL")) if text.startswith("http")), ""),
        source=entry.one("JF", "JO", "T2", "PB"),
        types=(NO_PAPERS.get(kind, kind),),
        affiliations=entry.values.get("AD", ()),
        authors_in_one_line=False,
    )


def read_noteexpress(data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
    """Yield the entries of a file in NoteExpress's form."""
    found = split_entries(decoded(data), _NOTEEXPRESS_LINE, "Reference Type", " ")
    yield from guarded(((f"{where}: line {before + entry.line}", entry) for entry in found), where, _noteexpress)


def _noteexpress(entry: Tagged, where: str) -> Record:
    kind = entry.one("Reference Type").casefold()
    doi = identifiers.doi(entry.one("DOI"))
    link = entry.one("URL", "Link")
    return Record(
        where,
        title=entry.one("Title"),
        abstract=entry.one("Abstract"),
        authors=[name for text in entry.all("Author") for name in people(text)],
        published=best_date([entry.one("Date"), entry.one("Year")]),
        id=doi,
        doi=doi,
        url=link if link.startswith("http") else "",
        source=entry.one("Journal", "Conference Name", "Book Title", "Publisher", "Database Provider"),
        types=(NO_PAPERS.get(kind, kind),),
        affiliations=entry.all("Author Address", "Author Affiliation"),
        authors_in_one_line=False,
    )
