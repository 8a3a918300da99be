"""Works as Crossref and CSL describe them: one form, of which reference managers write the simpler half.

Crossref: https://api.crossref.org/swagger-ui/index.html; CSL-JSON: https://github.com/citation-style-language/schema
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.papers.status import TYPES, Status, gravest
from hub.sources.record import ANSWERED, Record, Reject, guarded, numbered

DAYS = ("published-online", "published-print", "published", "issued", "posted")
"""Where a work's day stands, best first; the first of the exact ones counts. The day of registration only stands in."""
WORKPLACES = (
    "affiliation",
    "affiliations",
    "institutions",
    "authorAffiliationDetailsList",
    "author_inst",
    "raw_affiliation_strings",
)
"""Where services tell of an author where they work, best first."""
IS_VERSION_OF = (
    "is-preprint-of",
    "is-version-of",
    "is-manuscript-of",
    "has-preprint",
    "is-same-as",
    "has-version",
    "has-manuscript",
)
"""Crossref's relations between records of one paper. https://www.crossref.org/documentation/schema-library/markup-guide-metadata-segments/relationships/"""


def read_works(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the works of a Crossref answer (a list, one work or a bare work); None when it is none of these."""
    message = value.get("message", value)
    if not isinstance(message, dict):
        return iter([Reject(where, Said(ANSWERED, server="Crossref", words=str(message)[:200]), RejectCode.ANSWERED, True)])
    items = message.get("items")
    if isinstance(items, list):
        return guarded(numbered(items, where), where, work)
    return guarded([(where, message)], where, work) if "DOI" in message or is_csl(message) else None


def is_csl(value: dict[str, Any]) -> bool:
    """Whether a JSON object is a work of CSL: it has a type, and a name or date as CSL writes them."""
    dated = isinstance(value.get("issued"), dict)
    named = any(isinstance(a, dict) and ("family" in a or "literal" in a) for a in _list(value.get("author")))
    return "type" in value and (dated or named or "container-title" in value)


def work(item: Any, where: str) -> Record | Reject:
    """Return the Record of a work, whichever of its parts are lists, lone or null."""
    if not isinstance(item, dict):
        return Reject(where, Said("it is no JSON object"), RejectCode.WRONG_TYPE)
    title, subtitle = first_text(item.get("title")), first_text(item.get("subtitle"))
    doi = first_text(item.get("DOI"))
    kind = first_text(item.get("type"))
    status, relations = _updates(item)
    return Record(
        where,
        key=first_text(item.get("id")) or doi,
        title=f"{title}: {subtitle}" if subtitle and subtitle not in title else title,
        abstract=first_text(item.get("abstract")),
        authors=[name for author in _list(item.get("author")) if (name := person(author))],
        affiliations=affiliations(item.get("author")),
        published=_day(item),
        doi=doi,
        id=doi or first_text(item.get("arxiv_id")) or _number(item),
        url=first_text(item.get("URL") or item.get("url")).replace("http://dx.doi.org/", "https://doi.org/"),
        source=_source(item),
        types=(kind,) if kind else (),
        categories=[text for text in map(first_text, _list(item.get("subject"))) if text],
        status=status,
        relations=(*relations, *_versions(item.get("relation"))),
        authors_in_one_line=False,
    )


def _number(item: dict[str, Any]) -> str:
    told = first_text(item.get("number")) or first_text(item.get("archive_location")) or first_text(item.get("note"))
    found = identifiers.arxiv_id(told) if "arxiv" in told.lower() else None
    return f"arXiv:{found.id}" if found else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def first_text(value: Any) -> str:
    """Return a text, the first text of a list that has one, or a number as text; empty for anything else.

    >>> first_text(["", None, "A"]), first_text("B"), first_text(7), first_text(None), first_text({"x": 1})
    ('A', 'B', '7', '', '')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((text for part in value[:50] if not isinstance(part, list) and (text := first_text(part))), "")
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def person(author: Any) -> str:
    """Return the name of an author, given name first.

    >>> person({"given": "Jan", "non-dropping-particle": "van", "family": "Eyck"}), person({"literal": "Otters, Inc."})
    ('Jan van Eyck', 'Otters, Inc.')
    """
    if isinstance(author, str):
        return author
    if not isinstance(author, dict):
        return ""
    whole = first_text(author.get("literal")) or first_text(author.get("name"))
    if whole:
        return WholeName(whole)
    order = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return WholeName(" ".join(part for name in order if (part := first_text(author.get(name)))))


def affiliations(people: Any) -> list[str]:
    """Return what a list of authors tells of where they work, as it is written.

    >>> affiliations([{"family": "Byron", "affiliation": [{"name": "ETH Zurich"}]}, {"affiliation": "IBM"}, "Ada"])
    ['ETH Zurich', 'IBM']
    """
    told = (
        next(filter(None, (workplaces(part.get(name)) for name in WORKPLACES)), [])
        for part in _list(people)
        if isinstance(part, dict)
    )
    return list(dict.fromkeys(text for texts in told for text in texts))


def workplaces(value: Any, depth: int = 3) -> list[str]:
    """Return the affiliations that a value holds: a line of text, an object with a name, a list of these."""
    if isinstance(value, dict):
        inner = (value.get(name) for name in ("affiliation", "authorAffiliation", "name", "display_name", "value"))
        value = next(filter(None, inner), None)
    if isinstance(value, list):
        return [text for part in value if depth for text in workplaces(part, depth - 1)]
    return (
        [value.strip()] if isinstance(value, str) and value.strip() else workplaces(value, depth - 1) if value and depth else []
    )


def _source(item: dict[str, Any]) -> str:
    for name in ("container-title", "collection-title", "institution", "event-title", "event", "publisher", "source"):
        value = item.get(name)
        found = next((text for part in _list(value) if (text := _named(part))), "")
        if found and not (name == "source" and "://" in found):
            return found
    return ""


def _named(value: Any) -> str:
    return first_text(value.get("name")) if isinstance(value, dict) else first_text(value)


def _day(item: dict[str, Any]) -> str:
    return best_date([day_of(item.get(name)) for name in DAYS]) or day_of(item.get("created"))


def day_of(value: Any) -> str:
    """Return the day of a CSL or Crossref date: its parts (numbers or text; nought and null unknown), else its words.

    >>> day_of({"date-parts": [["2016", 7, 26]]}), day_of({"date-parts": [[2021, 0, None]]}), day_of({"raw": "May 2020"})
    ('2016-07-26', '2021', 'May 2020')
    >>> day_of({"date-parts": []}), day_of({"date-parts": [[2020, 5], [2020, 6]]}), day_of(2019)
    ('', '2020-06', '2019')
    """
    if not isinstance(value, dict):
        return first_text(value)
    groups = [group for group in _list(value.get("date-parts")) if isinstance(group, list) and first_text(group[:1])]
    if groups:
        parts = [first_text(part) for part in groups[-1][:3]]
        if not re.fullmatch(r"\d{4}", parts[0]):
            return " ".join(reversed([part for part in parts if part]))
        known = [part for part in parts[:1] if part]
        for part in parts[1:]:
            if not part.isdigit() or not int(part):
                break
            known.append(f"{int(part):02d}")
        season = first_text(value.get("season"))
        return "-".join(known) if len(known) > 1 or not season else _season(known[0], season)
    return next((text for name in ("date-time", "raw", "literal", "timestamp") if (text := first_text(value.get(name)))), "")


def _season(year: str, season: str) -> str:
    return f"{dict(zip('1234', ('Spring', 'Summer', 'Autumn', 'Winter'), strict=True)).get(season[-1:], season)} {year}"


def _versions(relation: Any) -> list[str]:
    if not isinstance(relation, dict):
        return []
    named = [(name, part) for name in IS_VERSION_OF for part in _list(relation.get(name))]
    dois = [identifiers.doi(first_text(part.get("id"))) for _, part in named if isinstance(part, dict)]
    return [f"version-of doi:{identifiers.doi_base(doi)[0]}" for doi in dois if doi]


def _updates(item: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the status that a work's updates give it, and what it says itself of the works that it updates."""
    on_it = [TYPES.get(first_text(update.get("type")).casefold(), Status.STANDS) for update in _list(item.get("updated-by"))
             if isinstance(update, dict)]  # fmt: skip
    relations = []
    for update in _list(item.get("update-to")):
        doi = identifiers.doi(first_text(update.get("DOI"))) if isinstance(update, dict) else ""
        given = TYPES.get(first_text(update.get("type")).casefold(), Status.STANDS) if doi else Status.STANDS
        if given and doi != first_text(item.get("DOI")).lower():
            relations.append(f"{given} doi:{identifiers.doi_base(doi)[0]}")
        elif given:
            on_it.append(given)
    return gravest(on_it), relations
