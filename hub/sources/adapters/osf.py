"""OSF Preprints and the servers that it hosts (PsyArXiv, SocArXiv ...). https://developer.osf.io/#tag/Preprints"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from hub.sources.adapters.page import Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.record import Record, guarded, numbered
from hub.sources.web.client import Client

API = "https://api.osf.io/v2/preprints/"
ROWS = 100
RECENT_DAYS = 7


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the preprints of these days of one server (``source.set``), newest first, with their authors."""
    first, last = since or date.today() - timedelta(days=RECENT_DAYS), (until or date.today()) + timedelta(days=1)
    asked = {
        "filter[provider]": source.set or "osf",
        "filter[date_published][gte]": str(first), "filter[date_published][lt]": str(last),
        "embed": "contributors", "page[size]": ROWS, "sort": "-date_published",
    }  # fmt: skip

    def read(answer: dict[str, Any], at: str) -> Listed:
        entries = list(guarded(numbered(answer["data"], source.id), source.id, partial(_record, source)))
        links = answer.get("links") or {}
        total = (answer.get("meta") or links.get("meta") or {}).get("total") or 0
        return Listed(entries, str(links.get("next") or ""), int(total))

    yield from listing(source, client, cursor, f"{source.url or API}?{urlencode(asked)}", read)


def _record(source: Source, item: dict[str, Any], where: str) -> Record:
    about, links = item["attributes"], item.get("links") or {}
    people = ((item.get("embeds") or {}).get("contributors") or {}).get("data") or []
    names = [name for person in people if (person.get("attributes") or {}).get("bibliographic", True) and (name := _name(person))]
    subjects = [str(part["text"]) for branch in about.get("subjects") or [] for part in branch if part.get("text")]
    return Record(
        where, title=about.get("title") or "", abstract=about.get("description") or "", authors=names,
        published=about.get("date_published") or about.get("date_created") or "", updated=about.get("date_modified") or "",
        doi=links.get("preprint_doi") or "", id=links.get("preprint_doi") or f"osf:{item.get('id', '')}",
        url=links.get("html") or links.get("preprint_doi") or "", source=source.name,
        field=source.field or (subjects[0] if subjects else ""), categories=subjects, version=int(about.get("version") or 0),
        status="withdrawn" if about.get("date_withdrawn") else "", authors_in_one_line=False,
    )  # fmt: skip


def _name(person: dict[str, Any]) -> str:
    user = (((person.get("embeds") or {}).get("users") or {}).get("data") or {}).get("attributes") or {}
    return str(user.get("full_name") or (person.get("attributes") or {}).get("unregistered_contributor") or "")
