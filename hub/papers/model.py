"""A paper: what every source is turned into and every page is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from hub.papers.status import Status

DOMAINS = (
    "Computer science",
    "Mathematics",
    "Physics",
    "Biology",
    "Medicine",
    "Chemistry",
    "Earth science",
    "Engineering",
    "Economics",
    "Statistics",
    "Social science",
    "Other",
)
"""The twelve domains, in the order in which they are shown and coloured."""


class Kind(StrEnum):
    """What a record is. Only a paper enters topics; the rest is kept and counted.

    A version is a record of a paper that is here under another id too: its preprint, or what another source calls it. Retracted
    is a paper that was retracted or withdrawn (``status`` says which).
    """

    PAPER = "paper"
    VERSION = "version"
    RETRACTED = "retracted"
    CORRECTION = "correction"
    NEWS = "news"
    EDITORIAL = "editorial"
    REVIEW_ITEM = "review-item"
    FRONT_MATTER = "front-matter"
    OTHER = "other"


KINDS = tuple(Kind)
UNKNOWN_SOURCE = "unknown"
"""The source of a paper whose record names no journal or server, until another record of it does."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, cleaned.

    Parameters
    ----------
    id
        ``arXiv:2606.18811`` (no version), ``doi:10.1101/2020.01.02.1`` (lower case), else ``url:`` or ``hash:`` and
        a digest. Never changes once it is in the corpus.
    title, abstract
        Unicode text; ``$...$`` mathematics stays, HTML, JATS and LaTeX accents are gone, entities are decoded once.
    published, updated
        The day it first appeared, and the day of this version where that is another.
    source
        The server or journal, as in the filter: ``arXiv``, ``bioRxiv``, ``Nature``.
    field
        The source's own field: ``cs.AI``, ``Bioinformatics``; empty when it names none.
    domain
        One of :data:`DOMAINS`.
    categories
        All fields that the source gives, the primary one first.
    announce
        arXiv's announce type: ``new``, ``cross``, ``replace``, ``replace-cross``; else empty.
    kind
        One of :data:`KINDS`.
    versions
        Ids of the other records of this paper, when it is the one that leads (see :mod:`hub.sources.linkage.merging`).
    status
        Whether it still stands.
    relations
        Papers that the record itself names: ``version-of doi:10.1000/x`` (it is a preprint or another version of that one),
        ``retracted doi:10.1000/x`` (it is the notice that gives that one this :class:`~hub.papers.status.Status`).
    origins
        Where a field came from when that is not the record itself: ``{"abstract": "Crossref"}``.
    institutions
        Where its authors work, as the sources tell it (:mod:`hub.papers.institutions`); empty where none does.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    published: date
    source: str
    field: str = ""
    domain: str = "Other"
    categories: tuple[str, ...] = ()
    url: str = ""
    doi: str = ""
    version: int = 1
    announce: str = ""
    updated: date | None = None
    kind: str = "paper"
    journal: str = ""
    versions: tuple[str, ...] = ()
    status: Status = Status.STANDS
    relations: tuple[str, ...] = ()
    origins: Mapping[str, str] = dataclasses.field(default_factory=dict)
    institutions: tuple[str, ...] = ()

    @property
    def source_label(self) -> str:
        """The source with its field, as it is shown: ``arXiv (cs.AI)``."""
        return source_label(self.source, self.field)

    @property
    def text(self) -> str:
        """Title and abstract, as they are embedded and counted."""
        return f"{self.title}. {self.abstract}" if self.abstract else self.title

    @property
    def text_hash(self) -> str:
        """A digest of :attr:`text`: a vector is made once for each."""
        return blake2b(self.text.encode(), digest_size=12).hexdigest()

    def replace(self, **changes: object) -> Paper:
        """Return a copy with ``changes``."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def source_label(source: str, field: str) -> str:
    """Return a source with its field, as it is shown.

    >>> source_label("arXiv", "cs.AI"), source_label("Nature", "")
    ('arXiv (cs.AI)', 'Nature')
    """
    return f"{source} ({field})" if field and field != source else source
