"""Papers in files: which reader a file needs, and the folders that hold them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

from hub.errors import RejectCode, SourceError
from hub.i18n.messages import Said
from hub.sources.adapters import oai
from hub.sources.adapters.feed import not_a_feed, read_feed
from hub.sources.formats import bibtex, documents, refworks, tables, tagged, zotero
from hub.sources.formats.json_files import is_lines, read_json, read_lines
from hub.sources.formats.streamed import LARGE, Form, is_wide, parts_of, read_parts
from hub.sources.formats.text import decoded
from hub.sources.formats.unpacked import LONGEST_LINE, Unpacked, lines_of
from hub.sources.record import Record, Reject, odd

Entries = Iterator[Record | Reject]
Reader = Callable[[bytes, str], Entries]
_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_FEEDS = frozenset({b"rss", b"feed", b"RDF", b"channel", b"html"})
_LINES = (".jsonl", ".ndjson", ".jsonlines")
_SPACE = b"\xef\xbb\xbf \t\r\n"
LARGEST_DOCUMENT = 2_000_000_000
"""Bytes of a file that has to be read whole; JSON lines are read one by one, however many."""
PART = 1 << 20
HEAD = 200_000
"""Characters of a text by which its form is told."""
XML_READERS: dict[str, Reader] = {
    "OAI-PMH": oai.read_oai,
    "PubmedArticleSet": documents.read_pubmed,
    "PubmedArticle": documents.read_pubmed,
    "response": documents.read_plos,
    "dblp": documents.read_dblp,
    "result": documents.read_dblp_search,
    "MedlineCitationSet": documents.read_medline,
    "article": documents.read_jats,
    "pmc-articleset": documents.read_jats,
    "xml": documents.read_endnote,
    "records": documents.read_endnote,
}
"""Readers of XML documents by their root element."""
SERVICES = frozenset({"OAI-PMH", "PubmedArticleSet", "response", "dblp"})
"""Roots that only services' answers have."""
TEXT_FORMS = (
    Form(tagged.is_ris, lambda parts: tagged.read_ris, (b"TY ", b"ty ")),
    Form(tagged.is_nbib, lambda parts: tagged.read_nbib, (b"PMID-",)),
    Form(tagged.is_web_of_science, lambda parts: tagged.read_web_of_science, (b"PT ",)),
    Form(refworks.is_refworks, lambda parts: refworks.read_refworks, (b"RT ",)),
    Form(refworks.is_noteexpress, lambda parts: refworks.read_noteexpress, (b"{Reference Type}",)),
    Form(bibtex.is_bibtex, bibtex.begin_in_parts, (b"@",)),
    Form(lambda text: tables.header_of(text) is not None, lambda parts: tables.Table().read),
)
"""Forms of plain text: the first that fits."""
BRACED = b"{Reference Type}"
"""What NoteExpress's form begins with, which looks like JSON."""
OTHER_FILES = (
    (
        b"PK\x03\x04",
        Said("it is packed (an Excel or Word document, or a ZIP archive): save its table as CSV, or unpack it"),
    ),
    (b"%PDF", Said("it is a PDF, not a list of papers: export the references from your reference manager")),
    (b"\xd0\xcf\x11\xe0", Said("it is an old Excel or Word document: save its table as CSV")),
    (b"SQLite format", Said("it is a database: export its references as BibTeX, RIS or CSV")),
    (b"PAR1", Said("it is a Parquet table: save it as CSV or JSON lines")),
)


def files_in(paths: list[Path]) -> Iterator[Path]:
    """Yield the files that ``paths`` name, folders walked in the order of their names; hidden ones are left out.

    Raises
    ------
    SourceError
        When a path is not there.
    """
    for path in paths:
        if path.is_dir():
            yield from (
                f
                for f in sorted(path.rglob("*"))
                if f.is_file() and not any(p.startswith(".") for p in f.relative_to(path).parts)
            )
        elif path.exists():
            yield path
        else:
            raise SourceError(Said("There is no file or folder {path}: check the path.", path=path), url=str(path))


def read_file(path: Path) -> Entries:
    """Yield the entries of a file, each as a Record or as a Reject with its reason. Reads JSON lines as a stream.

    Of a file that breaks off, as a gzip file that was not copied whole, what stands before the break is read, and told.
    """
    try:
        stream = Unpacked(path)
    except OSError as e:
        yield Reject(path.name, Said("the file cannot be read ({why})", why=e.strerror or str(e)), RejectCode.UNREADABLE)
        return
    try:
        yield from _entries(stream, path)
    except Exception as e:  # noqa: BLE001 - a fault of one reader must not lose the files that come after it
        yield odd(path.name, e, rest=True)
    finally:
        stream.close()
    if stream.wrong:
        yield Reject(path.name, *stream.wrong)


def _entries(raw: Unpacked, path: Path) -> Entries:
    stream = io.BufferedReader(raw, PART)
    suffix = (Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix).lower()
    if suffix in _LINES:
        yield from read_lines(lines_of(stream), path.name)
        return
    head = b""
    if stream.peek(PART)[:PART].lstrip(_SPACE)[:1] == b"{":  # arXiv's snapshot is called .json, and has millions of lines
        head = stream.readline(LONGEST_LINE) + stream.readline(LONGEST_LINE)
        if is_lines(head):
            yield from read_lines(chain(io.BytesIO(head), lines_of(stream)), path.name)
            return
    start = head + stream.read(LARGE)
    if len(start) >= LARGE and (form := _large_form(start)):
        yield from read_parts(
            parts_of(_Again(start, stream), form.starts), form.begin(lambda: _parts_again(path, form)), path.name
        )
        return
    parts = [start]
    while (part := stream.read(PART)) and sum(map(len, parts)) < LARGEST_DOCUMENT:
        parts.append(part)
    if part:
        million = LARGEST_DOCUMENT // 1_000_000
        told = Said("it has more than {n:,} MB, which cannot be read whole: part it, or give it as JSON lines", n=million)
        yield Reject(path.name, told, RejectCode.TOO_LARGE)
        return
    yield from read_document(b"".join(parts), path.name, suffix)


def _large_form(start: bytes) -> Form | None:
    """Return the form of a large text that can be read in parts; None for anything else."""
    first = start[:1000].lstrip(_SPACE)
    if (first[:1] in (b"{", b"[", b"<") and not first.startswith(BRACED)) or is_wide(start):
        return None
    text = decoded(start[:HEAD])
    return next((form for form in TEXT_FORMS if form.fits(text)), None)


def _parts_again(path: Path, form: Form) -> Iterator[bytes]:
    stream = Unpacked(path)
    try:
        yield from parts_of(io.BufferedReader(stream, PART), form.starts)
    finally:
        stream.close()


class _Again:
    """A stream of which the start was read already."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, those of the start first."""
        if not self._start:
            return self._rest.read(size)
        given, self._start = self._start[:size], self._start[size:]
        return given


def read_document(data: bytes, where: str, suffix: str = "") -> Entries:
    """Yield the entries of a document in memory, by what it holds rather than by what it is called. Never raises."""
    try:
        yield from _document(data, where, suffix)
    except Exception as e:  # noqa: BLE001 - a fault of a parser costs what it could not read, and is told
        yield odd(where, e, rest=True)


def _document(data: bytes, where: str, suffix: str) -> Entries:
    start = data.lstrip(_SPACE)
    if not start:
        yield Reject(where, Said("it is empty"), RejectCode.UNKNOWN_FORM, whole=True)
    elif other := next((told for mark, told in OTHER_FILES if start.startswith(mark)), None):
        yield Reject(where, other, RejectCode.UNKNOWN_FORM, whole=True)
    elif start[:1] in (b"{", b"[") and not start.startswith(BRACED):
        yield from read_json(start, where)
    elif start[:1] == b"<" or suffix in (".xml", ".rdf", ".rss", ".atom", ".html"):
        yield from _read_xml(data, start, where)
    else:
        yield from _read_text(data, where, suffix)


def _read_text(data: bytes, where: str, suffix: str) -> Entries:
    text = decoded(data)
    if text[:1] in ("{", "[", "<") and data[:1] != text[:1].encode():  # it was in UTF-16
        yield from read_document(text.encode(), where, suffix)
        return
    head = text[:HEAD]
    form = next((form for form in TEXT_FORMS if form.fits(head)), None)
    if form is not None and (entries := _some(form.begin(lambda: iter((data,)))(data, where, 0))):
        yield from entries
        return
    refused = tagged.without_form(head, where)
    if refused is None and form is None and suffix in (".csv", ".tsv"):
        refused = tables.without_title(head, where)
    begins = text[:60].strip().split("\n")[0]
    told = Said("it holds no papers in a form that is known; it begins {start!r}", start=begins)
    yield refused or Reject(where, told, RejectCode.UNKNOWN_FORM, whole=True)


def _some(entries: Entries) -> Entries | None:
    """Return the entries, not yet read; None where there are none."""
    first = list(islice(entries, 1))
    return chain(first, entries) if first else None


def _read_xml(data: bytes, start: bytes, where: str) -> Entries:
    found = _ROOT.search(start[:5000])
    root = found[1] if found else b""
    if root == b"RDF" and b"<records" in start[:5000]:
        yield from documents.read_osti(data, where)
    elif root == b"RDF" and b"www.zotero.org/namespaces/export" in start[:5000]:
        yield from zotero.read_zotero(data, where)
    elif root in _FEEDS or not_a_feed(data):
        yield from read_feed(data, where)
    elif root.decode() in SERVICES:  # whose answers may hold nothing
        yield from XML_READERS[root.decode()](data, where)
    elif root.decode() in XML_READERS and (entries := _some(XML_READERS[root.decode()](data, where))):
        yield from entries
    elif not root:
        yield from read_feed(data, where)
    else:
        yield Reject(
            where,
            Said("XML whose root is <{root}> is in no format of papers that is known", root=root.decode()),
            RejectCode.UNKNOWN_FORM,
        )
