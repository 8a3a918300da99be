"""Large XML documents read entry by entry, without trusting them."""

from __future__ import annotations

import html.entities
import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from hub.sources.record import Reject

Element = ElementTree.Element
_ENTITY = re.compile(rb"<!ENTITY", re.I)


def elements(data: bytes, where: str, *names: str) -> Iterator[Element | Reject]:
    """Yield each element of one of these local names, namespaces taken off it; a Reject where the document breaks off.

    Documents that define entities are refused (they can be bombs); HTML's names for letters, which dblp uses, are known.
    """
    if _ENTITY.search(data[:20_000]):
        yield Reject(where, "it defines entities of its own, which can be an attack")
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
        yield Reject(where, f"the XML is broken and cannot be read beyond line {e.position[0]} ({e})")


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
