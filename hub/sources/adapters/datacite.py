"""DataCite: preprints and articles that repositories register there. https://support.datacite.org/docs/api-queries"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from hub.sources.adapters.page import Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.formats.datacite import read_records
from hub.sources.record import Record
from hub.sources.web.client import Client

API = "https://api.datacite.org/dois"
ROWS = 500
RECENT_DAYS = 7
KINDS = ("Preprint", "JournalArticle", "ConferencePaper")


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield what was registered in these days and matches the source's query (``source.set``), by cursor."""
    first, last = since or date.today() - timedelta(days=RECENT_DAYS), until or date.today()
    papers = f"types.resourceTypeGeneral:({' OR '.join(KINDS)})"
    query = f"({source.set or papers}) AND registered:[{first} TO {last}T23:59:59Z]"
    asked = {"query": query, "page[size]": ROWS, "page[cursor]": 1, "disable-facets": "true"}

    def read(answer: dict[str, Any], at: str) -> Listed:
        entries = list(read_records({"data": answer["data"]}, source.id) or ())
        for entry in entries:
            if isinstance(entry, Record):
                entry.journal, entry.source, entry.field = entry.source, source.name, entry.field or source.field
        total = int((answer.get("meta") or {}).get("total") or 0)
        return Listed(entries, str((answer.get("links") or {}).get("next") or ""), total)

    yield from listing(source, client, cursor, f"{source.url or API}?{urlencode(asked)}", read)
