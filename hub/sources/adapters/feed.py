"""Feeds: RSS, Atom and RDF, through feedparser, with what each publisher does to them undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXParseException

import feedparser

from hub.errors import RejectCode
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.cleaning import clean
from hub.sources.adapters.publishers import as_publisher_means
from hub.sources.formats.xml import defines_entities, in_utf8, without_comments
from hub.sources.record import ANSWERED, Record, Reject, guarded, odd

_LEADING = re.compile(rb"^(?:\xef\xbb\xbf|\s)+")
_HTML = re.compile(rb"^(?:<\?xml[^>]*\?>)?\s*(?:<!doctype\s+html|<html\b)", re.I)
_NO_CHARACTER = re.compile(rb"&#(?:[xX][0-9a-fA-F]{7,}|\d{8,});?")
"""References to characters that there are not: one of them ends feedparser, and with it the whole feed."""
_ITEM_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>|<(?:\w+:)?(?:item|entry)[\s>]")

DAYS = ("published", "prism_publicationdate", "created", "prism_coverdate", "prism_coverdisplaydate")
"""Where an entry may say when it appeared, best first."""


def read_feed(data: bytes, where: str, source: str = "", *, field: str = "") -> Iterator[Record | Reject]:
    """Yield the entries of a feed: each as a Record, or as a Reject with its reason.

    ``source`` names the server or journal when the reader knows it (from the catalogue); else the feed says it.
    Never raises on bad input: what is no feed is one Reject.
    """
    # a long comment takes feedparser's parser quadratic time: 4 MB of it 2.6 s, 50 MB minutes
    data = _NO_CHARACTER.sub(b"", without_comments(_LEADING.sub(b"", in_utf8(data))))
    reason = not_a_feed(data)
    if reason:
        yield Reject(where, reason, RejectCode.UNKNOWN_FORM, whole=True)
        return
    try:
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    except Exception as e:  # noqa: BLE001 - feedparser fails on some broken markup; that must not end a refresh
        yield odd(where, e, rest=True)
        return
    if not parsed.entries:
        if not parsed.version:
            told = _with_why(Said("it is neither a feed nor another format that is known"), parsed)
            yield Reject(where, told, RejectCode.UNKNOWN_FORM, whole=True)
        elif parsed.bozo:
            yield Reject(where, _with_why(Said("the feed is broken before its first entry"), parsed), whole=True)
        return
    cut = bool(parsed.bozo) and _breaks_off_inside_entry(data)
    for number, entry in enumerate(parsed.entries, 1):
        place = f"{where}: entry {number}"
        if cut and number == len(parsed.entries):
            yield Reject(
                place, Said("the file breaks off inside this entry; read the feed again to get it whole"), RejectCode.CUT_OFF
            )
        elif is_arxiv_error(entry) or (len(parsed.entries) == 1 and entry.get("title", "").strip().casefold() == "error"):
            name = "arXiv" if is_arxiv_error(entry) else Said("the server")
            words = clean(entry.get("summary", "")) or Said("it does not say which")
            yield Reject(place, Said(ANSWERED, server=name, words=words), RejectCode.ANSWERED, whole=True)
        else:
            yield from guarded([(place, entry)], where, lambda item, at: _record(item, parsed.feed, at, source, field))


def not_a_feed(data: bytes) -> str:
    """Return why these bytes cannot be a feed, in plain words; empty when they may be one."""
    if not data.strip():
        return Said("it is empty")
    if _HTML.match(without_comments(_LEADING.sub(b"", data[:100_000]))):
        return Said("it is a web page (a login or a check for robots, perhaps), not a feed")
    if defines_entities(data):
        return Said("it defines entities of its own, which a feed has no need of and which can be an attack")
    return ""


def is_arxiv_error(entry: Any) -> bool:
    """Whether this is the entry that arXiv's API answers with when a request is wrong (API manual, 3.4)."""
    return entry.get("title", "").strip() == "Error" and "arxiv.org/api/errors" in entry.get("id", "")


def _with_why(what: Said, parsed: Any) -> Said:
    error = parsed.get("bozo_exception")
    return Said("{what} ({why})", what=what, why=why_not_parsed(error)) if isinstance(error, SAXParseException) else what


def _breaks_off_inside_entry(data: bytes) -> bool:
    marks = list(_ITEM_END.finditer(data))
    return bool(marks) and not marks[-1][0].startswith(b"</")


def _record(entry: Any, feed: Any, where: str, source: str, field: str) -> Record:
    link = entry.get("link", "") or entry.get("prism_url", "")
    record = Record(
        where=where,
        title=entry.get("title", ""),
        abstract=_abstract(entry),
        authors=_authors(entry),
        published=next((day for name in DAYS if (day := entry.get(name))), ""),
        updated=entry.get("updated", ""),
        listed=feed.get("updated", "") or feed.get("published", ""),
        id=entry.get("id", ""),
        doi=_doi(entry),
        url=link,
        source=source,
        field=field,
        categories=[tag.get("term", "") for tag in entry.get("tags", []) if tag.get("term")],
        types=tuple(t for t in (entry.get("prism_section", ""), entry.get("dc_type", "")) if t),
        journal=entry.get("arxiv_journal_ref", ""),
        comment=entry.get("arxiv_comment", ""),
        affiliations=[entry.get("arxiv_affiliation", "")],
        announce=entry.get("arxiv_announce_type", ""),
    )
    as_publisher_means(record, entry, feed)
    return record


def _authors(entry: Any) -> list[str]:
    authors = entry.get("authors", [])
    if isinstance(authors, str):  # an element of that name, as IEEE writes it
        return [name for name in authors.split(";") if name.strip()]
    return [author.get("name") or "" for author in authors]


def _abstract(entry: Any) -> str:
    texts = [content.get("value", "") for content in entry.get("content", [])] + [entry.get("summary", "")]
    return max(texts, key=len, default="")


def _doi(entry: Any) -> str:
    for name in ("prism_doi", "arxiv_doi", "dc_identifier"):
        if identifiers.doi(entry.get(name, "")):
            return str(entry[name])
    return next((text for text in (entry.get("id", ""), entry.get("link", "")) if identifiers.doi(text)), "")
