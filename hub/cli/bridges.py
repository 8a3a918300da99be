"""Commands of the bridges room."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from hub.cli.common import AsJson, Fields, Marked, Since, Sources, Text, Topics, Until, current, emit, search
from hub.cli.common import selection as selected


class By(StrEnum):
    """What the matrices call a field."""

    domain = "domain"
    field = "field"


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(bridges)


def bridges(
    source: Sources = None,
    field: Fields = None,
    since: Since = "",
    until: Until = "",
    topic: Topics = None,
    text: Text = "",
    marked: Marked = "",
    by: Annotated[By, typer.Option(help="Compare the twelve domains, or the sources' own fields.")] = By.domain,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows of each list.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Say where the selected papers' fields meet: what travels, what comes closer, who stands between."""
    from hub.bridges import report

    snapshot = current()
    chosen = selected(snapshot, source, field, since, until, topic, text, marked)
    found = report(snapshot, chosen.rows(snapshot, search(snapshot)), by.value, limit)
    if as_json:
        return emit(found, True)
    out = Console()
    for name in found["found"]:
        out.print(
            f"\n{name.replace('_', ' ').capitalize()} ({found['found'][name]})", style="bold", markup=False, highlight=False
        )
        for row in found[name]:
            what = row.get("title") or row.get("name") or ""
            out.print(f"  {what + ': ' if what else ''}{row['why']}", markup=False, highlight=False)
