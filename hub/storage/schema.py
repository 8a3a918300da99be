"""The contract between the worker, which writes Snapshots, and the pages, which read them.

``schema.toml`` tells every table, column, type and meaning, and every key of ``meta.json``. :func:`check` holds a table to it
before it is published; :func:`complete` gives a table of a former release the columns that came later. ``python -m
hub.storage.schema`` writes docs/DATA.md from it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from hub.errors import SnapshotError

FORMAT = 2
"""Number of the layout that this release writes; Snapshots that name none are of format 1."""
_TEXT: Callable[[pa.DataType], bool] = lambda t: pa.types.is_string(t) or pa.types.is_large_string(t)  # noqa: E731
_IS: dict[str, Callable[[pa.DataType], bool]] = {
    "text": lambda t: _TEXT(t) or (pa.types.is_dictionary(t) and _TEXT(t.value_type)),
    "int": pa.types.is_integer,
    "float": lambda t: pa.types.is_floating(t) or pa.types.is_integer(t),
    "bool": pa.types.is_boolean,
    "date": pa.types.is_timestamp,
    "texts": lambda t: _list_of(t, _TEXT),
    "ints": lambda t: _list_of(t, pa.types.is_integer),
}


def _list_of(kind: pa.DataType, inner: Callable[[pa.DataType], bool]) -> bool:
    """Whether it is a list of those, or of nothing at all."""
    return (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and (
        inner(kind.value_type) or pa.types.is_null(kind.value_type)
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, what it means, and whether it may be absent, with the value that it then has."""

    name: str
    type: str
    meaning: str
    optional: bool = False
    absent: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a Snapshot: what a row is, its columns, and the prefix and type of numbered columns where it has some."""

    name: str
    row: str
    columns: tuple[Column, ...]
    numbered: tuple[str, str] | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there, in order."""
        return tuple(column.name for column in self.columns if not column.optional)

    def column(self, name: str) -> Column | None:
        """Return what is told of a column, None when nothing is."""
        if self.numbered and name.removeprefix(self.numbered[0]).isdigit():
            return Column(name, self.numbered[1], "")
        return next((column for column in self.columns if column.name == name), None)


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def tables() -> dict[str, Table]:
    """Return every table of a Snapshot by its name."""
    told = _told()["tables"]
    return {
        name: Table(
            name,
            about["row"],
            tuple(Column(c, v[0], v[1], len(v) == 3, *v[2:]) for c, v in told[about.get("like", name)]["columns"].items()),
            tuple(about["numbered"]) if "numbered" in about else None,
        )
        for name, about in told.items()
    }


@cache
def meta() -> dict[str, Column]:
    """Return every key of ``meta.json``."""
    return {key: Column(key, kind, meaning) for key, (kind, meaning) in _told()["meta"].items()}


def check(name: str, given: pa.Table) -> None:
    """Hold a table to the contract before it is published; columns without a row may be of any type.

    Raises
    ------
    SnapshotError
        Naming the table and the column that is missing, not known or of another type.
    """
    table = tables().get(name)
    if table is None:
        raise SnapshotError(f"The table {name} stands in no contract: tell its columns in hub/storage/schema.toml.")
    if missing := [c for c in table.required if c not in given.schema.names]:
        raise SnapshotError(f"The table {name} lacks {', '.join(missing)}: hub/storage/schema.toml asks for it.")
    for field in given.schema:
        known = table.column(field.name)
        if known is None:
            raise SnapshotError(f"The table {name} has a column {field.name} that hub/storage/schema.toml does not tell.")
        if len(given) and not pa.types.is_null(field.type) and not _IS[known.type](field.type):
            raise SnapshotError(f"{name}.{field.name} is {field.type}, where hub/storage/schema.toml tells {known.type}.")


def check_meta(keys: Sequence[str]) -> None:
    """Refuse keys of ``meta.json`` that the contract does not tell.

    Raises
    ------
    SnapshotError
        Naming them.
    """
    if unknown := [key for key in keys if key not in meta()]:
        raise SnapshotError(f"meta.json holds {', '.join(unknown)}, which hub/storage/schema.toml does not tell.")


def complete(name: str, frame: pd.DataFrame, about: Mapping[str, Any], wanted: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a table as it was read, with the columns that came after the release that wrote it.

    Parameters
    ----------
    about
        The Snapshot's meta, for its version and format.
    wanted
        The columns that are needed, all of them without.

    Raises
    ------
    SnapshotError
        Where a column is not there that cannot be filled in: which one, and which command makes the Snapshot anew.
    """
    table = tables()[name]
    lacking = [c for c in table.columns if c.name not in frame and (wanted is None or c.name in wanted)]
    if gone := [c.name for c in lacking if not c.optional]:
        written = int(about.get("format", 1))
        which = "a newer" if written > FORMAT else "an older"
        raise SnapshotError(
            f"The snapshot {about.get('version', '')} was published by {which} release (format {written}, here {FORMAT}): "
            f"its table {name} lacks {', '.join(gone)}. `hub fit` makes it anew from the papers."
        )  # fmt: skip
    return frame.assign(**{c.name: c.absent for c in lacking if not isinstance(c.absent, list)}) if lacking else frame


def document() -> str:
    """Return docs/DATA.md: the contract as Markdown."""
    lines = [
        "# Data", "",
        "What the worker writes and pages read. Made from `hub/storage/schema.toml` by `python -m hub.storage.schema`; a test",
        "holds the two together. A Snapshot is a folder: one Arrow file a table, `vectors.npy` (n_papers, dim) float32,",
        "`terms.npz` (n_papers, n_terms) with `terms.json`, `meta.json`. A column with a value under *absent* need not be there.",
        "",
    ]  # fmt: skip
    for table in tables().values():
        lines += [f"## {table.name}", "", f"{table.row[0].upper()}{table.row[1:]}.", "", "| column | type | meaning | absent |"]
        lines += ["| --- | --- | --- | --- |"]
        lines += [f"| `{c.name}` | {c.type} | {c.meaning} | {_value(c)} |" for c in table.columns]
        if table.numbered:
            lines.append(f"| `{table.numbered[0]}0`, ... | {table.numbered[1]} | one column an axis | |")
        lines.append("")
    lines += ["## meta.json", "", "| key | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{c.name}` | {c.type} | {c.meaning} |" for c in meta().values()]
    return "\n".join(lines) + "\n"


def _value(column: Column) -> str:
    if not column.optional:
        return ""
    return "none" if isinstance(column.absent, float) and math.isnan(column.absent) else f"`{column.absent!r}`"


if __name__ == "__main__":
    (Path(__file__).resolve().parents[2] / "docs" / "DATA.md").write_text(document(), "utf-8")
