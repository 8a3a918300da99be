"""Crossref: journals by ISSN and date, and abstracts by DOI. https://www.crossref.org/documentation/retrieve-metadata/rest-api/"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from hub.errors import RejectCode, SourceError
from hub.i18n.messages import Said
from hub.sources.adapters.page import STRANGE, Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.record import ANSWERED, Record, Reject
from hub.sources.web.client import Client

ROWS = 200
RECENT_DAYS = 14
API = "https://api.crossref.org"
DAYS = ("published-online", "published-print", "published", "issued", "created")


def read_works(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the works of a Crossref answer (a list, one work or a bare work); None when it is none of these."""
    message = value.get("message", value)
    if not isinstance(message, dict):
        return iter([Reject(where, Said(ANSWERED, server="Crossref", words=str(message)[:200]), RejectCode.ANSWERED)])
    items = message.get("items")
    if isinstance(items, list):
        return (_work(item, f"{where}: entry {n}") for n, item in enumerate(items, 1))
    return iter([_work(message, where)]) if "DOI" in message else None


def _work(item: dict[str, Any], where: str) -> Record:
    names = [a.get("name") or f"{a.get('given', '')} {a.get('family', '')}".strip() for a in item.get("author") or []]
    journals = item.get("container-title") or item.get("institution") or []
    journal = journals[0] if journals else item.get("publisher", "")
    journal = journal.get("name", "") if isinstance(journal, dict) else journal
    title, subtitle = (next((t for t in item.get(k) or [] if t.strip()), "") for k in ("title", "subtitle"))
    return Record(
        where, title=f"{title}: {subtitle}" if subtitle and subtitle not in title else title,
        abstract=item.get("abstract") or "", authors=names,
        published=next((day for k in DAYS if (day := _day(item.get(k)))), ""), doi=item.get("DOI", ""),
        id=item.get("DOI", ""), url=item.get("URL", "").replace("http://dx.doi.org/", "https://doi.org/"),
        source=journal, types=(item.get("type") or "",) if item.get("type") != "journal" else ("journal",),
        categories=item.get("subject") or [], authors_in_one_line=False,
    )  # fmt: skip


def _day(value: Any) -> str:
    parts = (value or {}).get("date-parts", [[None]])[0]
    return "-".join(f"{part:02d}" for part in parts) if parts and parts[0] else ""


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
        entries = [_named(_work(item, f"{source.id}: {item.get('DOI', n)}"), source) for n, item in enumerate(items, 1)]
        mark, done = message.get("next-cursor", ""), done + len(items)
        more = bool(mark) and len(items) == ROWS
        yield Page(list(entries), {"mark": mark, "done": done, "since": start} if more else {}, message.get("total-results", 0))
        if not more:
            return


def _named(record: Record, source: Source) -> Record:
    record.source, record.field = source.name, record.field or source.field
    return record


def _message(data: bytes, url: str) -> dict[str, Any]:
    try:
        return dict(orjson.loads(data)["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as e:
        raise SourceError(Said(STRANGE, service="Crossref"), url=url) from e


def abstract_of(doi: str, client: Client, api: str = API) -> str:
    """Return the abstract that Crossref has for a DOI, as JATS; empty when it has none or does not know the DOI."""
    fetched = client.find(f"{api}/works/{quote(doi, safe='/')}", interval_s=0.1)
    return str(_message(fetched.data, fetched.url).get("abstract") or "") if fetched else ""
