"""arXiv's bulk metadata: one JSON object a line, millions of lines. https://www.kaggle.com/datasets/Cornell-University/arxiv"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.papers.authors import WholeName
from hub.sources.formats.csl import first_text
from hub.sources.record import Record, Reject, guarded


def read_snapshot_line(value: dict[str, Any], where: str) -> Iterator[Record | Reject]:
    """Return the paper of one line of the snapshot."""
    return guarded([(where, value)], where, _paper)


def _paper(value: dict[str, Any], where: str) -> Record:
    categories = first_text(value.get("categories")).split()
    versions = value.get("versions") or []
    days = [first_text(version.get("created")) for version in versions if isinstance(version, dict)]
    names = [name for parts in value.get("authors_parsed") or () if isinstance(parts, list) and (name := _name(parts))]
    number = first_text(value.get("id"))
    return Record(
        where, title=first_text(value.get("title")), abstract=first_text(value.get("abstract")),
        authors=names or [first_text(value.get("authors"))], published=days[0] if days else "",
        updated=days[-1] if len(days) > 1 else "" if days else first_text(value.get("update_date")), id=f"arXiv:{number}",
        doi=first_text(value.get("doi")).split(" ")[0], source="arXiv", field=categories[0] if categories else "",
        categories=categories, version=len(days), journal=first_text(value.get("journal-ref")),
        affiliations=[first_text(p) for a in value.get("authors_parsed") or () if isinstance(a, list) for p in a[3:]],
        comment=first_text(value.get("comments")), url=f"https://arxiv.org/abs/{number}", authors_in_one_line=not names,
    )  # fmt: skip


def _name(parts: list[Any]) -> str:
    """Return a name of ``[family, given, suffix, affiliation...]``; the colon after a collaboration is none."""
    family, given, suffix = (first_text(part) for part in [*parts[:3], "", "", ""][:3])
    return WholeName(" ".join(part for part in (given, family, suffix) if part).strip(" :"))
