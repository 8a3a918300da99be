"""Crossref: journals by ISSN and date, and abstracts by DOI. https://www.crossref.org/documentation/retrieve-metadata/rest-api/"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.sources.adapters.page import STRANGE, Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.formats.csl import read_works
from hub.sources.record import Record, Reject
from hub.sources.web.client import Client

ROWS = 200
RECENT_DAYS = 14
API = "https://api.crossref.org"


def pages(source: Source, client: Client, since: date | None, cursor: Cursor) -> Iterator[Page]:
    """Yield a journal's works that were registered or changed since a day, by cursor, in the polite pool."""
    mark, done = str(cursor.get("mark", "*")), int(cursor.get("done", 0))
    start = str(cursor.get("since") or (since.isoformat() if since else ""))
    while True:
        recent = f"from-created-date:{date.today() - timedelta(days=RECENT_DAYS)}"
        asked = {"rows": ROWS, "cursor": mark, "filter": f"from-pub-date:{start}" if start else recent}
        if client.contact:
            asked["mailto"] = client.contact
        base = source.url or f"{API}/journals/{source.issn}/works"
        fetched = client.get(f"{base}?{urlencode(asked)}", interval_s=source.interval_s)
        if fetched is None:
            return
        message = _message(fetched.data, fetched.url)
        items = message.get("items") or []
        entries = [_named(entry, source) for entry in read_works({"items": items}, source.id) or ()]
        mark, done = message.get("next-cursor", ""), done + len(items)
        more = bool(mark) and len(items) == ROWS
        yield Page(list(entries), {"mark": mark, "done": done, "since": start} if more else {}, message.get("total-results", 0))
        if not more:
            return


def _named(entry: Record | Reject, source: Source) -> Record | Reject:
    if isinstance(entry, Record):
        entry.source, entry.field = source.name, entry.field or source.field
    return entry


def _message(data: bytes, url: str) -> dict[str, Any]:
    try:
        return dict(orjson.loads(data)["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as e:
        raise SourceError(Said(STRANGE, service="Crossref"), url=url) from e


def abstract_of(doi: str, client: Client, api: str = API) -> str:
    """Return the abstract that Crossref has for a DOI, as JATS; empty when it has none or does not know the DOI."""
    fetched = client.find(f"{api}/works/{quote(doi, safe='/')}", interval_s=0.1)
    return str(_message(fetched.data, fetched.url).get("abstract") or "") if fetched else ""
