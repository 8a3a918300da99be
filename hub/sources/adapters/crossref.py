"""Crossref: journals by ISSN and date, and abstracts by DOI. https://www.crossref.org/documentation/retrieve-metadata/rest-api/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.sources.adapters.page import STRANGE, Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.formats.csl import read_works
from hub.sources.record import Record, Reject
from hub.sources.web.client import Client

ROWS = 1000
"""As many as a request may have; lists may be asked for once a second, by a reader with a contact three times."""
ABSTRACTS = 50
"""DOIs a request; with more the address would be too long for servers on the way."""
RECENT_DAYS = 14
API = "https://api.crossref.org"
SELECT = (
    "DOI,title,subtitle,abstract,author,container-title,group-title,publisher,published-online,published-print,published,issued,"
    "created,type,subject,URL,update-to,updated-by,relation"
)


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield a journal's works that were registered since a day (the last two weeks without one), by cursor.

    The day of registration is asked for: the day of publication is often a month, or lies ahead.
    """
    mark, done = str(cursor.get("mark", "*")), int(cursor.get("done", 0))
    first = str(cursor.get("since") or (since or date.today() - timedelta(days=RECENT_DAYS)).isoformat())
    last = str(cursor.get("until") or (until.isoformat() if until else ""))
    days = f"from-created-date:{first}" + (f",until-created-date:{last}" if last else "")
    interval_s = source.interval_s / 3 if client.contact else source.interval_s
    resumed = mark != "*"
    while True:
        asked = {"rows": ROWS, "cursor": mark, "filter": days, "select": SELECT}
        if client.contact:
            asked["mailto"] = client.contact
        base = source.url or f"{API}/journals/{source.issn}/works"
        try:
            fetched = client.get(f"{base}?{urlencode(asked)}", interval_s=interval_s)
            if fetched is None:
                return
            message = _message(fetched.data, fetched.url)
        except SourceError:
            if not resumed:
                raise
            mark, done, resumed = "*", 0, False  # cursors live for five minutes: the list is read anew
            continue
        resumed = False
        items = message.get("items") or []
        entries = [_named(entry, source) for entry in read_works({"items": items}, source.id) or ()]
        mark, done = message.get("next-cursor", ""), done + len(items)
        total = int(message.get("total-results") or 0)
        more = bool(mark) and bool(items) and (len(items) == ROWS or done < total)
        going_on = {"mark": mark, "done": done, "since": first, "until": last}
        yield Page(list(entries), going_on if more else {}, total, fetched)
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


def abstracts_of(dois: Sequence[str], client: Client, api: str = API) -> dict[str, str]:
    """Return the abstracts that Crossref has for DOIs, as JATS, by DOI in lower case; at most :data:`ABSTRACTS` DOIs."""
    wanted = [doi for doi in dois if "," not in doi]  # a comma ends a value of a filter, and cannot be escaped
    if not wanted:
        return {}
    asked = {"filter": ",".join(f"doi:{doi}" for doi in wanted), "select": "DOI,abstract", "rows": len(wanted)}
    if client.contact:
        asked["mailto"] = client.contact
    fetched = client.get(f"{api}/works?{urlencode(asked)}", interval_s=0.34 if client.contact else 1.0)
    items = _message(fetched.data, fetched.url).get("items") or [] if fetched else []
    return {str(item.get("DOI", "")).lower(): str(item["abstract"]) for item in items if item.get("abstract")}
