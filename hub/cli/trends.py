"""Commands of the trends room: ``trends`` and ``backtest``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from hub.cli import common

COLUMNS = ("call", "name", "share_now", "share_before", "ratio", "ratio_low", "ratio_high", "q", "why")


class Every(StrEnum):
    """Length of a period of the series."""

    week = "week"
    month = "month"
    quarter = "quarter"


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command("trends")(trends)


def trends(
    source: common.Sources = None,
    field: common.Fields = None,
    since: common.Since = "",
    until: common.Until = "",
    topic: common.Topics = None,
    text: common.Text = "",
    every: Annotated[Every, typer.Option(help="Length of a period of the series.")] = Every.month,
    level: Annotated[int, typer.Option(min=0, help="Level of the topic tree: 0 topics, 1 and up themes.")] = 0,
    weeks: Annotated[int, typer.Option(min=2, max=52, help="Length of each of the two windows that are compared.")] = 13,
    as_json: common.AsJson = False,
) -> None:
    """Which topics rise and which fade, with the evidence for each call."""
    from hub.trends import select
    from hub.trends.rows import trend_rows

    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text)
    found = select(snapshot, chosen, lambda query: common.corpus().search_ids(query), every=every.value, level=level, weeks=weeks)
    rows: list[dict[str, Any]] = trend_rows(found)
    common.emit(rows if as_json else [_short(row) for row in rows], as_json, COLUMNS)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{value:.3g}" if isinstance(value := row[name], float) else value for name in COLUMNS}
