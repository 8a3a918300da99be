"""Figures of the Trends page, with their downloads and what a click on them picks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from hub.figures import trends as figures
from hub.figures.trends.movers import message
from hub.storage.kept import kept
from hub.trends import Trends, views
from hub.trends.emergence import emergence
from hub.trends.movers import few, movers
from hub.ui import charts, data
from hub.ui.i18n import _, plural
from hub.ui.safe import safe
from hub.ui.trends.page import Picked, choice, of_topic
from hub.ui.trends.record import record
from hub.ui.trends.tables import emerging
from hub.ui.trends.two import compared

MULTIPLES, ON_A_PHONE = 12, 6


def answer(found: Trends) -> Picked | None:
    """Show what rises and falls in one picture; return the topic that the reader clicked."""
    table = movers(found)
    whole = found.periods.complete
    given = table, found.series.share[table["row"]][:, whole], list(found.periods.dates[whole])
    fig = charts.drawn(found, "movers", lambda: figures.movers(*given, _, charts.theme(), titled=False, narrow=charts.narrow()))
    st.markdown(f"#### {safe(message(table, _))}")
    event = charts.chart(
        fig, "trends.movers", table=table, as_file=lambda: figures.movers(*given, _, charts.theme()), on_select="rerun",
        selection_mode="points",
    )  # fmt: skip
    st.caption(_("share now, as a multiple of what it was · line: 95 % interval · right: share over time"))
    told = [
        _("Sure: fewer than 5 in 100 such calls are chance; fairly sure: fewer than 25."),
        _("A share is a topic's part of all selected papers, weighed so that sources that start or stop do not count."),
    ]
    if n := few(found):
        told.append(
            plural(n, "{n} topic with fewer than 5 papers is left out.", "{n} topics with fewer than 5 papers are left out.")
        )
    st.caption(" ".join(told))
    points = event["selection"]["points"]
    return of_topic(found, _topic(points[0]) if points else None)


def view() -> str:
    """Draw the choice of further figures and return the chosen one."""
    names = {
        "multiples": _("Series"),
        "bump": _("Ranks"),
        "terms": _("Emerging and bursts"),
        "two": _("Compare two"),
        "record": _("How good are these calls?"),
    }
    return str(choice(_("Figure"), list(names), "multiples", names.__getitem__, "trends.view"))


def figure(chosen: str, found: Trends) -> Picked | None:
    """Show the chosen figure with its downloads; return what the reader clicked in it."""
    if chosen == "record":
        record(data.compute(views.record_of))
        return None
    if chosen == "two":
        return compared(found)
    picked = emerging(data.compute(emergence), data.compute(views.calls_held)) if chosen == "terms" else None
    most = ON_A_PHONE if charts.narrow() else MULTIPLES
    table = kept(found, f"table {chosen} {most}", lambda: _table(chosen, found, most))
    fig = charts.drawn(found, chosen, lambda: _drawn(chosen, found, table))
    event = charts.chart(
        fig, f"trends.figure.{chosen}", table=table, titled=True, on_select="rerun", selection_mode="points"
    )  # fmt: skip
    if len(table):
        st.caption(_("Dotted lines: what was gathered changes there. Grey bands and open dots: periods that are not complete."))
    points = event["selection"]["points"]
    return of_topic(found, _topic(points[0]) if points else None) or picked


def _table(chosen: str, found: Trends, most: int) -> pd.DataFrame:
    if chosen == "terms":
        return found.bursts
    if chosen == "bump":
        return views.ranks(views.series_table(found))
    return views.series_table(found, found.table["topic"].head(most).tolist())


def _drawn(chosen: str, found: Trends, table: pd.DataFrame) -> go.Figure:
    look, narrow = charts.theme(), charts.narrow()
    if chosen == "multiples":
        calls = dict(zip(found.table["topic"], found.table["call"], strict=True))
        return figures.small_multiples(table, calls, found.breaks, _, look, columns=1 if narrow else 3)
    draw = figures.bump if chosen == "bump" else figures.burst_timeline
    return draw(table, found.breaks, say=_, theme=look, narrow=narrow)


def _topic(point: dict[str, Any]) -> int | None:
    found = point.get("customdata")
    while isinstance(found, (list, tuple)) and found:
        found = found[0]
    if isinstance(found, dict):
        found = next(iter(found.values()), None)
    return int(found) if isinstance(found, (int, float)) else None
