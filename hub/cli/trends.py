"""Commands of the trends room: ``trends`` and ``backtest``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from hub.cli import common

EMERGING_COLUMNS = ("kind", "call", "name", "topic", "papers_now", "papers_before", "ratio", "ratio_low", "ratio_high", "q")
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
    marked: common.Marked = "",
    every: Annotated[Every, typer.Option(help="Length of a period of the series.")] = Every.month,
    level: Annotated[
        int | None,
        typer.Option(min=-1, help="Level of the topic tree: -1 parts of topics, 0 topics, 1 and up: themes."),
    ] = None,
    weeks: Annotated[int, typer.Option(min=2, max=52, help="Length of each of the two windows that are compared.")] = 13,
    as_json: common.AsJson = False,
) -> None:
    """Which topics rise and which fade, with the evidence for each call."""
    from hub.trends import select
    from hub.trends.levels import telling_level
    from hub.trends.rows import trend_rows

    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text, marked)
    depth = telling_level(snapshot) if level is None else level
    found = select(snapshot, chosen, common.search(snapshot), every=every.value, level=depth, weeks=weeks)
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
    marked: common.Marked = "",
    as_json: common.AsJson = False,
) -> None:
    """What emerges: new topics, groups of papers that no topic holds, terms that jump; and how often such calls held before."""
    from hub.trends import hindcast, select
    from hub.trends.calls import Call
    from hub.trends.emergence import emergence
    from hub.trends.rows import plain_rows, trend_rows

    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text, marked)
    found = emergence(snapshot, chosen.rows(snapshot, common.search(snapshot)))
    ids = snapshot.papers["id"].to_numpy()
    terms, groups = (t.assign(papers=[ids[rows].tolist() for rows in t["papers"]]) for t in (found.terms, found.groups))
    topics = [row for row in trend_rows(select(snapshot, chosen, common.search(snapshot))) if row["call"] == Call.EMERGING]
    held = plain_rows(hindcast.calls_held(snapshot))
    whole = {"topics": topics, "groups": plain_rows(groups), "terms": plain_rows(terms), "held_before": held}
    common.emit(whole if as_json else _told(whole), as_json, EMERGING_COLUMNS)


def _told(whole: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{"kind": "topic", "name": row["name"], "call": row["call"], "topic": row["name"], **row} for row in whole["topics"]]
    rows += [{"kind": "group", "topic": "", **row} for row in whole["groups"]]
    rows += [{**row, "kind": "term", "call": "emerging", "topic": row["name"], "name": row["term"]} for row in whole["terms"]]
    return [{c: f"{v:.3g}" if isinstance(v := row[c], float) else v for c in EMERGING_COLUMNS} for row in rows]


def backtest(as_json: common.AsJson = False) -> None:
    """How often calls held: history replayed month by month, for the outlook and for the simple rules.

    The record that the worker made at the last fit, with topics fitted on the first months only; with the topics of now, which
    know the future, where there is none.
    """
    from hub.trends import backtest as record
    from hub.trends import hindcast
    from hub.trends.rows import plain_rows

    snapshot = common.current()
    kept = hindcast.read(snapshot)
    found = kept or record.backtest(record.months_of(snapshot)[0])
    rows = plain_rows(found.table)
    about = {"base_a": found.base_a, "base_b": found.base_b, "origins": found.origins, "k": record.K}
    topics = "of the first months" if kept else "of now"
    whole_record = {"topics": topics, "rules": rows, "calibration": plain_rows(found.calibration), **about}
    common.emit(whole_record if as_json else rows, as_json, ("rule", "a", "a_low", "a_high", "b", "b_low", "b_high", "recall"))
