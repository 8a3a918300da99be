"""What every command shares: the filters, one JSON document on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as RichText

from hub.errors import SelectionError
from hub.papers.fields import folders_of
from hub.settings import settings
from hub.storage import opening, paper_sets
from hub.storage.corpus import Corpus
from hub.storage.paper_sets import PaperSet, PaperSetMissing
from hub.storage.selection import Search, Selection
from hub.storage.snapshot import Snapshot
from hub.topics import overlay

AllowLoss = Annotated[
    bool, typer.Option("--allow-loss", help="Publish also where papers, or all topics, that pages show now would be gone.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="A source, such as arXiv; may be repeated.")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="A field, an arXiv archive or a domain; may be repeated.")]
Since = Annotated[str, typer.Option("--from", help="First day, as 2026-01-31.")]
Until = Annotated[str, typer.Option("--to", help="Last day, as 2026-01-31.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="A topic's number or name; may be repeated.")]
Marked = Annotated[
    str, typer.Option("--set", help="A set of papers marked on the map, by the name that the address has after set=.")
]
Text = Annotated[
    str,
    typer.Option(
        "--text",
        help='What to look for: words, "a phrase", -without, OR, author:, title:, doi:, topic:, source:, field:, institution:.',
    ),
]

SETS_NAMED = 8
KNOWN_NAMED = 40
stderr = Console(stderr=True)


def day(text: str, option: str) -> date | None:
    """Return the day that an option names, None for an empty one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as e:
        raise SelectionError(f"{option} takes a day such as 2026-01-31, not {text!r}.") from e


def current() -> Snapshot:
    """Return the Snapshot that pages show now."""
    home = settings().home
    if error := overlay.fault(home):
        print(f"hub: {error}", file=sys.stderr)
    return overlay.load(home)


def corpus() -> Corpus:
    """Return the paper table of the settings; never a new one where papers were published."""
    from hub.storage import memory

    memory.frugal()
    config = settings()
    return opening.corpus(config.home, config.corpus_path)


def search(snapshot: Snapshot) -> Search:
    """Return what answers --text, as the app's search box does."""
    from hub.search import searcher

    return lambda query: searcher(snapshot, corpus(), settings().home)(query)


def selection(
    snapshot: Snapshot,
    source: list[str] | None,
    field: list[str] | None,
    since: str,
    until: str,
    topic: list[str] | None,
    text: str,
    marked: str = "",
) -> Selection:
    """Return the Selection that the filters of a command name.

    Raises
    ------
    SelectionError
        When a source, field or topic is not in the Snapshot, or a set of marked papers is not kept: a mistyped filter must not
        look like a quiet field.
    """
    for name, wanted, known in (("source", source, _sources(snapshot)), ("field", field, _fields(snapshot))):
        unknown = [value for value in wanted or [] if value not in known]
        if unknown:
            some = ", ".join(sorted(known, key=str.casefold)[:KNOWN_NAMED])
            raise SelectionError(f"No paper has the {name} {unknown[0]!r}. Papers here have: {some or 'none'}.")
    return Selection(
        tuple(source or ()), tuple(field or ()), day(since, "--from"), day(until, "--to"),
        tuple(topic_id(snapshot, name) for name in topic or ()), text, papers=_marked(marked),
    )  # fmt: skip


def _marked(name: str) -> PaperSet | None:
    if not name:
        return None
    home = settings().home
    try:
        return paper_sets.load(home, name)
    except PaperSetMissing as e:
        there = paper_sets.names(home)
        more = f" and {len(there) - SETS_NAMED} more" if len(there) > SETS_NAMED else ""
        known = f"Kept are, last used first: {', '.join(there[:SETS_NAMED])}{more}." if there else "None is kept here."
        raise SelectionError(
            f"There is no set of marked papers {name!r}. {known} Mark papers on the map of topics for one."
        ) from e


def topic_id(snapshot: Snapshot, name: str) -> int:
    """Return the id of a topic given by its number or its name."""
    by_name = {known.casefold(): topic for topic, known in snapshot.topic_names.items()}
    if name.lstrip("-").isdigit() and int(name) in snapshot.topic_names:
        return int(name)
    if name.casefold() in by_name:
        return by_name[name.casefold()]
    raise SelectionError(f"There is no topic {name!r}. See `python -m hub topics` for those there are.")


def _sources(snapshot: Snapshot) -> set[str]:
    return set(snapshot.codes("source")[1])


def _fields(snapshot: Snapshot) -> set[str]:
    fields = set(snapshot.codes("field")[1])
    return fields | folders_of(fields) | {f.split(".")[0] for f in fields if "." in f} | set(snapshot.codes("domain")[1])


def emit(value: Any, as_json: bool, columns: tuple[str, ...] = ()) -> None:
    """Print ``value``: as one JSON document, or as a table of ``columns`` where it is a list of rows."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain, allow_nan=False) + "\n")
    elif isinstance(value, list):
        table = Table(*columns)
        for row in value:
            table.add_row(*(RichText(_cell(row.get(c))) for c in columns))  # no title is markup
        Console().print(table)
    else:
        for key, item in value.items():
            Console().print(f"{key}: {item}", markup=False, highlight=False)


def _cell(value: Any) -> str:
    """Return what a table shows of a value: nothing where there is none, a list in words."""
    if value is None:
        return ""
    return "; ".join(map(_cell, value)) if isinstance(value, (list, tuple)) else str(plain(value))


def plain(value: Any) -> Any:
    """Return a JSON value for numpy's and datetime's types."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(value) if not isinstance(value, (str, int, float, bool, type(None))) else value


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on a terminal's stderr; give a function to call with how many are done, of how many."""
    look = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*look, console=stderr, disable=not stderr.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
