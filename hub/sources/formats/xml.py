"""Large XML documents read entry by entry, without trusting them."""

from __future__ import annotations

import codecs
import html.entities
import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.sources.record import Reject

Element = ElementTree.Element
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\?>")
_ELEMENT = re.compile(rb"<[A-Za-z_]")


def elements(data: bytes, where: str, *names: str) -> Iterator[Element | Reject]:
    """Yield each element of one of these local names, namespaces taken off it; a Reject where the document breaks off.

    Documents that define entities are refused (they can be bombs); HTML's names for letters, which dblp uses, are known.
    """
    if defines_entities(data):
        yield Reject(where, Said("it defines entities of its own, which can be an attack"))
        return
    parser = ElementTree.XMLParser()
    parser.entity.update({name: chr(code) for name, code in html.entities.name2codepoint.items()})
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(data), ("end",), parser):
            element.tag = local(element.tag)
            if element.tag in names:
                yield element
                element.clear()
    except ElementTree.ParseError as e:
        yield Reject(where, Said("the XML is broken and cannot be read any further ({why})", why=why_not_parsed(e)))


def defines_entities(data: bytes) -> bool:
    """Whether a document defines entities of its own: in what stands before its first element, in UTF-8 or UTF-16.

    >>> defines_entities(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), defines_entities(b"<a><![CDATA[<!ENTITY]]></a>")
    (True, False)
    """
    head = without_comments(in_utf8(data))
    first = _ELEMENT.search(head)
    return _ENTITY.search(head, 0, first.start() if first else len(head)) is not None


def in_utf8(data: bytes) -> bytes:
    """Return a document in UTF-16 or UTF-32 that says so by its first bytes in UTF-8; another one as it is."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _DECLARED.sub(b"", data.decode(charset, "replace").encode(), count=1)
    return data


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


def texts(element: Element, path: str) -> list[str]:
    """Return the text of each element at ``path`` that has some."""
    return [value for found in element.iterfind(path) if (value := " ".join("".join(found.itertext()).split()))]
