"""OAI-PMH, the protocol for harvesting whole archives: arXiv's three formats and Dublin Core.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's part of it: https://info.arxiv.org/help/oa
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from hub.errors import RejectCode, SourceError
from hub.i18n.messages import Said
from hub.papers.dates import best_date, parse_day
from hub.papers.fields import arxiv_categories
from hub.sources.adapters.page import Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.formats.xml import Element, elements, text, texts
from hub.sources.record import ANSWERED, Record, Reject, guarded, numbered
from hub.sources.web.client import Client

RECENT_DAYS = 3
EMPTY = frozenset({"noRecordsMatch"})


def read_oai(data: bytes, where: str, source: str = "") -> Iterator[Record | Reject]:
    """Yield the records of an OAI-PMH answer; what was deleted from the archive is a Reject that says so."""

    def one(element: Element | Reject, place: str) -> Record | Reject:
        if isinstance(element, Reject):
            return element
        if element.tag == "error":
            words = f"{element.get('code')} {text(element)}"
            code = RejectCode.EXPIRED if element.get("code") == "badResumptionToken" else RejectCode.ANSWERED
            return Reject(where, Said(ANSWERED, server=Said("the archive"), words=words), code, whole=True)
        return _record(element, place, source)

    found = (element for element in elements(data, where, "record", "error") if not _is_empty(element))
    return guarded(numbered(found, where, "record"), where, one)


def _is_empty(element: Element | Reject) -> bool:
    return not isinstance(element, Reject) and element.tag == "error" and element.get("code") in EMPTY


def _record(element: Element, where: str, source: str) -> Record | Reject:
    header = element.find("header")
    if header is not None and header.get("status") == "deleted":
        return Reject(where, Said("{paper} was deleted from the archive", paper=text(header, "identifier")), RejectCode.DELETED)
    for name, reader in _FORMATS.items():
        body = element.find(f"metadata/{name}")
        if body is not None:
            record = reader(body, where)
            identifier = text(header, "identifier")
            record.id = record.id or identifier
            record.source = (
                source or record.source or ("arXiv" if "arXiv" in identifier else identifier.partition(":")[2].partition(":")[0])
            )
            return record
    return Reject(
        where, Said("its metadata are in a format that is not known (arXiv, arXivRaw and oai_dc are)"), RejectCode.UNKNOWN_FORM
    )


def _arxiv(body: Element, where: str) -> Record:
    categories = text(body, "categories").split()
    names = [f"{text(a, 'forenames')} {text(a, 'keyname')} {text(a, 'suffix')}".strip() for a in body.iterfind("authors/author")]
    return Record(
        where, title=text(body, "title"), abstract=text(body, "abstract"), comment=text(body, "comments"), authors=names,
        published=text(body, "created"), updated=text(body, "updated"), id=f"arXiv:{text(body, 'id')}",
        doi=_first_doi(text(body, "doi")),
        source="arXiv", field=categories[0] if categories else "", categories=categories, journal=text(body, "journal-ref"),
        url=f"https://arxiv.org/abs/{text(body, 'id')}", affiliations=texts(body, "authors/author/affiliation"),
        authors_in_one_line=False,
    )  # fmt: skip


def _arxiv_raw(body: Element, where: str) -> Record:
    categories = text(body, "categories").split()
    days = texts(body, "version/date")
    return Record(
        where, title=text(body, "title"), abstract=text(body, "abstract"), comment=text(body, "comments"),
        authors=[text(body, "authors")],
        published=days[0] if days else "", updated=days[-1] if len(days) > 1 else "", id=f"arXiv:{text(body, 'id')}",
        doi=_first_doi(text(body, "doi")), source="arXiv", field=categories[0] if categories else "", categories=categories,
        version=len(days), journal=text(body, "journal-ref"), url=f"https://arxiv.org/abs/{text(body, 'id')}",
    )  # fmt: skip


def _dublin_core(body: Element, where: str) -> Record:
    addresses = texts(body, "identifier")
    days = sorted(texts(body, "date"))
    known = [(day.day.year, day, told) for told in days if (day := parse_day(told))]
    first = [told for year, _, told in known if year == min(known)[0]]
    descriptions = [part for part in texts(body, "description") if not part.startswith("Comment:")]
    doi = next((a for a in addresses if a.startswith(("doi:", "10.", "http://dx.doi.org", "https://doi.org"))), "")
    return Record(
        where, title=text(body, "title"), abstract=descriptions[0] if descriptions else "", authors=texts(body, "creator"),
        published=best_date(first or days), updated=days[-1] if len(days) > 1 and days[-1] not in first else "", doi=doi,
        source=_journal(texts(body, "source")), url=next((a for a in addresses if a.startswith("http")), ""),
        categories=_arxiv_subjects(texts(body, "subject")), authors_in_one_line=False,
    )  # fmt: skip


def _journal(sources: list[str]) -> str:
    """Return the journal that Dublin Core's sources name, without volume, issue and pages; ISSNs and addresses name none."""
    for told in sources:
        name = _ISSUE.split(told, maxsplit=1)[0].strip(" ,.")
        if name and not re.fullmatch(r"[\dXx-]{8,9}|https?://\S+|10\.\S+", name):
            return name
    return ""


_ISSUE = re.compile(r"[;,]\s*(?:vol|no|n\.|nr|núm|bd|band|том|iss|pp?)\b|;|\(\d{4}\)", re.I)


def _arxiv_subjects(subjects: list[str]) -> list[str]:
    """Return arXiv's codes for the names that its Dublin Core gives ("Mathematics - Number Theory")."""
    known = {name.casefold(): code for code, name in arxiv_categories().items()}
    exact = {f"{code.split('.')[0]} {name}".casefold(): code for code, name in arxiv_categories().items()}
    found = []
    for subject in subjects:
        archive, _, name = subject.rpartition(" - ")
        short = {"mathematics": "math", "computer science": "cs", "statistics": "stat"}.get(archive.casefold(), archive)
        code = exact.get(f"{short} {name}".casefold()) or known.get(subject.casefold()) or known.get(name.casefold())
        if code:
            found.append(code)
    return found


def _first_doi(value: str) -> str:
    return value.split()[0] if value else ""


_FORMATS: dict[str, Callable[[Element, str], Record]] = {"arXiv": _arxiv, "arXivRaw": _arxiv_raw, "dc": _dublin_core}


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the pages of a harvest from ``since`` on (the last days without one: never the archive), or from ``cursor``.

    Resumption tokens expire after a day or so; the harvest then starts again from the day of the last page.
    """
    since = since or date.today() - timedelta(days=RECENT_DAYS)
    token = str(cursor.get("token", ""))
    done = int(cursor.get("done", 0))
    while True:
        asked = {"verb": "ListRecords", "resumptionToken": token} if token else _first_request(source, since, until)
        fetched = client.get(f"{source.url}?{urlencode(asked)}", interval_s=source.interval_s, slow=True)
        if fetched is None:
            return
        entries = list(read_oai(fetched.data, source.id, source.name))
        if token and any(isinstance(e, Reject) and e.code is RejectCode.EXPIRED for e in entries):
            token, done = "", 0
            continue
        errors = [e for e in entries if isinstance(e, Reject) and e.code is RejectCode.ANSWERED]
        if errors:
            raise SourceError(Said("{source}: {why}.", source=source.name, why=errors[0].why), url=fetched.url)
        token, total = _resumption(fetched.data)
        done += len(entries)
        yield Page(entries, {"token": token, "done": done} if token else {}, total or done, fetched)
        if not token:
            return


def _first_request(source: Source, since: date, until: date | None) -> dict[str, str]:
    asked = {"verb": "ListRecords", "metadataPrefix": "arXiv" if "arxiv" in source.id else "oai_dc", "from": since.isoformat()}
    if source.set:
        asked["set"] = source.set
    return {**asked, "until": until.isoformat()} if until else asked


def _resumption(data: bytes) -> tuple[str, int]:
    for element in elements(data, "", "resumptionToken"):
        if not isinstance(element, Reject):
            size = element.get("completeListSize", "")
            return text(element), int(size) if size.isdigit() else 0
    return "", 0
