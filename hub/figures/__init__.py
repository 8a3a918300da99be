"""Figures: a tidy table in, a Plotly figure out. This is the look that all of them share.

A figure is given its words by the page (``say=_`` of hub/ui/i18n.py), its theme (``"light"`` or ``"dark"``), and is shown
with ``theme=None``, so that what a test sees is what a reader sees::

    fig = figures.base(go.Figure(go.Bar(x=shares, y=names)), _("Share of papers"), theme=theme)
    figures.describe(fig, _("Bar chart"), _("share of papers by topic"), finding=_("{name} is the largest", name=names[0]))

and hub/ui/charts.py shows it with the alt text that ``describe`` left in it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub.figures.palette import DOMAIN_COLORS, HUES, INKS, Ink, Theme, domain_color

__all__ = [
    "DOMAIN_COLORS", "HUES", "INKS", "Ink", "Say", "Theme", "alt", "base", "describe", "domain_color", "empty", "plain", "shown",
    "told",
    "topic_color", "with_alpha",
]  # fmt: skip

DATES: list[dict[str, object]] = [
    {"dtickrange": [86_400_000, "M1"], "value": "%m-%d"}, {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]  # fmt: skip
"""Dates on an axis as they stand everywhere else: Plotly knows the months of English alone."""
Say = Callable[..., str]
"""Says a message in the reader's language: ``say("{n} papers", n=3)``."""

FONTS = '"Source Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
"""Latin first, then Chinese as Linux, macOS and Windows have it."""


def plain(message: str, **values: object) -> str:
    """Return an English message with its ``{names}`` filled in: the :data:`Say` of scripts and tests.

    >>> plain("{n:,} papers", n=1234)
    '1,234 papers'
    """
    return message.format(**values) if values else message


def base(fig: go.Figure, title: str = "", subtitle: str = "", *, theme: Theme = "light", height: int | None = None) -> go.Figure:
    """Give a figure the shared look and return it: transparent, the theme's ink, one font with Chinese, room for labels.

    Parameters
    ----------
    fig
        The figure; changed in place.
    title
        What it shows, as a sentence or a noun; none where the page's heading says it.
    subtitle
        Unit and scope: ``share of papers a week, 4,312 papers``.
    height
        Height in pixels.
    """
    ink = INKS[theme]
    dates = {axis.plotly_name: {"tickformatstops": DATES} for axis in fig.select_xaxes()}
    fig.update_layout(
        {"xaxis": {"tickformatstops": DATES}, **dates}, template=_template(theme), margin=dict.fromkeys("lrtb", 8), height=height
    )  # fmt: skip
    if title:
        lines = 2 if subtitle else 1
        fig.update_layout(
            title={"text": title, "x": 0, "xref": "paper", "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 8},
                   "font": {"size": 16}, "subtitle": {"text": subtitle, "font": {"size": 13, "color": ink.faint}}},
            margin={"t": 20 + 24 * lines},
        )  # fmt: skip
    return fig


@lru_cache(maxsize=2)
def _template(theme: Theme) -> go.layout.Template:
    ink = INKS[theme]
    axis = {"gridcolor": ink.grid, "linecolor": ink.grid, "zerolinecolor": ink.grid, "tickcolor": ink.grid, "automargin": True}
    return go.layout.Template(
        layout={
            "font": {"family": FONTS, "color": ink.text, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(HUES[theme]),
            "xaxis": {**axis, "title": {"font": {"color": ink.faint}}, "tickfont": {"color": ink.faint}},
            "yaxis": {**axis, "title": {"font": {"color": ink.faint}}, "tickfont": {"color": ink.faint}},
            "legend": {"bgcolor": "rgba(0,0,0,0)", "font": {"color": ink.text}, "title": {"font": {"color": ink.faint}}},
            "hoverlabel": {"bgcolor": ink.paper, "bordercolor": ink.faint, "align": "left",
                           "font": {"color": ink.text, "family": FONTS}},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": ink.faint, "activecolor": ink.text},
            "annotationdefaults": {"font": {"color": ink.text}, "showarrow": False},
            "coloraxis": {"colorbar": {"outlinewidth": 0, "tickfont": {"color": ink.faint}}},
        }
    )  # fmt: skip


def empty(message: str, *, theme: Theme = "light", height: int = 240) -> go.Figure:
    """Return a figure that says in its middle why there is nothing to see."""
    fig = base(go.Figure(), theme=theme, height=height)
    fig.update_layout(xaxis={"visible": False}, yaxis={"visible": False}, meta={"alt": message})
    fig.add_annotation(text=message, x=0.5, y=0.5, xref="paper", yref="paper", font={"color": INKS[theme].faint, "size": 14})
    return fig


def describe(fig: go.Figure, kind: str, what: str, *, finding: str = "") -> go.Figure:
    """Leave the alt text in a figure: in one sentence, what kind of chart it is, of what, and what it shows.

    ``finding`` is its message, computed from its data; none where the data tell nothing.

    >>> alt(describe(go.Figure(), "Bar chart", "papers by source", finding="arXiv has the most, 61 %"))
    'Bar chart: papers by source; arXiv has the most, 61 %.'
    """
    sentence = f"{kind}: {what}" + (f"; {finding}" if finding else "")
    return fig.update_layout(meta={"alt": sentence.rstrip(".。") + ".", "told": finding})


def told(fig: go.Figure) -> str:
    """Return the message of a figure, empty where its data tell none.

    >>> told(describe(go.Figure(), "Bar chart", "papers by source", finding="arXiv has the most, 61 %"))
    'arXiv has the most, 61 %'
    """
    return str((fig.layout.meta or {}).get("told", ""))


def alt(fig: go.Figure) -> str:
    """Return the alt text of a figure.

    Raises
    ------
    ValueError
        When nobody described it: a chart without alt text is a mistake of ours.
    """
    meta = fig.layout.meta
    if not isinstance(meta, dict) or not meta.get("alt"):
        raise ValueError("This figure has no alt text: call hub.figures.describe on it.")
    return str(meta["alt"])


def shown(fig: go.Figure) -> pd.DataFrame:
    """Return what a figure's traces show, one row a mark: trace, and x, y, z, values, labels where a trace has them.

    >>> shown(go.Figure(go.Bar(name="arXiv", x=["Mon", "Tue"], y=[3, 5]))).to_dict("list")
    {'trace': ['arXiv', 'arXiv'], 'x': ['Mon', 'Tue'], 'y': [3, 5]}
    """
    found = []
    for trace in fig.data:
        if trace.type == "heatmap":
            z = np.asarray(trace.z, dtype=object)
            across, down = (list(range(n)) if v is None else list(v) for v, n in ((trace.x, z.shape[1]), (trace.y, z.shape[0])))
            own = pd.DataFrame(
                {"x": across * len(down), "y": np.repeat(np.array(down, dtype=object), len(across)), "z": z.ravel()}
            )
        elif trace.type == "sankey":
            names = np.asarray(trace.node.label, dtype=object)
            own = pd.DataFrame(
                {
                    "source": names[list(trace.link.source)],
                    "target": names[list(trace.link.target)],
                    "value": list(trace.link.value),
                }
            )
        else:
            held = {
                name: trace[name] for name in ("labels", "values", "base", "x", "y") if name in trace and trace[name] is not None
            }
            length = max((len(v) for v in held.values() if np.ndim(v)), default=0)
            own = pd.DataFrame({name: v if np.ndim(v) else [v] * length for name, v in held.items()})
        found.append(own.assign(trace=trace.name or "")[["trace", *own.columns]])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"trace": []})


def topic_color(topic: int, theme: Theme = "light") -> str:
    """Return the colour of a topic: fixed by its id, so the same on every page and after every refit; grey for -1.

    Neighbouring ids lie a golden angle of hue apart, in three tones. Nobody can tell a hundred colours apart: where topics
    are compared, label them too.

    >>> topic_color(7) == topic_color(7), topic_color(-1)
    (True, '#8a8a8a')
    """
    if topic < 0:
        return DOMAIN_COLORS[theme]["Other"]
    lightness = ((0.36, 0.46, 0.56) if theme == "light" else (0.58, 0.68, 0.78))[topic % 3]
    red, green, blue = colorsys.hls_to_rgb((0.58 + topic * 0.381966) % 1.0, lightness, 0.55)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def with_alpha(color: str, alpha: float) -> str:
    """Return a ``#rrggbb`` colour as one that lets through what lies behind it.

    >>> with_alpha("#0b79bd", 0.5)
    'rgba(11,121,189,0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
