"""Lists of feeds as OPML, in and out. http://opml.org/spec2.opml"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import listparser

from hub.errors import SourceError
from hub.i18n.messages import Said, said_by
from hub.permissions import Action, require
from hub.settings import Settings
from hub.sources.catalogue import Protocol, Source, add
from hub.sources.formats.xml import defines_entities


def opml_of(sources: Iterable[Source]) -> bytes:
    """Return the sources that have a feed as OPML."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "AcademicHub sources"
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        if source.protocol in (Protocol.FEED, Protocol.ARXIV) and source.url:
            label = f"{source.name} ({source.field})" if source.field else source.name
            ElementTree.SubElement(body, "outline", type="rss", text=label, title=label, xmlUrl=source.url)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def add_opml(home: Path, config: Settings, data: bytes) -> dict[str, str | None]:
    """Add the feeds of an OPML list; return by address why each was not added, None for those that were.

    Raises
    ------
    SourceError
        When the file holds no list of feeds.
    """
    require(Action.SOURCES)
    if defines_entities(data):
        raise SourceError(Said("This OPML file defines entities of its own, which can be an attack. It was not read."))
    feeds = listparser.parse(data.decode("utf-8-sig", "replace")).feeds
    if not feeds:
        raise SourceError(Said("This file holds no list of feeds. Give an OPML file, as feed readers export it."))
    outcome: dict[str, str | None] = {}
    for feed in feeds:
        try:
            add(home, config, feed.title or feed.url, feed.url)
            outcome[feed.url] = None
        except SourceError as e:
            outcome[feed.url] = said_by(e)
    return outcome
