"""Show a figure of hub/figures: its alt text with it, the tools that a reader needs, nothing of Plotly's advertising."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from hub import figures

TOOLS: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


def theme() -> figures.Theme:
    """Return the reader's theme, for the figures' ``theme=``."""
    return "dark" if st.context.theme.type == "dark" else "light"


def slug(domain: str) -> str:
    """Return a domain as a part of a container's key, by which style.css's colours find it.

    >>> slug("Computer science")
    'computer-science'
    """
    return domain.lower().replace(" ", "-")


def chart(fig: go.Figure, key: str, *, config: dict[str, Any] | None = None, **options: Any) -> Any:
    """Show a figure that :func:`hub.figures.describe` described; ``options`` go to ``st.plotly_chart``.

    Pass ``on_select="rerun"`` to make it answer a click; then give ``config`` with the tools it needs.
    """
    return st.plotly_chart(fig, key=key, theme=None, config=TOOLS | (config or {}), alt=figures.alt(fig), **options)
