"""Figures of the Trends page, with their downloads and what a click on them picks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from hub.figures import trends as figures
from hub.storage.export import csv
from hub.trends import Trends, views
from hub.trends.emergence import emergence
from hub.ui import charts, data
from hub.ui.i18n import _
from hub.ui.trends.page import PICKS, Picked, choice, of_topic, picked_row
from hub.ui.trends.record import record
from hub.ui.trends.tables import emerging

MULTIPLES = 12
THEMES = 12
LIVES = 40


def view() -> str:
    """Draw the choice of figures and return the chosen one."""
    names = {
        "multiples": _("Series"),
        "compare": _("Two periods"),
        "bump": _("Ranks"),
        "areas": _("Areas"),
        "stream": _("Stream"),
        "life": _("Life cycle"),
        "bursts": _("Bursts"),
        "terms": _("Emerging"),
        "flows": _("Splits and merges"),
        "record": _("Record"),
    }
    return str(choice(_("Figure"), list(names), "multiples", names.__getitem__, "trends.view"))


def figure(chosen: str, found: Trends) -> Picked | None:
    """Show the chosen figure with its downloads; return what the reader clicked in it."""
    if chosen == "terms":
        return emerging(data.compute(emergence), data.compute(views.calls_held))
    if chosen == "record":
        record(data.compute(views.record_of))
        return None
    table = _table(chosen, found)
    fig = _drawn(chosen, found, table)
    event = charts.chart(fig, f"trends.figure.{chosen}", config=picture(chosen), on_select="rerun", selection_mode="points")
    if chosen != "flows" and len(table):
        text = _("Dotted lines: what was gathered changes there. Grey bands and open dots: periods that are not complete.")
        carried = _("Where a topic's sources were not covered, its share next to the gap is carried on.")
        st.caption(f"{text} {carried}" if chosen in ("areas", "stream") else text)
    downloads(fig, table, chosen)
    if chosen == "flows" and len(table):
        return _flow(table)
    points = event["selection"]["points"]
    return of_topic(found, _topic(points[0]) if points else None)


def _table(chosen: str, found: Trends) -> pd.DataFrame:
    if chosen == "compare":
        return found.table
    if chosen == "bursts":
        return found.bursts
    if chosen == "flows":
        return data.compute(views.lineage)
    if chosen == "bump":
        return views.ranks(views.series_table(found))
    largest = found.table.nlargest(THEMES, "papers")["topic"].tolist()
    shown = {"multiples": found.table["topic"].head(MULTIPLES).tolist(), "life": found.table["topic"].head(LIVES).tolist()}
    return views.series_table(found, shown.get(chosen, largest))


def _drawn(chosen: str, found: Trends, table: pd.DataFrame) -> go.Figure:
    look = charts.theme()
    calls = dict(zip(found.table["topic"], found.table["call"], strict=True))
    draw: dict[str, Callable[[], go.Figure]] = {
        "multiples": lambda: figures.small_multiples(table, calls, found.breaks, _, look),
        "compare": lambda: figures.two_periods(table, _, look),
        "bump": lambda: figures.bump(table, found.breaks, say=_, theme=look),
        "areas": lambda: figures.areas(table, found.breaks, False, _, look),
        "stream": lambda: figures.areas(table, found.breaks, True, _, look),
        "life": lambda: figures.life_cycle(table, found.breaks, _, look),
        "bursts": lambda: figures.burst_timeline(table, found.breaks, say=_, theme=look),
        "flows": lambda: figures.flows(table, say=_, theme=look),
    }
    return draw[chosen]()


def _flow(table: pd.DataFrame) -> Picked | None:
    """List the flows of the Sankey diagram, whose ribbons cannot be clicked; return the picked one's papers."""
    event = st.dataframe(
        table, column_order=["before", "after", "papers"],
        column_config={"before": _("Former topic"), "after": _("Topic now"), "papers": _("Papers")},
        hide_index=True, on_select="rerun", selection_mode=PICKS, key="trends.flows",
    )  # fmt: skip
    at = picked_row(event, len(table))
    if at is None:
        return None
    row = table.iloc[at]
    own = views.rows_of_flow(data.snapshot(), data.rows(), str(row["before"]), int(row["topic"]))
    return Picked(f"{row['before']} → {row['after']}", own)


def picture(name: str) -> dict[str, Any]:
    """Return what the camera in a figure's corner saves: the format that the reader chose below it."""
    chosen = st.session_state.get(f"trends.format.{name}") or "png"
    return {"toImageButtonOptions": {"format": chosen, "filename": f"trends-{name}", "scale": 1 if chosen == "svg" else 2}}


def downloads(fig: go.Figure, table: pd.DataFrame, name: str) -> None:
    """Offer a figure as a page that stands alone, its table as CSV, and choose what the camera saves."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            _("Figure as HTML"), lambda: fig.to_html(include_plotlyjs=True), f"trends-{name}.html", "text/html",
            on_click="ignore", icon=":material/download:", key=f"trends.html.{name}",
        )  # fmt: skip
        st.download_button(
            _("Figure's table as CSV"), lambda: csv(table), f"trends-{name}.csv", "text/csv",
            on_click="ignore", icon=":material/download:", key=f"trends.csv.{name}",
        )  # fmt: skip
        st.segmented_control(
            _("The camera in its corner saves"), ["png", "svg"], default="png", format_func=str.upper,
            key=f"trends.format.{name}", persist_state="session",
        )  # fmt: skip


def _topic(point: dict[str, Any]) -> int | None:
    found = point.get("customdata")
    while isinstance(found, (list, tuple)) and found:
        found = found[0]
    if isinstance(found, dict):
        found = next(iter(found.values()), None)
    return int(found) if isinstance(found, (int, float)) else None
