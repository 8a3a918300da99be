"""Shares over time: small multiples, ranks, areas, and when each topic peaked."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hub.figures import Say, Theme, base, describe, empty, plain, topic_color, with_alpha
from hub.figures.lines import folded, shortened
from hub.figures.palette import CALL_COLORS
from hub.figures.trends.parts import PERCENT, mark, marks_of, percent


def small_multiples(
    series: pd.DataFrame, calls: dict[int, str], breaks: pd.DataFrame, say: Say = plain, theme: Theme = "light", columns: int = 3
) -> go.Figure:
    """Return one small chart a topic: its shrunken share with its 95 % interval, the bare share as dots, breaks as lines."""
    topics = list(dict.fromkeys(series["topic"]))
    if not topics:
        return empty(say("No topic has papers in this selection."), theme=theme)
    columns = min(columns, len(topics))
    lines = -(-len(topics) // columns)
    names = series.drop_duplicates("topic").set_index("topic")["name"]
    layout = deepcopy(_panels(len(topics), columns))
    traces: list[dict[str, object]] = []
    tip = "%{x|%Y-%m-%d}<br>%{y:.2%}<br>" + say("papers: {n}", n="%{customdata[1]}") + "<extra></extra>"
    for i, topic in enumerate(topics):
        part, number = series[series["topic"] == topic], str(i + 1) if i else ""
        color = CALL_COLORS[theme][calls.get(topic, "steady")]
        place = {"type": "scatter", "xaxis": f"x{number}", "yaxis": f"y{number}"}
        own = {"x": part["start"], "customdata": part[["topic", "papers"]], "hovertemplate": tip, **place}
        marks = np.where(part["complete"], "circle", "circle-open")
        traces += [
            {"mode": "lines", "fill": "toself", "fillcolor": with_alpha(color, 0.18), "line": {"width": 0}, "hoverinfo": "skip",
             **_band(part), **place},
            {"y": part["shrunk"], "mode": "lines", "line": {"color": color, "width": 2}, **own},
            {"y": part["share"], "mode": "markers", "marker": {"color": color, "size": 5, "symbol": marks}, **own},
        ]  # fmt: skip
        layout["annotations"][i] |= {"text": shortened(names[topic], 34), "font": {"size": 13}}
        known = part.loc[part["complete"], ["high", "share"]].max().max()  # some days of an incomplete period may lie anywhere
        if known > 0:
            layout[f"yaxis{number}"]["range"] = [0, 1.1 * known]
    places = [(str(trace["xaxis"]), str(trace["yaxis"])) for trace in traces[::3]]
    layout["shapes"], _ = marks_of(places, breaks, series, say, theme, labelled=False)
    # All at once: Plotly validates what is there anew with each trace and each change of the layout.
    fig = base(go.Figure(traces, layout), theme=theme, height=60 + 170 * lines)
    fig.update_layout(showlegend=False, margin={"t": 36})
    return describe(
        fig, say("Small line charts"), say("share of the comparable corpus by period, one chart a topic, with 95 % intervals"),
        finding=grown(series, say),
    )  # fmt: skip


@lru_cache(maxsize=24)
def _panels(n: int, columns: int) -> dict[str, Any]:
    """Return the layout of n small charts in rows of so many, each with an empty title above it."""
    lines = -(-n // columns)
    fig = make_subplots(
        lines,
        columns,
        shared_xaxes=False,
        subplot_titles=["-"] * n,
        vertical_spacing=0.34 / max(lines, 1),
        horizontal_spacing=0.07,
    )
    layout: dict[str, Any] = fig.to_dict()["layout"]
    layout.pop("template", None)
    for name in layout:
        if "axis" in name:
            layout[name] |= {"nticks": 4} | ({"tickformat": PERCENT} if name.startswith("y") else {"tickangle": 0})
    return layout


def grown(series: pd.DataFrame, say: Say = plain) -> str:
    """Return in a sentence which topic's share changed most from the first complete period to the last.

    Only changes whose intervals at both ends lie apart count; empty where there is none.
    """
    whole = series[series["complete"] & series["low"].notna() & series["high"].notna()].sort_values("start", kind="stable")
    ends = whole.groupby("topic", sort=False).agg(
        name=("name", "first"), periods=("start", "nunique"), first=("shrunk", "first"), first_low=("low", "first"),
        first_high=("high", "first"), last=("shrunk", "last"), last_low=("low", "last"), last_high=("high", "last"),
    )  # fmt: skip
    ends = ends[(ends["periods"] > 1) & ((ends["last_low"] > ends["first_high"]) | (ends["last_high"] < ends["first_low"]))]
    ends = ends[(ends["first"] > 0) & (ends["last"] > 0)]
    if not len(ends):
        return ""
    changed = np.abs(np.log(ends["last"].to_numpy(dtype=float) / ends["first"].to_numpy(dtype=float)))
    name, first, last = ends[["name", "first", "last"]].to_numpy()[int(changed.argmax())]
    return say(
        "{name} changed most: from {first} to {last} of the papers", name=name, first=percent(float(first)),
        last=percent(float(last)),
    )  # fmt: skip


def bump(
    ranks: pd.DataFrame, breaks: pd.DataFrame, shown: int = 10, say: Say = plain, theme: Theme = "light", *, narrow: bool = False
) -> go.Figure:
    """Return the rank of the topics that are largest in the last period, over time; ``narrow`` for a phone."""
    complete = ranks[ranks["complete"] & ranks["rank"].notna()]
    if not len(complete):
        return empty(say("There is no complete period yet."), theme=theme)
    end = complete[complete["start"] == complete["start"].max()].nsmallest(shown, "rank")
    fig = go.Figure()
    for topic, name, rank in zip(end["topic"], end["name"], end["rank"], strict=True):
        part = complete[complete["topic"] == topic]
        color = topic_color(int(topic), theme)
        fig.add_trace(
            go.Scatter(
                x=part["start"],
                y=part["rank"],
                mode="lines+markers",
                name=name,
                showlegend=False,
                line={"color": color, "width": 2.5, "shape": "spline", "smoothing": 0.6},
                marker={"size": 7},
                customdata=part[["topic"]],
                hovertemplate=f"{name}<br>%{{x|%Y-%m-%d}}<br>" + say("rank {n}", n="%{y}") + "<extra></extra>",
            )
        )
        fig.add_annotation(
            x=end["start"].iloc[0],
            y=rank,
            text=folded(name, 18) if narrow else shortened(name, 36),
            hovertext=name,
            align="left",
            xanchor="left",
            xshift=10,
            font={"color": color, "size": 12 if narrow else 13},
        )
    mark(fig, breaks, complete, say, theme)
    base(fig, theme=theme, height=80 + (52 if narrow else 36) * shown)
    below = 1.5 if narrow else 2  # what comes from below enters the frame; on a phone two lines of a name need their room
    fig.update_yaxes(range=[below * shown + 0.5, 0.5], title=say("rank by share"), dtick=5)
    days = pd.Timedelta(days=8)
    fig.update_xaxes(range=[complete["start"].min() - days, complete["start"].max() + days])  # labels lie right of it
    fig.update_layout(margin={"r": 140} if narrow else {"r": 270, "t": 34})  # the tools lie above the names
    return describe(
        fig,
        say("Bump chart"),
        say("rank of the largest topics by share over time"),
        finding=leads(complete, end, say),
    )


def leads(complete: pd.DataFrame, end: pd.DataFrame, say: Say = plain) -> str:
    """Return in a sentence which topic is first in the last period and since when; empty where two share the place."""
    first = end[end["rank"] == end["rank"].min()]
    if len(first) != 1:
        return ""
    periods = np.sort(complete["start"].unique())[::-1]
    own = complete[complete["topic"] == first["topic"].iloc[0]].set_index("start")["rank"]
    best = complete.groupby("start")["rank"].min()
    held = 0
    for start in periods:
        if own.get(start) != best[start]:
            break
        held += 1
    if held == 1:
        return say("{name} has the largest share in the last period", name=first["name"].iloc[0])
    return say(
        "{name} has the largest share, for {held} of {n} periods without a break", name=first["name"].iloc[0], held=held,
        n=len(periods),
    )  # fmt: skip


def _band(part: pd.DataFrame) -> dict[str, list[object]]:
    """Return the outline of the interval; a period that was not covered ends one piece and begins another."""
    x: list[object] = []
    y: list[object] = []
    known = part["high"].notna()
    for _, piece in part[known].groupby((known != known.shift()).cumsum()[known]):
        x += [*piece["start"], *piece["start"][::-1], None]
        y += [*piece["high"], *piece["low"][::-1], None]
    return {"x": x, "y": y}
