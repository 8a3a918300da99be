"""What rises and what falls, in one picture: dots with intervals of change, and each topic's share over time beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hub.figures import INKS, Say, Theme, base, describe, empty, plain
from hub.figures.lines import shortened
from hub.figures.palette import CALL_COLORS
from hub.trends.movers import Sure

WIDEST = 16.0
"""Changes beyond so many times are drawn at the edge; the hover text tells them."""
NAMED = 2
FAINT = {Sure.SURE: 1.0, Sure.FAIRLY: 0.85, Sure.UNSURE: 0.6}
TICKS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16)
LINE, TALL_LINE = 30, 48
"""Pixels of a topic; taller where its name stands above its interval."""


def message(table: pd.DataFrame, say: Say = plain) -> str:
    """Return in a sentence what the movers tell: what surely rises and falls, or that nothing surely does.

    >>> message(pd.DataFrame({"name": ["agents"], "change": [2.0], "sure": [Sure.SURE]}))
    'Surely rising: agents (2×)'
    >>> message(pd.DataFrame({"name": ["agents"], "change": [2.0], "sure": [Sure.UNSURE]}))
    'No topic surely changed its share; these moved most'
    """
    sure = table[table["sure"] == Sure.SURE]
    parts = []
    for template, own in (
        (say("Surely rising: {names}"), sure[sure["change"] > 1]),
        (say("Surely falling: {names}"), sure[sure["change"] < 1]),
    ):
        told = [f"{shortened(name, 40)} ({times(change)})" for name, change in own[["name", "change"]].head(NAMED).to_numpy()]
        if told:
            rest = len(own) - len(told)
            names = ", ".join(told) + (say(" and {n} more", n=rest) if rest else "")
            parts.append(template.format(names=names))
    if parts:
        return " · ".join(parts)
    fairly = table[table["sure"] == Sure.FAIRLY]
    if len(fairly):
        return say("No topic surely changed its share; {n} fairly surely did", n=len(fairly))
    return say("No topic surely changed its share; these moved most") if len(table) else say("Nothing can be compared yet")


def times(change: float) -> str:
    """Return a change as it is said.

    >>> times(2.04), times(0.3), times(float("inf")), times(31.2)
    ('2×', '0.3×', '∞', '31×')
    """
    if np.isinf(change):
        return "∞"
    return f"{change:.0f}×" if change >= 9.95 else f"{change:.1f}×".replace(".0×", "×") if change >= 0.095 else f"{change:.2f}×"


def movers(
    table: pd.DataFrame, series: npt.NDArray[np.float64], dates: Sequence[pd.Timestamp], say: Say = plain,
    theme: Theme = "light", *, titled: bool = True, narrow: bool = False,
) -> go.Figure:  # fmt: skip
    """Return the picture of :func:`hub.trends.movers.movers`.

    Parameters
    ----------
    series
        Share of each row's topic in each period, (n_rows, n_periods); NaN where its sources were not covered.
    dates
        First day of each period.
    titled
        Whether the figure bears its message itself, as a file does; a page says it in a heading that wraps.
    narrow
        For a phone: names stand above the intervals and leave them the width.
    """
    if not len(table):
        return empty(say("Nothing can be compared yet"), theme=theme)
    ink, n = INKS[theme], len(table)
    y = np.arange(n)[::-1]
    fig = make_subplots(1, 2, shared_yaxes=True, column_widths=[0.68, 0.32], horizontal_spacing=0.08 if narrow else 0.02)
    change = np.clip(table["change"].to_numpy(dtype=float), 1 / WIDEST, WIDEST)
    low, high = (np.clip(table[side].fillna(1).to_numpy(dtype=float), 1 / WIDEST, WIDEST) for side in ("low", "high"))
    colours = [CALL_COLORS[theme]["rising" if c > 1 else "fading"] for c in table["change"]]
    labels = {Sure.SURE: say("sure"), Sure.FAIRLY: say("fairly sure"), Sure.UNSURE: say("unsure")}
    tip = say("papers in the last window: {now}; before: {before}", now="%{customdata[5]}", before="%{customdata[6]}")
    hover = table.assign(**{side: [times(v) for v in table[side].fillna(1)] for side in ("change", "low", "high")})
    hover["sure"] = hover["sure"].map(labels)
    hover = hover[["topic", "name", "change", "low", "high", "papers_now", "papers_before", "sure"]]
    for sure in Sure:
        own = np.flatnonzero((table["sure"] == sure).to_numpy())
        if not len(own):
            continue
        hue = [colours[i] for i in own]
        fig.add_trace(
            go.Scatter(
                x=change[own], y=y[own], mode="markers", name=labels[sure], opacity=FAINT[sure], customdata=hover.iloc[own],
                error_x={"type": "data", "symmetric": False, "array": high[own] - change[own], "width": 0, "thickness": 2,
                         "arrayminus": change[own] - low[own], "color": ink.faint},
                marker={"size": 12, "color": hue, "symbol": "circle" if sure is Sure.SURE else "circle-open",
                        "line": {"width": 2, "color": hue}},
                hovertemplate="%{customdata[1]}<br><b>%{customdata[2]}</b> [%{customdata[3]}, %{customdata[4]}], "
                f"%{{customdata[7]}}<br>{tip}<extra></extra>",
            ),
            row=1, col=1,
        )  # fmt: skip
    _sparks(fig, series, dates, y, colours)
    risers = int((table["change"] > 1).sum())
    if 0 < risers < n:
        fig.add_hline(y=n - risers - 0.5, line={"color": ink.grid, "width": 1})
    for below, above in [(at - 0.4, at + 0.13) for at in y] if narrow else [(-0.7, n - 0.3)]:  # no line through a name above
        line = {"color": ink.faint, "width": 1, "dash": "dot"}
        fig.add_shape(type="line", x0=1, x1=1, y0=below, y1=above, line=line, layer="between", row=1, col=1)
    told, unit = (
        message(table, say),
        say("share now, as a multiple of what it was · line: 95 % interval · right: share over time"),
    )
    lines = told.replace(" · ", "<br>") if titled else ""
    base(fig, lines, unit, theme=theme, height=110 + (TALL_LINE if narrow else LINE) * n + 20 * lines.count("<br>"))
    fig.update_layout(
        title={"xref": "container", "pad": {"t": 10 + 22 * lines.count("<br>"), "l": 10}},
        margin={"t": 78 + 22 * lines.count("<br>") if titled else 8},
    )
    named = [shortened(name, 32) for name in table["name"]]
    fig.update_yaxes(tickvals=y, ticktext=named, range=[-0.7, n - 0.3], row=1, col=1, showgrid=False, zeroline=False)
    if narrow:
        fig.update_yaxes(showticklabels=False, row=1, col=1)
        for at, name in zip(y, named, strict=True):
            fig.add_annotation(text=name, x=0, xref="x domain", y=at, yshift=17, xanchor="left", font={"color": ink.faint})
    fig.update_yaxes(showgrid=False, zeroline=False, row=1, col=2)
    span = max(2.0, float(np.max(np.maximum(high, 1 / low))))
    ticks = [t for t in TICKS if 1 / (1.2 * span) <= t <= 1.2 * span]
    if len(ticks) > 5:
        ticks = [t for t in ticks if t in TICKS[::2]]
    if narrow:
        ticks = [ticks[0], 1, ticks[-1]]
    fig.update_xaxes(
        type="log", tickvals=ticks, ticktext=[f"{t:g}×" if t >= 1 else f"1/{1 / t:g}×" for t in ticks],
        range=[-np.log10(1.25 * span), np.log10(1.25 * span)], row=1, col=1, tickangle=0, showgrid=not narrow,
    )  # fmt: skip
    fig.update_xaxes(showgrid=False, row=1, col=2, nticks=2 if narrow else 3, tickangle=0)
    fig.update_layout(legend={"orientation": "h", "x": 0, "y": -0.05, "yanchor": "top"})
    return describe(fig, say("Dot plot"), say("change of the share of each topic"), finding=told)


def _sparks(
    fig: go.Figure, series: npt.NDArray[np.float64], dates: Sequence[pd.Timestamp], y: npt.NDArray[np.int64], colours: list[str]
) -> None:
    """Draw each row's series within its own row; one that is flat or unknown is left out."""
    for row, line in enumerate(series):
        known = line[np.isfinite(line)]
        if len(known) < 2 or not known.max() > 0:
            continue
        fig.add_trace(
            go.Scatter(
                x=list(dates), y=y[row] - 0.35 + 0.7 * line / known.max(), mode="lines", hoverinfo="text", showlegend=False,
                line={"color": colours[row], "width": 1.5}, text=[f"{v:.2%}" if np.isfinite(v) else "" for v in line],
            ),
            row=1, col=2,
        )  # fmt: skip
