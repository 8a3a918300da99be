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
from hub.papers.fields import is_known_field
from hub.sources.formats.xml import defines_entities, in_utf8, without_comments
from hub.sources.record import ANSWERED, Record, Reject

_LEADING = re.compile(rb"^(?:\xef\xbb\xbf|\s)+")
_HTML = re.compile(rb"^(?:<\?xml[^>]*\?>)?\s*(?:<!doctype\s+html|<html\b)", re.I)
_ITEM_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>|<(?:\w+:)?(?:item|entry)[\s>]")
_PAIRS = re.compile(r"(Publication date|Source|Author\(s\))\s*:\s*(?:</b>\s*)?(.*?)</p>", re.I | re.S)
_PENSOFT = re.compile(
    r"<p>DOI:\s*(?P<doi>.*?)</p>\s*<p>Authors?:\s*(?P<authors>.*?)</p>\s*<p>(?:Abstract:\s*)?(?P<abstract>.*)</p>", re.S
)
_LISTS = re.compile(
    r"\s*[:|–-]\s*(?:most recent articles|latest articles|latest issue|current issue|table of contents|advance.*)$", re.I
)
_ARXIV_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.S)


def read_feed(data: bytes, where: str, source: str = "", *, field: str = "") -> Iterator[Record | Reject]:
    """Yield the entries of a feed: each as a Record, or as a Reject with its reason.

    ``source`` names the server or journal when the reader knows it (from the catalogue); else the feed says it.
    Never raises on bad input: what is no feed is one Reject.
    """
    # a long comment takes feedparser's parser quadratic time: 4 MB of it 2.6 s, 50 MB minutes
    data = without_comments(_LEADING.sub(b"", in_utf8(data)))
    reason = not_a_feed(data)
    if reason:
        yield Reject(where, reason, RejectCode.UNKNOWN_FORM)
        return
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        if not parsed.version:
            yield Reject(
                where, _with_why(Said("it is neither a feed nor another format that is known"), parsed), RejectCode.UNKNOWN_FORM
            )
        elif parsed.bozo:
            yield Reject(where, _with_why(Said("the feed is broken before its first entry"), parsed))
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
            yield Reject(place, Said(ANSWERED, server=name, words=words), RejectCode.ANSWERED)
        else:
            yield _record(entry, parsed.feed, place, source, field)


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
        authors=[author.get("name", "") for author in entry.get("authors", [])],
        published=entry.get("published", "") or entry.get("prism_publicationdate", "") or entry.get("created", ""),
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
        announce=entry.get("arxiv_announce_type", ""),
    )
    _by_publisher(record, entry, feed)
    return record


def _abstract(entry: Any) -> str:
    texts = [content.get("value", "") for content in entry.get("content", [])] + [entry.get("summary", "")]
    return max(texts, key=len, default="")


def _doi(entry: Any) -> str:
    for name in ("prism_doi", "arxiv_doi", "dc_identifier"):
        if identifiers.doi(entry.get(name, "")):
            return str(entry[name])
    return next((text for text in (entry.get("id", ""), entry.get("link", "")) if identifiers.doi(text)), "")


def _by_publisher(record: Record, entry: Any, feed: Any) -> None:
    address = f"{record.url} {record.id} {feed.get('link', '')}"
    for marks, mend in _PUBLISHERS:
        if any(mark in address for mark in marks):
            mend(record, entry, feed)
            break
    else:
        _plain(record, entry, feed)
    record.title = record.title.removeprefix("\ufeff")


def _journal(feed: Any, entry: Any) -> str:
    name = feed.get("prism_publicationname", "") or entry.get("prism_publicationname", "") or feed.get("title", "")
    return str(name)


def _plain(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or _LISTS.sub("", _journal(feed, entry))
    if record.types == () and len(record.categories) == 1:
        record.types = (record.categories[0],)


def _arxiv(record: Record, entry: Any, feed: Any) -> None:
    record.source = "arXiv"
    record.authors = [name for raw in record.authors for name in (_ARXIV_LINK.findall(raw) or [raw])]
    primary = entry.get("arxiv_primary_category", {}).get("term", "")
    record.field = primary or (record.categories[0] if record.categories else "")
    if record.doi and "10.48550" in record.doi:
        record.doi = ""


def _rxiv(record: Record, entry: Any, feed: Any) -> None:
    record.source = "medRxiv" if "medrxiv" in record.url.lower() else "bioRxiv"
    record.doi = record.doi or _bmj_doi(record.url)
    found = re.search(r"v(\d+)(?:\?|$|\.)", record.url)
    record.version = int(found[1]) if found else 1
    title = feed.get("title", "")
    subject = title.split(":")[-1].strip() if ":" in title else ""
    section = entry.get("prism_section", "").strip()
    record.field = section or record.field or (subject if is_known_field(subject) else "")
    record.types = ()


def _bmj_doi(url: str) -> str:
    found = re.search(r"/short/([\d.]+)v\d+", url)
    return f"10.1101/{found[1]}" if found else ""


def _chemrxiv(record: Record, entry: Any, feed: Any) -> None:
    record.source = "ChemRxiv"


def _nature(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or _journal(feed, entry)
    record.abstract = re.sub(r"^\s*<p>[^<]*Published online:.*?</p>", "", record.abstract, count=1, flags=re.S)
    if record.abstract.strip() == record.title.strip():
        record.abstract = ""


def _sciencedirect(record: Record, entry: Any, feed: Any) -> None:
    pairs = {name.lower(): value for name, value in _PAIRS.findall(record.abstract)}
    record.published = record.published or pairs.get("publication date", "")
    record.authors = record.authors or [pairs.get("author(s)", "")]
    journal = re.sub(r"<[^>]+>", "", pairs.get("source", "")).split(", Volume")[0]
    record.source = record.source or journal.strip() or feed.get("title", "").removeprefix("ScienceDirect Publication: ")
    if pairs:
        record.abstract = ""


def _tandf(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or entry.get("dc_source", "") or feed.get("prism_publicationname", "")
    record.abstract = ""
    record.published = record.published or record.updated


def _acs(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "")
    cite = re.search(r"<cite>(.*?)</cite>", record.abstract)
    if cite:
        record.source = record.source if record.source != feed.get("title") else cite[1]
        record.abstract = ""
    if "paragraphSection" not in record.abstract:
        record.abstract = ""


def _silverchair(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or re.sub(r"\s+(?:Current Issue|Advance Access|Latest.*)$", "", feed.get("title", ""))


def _rsc(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "")
    head = re.search(r"<p><strong>(.*?)</strong>.*?</p>(?:\s*<p>(?P<authors>[^<]*)</p>)?", record.abstract, re.S)
    if head:
        record.types = (head[1],)
        record.authors = record.authors or [head["authors"] or ""]
    rest = re.sub(r"<p>\s*<a .*?</a>\s*</p>", "", record.abstract[head.end() :] if head else record.abstract, flags=re.S)
    record.abstract = rest


def _pensoft(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "").removeprefix("Latest Articles from ")
    record.types = tuple(record.categories)
    record.categories = []
    found = _PENSOFT.search(record.abstract)
    if found:
        record.doi, record.authors, record.abstract = found["doi"], [found["authors"]], found["abstract"]
    record.abstract = re.sub(
        r"\s*(?:<[^>]*>|\s)*\bHTML\b(?:<[^>]*>|\s)*\bXML\b(?:<[^>]*>|\s)*\bPDF\b(?:<[^>]*>|\s)*$", "", record.abstract
    )


def _pubmed(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or entry.get("dc_source", "")
    content = next((c.get("value", "") for c in entry.get("content", [])), "")
    after = re.split(r"<p>\s*<b>\s*ABSTRACT\s*</b>\s*</p>", content, maxsplit=1)
    record.url = re.sub(r"\?.*", "", record.url)
    record.abstract = re.split(r"<p[^>]*>\s*PMID:", after[1], maxsplit=1)[0] if len(after) == 2 else entry.get("summary", "")
    record.types = ()


def _cnki(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "").removesuffix("-CNKI")
    leading = record.abstract.split(";")
    count = next((n for n, part in enumerate(leading) if len(part) > 40 or "," in part), len(leading))
    if count < len(leading) and len(leading) > 1:
        record.authors, record.abstract = leading[:count], ";".join(leading[count:])
    record.abstract = record.abstract.removeprefix("<正>").strip("~")


def _ssrn(record: Record, entry: Any, feed: Any) -> None:
    record.source = "SSRN"


_PUBLISHERS = (
    (("arxiv.org", "oai:arXiv"), _arxiv),
    (("biorxiv.org", "medrxiv.org"), _rxiv),
    (("chemrxiv.org",), _chemrxiv),
    (("nature.com",), _nature),
    (("sciencedirect.com",), _sciencedirect),
    (("tandfonline.com",), _tandf),
    (("pubs.acs.org",), _acs),
    (("academic.oup.com",), _silverchair),
    (("pubs.rsc.org",), _rsc),
    (("pensoft.net",), _pensoft),
    (("pubmed.ncbi",), _pubmed),
    (("cnki.net",), _cnki),
    (("ssrn.com",), _ssrn),
)
"""What an address holds, and how entries from there are mended."""
