"""Europe PMC: searches, and abstracts by DOI. https://europepmc.org/RestfulWebService"""

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
from hub.sources.formats.csl import affiliations, first_text, workplaces
from hub.sources.record import Record, Reject, guarded, numbered
from hub.sources.web.client import Client

ROWS = 500
ABSTRACTS = 40
API = "https://www.ebi.ac.uk/europepmc/webservices/rest"
RECENT_DAYS = 14


def read_results(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the results of a Europe PMC search; None when this is not one."""
    results = value["resultList"].get("result") if isinstance(value.get("resultList"), dict) else None
    if not isinstance(results, list):
        return None
    return guarded(numbered(results, where), where, _result)


def _result(item: dict[str, Any], where: str) -> Record:
    publisher = (item.get("bookOrReportDetails") or {}).get("publisher") or ""
    journal = ((item.get("journalInfo") or {}).get("journal") or {}).get("title") or item.get("journalTitle") or publisher
    names = [first_text(a.get("fullName") or a.get("collectiveName")) for a in (item.get("authorList") or {}).get("author") or ()]
    where_they_work = affiliations((item.get("authorList") or {}).get("author")) or workplaces(item.get("affiliation"))
    types = (item.get("pubTypeList") or {}).get("pubType") or ()
    known = f"{item.get('source', '')}/{item.get('id', '')}"
    return Record(
        where, title=first_text(item.get("title")).removesuffix("."), abstract=first_text(item.get("abstractText")),
        authors=names or [first_text(item.get("authorString"))],
        published=first_text(item.get("firstPublicationDate")) or first_text(item.get("pubYear")),
        doi=item.get("doi") or "", id=item.get("doi") or known, url=f"https://europepmc.org/article/{known}",
        source=first_text(journal), types=(types,) if isinstance(types, str) else tuple(map(first_text, types)),
        version=int(item.get("versionNumber") or 0), affiliations=where_they_work,
    )  # fmt: skip


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the results of the source's search from ``since`` on (the last two weeks without one), by cursor."""
    first = str(cursor.get("since") or (since or date.today() - timedelta(days=RECENT_DAYS)).isoformat())
    last = str(cursor.get("until") or (until or date.today() + timedelta(days=1)).isoformat())
    mark, done = str(cursor.get("mark", "*")), int(cursor.get("done", 0))
    while True:
        query = f"({source.set}) AND FIRST_PDATE:[{first} TO {last}]"
        asked = {"query": query, "format": "json", "resultType": "core", "pageSize": ROWS, "cursorMark": mark}
        fetched = client.get(f"{source.url or API + '/search'}?{urlencode(asked)}", interval_s=source.interval_s)
        if fetched is None:
            return
        answer = _answer(fetched.data, fetched.url)
        entries = list(read_results(answer, source.id) or ())
        for entry in entries:
            if isinstance(entry, Record):
                entry.source = source.name or entry.source
        following = answer.get("nextCursorMark") or ""
        done += len(entries)
        more = bool(following) and following != mark and len(entries) == ROWS
        going_on = {"mark": following, "done": done, "since": first, "until": last}
        yield Page(entries, going_on if more else {}, int(answer.get("hitCount") or 0), fetched)
        if not more:
            return
        mark = following


def _answer(data: bytes, url: str) -> dict[str, Any]:
    try:
        return dict(orjson.loads(data))
    except (orjson.JSONDecodeError, ValueError) as e:
        raise SourceError(Said(STRANGE, service="Europe PMC"), url=url) from e


def abstracts_of(dois: Sequence[str], client: Client, api: str = API) -> dict[str, str]:
    """Return the abstracts that Europe PMC has for DOIs, by DOI in lower case; at most :data:`ABSTRACTS` DOIs."""
    query = " OR ".join(f'DOI:"{doi}"' for doi in dois if '"' not in doi)
    if not query:
        return {}
    asked = urlencode({"query": query, "format": "json", "resultType": "core", "pageSize": 2 * len(dois)})
    fetched = client.get(f"{api}/search?{asked}", interval_s=0.2)
    results = (_answer(fetched.data, fetched.url).get("resultList") or {}).get("result") or [] if fetched else []
    return {str(item.get("doi") or "").lower(): str(item["abstractText"]) for item in results if item.get("abstractText")}
