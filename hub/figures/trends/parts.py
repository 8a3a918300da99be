"""What the figures of the Trends page share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from hub.figures import INKS, Say, Theme, plain, with_alpha

MOST_MARKS = 6
PERCENT = ".2~%"


def percent(share: float) -> str:
    """Return a share as it is said.

    >>> percent(0.123), percent(0.0123), percent(0.00123), percent(0.0)
    ('12 %', '1.2 %', '0.12 %', '0 %')
    """
    return (
        f"{100 * share:.0f} %"
        if share >= 0.095 or share == 0
        else f"{100 * share:.1f} %"
        if share >= 0.0095
        else f"{100 * share:.2f} %"
    )


def mark(
    fig: go.Figure, breaks: pd.DataFrame, series: pd.DataFrame, say: Say = plain, theme: Theme = "light", labelled: bool = True
) -> None:
    """Mark the breaks of coverage as dotted lines and the periods that are not complete as grey bands, on every panel.

    ``series`` has columns start and complete. With ``labelled`` a band says what it is, and each line which stream breaks.
    """
    panels = list(dict.fromkeys((trace.xaxis or "x", trace.yaxis or "y") for trace in fig.data))
    shapes, annotations = marks_of(panels, breaks, series, say, theme, labelled)
    # All at once: add_vline and add_vrect validate every earlier shape anew, seconds for twelve panels.
    fig.update_layout(shapes=[*fig.layout.shapes, *shapes], annotations=[*fig.layout.annotations, *annotations])


def marks_of(
    panels: Sequence[tuple[str, str]], breaks: pd.DataFrame, series: pd.DataFrame, say: Say, theme: Theme, labelled: bool = True
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what :func:`mark` adds: the shapes and the annotations, for panels named by their axes."""
    ink = INKS[theme]
    starts = series.drop_duplicates("start").sort_values("start")
    if not len(starts):
        return [], []
    length = starts["start"].diff().median() if len(starts) > 1 else pd.Timedelta(days=30)
    half = length / 2
    first, last = starts["start"].iloc[0] - half, starts["start"].iloc[-1] + half
    inside = breaks[(breaks["day"] >= first) & (breaks["day"] <= last)]
    shapes, annotations = [], []
    for x, y in panels:
        place = {"xref": x, "yref": f"{y} domain", "y0": 0, "y1": 1}
        for start in starts.loc[~starts["complete"].astype(bool), "start"]:
            band = {"fillcolor": with_alpha("#808080", 0.16), "line": {"width": 0}, "layer": "below"}
            shapes.append({"type": "rect", "x0": start - half, "x1": start + half, **band, **place})
            if labelled:
                told = {"text": say("incomplete"), "font": {"color": ink.faint, "size": 11}, "showarrow": False}
                corner = {"x": start - half, "y": 1, "xanchor": "left", "yanchor": "top"}
                annotations.append({**told, **corner, "xref": x, "yref": f"{y} domain"})
        for day in inside["day"].drop_duplicates()[:MOST_MARKS]:
            line = {"color": ink.faint, "width": 1, "dash": "dot"}
            shapes.append({"type": "line", "x0": day, "x1": day, "line": line, **place})
    return shapes, annotations
