"""Events: bursts, splits and merges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub.figures import Say, Theme, base, describe, empty, plain, with_alpha
from hub.figures.lines import labels
from hub.figures.palette import CALL_COLORS
from hub.figures.trends.parts import mark


def burst_timeline(
    bursts: pd.DataFrame, breaks: pd.DataFrame, shown: int = 30, say: Say = plain, theme: Theme = "light", *,
    narrow: bool = False,
) -> go.Figure:  # fmt: skip
    """Return the strongest Kleinberg bursts as bars from first to last week, thicker with weight; ``narrow`` for a phone."""
    top = bursts.nlargest(shown, "weight").sort_values("since", ascending=False)
    if not len(top):
        return empty(say("No topic came in a burst."), theme=theme)
    color = CALL_COLORS[theme]["bursting"]
    length = (top["until"] - top["since"]).dt.total_seconds() * 1000
    fig = go.Figure(
        go.Bar(
            base=top["since"],
            x=length,
            y=labels(top["name"].tolist(), 20 if narrow else 44),
            orientation="h",
            marker={"color": [with_alpha(color, 0.35 + 0.65 * w / top["weight"].max()) for w in top["weight"]]},
            customdata=np.column_stack(
                [top["topic"], top["weight"].round(1), top["since"].dt.strftime("%Y-%m-%d"), top["until"].dt.strftime("%Y-%m-%d")]
            ),
            hovertemplate="%{y}<br>%{customdata[2]} - %{customdata[3]}<br>"
            + say("weight {n}", n="%{customdata[1]}")
            + "<extra></extra>",
        )
    )
    base(fig, theme=theme, height=100 + 24 * top["name"].nunique())
    weeks = pd.DataFrame({"start": [top["since"].min(), top["until"].max()], "complete": True})
    mark(fig, breaks, weeks, say, theme)
    fig.update_xaxes(type="date")
    return describe(
        fig,
        say("Timeline"),
        say("stretches in which a topic came at least twice as often as usual (Kleinberg)"),
        finding=strongest(bursts, say),
    )


def strongest(bursts: pd.DataFrame, say: Say = plain) -> str:
    """Return in a sentence which burst is the strongest; empty where two are alike."""
    top = bursts.nlargest(2, "weight")
    if not len(top) or (len(top) > 1 and top["weight"].iloc[0] == top["weight"].iloc[1]):
        return ""
    one = top.iloc[0]
    return say(
        "The strongest burst is {name}, from {since} to {until}", name=one["name"], since=f"{one['since']:%Y-%m-%d}",
        until=f"{one['until']:%Y-%m-%d}",
    )  # fmt: skip
