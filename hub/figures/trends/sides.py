"""Two selections side by side: each topic's share in both, as two dots and the line between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub.figures import HUES, INKS, Say, Theme, base, describe, empty, plain
from hub.figures.lines import shortened
from hub.figures.trends.movers import times
from hub.figures.trends.parts import percent
from hub.trends.movers import Sure

SHOWN = 16
FAINT = {Sure.SURE: 1.0, Sure.FAIRLY: 0.75, Sure.UNSURE: 0.4}


def two_sides(table: pd.DataFrame, one: str, other: str, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return the picture of :func:`hub.trends.two.compare`: the surest topics, those that are more of ``one`` first."""
    top = table.head(SHOWN)
    more, less = top[top["ratio"] > 1], top[top["ratio"] <= 1]
    top = pd.concat([more.sort_values("share_one", ascending=False), less.sort_values("share_other", ascending=False)])
    if not len(top):
        return empty(say("Nothing can be compared yet"), theme=theme)
    ink, n = INKS[theme], len(top)
    y = np.arange(n)[::-1]
    fig = go.Figure()
    for row, at in zip(top.to_dict("records"), y, strict=True):
        fig.add_shape(
            type="line", x0=row["share_one"], x1=row["share_other"], y0=at, y1=at, layer="below",
            line={"color": ink.faint, "width": 2}, opacity=FAINT[row["sure"]],
        )  # fmt: skip
    labels = {Sure.SURE: say("sure"), Sure.FAIRLY: say("fairly sure"), Sure.UNSURE: say("unsure")}
    held = top.assign(
        told=top["sure"].map(labels), **{c: [times(v) for v in top[c]] for c in ("ratio", "low", "high")}
    )[["topic", "name", "ratio", "low", "high", "told", "papers_one", "papers_other"]]  # fmt: skip
    counts = say("papers: {one} and {other}", one="%{customdata[6]}", other="%{customdata[7]}")
    for side, label, hue in (("one", one, HUES[theme][0]), ("other", other, HUES[theme][1])):
        fig.add_trace(
            go.Scatter(
                x=top[f"share_{side}"], y=y, mode="markers", cliponaxis=False, name=shortened(label, 40), customdata=held,
                marker={"size": 12, "color": hue, "opacity": [FAINT[s] for s in top["sure"]]},
                hovertemplate="%{customdata[1]}<br>%{x:.2%}<br><b>%{customdata[2]}</b> [%{customdata[3]}, %{customdata[4]}], "
                f"%{{customdata[5]}}<br>{counts}<extra>{shortened(label, 40)}</extra>",
            )
        )  # fmt: skip
    base(fig, theme=theme, height=146 + 28 * n)
    fig.update_yaxes(
        tickvals=y, ticktext=[shortened(name, 40) for name in top["name"]], range=[-0.7, n - 0.3], showgrid=False, zeroline=False
    )
    fig.update_yaxes(ticks="outside", ticklen=9, tickcolor="rgba(0,0,0,0)")  # a dot at nothing covers no name
    fig.update_xaxes(tickformat=".1%", rangemode="tozero", title=say("share of the papers"))
    fig.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}, margin={"t": 66}
    )  # the tools lie above it
    what = say("share of each topic in {one} and in {other}", one=one, other=other)
    return describe(fig, say("Dot plot"), what, finding=message(table, one, other, say))


def message(table: pd.DataFrame, one: str, other: str, say: Say = plain) -> str:
    """Return in a sentence which topics are surely more of one side; empty where none is.

    >>> rows = {"name": ["agents"], "ratio": [2.0], "share_one": [0.02], "share_other": [0.01], "sure": [Sure.SURE]}
    >>> message(pd.DataFrame(rows), "cs.AI", "cs.CL")
    'cs.AI has more of agents (2.0 % against 1.0 %)'
    """
    sure, parts = table[table["sure"] == Sure.SURE], []
    for side, own, mine, theirs in (
        (one, sure[sure["ratio"] > 1], "share_one", "share_other"),
        (other, sure[sure["ratio"] < 1], "share_other", "share_one"),
    ):
        if len(own):
            gain = own[mine].to_numpy(dtype=float) - own[theirs].to_numpy(dtype=float)
            most = own.iloc[int(gain.argmax())]
            parts.append(say("{side} has more of {name} ({mine} against {theirs})", side=side, name=most["name"],
                             mine=percent(most[mine]), theirs=percent(most[theirs])))  # fmt: skip
    return " · ".join(parts)
