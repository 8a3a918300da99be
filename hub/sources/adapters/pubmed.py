"""PubMed: the newest of a search, and abstracts by DOI. https://www.ncbi.nlm.nih.gov/books/NBK25501/"""

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
from hub.sources.formats.documents import read_pubmed
from hub.sources.record import Record
from hub.sources.web.client import Client

API = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
ROWS = 200
ABSTRACTS = 50
MOST = 9_999
"""PubMed gives no more of one search."""
TOO_MANY = "{source} finds {total} records from {first} to {last}, more than the {most} that PubMed gives of one search."
PAUSE_S, PAUSE_WITH_KEY_S = 0.34, 0.1
"""Three requests a second without a key, ten with one (the manual, "Usage Guidelines")."""


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield what entered PubMed in these days and matches the source's search (``source.set``), newest first."""
    first = str(cursor.get("since") or (since or date.today() - timedelta(days=2)).isoformat())
    last = str(cursor.get("until") or (until or date.today()).isoformat())
    at = int(cursor.get("at", 0))
    api = source.url or API
    asked = {
        "db": "pubmed", "term": source.set, "datetype": "edat", "mindate": first.replace("-", "/"),
        "maxdate": last.replace("-", "/"), "retmax": MOST, "retmode": "json", "sort": "pub_date",
    }  # fmt: skip
    ids, total = _search(client, api, asked)
    if total > MOST:
        said = Said(TOO_MANY, source=source.name, total=total, first=first, last=last, most=MOST)
        raise SourceError(said, url=api)
    while at < len(ids):
        fetched = client.get(f"{api}/efetch.fcgi?{_query(client, _records(ids[at : at + ROWS]))}", interval_s=_pause(client))
        if fetched is None:
            return
        entries = list(read_pubmed(fetched.data, source.id))
        for entry in entries:
            if isinstance(entry, Record):
                entry.journal, entry.source, entry.field = entry.source, source.name, entry.field or source.field
        at += ROWS
        more = {"since": first, "until": last, "at": at} if at < len(ids) else {}
        yield Page(entries, more, total, fetched)


def abstracts_of(dois: Sequence[str], client: Client, api: str = API) -> dict[str, str]:
    """Return the abstracts that PubMed has for DOIs, by DOI in lower case: one search, one look-up."""
    term = " OR ".join(f'"{doi}"[doi]' for doi in dois if '"' not in doi)
    if not term:
        return {}
    ids, _ = _search(client, api, {"db": "pubmed", "term": term, "retmax": 2 * len(dois), "retmode": "json"})
    if not ids:
        return {}
    fetched = client.get(f"{api}/efetch.fcgi?{_query(client, _records(ids))}", interval_s=_pause(client))
    records = [entry for entry in read_pubmed(fetched.data, "PubMed") if isinstance(entry, Record)] if fetched else []
    return {record.doi.lower(): record.abstract for record in records if record.doi and record.abstract}


def _search(client: Client, api: str, asked: dict[str, Any]) -> tuple[list[str], int]:
    fetched = client.get(f"{api}/esearch.fcgi?{_query(client, asked)}", interval_s=_pause(client))
    try:
        found: dict[str, Any] = orjson.loads(fetched.data)["esearchresult"] if fetched else {"idlist": [], "count": "0"}
        return [str(name) for name in found["idlist"]], int(found["count"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as e:
        raise SourceError(Said(STRANGE, service="PubMed"), url=api) from e


def _records(ids: Sequence[str]) -> dict[str, Any]:
    return {"db": "pubmed", "id": ",".join(ids), "rettype": "abstract", "retmode": "xml"}


def _query(client: Client, asked: dict[str, Any]) -> str:
    about = {"tool": "AcademicHub", **({"email": client.contact} if client.contact else {})}
    key = client.key("ncbi")
    return urlencode({**asked, **about, **({"api_key": key} if key else {})})


def _pause(client: Client) -> float:
    return PAUSE_WITH_KEY_S if client.key("ncbi") else PAUSE_S
