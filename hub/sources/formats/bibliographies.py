"""Bibliographies: CSV, BibTeX and RIS, as reference managers and spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from hub.i18n.messages import Said
from hub.sources.record import Record, Reject

COLUMNS = {
    "title": ("title", "article title", "document title", "ti"),
    "abstract": ("abstract", "ab", "summary"),
    "authors": ("authors", "author", "author full names", "au"),
    "published": ("published", "publication date", "date", "pubdate", "publication year", "year", "py"),
    "updated": ("updated",),
    "id": ("id", "key", "ut (unique wos id)", "eid"),
    "doi": ("doi", "di"),
    "url": ("url", "link"),
    "source": ("source", "journal", "publication title", "source title", "container-title", "so"),
    "field": ("field", "primary category"),
    "categories": ("categories", "subjects", "research areas"),
}
"""The column names of arXiv exports, Web of Science, Scopus, Zotero and this hub, in lower case, best first."""


def read_csv(data: bytes, where: str) -> Iterator[Record | Reject]:
    """Yield the rows of a CSV or TSV file; without a column for the title the file is one Reject."""
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    table = csv.DictReader(io.StringIO(text), delimiter=max("\t;,", key=head.count))
    names = {(name or "").strip().lower(): name for name in table.fieldnames or []}
    columns = {ours: next((names[n] for n in theirs if n in names), None) for ours, theirs in COLUMNS.items()}
    if columns["title"] is None:
        yield Reject(where, Said("it has no column for the title (its columns: {names})", names=", ".join(list(names)[:6])))
        return
    for number, row in enumerate(table, 2):
        values: dict[str, Any] = {ours: (row.get(theirs) or "").strip() for ours, theirs in columns.items() if theirs}
        values["authors"] = [name for name in values.get("authors", "").split(";") if name.strip()]
        values["categories"] = values.get("categories", "").replace(";", " ").split()
        yield Record(f"{where}: line {number}", **values)


def read_bibtex(data: bytes, where: str) -> Iterator[Record | Reject]:
    """Yield the entries of a BibTeX file; what cannot be parsed is a Reject each."""
    from bibtexparser.entrypoint import parse_string  # slow to import, and few need it
    from bibtexparser.model import Entry

    library = parse_string(_decoded(data))
    for number, block in enumerate(library.blocks, 1):
        place = f"{where}: entry {number}"
        if block in library.failed_blocks:
            yield Reject(place, Said("BibTeX that cannot be read near line {line}", line=(block.start_line or 0) + 1))
        elif isinstance(block, Entry):
            yield _bibtex(block, f"{place} ({block.key})")


def _bibtex(block: Any, where: str) -> Record:
    value = {field.key.lower(): _unbraced(str(field.value)) for field in block.fields}
    arxiv = value.get("eprint", "") if value.get("archiveprefix", value.get("eprinttype", "")).lower() == "arxiv" else ""
    month = value.get("month", "")
    authors = " ".join(value.get("author", "").split())
    return Record(
        where,
        title=value.get("title", ""),
        abstract=value.get("abstract", ""),
        authors=authors.split(" and ") if authors else [],
        published=value.get("date") or f"{month} {value.get('year', '')}".strip(),
        id=f"arXiv:{arxiv}" if arxiv else value.get("doi", ""),
        doi=value.get("doi", ""),
        url=value.get("url", ""),
        field=value.get("primaryclass", ""),
        source="arXiv"
        if arxiv
        else value.get("journal") or value.get("journaltitle") or value.get("booktitle") or value.get("publisher", ""),
        types=(str(block.entry_type),),
        authors_in_one_line=False,
    )


def _unbraced(value: str) -> str:
    value = value.strip()
    while len(value) > 1 and ((value[0], value[-1]) in (("{", "}"), ('"', '"'))):
        value = value[1:-1].strip()
    return value


def read_ris(data: bytes, where: str) -> Iterator[Record | Reject]:
    """Yield the entries of a RIS file."""
    import rispy

    try:
        entries = rispy.loads(_decoded(data), skip_unknown_tags=True)
    except (OSError, ValueError) as e:
        yield Reject(where, Said("RIS that cannot be read ({why})", why=str(e)))
        return
    for number, entry in enumerate(entries, 1):
        names = entry.get("authors") or entry.get("first_authors") or []
        yield Record(
            f"{where}: entry {number}",
            title=entry.get("title") or entry.get("primary_title") or "",
            abstract=entry.get("abstract") or entry.get("notes_abstract") or "",
            authors=names,
            published=(entry.get("date") or entry.get("year") or entry.get("publication_year") or "").strip("/"),
            doi=entry.get("doi", ""),
            id=entry.get("accession_number") or entry.get("doi", ""),
            url=(entry.get("urls") or [""])[0],
            source=_ris_source(entry),
            authors_in_one_line=False,
        )


def _ris_source(entry: dict[str, Any]) -> str:
    names = ("journal_name", "secondary_title", "alternate_title3", "alternate_title2", "alternate_title1", "publisher")
    return next((str(entry[name]) for name in names if entry.get(name)), "")


def _decoded(data: bytes) -> str:
    for charset in ("utf-8-sig", "gb18030" if b"\xd6\xd0" in data[:4000] else "cp1252"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue  # not in this charset: the next
    return data.decode("latin-1")
