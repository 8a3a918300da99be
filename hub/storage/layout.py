"""The columns of the paper table, what they hold of papers, and the paper of a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa

from hub.papers.chinese import searchable
from hub.papers.cleaning import unaccented
from hub.papers.model import Paper
from hub.papers.status import Status

SCHEMA = pa.schema(
    [
        ("id", pa.string()), ("title", pa.string()), ("abstract", pa.string()), ("authors", pa.list_(pa.string())),
        ("published", pa.date32()), ("updated", pa.date32()), ("source", pa.string()), ("field", pa.string()),
        ("domain", pa.string()), ("categories", pa.list_(pa.string())), ("url", pa.string()), ("doi", pa.string()),
        ("version", pa.int32()), ("announce", pa.string()), ("kind", pa.string()), ("journal", pa.string()),
        ("origins", pa.string()), ("versions", pa.list_(pa.string())), ("status", pa.string()),
        ("relations", pa.list_(pa.string())), ("institutions", pa.list_(pa.string())), ("text_hash", pa.string()),
        ("text", pa.string()), ("added", pa.timestamp("s", tz="UTC")), ("changed", pa.timestamp("s", tz="UTC")),
    ]
)  # fmt: skip
"""``text`` is what full-text search reads: title, abstract and authors, without accents, whose stems
would differ. ``origins`` is a JSON object."""
PAPER_FIELDS = ("id", "title", "abstract", "authors", "published", "updated", "source", "field", "domain", "categories",
                "url", "doi", "version", "announce", "kind", "journal", "versions", "status", "relations", "institutions",
                "origins")  # fmt: skip
NOTES = pa.schema([("name", pa.string()), ("value", pa.string())])
ADDED = ("versions", "status", "relations", "institutions")
"""Columns that tables of former releases lack: they are added, empty, when such a table is opened."""


def columns_of(papers: Sequence[Paper]) -> dict[str, list[Any]]:
    """Return what the table keeps of papers, column by column, beside when they were added and changed."""
    columns = {name: list(map(attrgetter(name), papers)) for name in PAPER_FIELDS}
    columns["status"] = [str(paper.status) for paper in papers]
    columns["origins"] = [json.dumps(dict(paper.origins), ensure_ascii=False) if paper.origins else "" for paper in papers]
    columns["text_hash"] = [paper.text_hash for paper in papers]
    columns["text"] = [searchable(unaccented(f"{paper.text}\n{'; '.join(paper.authors)}")) for paper in papers]
    return columns


def paper_of(row: dict[str, Any]) -> Paper:
    """Return the paper of a row with :data:`PAPER_FIELDS`."""
    changed = {"authors": tuple(row["authors"]), "categories": tuple(row["categories"]), "versions": tuple(row["versions"] or ())}
    changed |= {name: tuple(row[name] or ()) for name in ("relations", "institutions")}
    return Paper(
        **row
        | changed
        | {"status": Status(row["status"] or "")}
        | {"origins": json.loads(row["origins"]) if row["origins"] else {}}
    )
