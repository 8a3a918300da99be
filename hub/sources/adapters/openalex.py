"""OpenAlex: the newest works of a filter. https://docs.openalex.org/api-entities/works"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from hub.sources.adapters.page import Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.formats.csl import affiliations
from hub.sources.record import Record, guarded, numbered
from hub.sources.web.client import Client

API = "https://api.openalex.org/works"
ROWS = 200
RECENT_DAYS = 7
SELECT = "id,doi,title,publication_date,type,authorships,primary_location,primary_topic,abstract_inverted_index,is_retracted,ids"


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the works of these days that match the source's filter (``source.set``), by cursor."""
    first, last = since or date.today() - timedelta(days=RECENT_DAYS), until or date.today()
    days = f"from_publication_date:{first},to_publication_date:{last}"
    asked = {"filter": ",".join(filter(None, (source.set, days))), "per-page": str(ROWS), "select": SELECT}
    if client.contact:
        asked["mailto"] = client.contact
    if key := client.key("openalex"):
        asked["api_key"] = key
    base = f"{source.url or API}?{urlencode(asked)}"

    def read(answer: dict[str, Any], at: str) -> Listed:
        meta, items = answer["meta"], answer["results"]
        entries = list(guarded(numbered(items, source.id), source.id, partial(_record, source)))
        following = meta.get("next_cursor")
        next_page = f"{base}&{urlencode({'cursor': following})}" if following else ""
        return Listed(entries, next_page, int(meta.get("count") or 0))

    yield from listing(source, client, cursor, f"{base}&cursor=%2A", read)


def abstract_of(index: dict[str, list[int]] | None) -> str:
    """Return the text of which OpenAlex tells where each word stands.

    >>> abstract_of({"moss": [1, 3], "Wet": [0], "is": [2]})
    'Wet moss is moss'
    """
    return " ".join(word for _, word in sorted((at, word) for word, places in (index or {}).items() for at in places))


def _record(source: Source, item: dict[str, Any], where: str) -> Record:
    place = ((item.get("primary_location") or {}).get("source") or {}).get("display_name") or ""
    topic = ((item.get("primary_topic") or {}).get("field") or {}).get("display_name") or ""
    names = [(author.get("author") or {}).get("display_name") or "" for author in item.get("authorships") or []]
    return Record(
        where, title=item.get("title") or "", abstract=abstract_of(item.get("abstract_inverted_index")), authors=names,
        published=item.get("publication_date") or "", doi=item.get("doi") or "", id=item.get("doi") or item.get("id") or "",
        url=item.get("doi") or item.get("id") or "", source=source.name, field=source.field or topic, categories=[topic],
        journal=place, types=(item.get("type") or "",), status="retracted" if item.get("is_retracted") else "",
        affiliations=affiliations(item.get("authorships")), authors_in_one_line=False,
    )  # fmt: skip
