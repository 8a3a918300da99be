"""Zotero's RDF export. https://www.zotero.org/support/kb/export_formats"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from hub.errors import RejectCode
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.sources.formats.xml import Element, defines_entities, in_utf8, local, markup, text
from hub.sources.record import Record, Reject, guarded

NOT_REFERENCES = frozenset({"", "attachment", "note", "annotation"})


def read_zotero(data: bytes, where: str) -> Iterator[Record | Reject]:
    """Yield the references of a Zotero RDF file; journals, collections and attachments that stand beside them are none."""
    if defines_entities(data):
        told = Said("it defines entities of its own, which can be an attack")
        yield Reject(where, told, RejectCode.ENTITIES)
        return
    try:
        root = ElementTree.fromstring(in_utf8(data))
    except ElementTree.ParseError as e:
        told = Said("the XML is broken and cannot be read any further ({why})", why=why_not_parsed(e))
        yield Reject(where, told, RejectCode.BROKEN)
        return
    for element in root.iter():
        element.tag = local(element.tag)
    items = [(f"{where}: entry {n}", item) for n, item in enumerate(root, 1) if text(item, "itemType") not in NOT_REFERENCES]
    journals = {value: text(item, "title") for item in root for value in item.attrib.values() if item.tag == "Journal"}
    yield from guarded(items, where, lambda item, place: _reference(item, place, journals))


def _reference(item: Element, where: str, journals: dict[str, str]) -> Record | Reject:
    about = next(iter(item.attrib.values()), "")
    said = " ".join(item.itertext())
    doi = re.search(r"DOI:?\s+(10\.\S+)", said)
    link = text(item, "identifier/URI/value") or (about if about.startswith("http") else "")
    arxiv = re.search(r"https?://(?:[^\s/]*\.)?arxiv\.org/\S+|arXiv:\S+", f"{link} {said}", re.I)
    found = identifiers.arxiv_id(arxiv[0]) if arxiv else None
    part_of = item.find("isPartOf")
    within = text(part_of, "*/title") if part_of is not None else ""
    if part_of is not None and not within:
        within = next((journals[value] for value in part_of.attrib.values() if value in journals), "")
    return Record(
        where,
        key=about,
        title=markup(item.find("title")),
        abstract=markup(item.find("abstract")),
        authors=[
            WholeName(f"{text(p, 'givenName') or text(p, 'givenname')} {text(p, 'surname')}".strip())
            for p in item.iterfind("authors//Person")
        ],
        published=text(item, "date"),
        id=f"arXiv:{found.id}" if found else "",
        doi=doi[1] if doi else "",
        url=link,
        source=within or text(item, "publisher/Organization/name"),
        authors_in_one_line=False,
    )
