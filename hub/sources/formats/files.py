"""Papers in files: which reader a file needs, and the folders that hold them."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

import orjson

from hub.errors import SourceError
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.sources.adapters import biorxiv, crossref, europepmc, oai
from hub.sources.adapters.feed import not_a_feed, read_feed
from hub.sources.formats import arxiv_snapshot, bibliographies, documents
from hub.sources.record import Record, Reject

Entries = Iterator[Record | Reject]
Reader = Callable[[bytes, str], Entries]
_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_FEEDS = frozenset({b"rss", b"feed", b"RDF", b"channel", b"html"})
_LINES = (".jsonl", ".ndjson", ".jsonlines")
LONGEST_LINE = 10_000_000
READERS: dict[str, Reader] = {
    "OAI-PMH": oai.read_oai,
    "PubmedArticleSet": documents.read_pubmed,
    "response": documents.read_plos,
    "dblp": documents.read_dblp,
    ".csv": bibliographies.read_csv,
    ".tsv": bibliographies.read_csv,
    ".bib": bibliographies.read_bibtex,
    ".ris": bibliographies.read_ris,
}
"""Readers of whole documents, by an XML document's root element, else by the file's suffix."""


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
    """Yield the entries of a file, each as a Record or as a Reject with its reason. Reads JSON lines as a stream."""
    try:
        with _opened(path) as stream:
            yield from _entries(stream, path)
    except (OSError, EOFError, zlib.error) as e:
        yield Reject(path.name, Said("the file cannot be read to its end ({why})", why=str(e)))


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _entries(stream: IO[bytes], path: Path) -> Entries:
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if suffix.lower() in _LINES:
        yield from read_lines(stream, path.name)
        return
    start = stream.readline(LONGEST_LINE) + stream.readline(LONGEST_LINE) if suffix.lower() == ".json" else b""
    if _is_lines(start):  # arXiv's snapshot is called .json, and has millions of lines
        yield from read_lines(chain(io.BytesIO(start), stream), path.name)
    else:
        yield from read_document(start + stream.read(), path.name, suffix.lower())


def _is_lines(start: bytes) -> bool:
    first, _, second = start.lstrip(b"\xef\xbb\xbf").strip().partition(b"\n")
    try:
        return second.lstrip()[:1] == b"{" and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def read_document(data: bytes, where: str, suffix: str = "") -> Entries:
    """Yield the entries of a document in memory, by what it holds rather than by what it is called."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        yield from _read_json(start, where)
    elif start[:1] == b"<" or suffix in (".xml", ".rdf", ".rss", ".atom", ".html"):
        yield from _read_xml(data, start, where)
    elif suffix in READERS:
        yield from READERS[suffix](data, where)
    else:
        start_of_it = start[:60].decode("utf-8", "replace").split("\n")[0]
        yield Reject(where, Said("it holds no papers in a form that is known; it begins {start!r}", start=start_of_it))


def _read_xml(data: bytes, start: bytes, where: str) -> Entries:
    found = _ROOT.search(start[:5000])
    root = found[1] if found else b""
    if root == b"RDF" and b"<records" in start[:5000]:
        yield from documents.read_osti(data, where)
    elif root in _FEEDS or not_a_feed(data):
        yield from read_feed(data, where)
    elif root.decode() in READERS:
        yield from READERS[root.decode()](data, where)
    elif not root:
        yield from read_feed(data, where)
    else:
        yield Reject(where, Said("XML whose root is <{root}> is in no format of papers that is known", root=root.decode()))


def _read_json(data: bytes, where: str) -> Entries:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        yield from read_lines(io.BytesIO(data), where)
        return
    yield from _json_entries(value, where, alone=True)


def _json_entries(value: Any, where: str, *, alone: bool = False) -> Entries:
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _json_entries(item, f"{where}: entry {number}")
        return
    if not isinstance(value, dict):
        yield Reject(where, Said("it is no JSON object"))
        return
    for name, reader in JSON_READERS.items():
        found = reader(value, where) if name in value else None
        if found is not None:
            yield from found
            return
    yield record_of(value, where)


JSON_READERS: dict[str, Callable[[dict[str, Any], str], Entries | None]] = {
    "message": crossref.read_works,
    "DOI": crossref.read_works,
    "resultList": europepmc.read_results,
    "collection": biorxiv.read_collection,
    "bibjson": documents.read_doaj,
    "authors_parsed": arxiv_snapshot.read_snapshot_line,
}
"""Readers of JSON objects, by a name that such an object has; None when it is not theirs after all."""


def read_lines(stream: Iterable[bytes], where: str) -> Entries:
    """Yield the entries of a stream of JSON lines, one in memory at a time."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            place = f"{where}: line {number}"
            try:
                value = orjson.loads(line.lstrip(b"\xef\xbb\xbf"))
            except orjson.JSONDecodeError as e:
                yield Reject(place, Said("it is not JSON ({why})", why=why_not_parsed(e)))
                continue
            yield from _json_entries(value, place)


def record_of(value: dict[str, Any], where: str) -> Record | Reject:
    """Return the Record of a JSON paper (the form of ``hub export jsonl``)."""
    lists = {name: value.get(name) or () for name in ("authors", "categories")}
    split = {
        name: names.split(";" if name == "authors" else None) if isinstance(names, str) else names
        for name, names in lists.items()
    }
    if not all(isinstance(names, (list, tuple)) for names in split.values()):
        return Reject(where, Said("its authors or categories are neither a list nor a line of text"))
    texts = {
        name: _text(value.get(name))
        for name in ("title", "abstract", "published", "updated", "id", "doi", "url", "source", "field")
    }
    version = value.get("version") or 0
    return Record(
        where=where,
        **texts,
        authors=[_text(name) for name in split["authors"]],
        categories=[_text(name) for name in split["categories"]],
        version=version if isinstance(version, int) and 0 <= version < 1000 else 0,
        announce=_text(value.get("announce")),
        journal=_text(value.get("journal")),
        types=(_text(value.get("kind")),) if value.get("kind") else (),
        origins=value["origins"] if isinstance(value.get("origins"), dict) else {},
        authors_in_one_line=isinstance(lists["authors"], str),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
