"""A Record: what an adapter read of one entry, as the source wrote it; and the Paper it cleans into."""

from __future__ import annotations

import dataclasses
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from hub.errors import PaperError, RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import author_names
from hub.papers.cleaning import LONGEST as LONGEST_ABSTRACT
from hub.papers.cleaning import announcement, clean, clean_abstract, clean_title, title_suffix
from hub.papers.dates import FIRST_YEAR, Day, parse_day
from hub.papers.fields import NO_FIELD, canonical_source, domain_of, is_arxiv_category
from hub.papers.institutions import institution_names
from hub.papers.kinds import kind_of
from hub.papers.model import UNKNOWN_SOURCE, Paper
from hub.papers.status import Status, gravest, marked_title, notice, status_of
from hub.papers.teasers import TEASER, told_by

T = TypeVar("T")
FUTURE_DAYS = 400
"""An issue may be dated this far ahead; a date beyond is a mistake of the source."""
PLACES = {what: f"{{place}}: {what} {{n}}" for what in ("entry", "line", "record")}
_PLACE = re.compile(r"(?P<place>.*): (?P<what>entry|line|record) (?P<n>\d+)(?: \((?P<key>[^()]*)\))?", re.S)
ABOUT_TITLE = "title:"
"""Before a title in ``Paper.relations``: the notice names the paper by it, not by an id."""
_NOTICES = frozenset(str(status) for status in Status if status)
_ARXIV_JOURNAL = re.compile(r"^\W*(?:arxiv|corr\b)", re.I)
ANSWERED = "{server} answered with an error: {words}"
LONG, MOST = 4_000, 1_000
"""Characters of a field, and parts of a list, that are read; of titles and authors :mod:`hub.papers.cleaning` knows."""
LONGEST = {"abstract": LONGEST_ABSTRACT, "title": LONGEST_ABSTRACT, "where": LONGEST_ABSTRACT}
ANNOUNCED_LATE_DAYS = 10
"""arXiv announces within days of giving an id; a paper announced later than this after its month is an old one."""


@dataclass(slots=True)
class Record:
    """One entry of a source, not cleaned yet. ``where`` says where it stands, for the import summary."""

    where: str
    title: str = ""
    abstract: str = ""
    authors: Sequence[str] = ()
    published: str = ""
    updated: str = ""
    listed: str = ""
    """The day of the feed that lists it: stands in for a missing date, and caps an inexact one."""
    id: str = ""
    doi: str = ""
    url: str = ""
    source: str = ""
    field: str = ""
    categories: Sequence[str] = ()
    version: int = 0
    announce: str = ""
    types: tuple[str, ...] = ()
    journal: str = ""
    comment: str = ""
    """What authors add at arXiv ("12 pages, withdrawn")."""
    status: str = ""
    """The mark that the source itself gives, one of :class:`~hub.papers.status.Status`."""
    relations: Sequence[str] = ()
    affiliations: Sequence[str] = ()
    """Where the authors work, as the source writes it: addresses or names of institutions."""
    key: str = ""
    """What a reference manager calls the entry."""
    authors_in_one_line: bool = True
    """Whether a single entry of ``authors`` may hold all of them, parted by commas."""
    origins: Mapping[str, str] = dataclasses.field(default_factory=dict)
    from_feed: bool = False
    """Whether a journal's feed gave the abstract: it may be a teaser, which is known and completed later."""


_LONGEST_OF = {field.name: LONGEST.get(field.name, LONG) for field in dataclasses.fields(Record)}


@dataclass(frozen=True, slots=True)
class Reject:
    """An entry that is no paper and cannot become one: where it stands and why, in plain words that were :class:`Said`.

    The program goes by ``code``; the reason is for readers.
    """

    where: str
    why: str
    code: RejectCode = RejectCode.BROKEN
    whole: bool = False
    """Whether it tells of a whole answer that is no feed or an error, rather than of one entry."""


def guarded(placed: Iterable[tuple[str, T]], where: str, read: Callable[[T, str], Record | Reject]) -> Iterator[Record | Reject]:
    """Yield what ``read`` makes of each item and its place; an item on which it fails costs itself, never the others.

    When ``placed``, pairs of a place and an item, fail themselves, one Reject stands for the rest.
    """
    rest, last = iter(placed), where
    while True:
        try:
            last, item = next(rest)
        except StopIteration:
            return
        except Exception as e:  # noqa: BLE001 - whatever a parser runs into, what it read before is kept
            yield odd(last, e, rest=True)
            return
        try:
            yield read(item, last)
        except Exception as e:  # noqa: BLE001 - one odd value costs one entry
            yield odd(last, e)


def numbered(items: Iterable[T], where: str, what: str = "entry") -> Iterator[tuple[str, T]]:
    """Yield each item with its place: ``file: entry 3``."""
    return ((f"{where}: {what} {number}", item) for number, item in enumerate(items, 1))


def odd(where: str, error: Exception, *, rest: bool = False) -> Reject:
    """Return the Reject of an entry on which a reader failed; ``rest`` when nothing after it can be read either."""
    if isinstance(error, PaperError):
        return Reject(where, error.reason, error.code)
    kind, words = type(error).__name__, " ".join(str(error).split())[:200]
    told = Said("it has a value that cannot be read ({kind}: {words})", kind=kind, words=words)
    why = Said("{why}; nothing after it was read", why=told) if rest else told
    return Reject(where, why, RejectCode.ODD, whole=rest)


def spoken_place(where: str) -> Said:
    """Return where an entry stands as it can be said in another language; a million places are kept as plain strings.

    >>> spoken_place("nature: entry 3").values
    {'place': 'nature', 'n': '3'}
    """
    found = _PLACE.fullmatch(where)
    if found is None:
        return Said("{place}", place=where)
    place, what, n, key = found.groups()
    told = Said(PLACES[what], place=place, n=n)
    return Said("{place} ({key})", place=told, key=key) if key else told


def place_in_file(where: str) -> Said:
    """Return where an entry stands in its file, without the file's name.

    >>> place_in_file("mine.bib: line 3 (byron2025)"), place_in_file("mine.bib")
    ('line 3 (byron2025)', 'mine.bib')
    """
    found = _PLACE.fullmatch(where)
    if found is None:
        return Said("{place}", place=where)
    n, key = found["n"], found["key"]
    if found["what"] == "line":
        return Said("line {n} ({key})", n=n, key=key) if key else Said("line {n}", n=n)
    return Said("entry {n} ({key})", n=n, key=key) if key else Said("entry {n}", n=n)


def paper_of(record: Record, *, today: date | None = None) -> Paper:
    """Return the paper that ``record`` cleans into.

    Parameters
    ----------
    today
        The day on which a live source was read: what it dates later than this was first seen today.

    Raises
    ------
    PaperError
        When it has no title or no date that can be used; ``reason`` says which.
    """
    record = _cut(record)
    told = announcement(record.abstract)
    doi, doi_version = _doi_of(record)
    arxiv = _arxiv_of(record) or identifiers.arxiv_id(told.id)
    title, suffix, category = title_suffix(record.title)
    beside = identifiers.arxiv_id(suffix.id)
    if beside and (arxiv.id != beside.id if arxiv else doi):
        title, category = record.title, ""  # of another paper: "Comment on ... (arXiv:1606.08272)"
    elif beside and not told.id:
        told, arxiv = suffix._replace(text=told.text), arxiv or beside
    title = clean_title(title.removeprefix("[ASAP] "))
    if not title:
        raise PaperError(Said("it has no title"), RejectCode.NO_TITLE)
    source = "arXiv" if arxiv and _ARXIV_JOURNAL.match(record.source) else canonical_source(clean(record.source))
    source = source or ("arXiv" if arxiv else UNKNOWN_SOURCE if doi or record.url.strip() else "")
    if not source:
        raise PaperError(Said("it does not say which server or journal it is from, and has no DOI or link"), RejectCode.NO_SOURCE)
    categories = _categories(record, category)
    named = _field(record, source, categories)
    origins = dict(record.origins)
    announce = record.announce or told.announce
    published, updated, dated_by = _days(record, arxiv.id if arxiv else "", announce, today)
    if dated_by:
        origins["published"] = dated_by
    authors = author_names(record.authors, commas=record.authors_in_one_line)
    abstract, is_teaser = told_by(
        clean_abstract(told.text), title=title, source=source, authors=authors, from_feed=record.from_feed
    )
    if is_teaser and arxiv is None:  # arXiv gives every abstract whole, also one that ends in dots
        origins.setdefault("abstract", TEASER)
    kind = kind_of(title, record.types, doi, source, "" if is_teaser and record.from_feed else abstract)
    if kind == "paper" and any(relation.split(" ")[0] in _NOTICES for relation in record.relations):
        kind = "correction"
    status, relations = _standing(record, title, abstract, kind)
    if status.is_void and (kind == "paper" or marked_title(title)):
        kind = "retracted"
    url = record.url.strip() or (f"https://arxiv.org/abs/{arxiv.id}" if arxiv else f"https://doi.org/{doi}" if doi else "")
    return Paper(
        id=identifiers.paper_id(arxiv=arxiv.id if arxiv else "", doi_name=doi, url=url, title=title, source=source),
        title=title,
        abstract=abstract,
        authors=authors,
        published=published,
        updated=updated,
        source=source,
        field=named,
        domain=domain_of(named, source, categories),
        categories=categories,
        url=url,
        doi=doi,
        version=max(record.version if record.version < MOST else 1, told.version, arxiv.version if arxiv else 0, doi_version, 1),
        announce=announce,
        kind=kind,
        journal=canonical_source(clean(record.journal)),
        status=status,
        relations=relations,
        origins=origins,
        institutions=institution_names(record.affiliations),
    )


def _cut(record: Record) -> Record:
    """Return the record with no field longer than any real one, before an expression reads it."""
    held: dict[str, Any] = {}
    for name, longest in _LONGEST_OF.items():
        value = getattr(record, name)
        if isinstance(value, str):
            if len(value) > longest:
                held[name] = value[:longest]
        elif name in ("categories", "types", "relations") and (len(value) > MOST or any(len(part) > LONG for part in value)):
            held[name] = tuple(part[:LONG] for part in value[:MOST])
    return dataclasses.replace(record, **held) if held else record


def _standing(record: Record, title: str, abstract: str, kind: str) -> tuple[Status, tuple[str, ...]]:
    """Return whether the paper still stands, and which other papers the record names."""
    relations = tuple(dict.fromkeys(record.relations))
    marked = marked_title(title)
    if kind == "correction" and (marked is None or marked.status is Status.CONCERN):
        said = notice(title)
        about = f"{said.status} {ABOUT_TITLE}{said.title}" if said.title and not relations else ""
        return Status.STANDS, (*relations, about) if about else relations
    told = Status(record.status) if record.status in _NOTICES else Status.STANDS
    return gravest([told, status_of(title, abstract, record.types, record.comment)]), relations


def _arxiv_of(record: Record) -> identifiers.ArxivId | None:
    for text in (record.id, record.url, record.doi, record.source):
        if "arxiv" in text.lower():
            found = identifiers.arxiv_id(text)
            if found:
                return found
    return identifiers.arxiv_id(record.id) if record.source == "arXiv" and record.id else None


def _doi_of(record: Record) -> tuple[str, int]:
    for text in (record.doi, record.id, record.url):
        name = identifiers.doi(text) if text and "10." in text else ""
        if name and not name.startswith("10.48550/arxiv."):
            base, version = identifiers.doi_base(name)
            return (name if base == name or not base.startswith(("10.1101/", "10.64898/")) else base), version
    return "", 0


def _categories(record: Record, suffix: str) -> tuple[str, ...]:
    names = [record.field, *record.categories] if is_arxiv_category(record.field) else [suffix, *record.categories]
    return tuple(dict.fromkeys(clean(name) for name in names if name and name.casefold() not in NO_FIELD))


def _field(record: Record, source: str, categories: tuple[str, ...]) -> str:
    named = clean(record.field)
    if named.casefold() in NO_FIELD or canonical_source(named) == source:
        named = next((name for name in categories if is_arxiv_category(name)), "") if source == "arXiv" else ""
    return named


def _days(record: Record, arxiv: str, announce: str, today: date | None) -> tuple[date, date | None, str]:
    first, listed = parse_day(record.published), parse_day(record.listed)
    latest = parse_day(record.updated)
    given = first or latest
    if arxiv:
        month_end = _month_end(arxiv)
        seen = given or listed
        if seen is None or (announce.startswith("replace") and seen.day > month_end) or (
            announce and seen.day > month_end + timedelta(days=ANNOUNCED_LATE_DAYS)
        ):  # fmt: skip
            changed = seen.day if seen and seen.day > month_end and announce.startswith("replace") else None
            return month_end, changed, "the month in the arXiv id"
    dated_by = ""
    if given is None and listed is not None:
        given, dated_by = listed, "the day of the feed"
    if given is None and today is not None:
        given, dated_by = Day(today, "day"), "the day it was first seen"
    if given is None:
        told_none = Said("it has no date ({text!r} is none)", text=record.published)
        raise PaperError(told_none if record.published else Said("it has no date"), RejectCode.NO_DATE)
    cap = today or (listed.day if listed else None)
    if cap and given.day > cap and (today is not None or given.exact != "day"):
        _check_future(given, cap)
        return (
            cap,
            None,
            f"the day {'it was first seen' if today else 'of the feed'}; the source says {record.published or record.updated}",
        )
    _check_future(given, date.today())
    updated = latest.day if latest and latest.day > given.day else None
    return given.day, updated, dated_by


def _check_future(given: Day, today: date) -> None:
    if given.day > today + timedelta(days=FUTURE_DAYS) or given.day.year < FIRST_YEAR:
        raise PaperError(Said("its date {day} lies in the future", day=str(given.day)), RejectCode.FUTURE)


def _month_end(arxiv: str) -> date:
    year, month = identifiers.arxiv_month(arxiv)
    return date(year, month, monthrange(year, month)[1])
