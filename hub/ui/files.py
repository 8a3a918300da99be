"""A figure as files: SVG and PNG at 300 dots an inch, drawn in the reader's browser, and CSV of what it shows."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.offline import get_plotlyjs

from hub import figures
from hub.figures.palette import INKS
from hub.storage.export import csv
from hub.ui import served
from hub.ui.i18n import _

BROWSER = Path(__file__).parent / "browser"
WIDTH = 1000
"""Pixels of a figure's width in a file, at 96 to the inch."""
FONTS = figures.FONTS.partition(", ")[2]
"""Without the page's own typeface: a picture is drawn where only the machine's are, and names would be measured in another."""
FORMS = ("png", "svg", "csv", "html")

_component = st.components.v2.component(
    "academichub_files", html="<span></span>", js="\n".join((BROWSER / f).read_text("utf-8") for f in ("files.js", "deliver.js"))
)


def menu(key: str, forms: Sequence[str] = FORMS, *, small: bool = False) -> str | None:
    """Draw the menu of a figure's files; return one of ``forms`` in the run in which the reader chose it, else None."""
    names = {"png": _("PNG, 300 dpi"), "svg": "SVG", "csv": _("CSV of what it shows"), "html": _("Page that answers the mouse")}
    return st.menu_button(
        "" if small else _("Download"), list(forms), help=_("Download") if small else None, format_func=names.__getitem__,
        key=f"{key}.files", icon=":material/download:", type="tertiary",
    )  # fmt: skip


def turn() -> str:
    """Return a name for one delivery: a browser that is told of it twice delivers once."""
    return secrets.token_hex(8)


def deliver_table(table: pd.DataFrame, name: str) -> None:
    """Have the browser save a table as CSV."""
    _deliver_bytes(csv(table), "csv", name)


def deliver_figure(fig: go.Figure, form: str, name: str) -> None:
    """Have the browser save a figure as ``svg`` or ``png``, on paper of the figure's theme, with its message as the title."""
    paper = go.Figure(fig)
    theme: figures.Theme = "dark" if paper.layout.template.layout.font.color == INKS["dark"].text else "light"
    paper.update_layout(paper_bgcolor=INKS[theme].paper, font={"family": FONTS})
    told = figures.told(fig)
    if told and not paper.layout.title.text:
        top = (paper.layout.margin.t or 0) + 34
        title = {
            "text": told,
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 10},
        }
        paper.update_layout(
            title=title | {"font": {"size": 16}}, margin={"t": top}, height=(paper.layout.height or 450) + 34
        )  # fmt: skip
    _deliver({"figure": paper.to_json(), "plotly": served.keep(_plotly()), "form": form, "name": name, "width": WIDTH})


def offer(
    fig: Callable[[], go.Figure], table: Callable[[], pd.DataFrame] | pd.DataFrame, key: str, *, small: bool = False
) -> None:
    """Draw the menu of a figure's files and deliver what the reader chooses; neither is made before."""
    name = key.replace(".", "-")
    chosen = menu(key, small=small)
    if chosen == "csv":
        deliver_table(table if isinstance(table, pd.DataFrame) else table(), name)
    elif chosen == "html":
        _deliver_bytes(fig().to_html(include_plotlyjs=True).encode(), "html", name)
    elif chosen:
        deliver_figure(fig(), chosen, name)


def _deliver_bytes(content: bytes, form: str, name: str) -> None:
    _deliver({"content": b64encode(content).decode(), "type": f"text/{form};charset=utf-8", "form": form, "name": name})


def _deliver(what: dict[str, Any]) -> None:
    _component(key=f"files.{turn()}", data=what | {"turn": turn()}, height=1)


@cache
def _plotly() -> bytes:
    return get_plotlyjs().encode()
