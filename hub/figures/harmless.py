"""Strangers' words in a figure: Plotly sets HTML in each label, also links and styles; those are shown as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from hub.storage.kept import kept

_FOREIGN = re.compile(r"<(?!/?(?:br|b|i|sub|sup|extra)\s{0,3}/?>)", re.I)
"""What begins a tag but those that figures of hub write themselves, which only set a text."""
_OF_TRACES = ("name", "text", "hovertext", "x", "y", "labels", "customdata", "hovertemplate", "texttemplate", "legendgroup")
_OF_AXES = ("ticktext", "categoryarray")


def harmless(fig: go.Figure) -> go.Figure:
    """Return the figure with no tag in its labels but line breaks, weight and height: a copy where something had to be changed.

    It is looked through once, so nothing may be written to it afterwards.

    >>> harmless(go.Figure(go.Bar(x=["<a href='https://e.example'>x</a>"], y=[1]))).data[0].x
    ("&lt;a href='https://e.example'>x&lt;/a>",)
    """
    made: go.Figure | None = kept(fig, "harmless", lambda: _without(fig))
    return fig if made is None else made


def _without(fig: go.Figure) -> go.Figure | None:
    """Return a copy without foreign tags; None where there are none."""
    if not any(True for _change in _changes(fig)):
        return None
    made = go.Figure(fig)
    for part, name, after in list(_changes(made)):
        part[name] = after
    return made


def _changes(fig: go.Figure) -> Iterator[tuple[Any, str, Any]]:
    """Yield each part of a figure, the name of a label in it that holds a foreign tag, and the label without."""
    for part, name in _labels(fig):
        after = _plain(part[name])
        if after is not part[name]:
            yield part, name, after


def _labels(fig: go.Figure) -> Iterator[tuple[Any, str]]:
    for trace in fig.data:
        for name in _OF_TRACES:  # customdata that no label sets is for clicks, which go by its values
            if name in trace and (name != "customdata" or "customdata" in _template(trace)):
                yield trace, name
        for part in ("node", "link"):  # of a flow
            if part in trace:
                yield trace[part], "label"
    for note in fig.layout.annotations:
        yield from ((note, name) for name in ("text", "hovertext"))
    for axis in (*fig.select_xaxes(), *fig.select_yaxes()):
        yield from ((axis, name) for name in _OF_AXES)
        yield axis.title, "text"
    yield fig.layout.title, "text"
    yield fig.layout.title.subtitle, "text"


def _template(trace: Any) -> str:
    return str(trace["hovertemplate"]) if "hovertemplate" in trace else ""


def _plain(value: Any) -> Any:
    """Return a label, or a list or table of labels, with foreign tags as text; the same object where there are none."""
    if isinstance(value, str):
        return _FOREIGN.sub("&lt;", value) if "<" in value else value
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "OU":
            return value
        made = np.array([_plain(one) for one in value.ravel().tolist()], dtype=object).reshape(value.shape)
        return made if any(a is not b for a, b in zip(made.ravel(), value.ravel(), strict=True)) else value
    if isinstance(value, (list, tuple)):
        parts = [_plain(one) for one in value]
        return type(value)(parts) if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    return value
