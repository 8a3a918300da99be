"""DataCite's records of preprints, theses and reports. https://schema.datacite.org/meta/kernel-4.6/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.sources.formats.csl import affiliations, first_text
from hub.sources.record import Record, Reject, guarded, numbered

DAYS = ("Available", "Issued", "Submitted", "Created", "Copyrighted", "Accepted")
"""Kinds of dates, the one on which the public could read it first."""
TEXTS = frozenset(
    {"text", "preprint", "journalarticle", "conferencepaper", "dissertation", "report", "bookchapter", "book", "datapaper",
     "computationalnotebook", "conferenceproceeding", "article", "workingpaper", "other", ""}
)  # fmt: skip
"""Kinds of resources that may be papers; the others are data, images, software."""
IS_VERSION_OF = frozenset(
    {"IsVersionOf", "IsPreviousVersionOf", "IsNewVersionOf", "IsIdenticalTo", "IsVariantFormOf", "IsPublishedIn"}
)


def read_records(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the records of an answer of DataCite's API, or of one record; None when this is none."""
    data = value.get("data")
    items = data if isinstance(data, list) else [data] if isinstance(data, dict) else [value]
    if not all(isinstance(item, dict) and ("titles" in item or "titles" in _dict(item.get("attributes"))) for item in items):
        return None
    return guarded(numbered(items, where), where, record)


def record(item: dict[str, Any], where: str) -> Record | Reject:
    """Return the Record of one record of DataCite."""
    about = _dict(item.get("attributes")) or item
    types = _dict(about.get("types"))
    kind = first_text(types.get("resourceTypeGeneral"))
    if kind.casefold() not in TEXTS:
        return Reject(where, Said("it is no paper but of the kind {kind!r}", kind=kind), RejectCode.NO_ARTICLE)
    doi = identifiers.doi(first_text(about.get("doi") or item.get("id") or about.get("identifier")))
    return Record(
        where,
        key=doi,
        title=_title(about.get("titles")),
        abstract=next((first_text(d.get("description")) for d in _dicts(about.get("descriptions"))
                       if first_text(d.get("descriptionType")).casefold() in ("abstract", "")), ""),
        authors=[name for creator in _dicts(about.get("creators")) if (name := _person(creator))],
        published=_day(about),
        doi=doi,
        id=doi,
        url=first_text(about.get("url")),
        source=_named(about.get("container"), "title") or _named(about.get("publisher"), "name"),
        categories=[text for s in _dicts(about.get("subjects")) if (text := first_text(s.get("subject")))][:20],
        types=(first_text(types.get("resourceType")) or kind,),
        affiliations=affiliations(about.get("creators")),
        relations=_versions(about.get("relatedIdentifiers")),
        authors_in_one_line=False,
    )  # fmt: skip


def _versions(value: Any) -> list[str]:
    named = [first_text(r.get("relatedIdentifier")) for r in _dicts(value) if r.get("relationType") in IS_VERSION_OF]
    return [f"version-of doi:{identifiers.doi_base(doi)[0]}" for doi in map(identifiers.doi, named) if doi]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _title(value: Any) -> str:
    titles = _dicts(value)
    main = next((first_text(t.get("title")) for t in titles if not t.get("titleType")), "")
    sub = next((first_text(t.get("title")) for t in titles if t.get("titleType") == "Subtitle"), "")
    main = main or next((first_text(t.get("title")) for t in titles), "")
    return f"{main}: {sub}" if main and sub and sub not in main else main


def _person(creator: dict[str, Any]) -> str:
    given, family, name = (first_text(creator.get(n)) for n in ("givenName", "familyName", "name"))
    if given and family:
        return WholeName(f"{given} {family}")
    return WholeName(name) if creator.get("nameType") == "Organizational" else name


def _named(value: Any, name: str) -> str:
    return first_text(value.get(name)) if isinstance(value, dict) else first_text(value)


def _day(about: dict[str, Any]) -> str:
    days = _dicts(about.get("dates"))
    told = [first_text(d.get("date")) for kind in DAYS for d in days if d.get("dateType") == kind]
    year = first_text(about.get("publicationYear"))
    # a day of another year is when it was put in, not when it appeared
    return best_date([*(day for day in told if not year or day[:4] == year), year, *told])
