"""Papers a day as a strip of stacked bars, one colour a domain: what came when, and a click away from each day."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from hub.figures import Say, Theme, base, describe, domain_color, empty, plain
from hub.figures.palette import INKS

HEIGHT = 132


def strip(table: pd.DataFrame, since: date, until: date, *, theme: Theme = "light", say: Say = plain) -> go.Figure:
    """Return the strip of :func:`hub.storage.newest.per_day`'s table, with the days from ``since`` to ``until`` marked.

    A bar's customdata is its day, ``YYYY-MM-DD``.
    """
    if table.empty:
        return empty(say("No papers on these days."), theme=theme, height=HEIGHT)
    sizes = table.groupby("domain")["papers"].sum().sort_values(ascending=False)
    fig = go.Figure()
    for domain in sizes.index:
        own = table[table["domain"] == domain]
        days = pd.to_datetime(own["day"]).dt.strftime("%Y-%m-%d").tolist()
        fig.add_bar(
            x=days, y=own["papers"].tolist(), name=say(domain), customdata=days, marker={"color": domain_color(domain, theme)},
            hovertemplate="%{x|%Y-%m-%d} · %{fullData.name}: %{y}<extra></extra>",
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )  # fmt: skip
    base(fig, theme=theme, height=HEIGHT)
    half = timedelta(hours=12)
    fig.add_vrect(
        x0=pd.Timestamp(since) - half, x1=pd.Timestamp(until) + half, fillcolor=INKS[theme].accent, opacity=0.16, line_width=0,
        layer="below",
    )  # fmt: skip
    fig.update_layout(
        barmode="stack", bargap=0.12, showlegend=False, clickmode="event+select", dragmode=False, hovermode="closest",
        margin={"l": 0, "r": 0, "t": 4, "b": 20},
        xaxis={"showgrid": False, "tickformat": "%m-%d", "nticks": 9, "fixedrange": True},
        yaxis={"nticks": 3, "fixedrange": True, "title": None},
    )  # fmt: skip
    total = table.groupby("day")["papers"].sum()
    finding = say("{n:,} papers, most on {day}", n=int(total.sum()), day=f"{pd.Timestamp(str(total.idxmax())):%Y-%m-%d}")
    if (total == total.max()).sum() > 1:
        finding = say("{n:,} papers", n=int(total.sum()))
    return describe(fig, say("Stacked bars"), say("papers a day by domain"), finding=finding)
