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
    app.command("emerging")(emerging)
    app.command("backtest")(backtest)


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


def emerging(
    source: common.Sources = None,
    field: common.Fields = None,
    since: common.Since = "",
    until: common.Until = "",
    topic: common.Topics = None,
    text: common.Text = "",
    as_json: common.AsJson = False,
) -> None:
    """Which terms jump in the last four weeks, inside topics or outside of all, and how often such calls held before."""
    from hub.trends.emergence import COLUMNS as TERM_COLUMNS
    from hub.trends.emergence import emergence
    from hub.trends.rows import plain_rows

    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text)
    found = emergence(snapshot, chosen.rows(snapshot, lambda query: common.corpus().search_ids(query)))
    rows = plain_rows(found.terms)
    common.emit({"terms": rows, "called": found.called, "held": found.held} if as_json else rows, as_json, TERM_COLUMNS)


def backtest(as_json: common.AsJson = False) -> None:
    """How often calls held: history replayed month by month, for the outlook and for the simple rules."""
    from hub.trends import backtest as record
    from hub.trends.rows import plain_rows

    whole, _, _ = record.months_of(common.current())
    found = record.backtest(whole)
    rows = plain_rows(found.table)
    about = {"base_a": found.base_a, "base_b": found.base_b, "origins": found.origins, "k": record.K}
    whole_record = {"rules": rows, "calibration": plain_rows(found.calibration), **about}
    common.emit(whole_record if as_json else rows, as_json, ("rule", "a", "a_low", "a_high", "b", "b_low", "b_high", "recall"))
