"""The map of papers: alike ones lie near; the density of all of them below, the selected ones as points, names on top."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import plotly.graph_objects as go

from hub import figures
from hub.figures import Say, Theme, plain
from hub.figures.palette import FOUND
from hub.figures.viewport import Drawn, Label, View, drawn, labels, positions
from hub.papers.model import source_label
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

COLOR_BY = ("topic", "domain", "field", "source", "published")
LEGEND = 11
"""Categories with a colour of their own; the others share one."""
HEIGHT = 680
"""Pixels of the whole figure, tools included."""
TITLE = 72
"""Characters of a title that hovering shows."""


def paper_map(
    snapshot: Snapshot,
    rows: Rows,
    view: View,
    whole_view: View,
    *,
    color: str = "topic",
    found: Rows | None = None,
    hidden: Sequence[int] = (),
    theme: Theme = "light",
    say: Say = plain,
) -> go.Figure:
    """Return the map of these rows in a view.

    Parameters
    ----------
    rows
        The selected papers (n_selected,).
    view, whole_view
        What of the map is seen, and all of it.
    color
        One of :data:`COLOR_BY`.
    found
        Papers that a search found among ``rows``: all are drawn, ringed, and the others step back.
    hidden
        Topics that a reader hid: drawn in grey, without a name.
    """
    shown = drawn(snapshot, rows, view)
    fig = go.Figure()
    _add_density(fig, shown, view, theme)
    _add_points(fig, snapshot, shown.rows, color, hidden, 0.25 if found is not None else 0.75, theme, say)
    if found is not None:
        _add_found(fig, snapshot, found, theme, say)
    named = labels(snapshot, rows, view, whole_view, hidden)
    # All at once: add_annotation validates every earlier one anew.
    fig.update_layout(annotations=[_annotation(label, theme) for label in named])
    figures.base(fig, theme=theme, height=HEIGHT)
    axis = {"visible": False, "fixedrange": False}
    fig.update_layout(
        xaxis={**axis, "range": [view.x0, view.x1]}, yaxis={**axis, "range": [view.y0, view.y1]},
        margin={"l": 0, "r": 0, "t": 34, "b": 0}, uirevision="map", dragmode="pan", hovermode="closest",
        legend={"orientation": "h", "y": 0, "yanchor": "top", "itemsizing": "constant"},
    )  # fmt: skip
    names = "; ".join(label.text.replace("\n", " ") for label in named[:3])
    return figures.describe(
        fig, say("Map"),
        say("{n:,} papers, near ones alike, {drawn:,} of them drawn as points", n=shown.in_view, drawn=len(shown.rows)),
        finding=say("the largest named areas are {names}", names=names) if names else "",
    )  # fmt: skip


def _add_density(fig: go.Figure, shown: Drawn, view: View, theme: Theme) -> None:
    if not shown.density.any():
        return
    down, across = shown.density.shape
    tint = figures.INKS[theme].text
    fig.add_trace(
        go.Heatmap(
            z=shown.density,
            x0=view.x0 + (view.x1 - view.x0) / across / 2,
            dx=(view.x1 - view.x0) / across,
            y0=view.y0 + (view.y1 - view.y0) / down / 2,
            dy=(view.y1 - view.y0) / down,
            zmin=0,
            zmax=255,
            zsmooth="fast",
            showscale=False,
            hoverinfo="skip",
            colorscale=[
                [0, figures.with_alpha(tint, 0)],
                [0.15, figures.with_alpha(tint, 0.03)],
                [1, figures.with_alpha(tint, 0.22)],
            ],
        )
    )


def _add_points(
    fig: go.Figure, snapshot: Snapshot, rows: Rows, color: str, hidden: Sequence[int], opacity: float, theme: Theme, say: Say
) -> None:
    size = float(np.clip(9 - 1.6 * np.log10(max(len(rows), 1)), 2.4, 7))
    if color == "topic":
        topics = snapshot.papers["topic"].to_numpy()[rows]
        topics = np.where(np.isin(topics, list(hidden)), -1, topics)
        known = np.unique(topics)
        marker = {
            "color": np.searchsorted(known, topics).astype(np.int16),
            "colorscale": _steps([figures.topic_color(int(t), theme) for t in known]),
            "cmin": -0.5,
            "cmax": len(known) - 0.5,
        }
        _add_trace(fig, snapshot, rows, marker | {"size": size, "opacity": opacity}, "", say)
    elif color == "published":
        days = snapshot.days[rows]
        ticks = np.linspace(days.min(), days.max(), 5).round() if len(days) else np.array([])
        marker = {
            "color": days, "colorscale": "Cividis", "showscale": bool(len(days)),
            "colorbar": {"title": {"text": say("Published")}, "orientation": "h", "thickness": 10, "len": 0.5, "x": 0,
                         "xanchor": "left", "y": 0, "yanchor": "top", "outlinewidth": 0, "tickvals": ticks,
                         "ticktext": [(date(1970, 1, 1) + timedelta(days=int(t))).isoformat() for t in ticks]},
        }  # fmt: skip
        _add_trace(fig, snapshot, rows, marker | {"size": size, "opacity": opacity}, "", say)
    else:
        for name, tint, members in _categories(snapshot, rows, color, theme, say):
            _add_trace(fig, snapshot, members, {"color": tint, "size": size, "opacity": opacity}, name, say)


def _categories(snapshot: Snapshot, rows: Rows, column: str, theme: Theme, say: Say) -> list[tuple[str, str, Rows]]:
    """Return name, colour and rows of each value of a column, the most frequent first, the rare ones together last."""
    codes, values = snapshot.codes(column)
    codes = codes[rows]
    count = np.bincount(codes[codes >= 0], minlength=len(values))
    order = [int(k) for k in np.argsort(-count, kind="stable") if count[k]]
    colors = list(figures.DOMAIN_COLORS[theme].values())
    if column == "domain":
        return [(say(values[k]), figures.domain_color(values[k], theme), rows[codes == k]) for k in order]
    own = order[:LEGEND]
    parts = [(values[k] or say("none named"), colors[i], rows[codes == k]) for i, k in enumerate(own)]
    rest = rows[~np.isin(codes, own)]
    return [*parts, (say("all others"), colors[-1], rest)] if len(rest) else parts


def _add_trace(fig: go.Figure, snapshot: Snapshot, rows: Rows, marker: dict[str, object], name: str, say: Say) -> None:
    x, y = positions(snapshot)
    fig.add_trace(
        go.Scattergl(
            x=x[rows], y=y[rows], mode="markers", marker=marker, name=name, showlegend=bool(name),
            customdata=rows.astype(np.int32), hovertext=np.array(hover_texts(snapshot, rows), dtype=object), hoverinfo="text",
            unselected={"marker": {"opacity": 0.12}},
        )
    )  # fmt: skip


def _add_found(fig: go.Figure, snapshot: Snapshot, found: Rows, theme: Theme, say: Say) -> None:
    ink = figures.INKS[theme]
    marker = {"size": 9, "color": FOUND, "line": {"width": 1.5, "color": ink.text}}
    _add_trace(fig, snapshot, found, marker, say("found: {n:,}", n=len(found)), say)


def hover_texts(snapshot: Snapshot, rows: Rows) -> list[str]:
    """Return what hovering a point shows: its title, cut and free of markup, and its source."""
    titles = snapshot.papers["title"].to_numpy()[rows].tolist()
    (source, sources), (field, fields) = snapshot.codes("source"), snapshot.codes("field")
    pairs = list(zip(source[rows].tolist(), field[rows].tolist(), strict=True))
    label = {(s, f): html.escape(source_label(sources[s] if s >= 0 else "", fields[f] if f >= 0 else "")) for s, f in set(pairs)}
    cut = (title if len(title) <= TITLE else title[: TITLE - 1] + "…" for title in titles)
    return [f"{html.escape(title, quote=False)}<br>{label[pair]}" for title, pair in zip(cut, pairs, strict=True)]


def _annotation(label: Label, theme: Theme) -> dict[str, object]:
    ink = figures.INKS[theme]
    font = {"size": label.size, "color": ink.text, "weight": 700 if label.level else 500, "shadow": _halo(ink.paper)}
    text = html.escape(label.text, quote=False).replace("\n", "<br>")
    return {"x": label.x, "y": label.y, "text": text, "showarrow": False, "captureevents": False, "borderpad": 1, "font": font}


def _halo(color: str) -> str:
    return ", ".join(
        f"{dx}px {dy}px {blur}px {color}" for dx, dy, blur in ((0, 0, 3), (1, 1, 2), (-1, -1, 2), (1, -1, 2), (-1, 1, 2))
    )


def _steps(colors: Sequence[str]) -> list[tuple[float, str]]:
    """Return a colour scale that takes the k-th colour for the value k."""
    n = max(len(colors), 1)
    return [(edge, color) for k, color in enumerate(colors) for edge in (k / n, (k + 1) / n)] or [(0, "#888888"), (1, "#888888")]
