"""Large XML documents read entry by entry, without trusting them."""

from __future__ import annotations

import codecs
import html.entities
import io
import re
from collections.abc import Generator, Iterator
from xml.etree import ElementTree

from hub.errors import RejectCode
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.sources.formats.text import decoded
from hub.sources.record import Reject

Element = ElementTree.Element
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""")
_KNOWN_TO_EXPAT = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"utf-16"})
_START_TAG = re.compile(rb"<[A-Za-z_][^<>]*>")
_SPACE = b"\xef\xbb\xbf \t\r\n"
MOST_BREAKS = 100
"""A document that is broken in more places is given up."""
_UNFINISHED = frozenset({3, 5, 6, 20})
"""Expat's codes for a document that ends too early: no element found, an unclosed token, a cut character, an unclosed CDATA."""
_SHOWN = frozenset({"sup", "sub", "math", "inline-formula", "disp-formula", "tex-math"})
"""Elements whose tags change what the text in them says: 10<sup>6</sup> is not 106."""
_ELEMENT = re.compile(rb"<[A-Za-z_]")


def elements(data: bytes, where: str, *names: str) -> Iterator[Element | Reject]:
    """Yield each element of one of these local names, namespaces taken off it; a Reject where the document is broken.

    What is broken costs the element that it stands in: reading goes on with the next one.

    Documents that define entities are refused (they can be bombs); HTML's names for letters, which dblp uses, are known.
    """
    if defines_entities(data):
        yield Reject(where, Said("it defines entities of its own, which can be an attack"), RejectCode.ENTITIES, whole=True)
        return
    data = _in_known_charset(data.lstrip(_SPACE))
    found = _START_TAG.search(data, 0, 100_000)
    root = found[0] if found and not found[0].endswith(b"/>") else b""
    opening = re.compile(rb"<(?:[\w.-]+:)?(?:" + b"|".join(name.encode() for name in names) + rb")[\s>]")
    for _ in range(MOST_BREAKS):
        error = yield from _parsed(data, names)
        if error is None:
            return
        yield Reject(where, Said("the XML is broken ({why})", why=why_not_parsed(error)), _code(error), whole=True)
        following = opening.search(data, _offset(data, *error.position) + 1)
        if following is None or not root:
            return
        data = root + data[following.start() :]
    yield Reject(where, Said("the XML is broken in too many places and was not read any further"), RejectCode.BROKEN, whole=True)


def _parsed(data: bytes, names: tuple[str, ...]) -> Generator[Element, None, ElementTree.ParseError | None]:
    parser = ElementTree.XMLParser()
    parser.entity.update({name: chr(code) for name, code in html.entities.name2codepoint.items()})
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(data), ("end",), parser):
            element.tag = local(element.tag)
            if element.tag in names:
                yield element
                element.clear()
    except ElementTree.ParseError as e:
        return e
    return None


def _offset(data: bytes, line: int, column: int) -> int:
    """Return where in a document a line and column are, in bytes (its columns count characters: never too far)."""
    at = 0
    for _ in range(line - 1):
        at = data.find(b"\n", at) + 1
        if not at:
            return len(data)
    return at + column


def _code(error: ElementTree.ParseError) -> RejectCode:
    return RejectCode.CUT_OFF if error.code in _UNFINISHED else RejectCode.BROKEN


def defines_entities(data: bytes) -> bool:
    """Whether a document defines entities of its own: in what stands before its first element, in UTF-8 or UTF-16.

    >>> defines_entities(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), defines_entities(b"<a><![CDATA[<!ENTITY]]></a>")
    (True, False)
    """
    head = without_comments(in_utf8(data))
    first = _ELEMENT.search(head)
    return _ENTITY.search(head, 0, first.start() if first else len(head)) is not None


def in_utf8(data: bytes) -> bytes:
    """Return a document in UTF-16 or UTF-32 in UTF-8, another as it is; without a mark its first signs tell (XML 1.0, F.1)."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _DECLARED.sub(b"", data.decode(charset, "replace").encode(), count=1)
    for first, charset in _UNMARKED:
        if data.startswith(first):
            return _DECLARED.sub(b"", data.decode(charset, "replace").encode(), count=1)
    return data


def _in_known_charset(data: bytes) -> bytes:
    """Return a document that says it is in a charset which expat does not know (GB2312, or a misspelt one) in UTF-8."""
    declared = _CHARSET.match(data)
    if declared is None or declared[1].lower() in _KNOWN_TO_EXPAT:
        return data
    try:
        text = data.decode(declared[1].decode("ascii"))
    except (LookupError, ValueError):  # ValueError: not ASCII, or not in that charset after all
        text = decoded(data)
    return _DECLARED.sub(b"", text.encode("utf-8", "replace"), count=1)


def without_comments(data: bytes) -> bytes:
    """Return a document without its comments. They may take most of it, and parsers long; one that has no end stays."""
    kept, at = [], 0
    while (start := data.find(b"<!--", at)) >= 0 and (end := data.find(b"-->", start + 4)) >= 0:
        kept.append(data[at:start])
        at = end + 3
    return b"".join([*kept, data[at:]]) if kept else data


def local(tag: str) -> str:
    """Return the name of a tag without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text(element: Element | None, path: str = ".") -> str:
    """Return all text inside the first element at ``path``; empty when it is not there."""
    found = element.find(path) if element is not None else None
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def markup(element: Element | None) -> str:
    """Return the text inside an element as markup for :mod:`hub.papers.cleaning`: sub- and superscripts keep their tags.

    >>> markup(ElementTree.fromstring("<t>At 10<sup>6</sup> <i>in vivo</i> &lt; 3</t>"))
    'At 10<sup>6</sup> in vivo &lt; 3'
    """
    if element is None:
        return ""
    if not len(element):
        return " ".join(html.escape(element.text or "", quote=False).split())
    parts: list[str] = []
    pending: list[tuple[Element, int]] = [(element, 0)]
    while pending:  # not by recursion: a document may be deeper than Python's stack
        at, stage = pending.pop()
        name = local(at.tag)
        shown = name in _SHOWN and at is not element
        if stage == 0:
            parts += [f"<{name}>" if shown else "", html.escape(at.text or "", quote=False)]
            pending.append((at, 1))
            pending += [(child, 0) for child in reversed(at)]
        else:
            parts += [f"</{name}>" if shown else "", html.escape(at.tail or "", quote=False) if at is not element else ""]
    return " ".join("".join(parts).split())


def texts(element: Element, path: str) -> list[str]:
    """Return the text of each element at ``path`` that has some."""
    return [value for found in element.iterfind(path) if (value := " ".join("".join(found.itertext()).split()))]
