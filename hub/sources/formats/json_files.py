"""JSON of every service that papers are saved from: whole documents, JSON lines, and those that break off."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from hub.errors import RejectCode
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.sources.adapters import biorxiv, europepmc
from hub.sources.formats import arxiv_snapshot, csl, datacite, documents, objects
from hub.sources.formats.text import decoded
from hub.sources.formats.unpacked import LONGEST_LINE
from hub.sources.record import Record, Reject, guarded, odd

Entries = Iterator[Record | Reject]
WORKS = frozenset({"issued", "published", "posted", "created", "container-title", "published-print", "published-online"})
OURS = frozenset({"title", "published", "source"})
"""Names that a paper of ``hub export jsonl`` always has."""
DEEPEST = 3
"""Lists inside lists that are looked into for papers."""


def read_json(data: bytes, where: str) -> Entries:
    """Yield the entries of a JSON document."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as e:
        if data[:1] == b"{" and b"\n" in data.strip():
            yield from read_lines(io.BytesIO(data), where)
        else:
            yield from _broken_json(data, where, e)
        return
    yield from _json_entries(value, where)


def _broken_json(data: bytes, where: str, error: orjson.JSONDecodeError) -> Entries:
    """Yield the whole objects of a list that is broken somewhere, as a file that was not copied to its end is; and the break."""
    read = json.JSONDecoder()
    text, at, number = decoded(data), 1, 0
    while data[:1] == b"[":
        at = _after_comma(text, at)
        try:
            value, at = read.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        number += 1
        yield from _json_entries(value, f"{where}: entry {number}")
    code = RejectCode.CUT_OFF if at + 1 >= len(text.rstrip()) or error.pos >= len(text.rstrip()) - 1 else RejectCode.BROKEN
    yield Reject(where, Said("it is not JSON ({why})", why=why_not_parsed(error)), code, whole=True)


def _after_comma(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _json_entries(value: Any, where: str, depth: int = 0) -> Entries:
    if isinstance(value, list):
        if depth >= DEEPEST:
            yield Reject(where, Said("it holds lists inside lists, not papers"), RejectCode.WRONG_TYPE)
            return
        for number, item in enumerate(value, 1):
            yield from _json_entries(item, f"{where}: entry {number}", depth + 1)
        return
    if not isinstance(value, dict):
        yield Reject(where, Said("it is no JSON object"), RejectCode.WRONG_TYPE)
        return
    try:
        for name, reader in JSON_READERS.items():
            found = reader(value, where) if name in value else None
            if found is not None:
                yield from found
                return
    except Exception as e:  # noqa: BLE001 - one odd value costs one entry
        yield odd(where, e)
        return
    items = objects.inside_of(value) if "title" not in value else list(objects.rows_of(value)) or None
    if items is not None:
        yield from _json_entries(items, where, depth + 1)
        return
    own = value.keys() >= OURS
    yield from guarded([(where, value)], where, record_of if own else objects.record_of_object)


def _bare(value: dict[str, Any], where: str) -> Entries | None:
    """Return the work, where an object with a DOI is one of Crossref's or CSL's rather than of a form of its own."""
    return csl.read_works(value, where) if WORKS & value.keys() and "itemType" not in value else None


def _csl(value: dict[str, Any], where: str) -> Entries | None:
    return csl.read_works(value, where) if csl.is_csl(value) else None


JSON_READERS: dict[str, Callable[[dict[str, Any], str], Entries | None]] = {
    "message": csl.read_works,
    "DOI": _bare,
    "type": _csl,
    "data": datacite.read_records,
    "attributes": datacite.read_records,
    "titles": datacite.read_records,
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
            if len(line) > LONGEST_LINE:
                told = Said("it has more than {n:,} characters", n=LONGEST_LINE)
                yield Reject(place, told, RejectCode.TOO_LARGE)
                continue
            try:
                value = orjson.loads(line.lstrip(b"\xef\xbb\xbf"))
            except orjson.JSONDecodeError as e:
                yield Reject(place, Said("it is not JSON ({why})", why=why_not_parsed(e)), RejectCode.BROKEN)
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
        return Reject(where, Said("its authors or categories are neither a list nor a line of text"), RejectCode.WRONG_TYPE)
    if isinstance(value.get("title"), (list, dict)):
        return Reject(where, Said("its title is no text"), RejectCode.WRONG_TYPE)
    texts = {
        name: csl.first_text(value.get(name))
        for name in ("title", "abstract", "published", "updated", "id", "doi", "url", "source", "field", "announce", "journal")
    }
    version, kind = value.get("version") or 0, csl.first_text(value.get("kind"))
    origins = value.get("origins")
    return Record(
        where=where,
        **texts,  # type: ignore[arg-type]
        authors=[name for author in split["authors"] if (name := _author(author))],
        categories=[name for category in split["categories"] if (name := csl.first_text(category))],
        version=version if isinstance(version, int) and 0 <= version < 1000 else 0,
        types=(kind,) if kind else (),
        status=csl.first_text(value.get("status")),
        origins={str(k): str(v) for k, v in origins.items()} if isinstance(origins, dict) else {},
        affiliations=csl.workplaces(value.get("institutions")),
        authors_in_one_line=isinstance(lists["authors"], str),
    )


def _author(value: Any) -> str:
    return csl.person(value) if isinstance(value, dict) else csl.first_text(value)


def is_lines(start: bytes) -> bool:
    """Whether the first two lines of a file are JSON objects."""
    first, _, second = start.lstrip(b"\xef\xbb\xbf").strip().partition(b"\n")
    try:
        return second.lstrip()[:1] == b"{" and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False
