"""Semantic Scholar: the newest of a search, and abstracts by DOI. https://api.semanticscholar.org/api-docs/graph"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.sources.adapters.page import STRANGE, Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.formats.csl import affiliations
from hub.sources.record import Record, guarded, numbered
from hub.sources.web.client import Client

API = "https://api.semanticscholar.org/graph/v1"
ABSTRACTS = 500
PAUSE_S = 1.1
"""One request a second with a key; without one all readers of the world share a pool."""
FIELDS = "title,abstract,authors,publicationDate,year,externalIds,url,venue,journal,publicationTypes,fieldsOfStudy"
RECENT_DAYS = 7


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the papers of these days that match the source's search, by the bulk search: 1,000 a request."""
    first = since or date.today() - timedelta(days=RECENT_DAYS)
    asked = {
        "query": source.set, "fields": FIELDS, "sort": "publicationDate:desc",
        "publicationDateOrYear": f"{first}:{until or date.today()}",
    }  # fmt: skip
    base = f"{source.url or API + '/paper/search/bulk'}?{urlencode(asked)}"

    def read(answer: dict[str, Any], at: str) -> Listed:
        items = answer["data"] or []
        entries = list(guarded(numbered(items, source.id), source.id, partial(_record, source)))
        token = answer.get("token")
        return Listed(entries, f"{base}&{urlencode({'token': token})}" if token else "", int(answer.get("total") or 0))

    yield from listing(source, client, cursor, base, read, headers=_key(client))


def abstracts_of(dois: Sequence[str], client: Client, api: str = API) -> dict[str, str]:
    """Return the abstracts that Semantic Scholar has for DOIs, by DOI in lower case; at most :data:`ABSTRACTS` DOIs."""
    fetched = client.get(
        f"{api}/paper/batch?fields=abstract,externalIds", interval_s=PAUSE_S, headers=_key(client),
        json={"ids": [f"DOI:{doi}" for doi in dois]},
    )  # fmt: skip
    try:
        items = orjson.loads(fetched.data) if fetched else []
        found = [item for item in items if item and item.get("abstract")]
        return {str((item.get("externalIds") or {}).get("DOI", "")).lower(): str(item["abstract"]) for item in found}
    except (orjson.JSONDecodeError, AttributeError, TypeError) as e:
        raise SourceError(Said(STRANGE, service="Semantic Scholar"), url=api) from e


def _record(source: Source, item: dict[str, Any], where: str) -> Record:
    ids = item.get("externalIds") or {}
    arxiv = str(ids.get("ArXiv") or "")
    fields = [str(name) for name in item.get("fieldsOfStudy") or []]
    return Record(
        where, title=item.get("title") or "", abstract=item.get("abstract") or "",
        authors=[author.get("name") or "" for author in item.get("authors") or []],
        published=item.get("publicationDate") or str(item.get("year") or ""), doi=str(ids.get("DOI") or ""),
        id=f"arXiv:{arxiv}" if arxiv else str(ids.get("DOI") or ""), url=item.get("url") or "", source=source.name,
        field=source.field or (fields[0] if fields else ""), categories=fields,
        journal=(item.get("journal") or {}).get("name") or item.get("venue") or "",
        affiliations=affiliations(item.get("authors")), types=tuple(item.get("publicationTypes") or ()),
        authors_in_one_line=False,
    )  # fmt: skip


def _key(client: Client) -> dict[str, str]:
    key = client.key("semanticscholar")
    return {"x-api-key": key} if key else {}
