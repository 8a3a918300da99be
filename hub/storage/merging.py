"""Two records of one paper become one: the newer version leads, the other fills what it lacks."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.papers.institutions import united
from hub.papers.model import UNKNOWN_SOURCE, Kind, Paper
from hub.papers.status import Status, gravest
from hub.papers.teasers import TEASER


def merged_version(known: Paper, seen: Paper) -> Paper:
    """Return what to keep of two records of one paper: the newer version leads, the other fills what it lacks.

    Merging either of the two again into the result changes nothing, so imports may be repeated, in any order.
    """
    lead, other = (seen, known) if _rank(seen) > _rank(known) else (known, seen)
    filled: dict[str, Any] = {
        name: getattr(other, name)
        for name in ("abstract", "authors", "field", "categories", "url", "doi", "journal", "announce")
        if not getattr(lead, name) and getattr(other, name)
    }
    if _is_teaser(lead) and other.abstract and not _is_teaser(other):
        filled["abstract"] = other.abstract
    filled["versions"] = tuple(sorted({*known.versions, *seen.versions}))
    filled["status"] = gravest([known.status, seen.status]) if known.version == seen.version else lead.status
    filled["institutions"] = united(lead.institutions, other.institutions)
    filled["relations"] = tuple(sorted({*known.relations, *seen.relations}))
    filled["kind"] = _merged_kind(lead, other, filled["status"])
    if lead.source == UNKNOWN_SOURCE and other.source != UNKNOWN_SOURCE:
        filled |= {"source": other.source, "domain": other.domain}
    filled["origins"] = {**other.origins, **lead.origins} if filled.keys() & other.origins.keys() else lead.origins
    if "abstract" in filled:  # where it came from goes with it
        rest = {name: why for name, why in filled["origins"].items() if name != "abstract"}
        filled["origins"] = rest | {name: why for name, why in other.origins.items() if name == "abstract"}
    filled["published"] = min(known.published, seen.published)
    changes = [day for day in (known.updated, seen.updated) if day and day > filled["published"]]
    filled["updated"] = max(changes, default=None)
    return lead.replace(**filled)


def _merged_kind(lead: Paper, other: Paper, status: Status) -> str:
    if "version" in (lead.kind, other.kind):
        return "version"
    if status.is_void and {"paper", "retracted"} & {lead.kind, other.kind}:
        return "retracted"
    return "paper" if lead.kind == Kind.RETRACTED else lead.kind


def _is_teaser(paper: Paper) -> bool:
    return paper.origins.get("abstract") == TEASER


def _rank(paper: Paper) -> tuple[int, date, int, str, str]:
    """Order records of one paper by what they add, so that it does not matter which of them came first."""
    return (paper.version, paper.updated or date.min, len(paper.abstract), paper.text, paper.source)
