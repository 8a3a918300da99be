"""Tables of papers, as spreadsheets and the exports of search services write them: CSV, TSV, with ``;`` or ``|``."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import LONGEST
from hub.papers.dates import best_date, day_or_month_first, parse_day
from hub.sources.formats.tagged import dates_of, people
from hub.sources.formats.text import decoded
from hub.sources.record import Record, Reject, guarded


def _folded(name: str) -> str:
    """Return a name without accents, case and whatever is neither letter nor digit."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^\w]|_", "", plain)


COLUMNS: dict[str, list[str]] = {
    what: list(map(_folded, names))
    for what, names in tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8")).items()
}
"""What columns are called elsewhere, by what they hold, best first."""
_KNOWN = {name for names in COLUMNS.values() for name in names}
DELIMITERS = "\t,;|"
PREAMBLE_ROWS = 40
"""A table's header stands within so many rows: services write what was searched for before it."""
LONGEST_FIELD, LONGEST_SOURCE = 10_000_000, 1000
UNCLOSED = 3
"""After so many quotes that are never closed, quotes are taken for plain characters in the rest of the file."""
NO_PAPERS = frozenset({"attachment", "note", "annotation"})
"""Kinds of Zotero's items that stand beside papers."""
_LISTED = re.compile(r"[;；]")
_SHORT_NAMES = re.compile(r"^[^,]+ (?:[A-Z]\.?-?)+ ?$")
_NUMBERED = re.compile(r"(?<!\s)\s*\(\d{6,}\)$")
"""Scopus's number of an author."""
_NOTHING = re.compile(r"^\[no (?:author|abstract|title)[^\]]{0,40} available\]$", re.I)
_QUOTED = re.compile(r"""(?:['"]name['"]\s*:\s*)(?:'([^']+)'|"([^"]+)")|(?<=[\[,])\s*(?:'([^'{}]+)'|"([^"{}]+)")\s*(?=[,\]])""")
"""A name in a list that Python or JSON wrote into a cell."""
_GLUED = re.compile(r"(?<=[^\W\d_A-Z])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLa)(?<!\bLe)(?<!\bDi)(?<!\bVan)(?=[A-Z][^\W\d_A-Z])")
_CITED = re.compile(r"(?<!\s)\s+\(\d{4}\)\s+\S.*$|,\s*\d{4}\s*,\s*\d.*$")
"""What Embase writes after a journal's name: (2024) 12:3 (1-9)."""


class Head(NamedTuple):
    """A table's header: the line on which it stands, what parts its columns, and their names as they are written."""

    line: int
    delimiter: str
    names: list[str]


@dataclass(frozen=True)
class Row:
    """A row of a table, or why it is none: its cells by their columns' keys."""

    line: int
    cells: Mapping[str, str]
    wrong: Said | None = None


def header_of(text: str) -> Head | None:
    """Return the header of a table of papers; None when no row near its start names a title and another known column."""
    start = text[:1_000_000]
    best: tuple[int, int, Head] | None = None
    for number, line in enumerate(start.split("\n")[:PREAMBLE_ROWS], 1):
        for rank, delimiter in enumerate(DELIMITERS):
            if delimiter not in line and rank != 1:
                continue
            try:
                names = next(csv.reader([line[:100_000]], delimiter=delimiter), [])
            except csv.Error:
                continue
            keys = [key_of(name) for name in names]
            known = sum(key in _KNOWN for key in keys)
            if (
                not any(key in COLUMNS["title"] for key in keys)
                or (known < 2 and len(names) > 1)
                or (len(names) == 1 and number > 1)
            ):
                continue
            if best is None or known > best[0]:
                best = known, rank, Head(number, delimiter, names)
        if best is not None:
            return best[2]
    return None


def key_of(name: str) -> str:
    """Return a column's name as :data:`COLUMNS` has it; of one in two languages the part that is known.

    >>> key_of("Author(s) ID"), key_of("Title-题名"), key_of("Author/s")
    ('authorsid', 'title', 'authors')
    """
    name = re.sub(r"\(s\)", "s", name, flags=re.I)
    key = _folded(name)
    if key in _KNOWN or not re.search(r"[-/(（]", name):
        return key
    return next((part for part in map(_folded, re.split(r"[-/(（)）]", name)) if part in _KNOWN), key)


class Table:
    """A table that is read, whole or a part at a time: its first part has the header, and tells how its dates are written."""

    def __init__(self) -> None:
        self._head: Head | None = None
        self._keys: list[str] = []
        self._first = ""

    def read(self, data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
        """Yield the rows of the table, or of its next part; without a column for the title it is one Reject."""
        text = decoded(data)
        head = self._head
        if head is None:
            head = header_of(text)
            if head is None:
                yield without_title(text, where)
                return
            self._keys = [key_of(name) for name in head.names]
            probe = text[:2_000_000].split("\n")[head.line : head.line + 500]
            self._first = day_or_month_first(_dates_in(probe, head, self._keys))
            self._head = head._replace(line=0)  # in the parts that follow
        rows = ((f"{where}: line {before + row.line}", row) for row in _rows(text, head, self._keys))
        yield from guarded(rows, where, self._record)

    def _record(self, row: Row, place: str) -> Record | Reject:
        return Reject(place, row.wrong, RejectCode.BROKEN) if row.wrong else _record(row.cells, place, self._first)


def without_title(text: str, where: str) -> Reject:
    """Return why a table is none of papers: which columns it has."""
    line = next((line for line in text[:100_000].split("\n") if line.strip() and not line.startswith("sep=")), "")
    names = next(csv.reader([line[:2000]], delimiter=max("\t;,", key=line.count)), [])
    told = Said("it has no column for the title (its columns: {names})", names=", ".join(name.strip() for name in names[:6]))
    return Reject(where, told, RejectCode.UNKNOWN_FORM)


def _dates_in(lines: Sequence[str], head: Head, keys: Sequence[str]) -> Iterator[str]:
    columns = [n for n, key in enumerate(keys) if key in COLUMNS["day"]]
    try:
        for cells in csv.reader(lines, delimiter=head.delimiter):
            yield from (cells[n] for n in columns if n < len(cells))
    except csv.Error:
        return  # the reader proper tells of it


def _rows(text: str, head: Head, keys: Sequence[str]) -> Iterator[Row]:
    """Yield the rows after the header. A quote that is never closed costs its row, not all that come after it."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield from _each_row(text, head, keys)
    finally:
        csv.field_size_limit(before)


def _each_row(text: str, head: Head, keys: Sequence[str]) -> Iterator[Row]:
    lines = text.split("\n")
    at, unclosed = head.line, 0
    while at < len(lines):
        plain = unclosed >= UNCLOSED
        source = (f"{line}\n" for line in lines[at:])
        table = csv.reader(source, delimiter=head.delimiter, quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL)
        start, restart = at, 0
        while True:
            line = at + 1
            try:
                cells = next(table)
            except StopIteration:
                return
            except csv.Error as e:
                at = start + table.line_num
                yield Row(line, {}, Said("this row cannot be read ({why})", why=str(e)))
                continue
            end = start + table.line_num
            spans = end - at > 1
            if spans and end >= len(lines) and not plain and "\n".join(lines[at:end]).count('"') % 2:
                yield Row(line, {}, Said("a quote in this row is never closed"))
                unclosed, restart, at = unclosed + 1, 1, at + 1
                break
            at = end
            if any(cell.strip() for cell in cells):
                yield Row(line, _cells(keys, cells))
        if not restart:
            return


def _cells(keys: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row's cells by key; of two columns with one key the first that holds anything."""
    found: dict[str, str] = {}
    for key, cell in zip(keys, cells, strict=False):
        if not found.get(key):
            found[key] = cell.strip()
    return found


def _value(cells: Mapping[str, str], what: str) -> str:
    return next((text for name in COLUMNS[what] if (text := cells.get(name, "")) and not _NOTHING.match(text)), "")


def _record(cells: Mapping[str, str], where: str, first: str) -> Record | Reject:
    kind = _value(cells, "kind")
    if kind.casefold() in NO_PAPERS:
        return Reject(where, Said("it is no paper but of the kind {kind!r}", kind=kind), RejectCode.NO_ARTICLE)
    written = [cells[name] for name in COLUMNS["day"] if cells.get(name)]
    year, month, day = (_value(cells, what) for what in ("year", "month", "dayofmonth"))
    dates = [text for one in written for text in dates_of(one, year)]
    if month and year:
        dates.append(
            f"{year}-{month.zfill(2)}" + (f"-{day.zfill(2)}" if day else "")
            if month.isdigit()
            else f"{day} {month} {year}".strip()
        )
    published = best_date([*dates, year], first)
    if first and (known := parse_day(published, first)) and known.exact == "day":
        published = known.day.isoformat()
    doi, link, name = (_value(cells, what) for what in ("doi", "url", "id"))
    return Record(
        where,
        key=cells.get("key", ""),
        title=_value(cells, "title"),
        abstract=_value(cells, "abstract"),
        authors=_authors(cells),
        published=published,
        updated=_value(cells, "updated"),
        id=_id(cells, name),
        doi=doi or (link if identifiers.doi(link) and "doi.org" in link else ""),
        url=link if link.startswith("http") else "",
        source=_CITED.sub("", _value(cells, "source")[:LONGEST_SOURCE]),
        field=_value(cells, "field"),
        categories=[
            name
            for name in re.split(r"[;|]" if ";" in _value(cells, "categories") else r"\s+", _value(cells, "categories"))
            if name.strip()
        ],
        announce=_value(cells, "announce") if _value(cells, "announce") in ("new", "cross", "replace", "replace-cross") else "",
        types=(kind,) if kind else (),
        comment=_value(cells, "comment"),
        affiliations=[_value(cells, "affiliations")],
    )


def _id(cells: Mapping[str, str], name: str) -> str:
    arxiv = next((cells[column] for column in ("arxivid", "arxiv", "eprint") if cells.get(column)), "")
    return f"arXiv:{arxiv}" if arxiv and identifiers.arxiv_id(arxiv) and "arxiv" not in arxiv.lower() else arxiv or name


def _authors(cells: Mapping[str, str]) -> list[str]:
    return names_in(_value(cells, "authors")[:LONGEST], glued="itemtitle" in cells)


def names_in(text: str, *, glued: bool = False) -> list[str]:
    """Return the names of a cell that holds all of a paper's authors, however they are parted.

    ``glued`` where nothing parts them, as in Springer's tables.

    >>> names_in("Lind, Eva and Ito, Ken"), names_in("Lind, E. (57200000001); Ito, K. (57200000002)")
    (['Lind, Eva', 'Ito, Ken'], ['Lind, E.', 'Ito, K.'])
    >>> names_in("[{'id': 1, 'name': 'Eva Lind'}]"), names_in("['Eva Lind', 'Ken Ito']"), names_in("Eva LindKen Ito", glued=True)
    (['Eva Lind'], ['Eva Lind', 'Ken Ito'], ['Eva Lind', 'Ken Ito'])
    """
    if text[:1] == "[" and text[-1:] == "]" and ("'" in text or '"' in text):
        return [next(filter(None, found)) for found in _QUOTED.findall(text)]
    if _LISTED.search(text):
        return [_NUMBERED.sub("", name.strip()) for name in _LISTED.split(text) if name.strip()]
    for between in ("|", " / "):
        if between in text:
            return [name for name in text.split(between) if name.strip()]
    if glued:
        return _GLUED.split(text)
    if text.count(",") > 1 or " and " in text:
        parts = people(text)
        if len(parts) > 1:
            return parts
    parts = [part.strip() for part in re.split(r"[,，]", text)]
    if len(parts) > 1 and all(map(_SHORT_NAMES.match, parts)):  # "Novak P, Ito K": PubMed's and Scopus's form
        return parts
    return [text] if text else []
