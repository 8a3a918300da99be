"""Files of references: what BibTeX, RIS and Zotero (CSL JSON, RDF, CSV) write; each entry is read or reported."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from hub.errors import RadarError
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.papers.cleaning import clean
from hub.papers.identifiers import doi
from hub.radar.library import arxiv_id

UNREADABLE = "this entry cannot be read"
NO_JSON = "{name} is not whole JSON ({why}): export the library again as CSL JSON, BibTeX or RIS."
NO_XML = "{name} is not whole XML ({why}): export the library again."


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference: ``key`` names it in its file, ``year`` is 0 when none is given."""

    key: str
    title: str
    abstract: str = ""
    doi: str = ""
    arxiv: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """What a file of references holds.

    Parameters
    ----------
    entries
        Those that can be used.
    broken
        Where each of the others stands, and what is wrong with it; nothing is dropped in silence.
    """

    entries: tuple[Entry, ...]
    broken: tuple[tuple[Said, Said], ...]


def read(data: bytes, name: str) -> Library:
    """Return the references of a BibTeX, RIS, CSL-JSON, Zotero-RDF or CSV file (Zotero exports all of them).

    Raises
    ------
    RadarError
        When the file is none of them, or holds no reference at all.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "rdf" or "www.zotero.org/namespaces/export" in text[:2000]:
        library = _rdf(data, name)
    elif suffix == "csv":
        library = _csv(text, name)
    elif suffix == "json" or text.lstrip().startswith(("[", "{")):
        library = _csl(text, name)
    elif suffix == "ris" or re.search(r"^TY  ?-", text, re.M):
        library = _ris(text)
    elif suffix in ("bib", "bibtex", "txt") or re.search(r"@\w+\s*\{", text):
        library = _bibtex(text)
    else:
        raise RadarError(
            Said("{name} is not BibTeX, RIS, CSL JSON, Zotero RDF or CSV: export the library in one of these.", name=name)
        )
    if not library.entries and not library.broken:
        raise RadarError(Said("{name} holds no reference: check that it was exported with its entries.", name=name))
    return library


def _bibtex(text: str) -> Library:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    parsed = parse_string(text)
    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    for found in parsed.blocks:
        line = (found.start_line or 0) + 1
        block = found.ignore_error_block if isinstance(found, model.DuplicateBlockKeyBlock) else found
        if isinstance(block, model.ParsingFailedBlock):
            broken.append((Said("line {n}", n=line), _why_no_bibtex(block)))
        elif isinstance(block, model.Entry):
            fields = {field.key.lower(): str(field.value) for field in block.fields}
            where = Said("line {n} ({key})", n=line, key=block.key)
            _take(entries, broken, where, block.key, fields, fields.get("eprint", "") or fields.get("url", ""))
    return Library(tuple(entries), tuple(broken))


def _why_no_bibtex(block: Any) -> Said:
    from bibtexparser.exceptions import BlockAbortedException
    from bibtexparser.model import DuplicateFieldKeyBlock

    if isinstance(block, DuplicateFieldKeyBlock):
        return Said("this entry has a field twice: {names}", names=", ".join(sorted(block.duplicate_keys)))
    if isinstance(block.error, BlockAbortedException):
        return Said("this entry has no end: a brace or a quote is not closed")
    return Said(UNREADABLE)


def _ris(text: str) -> Library:
    import rispy

    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    starts = [match.start() for match in re.finditer(r"^TY  ?-", text, re.M)]
    for start, end in pairwise([*starts, len(text)] if starts else []):
        where = Said("line {n}", n=text.count(chr(10), 0, start) + 1)
        part = text[start:end]
        if not re.search(r"^ER  ?-", part, re.M):
            broken.append((where, Said("this entry has no end (ER): it was cut off")))
            continue
        try:
            parsed = rispy.loads(part)
        except (ValueError, OSError, KeyError):
            broken.append((where, Said(UNREADABLE)))
            continue
        fields = {key: value if isinstance(value, str) else " ".join(map(str, value)) for key, value in parsed[0].items()}
        fields["title"] = fields.get("title") or fields.get("primary_title", "")
        _take(entries, broken, where, fields.get("id", "") or where, fields, fields.get("urls", ""))
    return Library(tuple(entries), tuple(broken))


def _csl(text: str, name: str) -> Library:
    try:
        value = json.loads(text)
    except ValueError as e:
        raise RadarError(Said(NO_JSON, name=name, why=why_not_parsed(e))) from e
    items: Iterable[Any] = value if isinstance(value, list) else value.get("items", [])
    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    for i, item in enumerate(items, 1):
        if not isinstance(item, dict):
            broken.append((Said("entry {n}", n=i), Said("this entry is not a reference")))
            continue
        years = re.search(r"\d{4}", json.dumps(item.get("issued", "")))
        fields = {key.lower(): str(item[key]) for key in item} | {"year": years[0] if years else ""}
        _take(entries, broken, Said("entry {n}", n=i), fields.get("id", f"entry {i}"), fields, fields.get("url", ""))
    return Library(tuple(entries), tuple(broken))


def _rdf(data: bytes, name: str) -> Library:
    if re.search(rb"<!ENTITY", data[:20_000], re.I):
        raise RadarError(Said("{name} defines entities of its own, which can be an attack: export the library again.", name=name))
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as e:
        raise RadarError(Said(NO_XML, name=name, why=why_not_parsed(e))) from e
    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    for number, item in enumerate(root, 1):
        if _own(item, "itemType") in ("", "attachment", "note", "annotation"):
            continue  # journals, collections and persons stand beside the items and have no type
        text = " ".join(item.itertext())
        found = re.search(r"DOI:?\s+(10\.\S+)", text)
        link = re.search(r"https?://\S*arxiv\.org/\S+|arXiv:\S+", text)
        fields = {"title": _own(item, "title"), "abstract": _own(item, "abstract"), "date": _own(item, "date"),
                  "doi": found[1] if found else ""}  # fmt: skip
        key = next(iter(item.attrib.values()), str(number))
        _take(entries, broken, Said("entry {n}", n=number), key, fields, link[0] if link else "")
    return Library(tuple(entries), tuple(broken))


def _own(item: ElementTree.Element, tag: str) -> str:
    """The text of an item's own child of this name; its journal has a title of its own, deeper down."""
    return next(("".join(child.itertext()) for child in item if child.tag.rpartition("}")[2] == tag), "")


CSV_NAMES = {"publication year": "year", "abstract note": "abstract", "article title": "title", "link": "url"}
"""Columns of a CSV file that other programs call otherwise, by their lower-case names."""


def _csv(text: str, name: str) -> Library:
    rows = csv.DictReader(io.StringIO(text))
    columns = [CSV_NAMES.get(str(c).strip().lower(), str(c).strip().lower()) for c in rows.fieldnames or ()]
    if "title" not in columns:
        raise RadarError(Said("{name} has no column named Title: export the library with its column names.", name=name))
    rows.fieldnames = columns
    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    try:
        for row in rows:
            where = Said("line {n}", n=rows.line_num)
            fields = {str(key): str(value or "") for key, value in row.items() if key is not None}
            _take(entries, broken, where, fields.get("key", "") or where, fields, fields.get("url", ""))
    except csv.Error:
        broken.append((Said("line {n}", n=rows.line_num), Said(UNREADABLE)))
    return Library(tuple(entries), tuple(broken))


def _take(
    entries: list[Entry], broken: list[tuple[Said, Said]], where: Said, key: str, fields: Mapping[str, str], link: str
) -> None:
    title = clean(re.sub(r"(?<!\\)[{}]", "", fields.get("title", "")))
    if not title:
        broken.append((where, Said("this entry has no title")))
        return
    arxiv = (
        arxiv_id(link) or arxiv_id(fields.get("journal", ""))
        if "arxiv" in (link + fields.get("archiveprefix", "") + fields.get("journal", "")).lower()
        else None
    )
    year = re.search(r"\d{4}", fields.get("year", "") or fields.get("date", ""))
    abstract = clean(re.sub(r"(?<!\\)[{}]", "", fields.get("abstract", "")))
    entries.append(
        Entry(key, title, abstract, doi(fields.get("doi", "")), arxiv.id if arxiv else "", int(year[0]) if year else 0)
    )
