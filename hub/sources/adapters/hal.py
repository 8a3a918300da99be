"""HAL, France's open archive. https://api.archives-ouvertes.fr/docs/search"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from hub.sources.adapters.page import Cursor, Listed, Page, listing
from hub.sources.catalogue import Source
from hub.sources.formats.csl import workplaces
from hub.sources.record import Record, guarded, numbered
from hub.sources.web.client import Client

API = "https://api.archives-ouvertes.fr/search/"
ROWS = 500
RECENT_DAYS = 7
KINDS = ("ART", "COMM", "PREPRINT", "UNDEFINED")
FIELDS = (
    "halId_s,title_s,abstract_s,authFullName_s,producedDate_s,submittedDate_s,doiId_s,arxivId_s,uri_s,journalTitle_s,"
    "conferenceTitle_s,en_domainAllCodeLabel_fs,docType_s,version_i,instStructName_s"
)


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield what was handed in during these days (``source.set`` narrows it down), by cursor."""
    first, last = since or date.today() - timedelta(days=RECENT_DAYS), until or date.today()
    span = f"submittedDate_tdate:[{first}T00:00:00Z TO {last}T23:59:59Z]"
    kinds = f"docType_s:({' OR '.join(KINDS)})"
    asked = [("q", source.set or "*:*"), ("fq", kinds), ("fq", span), ("fl", FIELDS), ("wt", "json"), ("rows", str(ROWS)),
             ("sort", "docid asc")]  # fmt: skip
    base = f"{source.url or API}?{urlencode(asked)}"

    def read(answer: dict[str, Any], at: str) -> Listed:
        found = answer["response"]
        entries = list(guarded(numbered(found["docs"], source.id), source.id, partial(_record, source)))
        mark = answer.get("nextCursorMark") or ""
        following = f"{base}&{urlencode({'cursorMark': mark})}" if mark else ""
        return Listed(entries, "" if following == at else following, int(found.get("numFound") or 0))

    yield from listing(source, client, cursor, f"{base}&cursorMark=%2A", read)


def _record(source: Source, item: dict[str, Any], where: str) -> Record:
    arxiv = str(item.get("arxivId_s") or "")
    domains = [str(label).split("_FacetSep_")[-1].split("/")[-1] for label in item.get("en_domainAllCodeLabel_fs") or []]
    return Record(
        where, title=_first(item.get("title_s")), abstract=_first(item.get("abstract_s")),
        authors=[str(name) for name in item.get("authFullName_s") or []],
        published=str(item.get("producedDate_s") or item.get("submittedDate_s") or ""), doi=str(item.get("doiId_s") or ""),
        id=f"arXiv:{arxiv}" if arxiv else str(item.get("doiId_s") or item.get("halId_s") or ""),
        url=str(item.get("uri_s") or ""), source=source.name, field=source.field or (domains[0] if domains else ""),
        categories=domains, journal=_first(item.get("journalTitle_s")) or _first(item.get("conferenceTitle_s")),
        version=int(item.get("version_i") or 0), affiliations=workplaces(item.get("instStructName_s")), authors_in_one_line=False,
    )  # fmt: skip


def _first(value: Any) -> str:
    return str(value[0] if value else "") if isinstance(value, list) else str(value or "")
