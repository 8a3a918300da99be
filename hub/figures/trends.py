"""Figures of the Trends page: tidy tables of hub.trends.views in, Plotly figures out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hub.figures import INKS, Say, Theme, base, describe, empty, plain, topic_color, with_alpha

CALL_COLORS: dict[Theme, dict[str, str]] = {
    "light": {
        "emerging": "#0b79bd",
        "rising": "#1c7c04",
        "bursting": "#c9730a",
        "steady": "#8a8a8a",
        "fading": "#a54384",
        "gone": "#8a0d61",
    },
    "dark": {
        "emerging": "#5ac1f1",
        "rising": "#63b56f",
        "bursting": "#e9a13b",
        "steady": "#8f8f8f",
        "fading": "#cf6cce",
        "gone": "#c04a98",
    },
}
MOST_MARKS = 6
PERCENT = ".2~%"


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
    fig = make_subplots(
        lines,
        columns,
        shared_xaxes=False,
        subplot_titles=[_short(names[t], 34) for t in topics],
        vertical_spacing=0.34 / max(lines, 1),
        horizontal_spacing=0.07,
    )
    for i, topic in enumerate(topics):
        part = series[series["topic"] == topic]
        color = CALL_COLORS[theme][calls.get(topic, "steady")]
        place = {"row": i // columns + 1, "col": i % columns + 1}
        fig.add_trace(
            go.Scatter(
                x=pd.concat([part["start"], part["start"][::-1]]),
                y=pd.concat([part["high"], part["low"][::-1]]),
                fill="toself",
                fillcolor=with_alpha(color, 0.18),
                line={"width": 0},
                hoverinfo="skip",
            ),
            **place,
        )
        tip = "%{x|%Y-%m-%d}<br>%{y:.2%}<br>" + say("papers: {n}", n="%{customdata[1]}") + "<extra></extra>"
        fig.add_trace(
            go.Scatter(
                x=part["start"],
                y=part["shrunk"],
                mode="lines",
                line={"color": color, "width": 2},
                customdata=part[["topic", "papers"]],
                hovertemplate=tip,
            ),
            **place,
        )
        marks = np.where(part["complete"], "circle", "circle-open")
        fig.add_trace(
            go.Scatter(
                x=part["start"],
                y=part["share"],
                mode="markers",
                customdata=part[["topic", "papers"]],
                marker={"color": color, "size": 5, "symbol": marks},
                hovertemplate=tip,
            ),
            **place,
        )
    for day in breaks["day"].drop_duplicates()[:MOST_MARKS]:
        fig.add_vline(x=day, line={"color": INKS[theme].faint, "width": 1, "dash": "dot"})
    base(fig, theme=theme, height=60 + 170 * lines)
    fig.update_layout(showlegend=False, margin={"t": 36})
    fig.update_annotations(font={"size": 13})
    fig.update_yaxes(tickformat=PERCENT, rangemode="tozero", nticks=4)
    fig.update_xaxes(nticks=4)
    return describe(
        fig, say("Small line charts"), say("share of the comparable corpus by period, one chart a topic, with 95 % intervals")
    )


def bump(ranks: pd.DataFrame, shown: int = 10, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return the rank of the topics that are largest in the last period, over time."""
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
            x=end["start"].iloc[0], y=rank, text=_short(name, 36), xanchor="left", xshift=10, font={"color": color}
        )
    base(fig, theme=theme, height=80 + 34 * shown)
    fig.update_yaxes(range=[2 * shown + 0.5, 0.5], title=say("rank by share"), dtick=5)  # what comes from below enters the frame
    fig.update_layout(margin={"r": 270})
    return describe(
        fig,
        say("Bump chart"),
        say("rank of the largest topics by share over time"),
        finding=say("{name} is first in the last period", name=end["name"].iloc[0]),
    )


def areas(series: pd.DataFrame, stream: bool = False, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return the shares stacked over time, as areas from 0 or, with ``stream``, around a middle line."""
    wide = series.pivot(index="start", columns="topic", values="shrunk").interpolate(limit_area="inside").fillna(0.0)
    if not len(wide):
        return empty(say("No topic has papers in this selection."), theme=theme)
    names = series.drop_duplicates("topic").set_index("topic")["name"]
    low = -wide.sum(axis=1) / 2 if stream else wide.sum(axis=1) * 0
    fig = go.Figure()
    for topic in wide.columns:
        top, color = low + wide[topic], topic_color(abs(int(topic)), theme)
        fig.add_trace(
            go.Scatter(
                x=[*wide.index, *wide.index[::-1]],
                y=[*top, *low[::-1]],
                fill="toself",
                mode="lines",
                fillcolor=with_alpha(color, 0.75),
                line={"color": color, "width": 0.5},
                name=_short(names[topic], 40),
                customdata=[[int(topic)]] * (2 * len(wide)),
                hoveron="fills",
                text=names[topic],
                hoverinfo="text",
            )
        )
        low = top
    base(fig, theme=theme, height=460)
    fig.update_yaxes(tickformat=".0%", title=say("share of the comparable corpus"), visible=not stream)
    fig.update_layout(legend={"orientation": "h", "y": -0.12})
    kind = say("Streamgraph") if stream else say("Stacked areas")
    return describe(fig, kind, say("share of the comparable corpus over time"))


def two_periods(table: pd.DataFrame, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return share before and share now of each row of a trends table as two dots joined by a line."""
    shown = table[table["share_now"].notna() & table["share_before"].notna()].sort_values("share_now").tail(30)
    if not len(shown):
        return empty(say("There are too few weeks to compare two periods."), theme=theme)
    y = [_short(name, 44) for name in shown["name"]]
    fig = go.Figure()
    for before, now, name, call in zip(shown["share_before"], shown["share_now"], y, shown["call"], strict=True):
        fig.add_trace(
            go.Scatter(
                x=[before, now],
                y=[name, name],
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
                line={"color": CALL_COLORS[theme][call], "width": 3},
            )
        )
    for column, label, symbol in (("share_before", say("before"), "circle-open"), ("share_now", say("now"), "circle")):
        fig.add_trace(
            go.Scatter(
                x=shown[column],
                y=y,
                mode="markers",
                name=label,
                customdata=shown[["topic", "why"]],
                marker={"size": 10, "symbol": symbol, "color": [CALL_COLORS[theme][c] for c in shown["call"]]},
                hovertemplate="%{y}<br>%{x:.2%}<br>%{customdata[1]}<extra></extra>",
            )
        )
    base(fig, theme=theme, height=110 + 24 * len(shown))
    fig.update_xaxes(tickformat=PERCENT, title=say("share of the comparable corpus"), rangemode="tozero")
    fig.update_layout(legend={"orientation": "h", "y": 1.06})
    return describe(fig, say("Dot plot"), say("share of each topic in the two windows"))


def life_cycle(series: pd.DataFrame, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return a map of topics (rows, by when they peak) and periods, dark where the topic is near its largest share."""
    wide = series.pivot(index="topic", columns="start", values="shrunk")
    if not wide.size:
        return empty(say("No topic has papers in this selection."), theme=theme)
    part = wide.div(wide.max(axis=1), axis=0)
    part = part.iloc[np.argsort(part.fillna(0).to_numpy().argmax(1), kind="stable")[::-1]]
    names = series.drop_duplicates("topic").set_index("topic")["name"]
    fig = go.Figure(
        go.Heatmap(
            z=part.to_numpy(),
            x=part.columns,
            y=[_short(names[t], 44) for t in part.index],
            customdata=[[int(t)] * part.shape[1] for t in part.index],
            colorscale="Cividis",
            zmin=0,
            zmax=1,
            colorbar={"tickformat": ".0%", "title": say("of its peak"), "outlinewidth": 0},
            hovertemplate="%{y}<br>%{x|%Y-%m-%d}<br>%{z:.0%}<extra></extra>",
        )
    )
    base(fig, theme=theme, height=100 + 22 * len(part))
    return describe(fig, say("Heat map"), say("each topic's share as a part of its peak, topics ordered by when they peak"))


def burst_timeline(bursts: pd.DataFrame, shown: int = 30, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return the strongest Kleinberg bursts as bars from their first to their last week, thicker with their weight."""
    top = bursts.nlargest(shown, "weight").sort_values("since", ascending=False)
    if not len(top):
        return empty(say("No topic came in a burst."), theme=theme)
    color = CALL_COLORS[theme]["bursting"]
    length = (top["until"] - top["since"]).dt.total_seconds() * 1000
    fig = go.Figure(
        go.Bar(
            base=top["since"],
            x=length,
            y=[_short(n, 44) for n in top["name"]],
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
    fig.update_xaxes(type="date")
    return describe(
        fig,
        say("Timeline"),
        say("stretches in which a topic came at least twice as often as usual (Kleinberg)"),
        finding=say("the strongest is {name}", name=bursts.nlargest(1, "weight")["name"].iloc[0]),
    )


def flows(lineage: pd.DataFrame, shown: int = 60, say: Say = plain, theme: Theme = "light") -> go.Figure:
    """Return a Sankey of papers from the topics of the former fit to those of now."""
    top = lineage.head(shown)
    if not len(top):
        return empty(say("Splits and merges show once topics have been fitted twice."), theme=theme)
    before, after = list(dict.fromkeys(top["before"])), list(dict.fromkeys(top["after"]))
    fig = go.Figure(
        go.Sankey(
            node={
                "label": [_short(n, 40) for n in (*before, *after)],
                "pad": 10,
                "thickness": 12,
                "line": {"width": 0},
                "color": INKS[theme].faint,
            },
            link={
                "source": [before.index(b) for b in top["before"]],
                "target": [len(before) + after.index(a) for a in top["after"]],
                "value": top["papers"],
                "color": [with_alpha(topic_color(int(t), theme), 0.45) for t in top["topic"]],
                "customdata": top["topic"],
            },
        )
    )
    base(fig, theme=theme, height=max(360, 22 * max(len(before), len(after))))
    return describe(fig, say("Sankey diagram"), say("papers from the topics of the former fit to those of now"))


def precision(
    table: pd.DataFrame, base_a: float, base_b: float, names: dict[str, str], say: Say = plain, theme: Theme = "light"
) -> go.Figure:
    """Return precision@20 of each rule with its 95 % interval, for both criteria, and the base rates as lines."""
    titles = [say("A: above 1.25 x its long-run share"), say("B: not below its share of now")]
    fig = make_subplots(1, 2, shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.06)
    ordered = table.iloc[::-1]
    colors = [CALL_COLORS[theme]["emerging"] if rule == "outlook" else INKS[theme].faint for rule in ordered["rule"]]
    for column, criterion, level in ((1, "a", base_a), (2, "b", base_b)):
        error = {
            "type": "data",
            "symmetric": False,
            "array": ordered[f"{criterion}_high"] - ordered[criterion],
            "arrayminus": ordered[criterion] - ordered[f"{criterion}_low"],
            "thickness": 1.5,
            "width": 0,
        }
        fig.add_trace(
            go.Scatter(
                x=ordered[criterion],
                y=[names.get(r, r) for r in ordered["rule"]],
                mode="markers",
                error_x=error,
                marker={"size": 10, "color": colors},
                showlegend=False,
                hovertemplate="%{y}<br>%{x:.2f}<extra></extra>",
            ),
            row=1,
            col=column,
        )
        fig.add_vline(x=level, line={"dash": "dot", "color": INKS[theme].faint}, row=1, col=column)
    base(fig, theme=theme, height=110 + 30 * len(table))
    fig.update_layout(margin={"t": 40})
    fig.update_xaxes(range=[0, 1])
    return describe(fig, say("Dot plot"), say("precision of the twenty topics ranked first by each rule, with 95 % intervals"))


def _short(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
