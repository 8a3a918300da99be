"""Figures of the Trends page, with their downloads and what a click on them picks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from hub.figures import trends as figures
from hub.trends import Trends, views
from hub.trends.emergence import emergence
from hub.ui import charts, data
from hub.ui.i18n import _
from hub.ui.trends import choice
from hub.ui.trends_tables import emerging

MULTIPLES = 12
THEMES = 12


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
        "terms": _("Emerging terms"),
        "flows": _("Splits and merges"),
        "record": _("Record"),
    }
    return str(choice(_("Figure"), list(names), "multiples", names.__getitem__, "trends.view"))


def figure(chosen: str, found: Trends) -> int | None:
    """Show the chosen figure; return the topic that the reader clicked in it."""
    if chosen == "terms":
        return emerging(data.compute(emergence))
    if chosen == "record":
        return None
    look = charts.theme()
    largest = found.table.nlargest(THEMES, "papers")["topic"].tolist()
    first = found.table["topic"].head(MULTIPLES).tolist()
    calls = dict(zip(found.table["topic"], found.table["call"], strict=True))
    draw: dict[str, Callable[[], go.Figure]] = {
        "multiples": lambda: figures.small_multiples(views.series_table(found, first), calls, found.breaks, _, look),
        "compare": lambda: figures.two_periods(found.table, _, look),
        "bump": lambda: figures.bump(views.ranks(views.series_table(found)), say=_, theme=look),
        "areas": lambda: figures.areas(views.series_table(found, largest), False, _, look),
        "stream": lambda: figures.areas(views.series_table(found, largest), True, _, look),
        "life": lambda: figures.life_cycle(views.series_table(found, found.table["topic"].head(40).tolist()), _, look),
        "bursts": lambda: figures.burst_timeline(found.bursts, say=_, theme=look),
        "flows": lambda: figures.flows(data.compute(views.lineage), say=_, theme=look),
    }
    fig = draw[chosen]()
    event = charts.chart(fig, f"trends.figure.{chosen}", on_select="rerun", selection_mode="points")
    download(fig, chosen)
    points = event["selection"]["points"]
    return _topic(points[0]) if points else None


def download(fig: go.Figure, name: str) -> None:
    """Offer a figure as a file."""
    st.download_button(
        _("Figure as HTML"),
        lambda: fig.to_html(include_plotlyjs="cdn"),
        f"trends-{name}.html",
        "text/html",
        on_click="ignore",
        icon=":material/download:",
        key=f"trends.html.{name}",
        help=_("PNG and SVG: the camera in the figure's corner."),
    )


def _topic(point: dict[str, Any]) -> int | None:
    found = point.get("customdata")
    while isinstance(found, (list, tuple)) and found:
        found = found[0]
    if isinstance(found, dict):
        found = next(iter(found.values()), None)
    return int(found) if isinstance(found, (int, float)) else None
