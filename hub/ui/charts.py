"""Show a figure of hub/figures: its alt text with it, the tools that a reader needs, nothing of Plotly's advertising."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from hub import figures
from hub.figures.harmless import harmless
from hub.storage.kept import kept
from hub.ui import files
from hub.ui.i18n import language
from hub.ui.safe import safe

TOOLS: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "scale": 300 / 96},
}


def theme() -> figures.Theme:
    """Return the reader's theme, for the figures' ``theme=``."""
    return "dark" if st.context.theme.type == "dark" else "light"


def narrow() -> bool:
    """Return whether the reader looks at a phone, as its browser says: the figures' ``narrow=``."""
    return "Mobi" in str(st.context.headers.get("User-Agent", ""))


def slug(domain: str) -> str:
    """Return a domain as a part of a container's key, by which style.css's colours find it.

    >>> slug("Computer science")
    'computer-science'
    """
    return domain.lower().replace(" ", "-")


def drawn(of: object, name: str, draw: Callable[[], go.Figure]) -> go.Figure:
    """Return a figure of what :func:`hub.ui.data.compute` gave, drawn once for all readers of a theme, language and width."""
    return kept(of, f"{name} {theme()} {language()} {narrow()}", draw)


def chart(
    fig: go.Figure, key: str, *, table: Callable[[], pd.DataFrame] | pd.DataFrame | None = None, titled: bool = False,
    as_file: Callable[[], go.Figure] | None = None, beside: bool = False, config: dict[str, Any] | None = None, **options: Any,
) -> Any:  # fmt: skip
    """Show a figure that :func:`hub.figures.describe` described, with its files below; ``options`` go to ``st.plotly_chart``.

    Parameters
    ----------
    table
        What it shows, for its CSV; by itself what its traces hold (:func:`hub.figures.shown`).
    titled
        Whether its message stands above it.
    as_file
        Makes the figure as a file has it, where that differs.
    beside
        Whether the menu of its files stands beside it, as a sign only: for a figure that may take no more room.
    config
        Tools that a figure with ``on_select="rerun"``, which answers a click, needs besides.
    """
    if titled and (told := figures.told(fig)):
        st.markdown(f"**{safe(told)}**")
    with st.container(horizontal=beside):
        event = st.plotly_chart(
            harmless(fig), key=key, theme=None, config=TOOLS | (config or {}), alt=figures.alt(fig), **options
        )
        files.offer(as_file or (lambda: fig), (lambda: figures.shown(fig)) if table is None else table, key, small=beside)
    return event
