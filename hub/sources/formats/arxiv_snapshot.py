"""arXiv's bulk metadata: one JSON object a line, millions of lines. https://www.kaggle.com/datasets/Cornell-University/arxiv"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.sources.record import Record, Reject


def read_snapshot_line(value: dict[str, Any], where: str) -> Iterator[Record | Reject]:
    """Return the paper of one line of the snapshot."""
    categories = str(value.get("categories") or "").split()
    versions = value.get("versions") or []
    days = [str(version.get("created", "")) for version in versions if isinstance(version, dict)]
    names = [" ".join(part for part in (*name[1:2], *name[0:1], *name[2:3]) if part) for name in value["authors_parsed"] or []]
    record = Record(
        where, title=value.get("title") or "", abstract=value.get("abstract") or "",
        authors=names or [value.get("authors") or ""], published=days[0] if days else "",
        updated=days[-1] if len(days) > 1 else "", id=f"arXiv:{value.get('id', '')}", doi=(value.get("doi") or "").split(" ")[0],
        source="arXiv", field=categories[0] if categories else "", categories=categories, version=len(days),
        journal=value.get("journal-ref") or "", url=f"https://arxiv.org/abs/{value.get('id', '')}", authors_in_one_line=not names,
    )  # fmt: skip
    return iter([record])
