"""Parts of the Bridges page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from hub import bridges
from hub.bridges import matrices, sentences
from hub.figures import bridges as figures
from hub.ui import address, charts, data
from hub.ui.bridges import evidence
from hub.ui.i18n import _
from hub.ui.papers import paper_cards
from hub.ui.safe import safe

SHOWN = 20
CARDS = 10


def options() -> tuple[str, str]:
    """Draw what the reader may choose, and return the view and what counts as a field."""
    views = {
        "bridges": _("Bridges"),
        "ahead": _("What will meet"),
        "fields": _("Fields and fields"),
        "topics": _("Topics and fields"),
        "moving": _("What moves"),
    }
    units = {"domain": _("Twelve domains"), "field": _("The sources' own fields")}
    view = _choice(_("Show"), views, "bridges.view")
    return view, _choice(_("Compare"), units, "bridges.by") if view in BY_FIELD else "domain"


def fields(by: str) -> None:
    """Draw the links between fields as a matrix and as flows; a cell leads to its papers."""
    cells = data.compute(bridges.field_by_field, by=by)
    picked = _picked(figures.field_matrix(cells, theme=charts.theme(), say=_), "bridges.field_matrix")
    st.caption(
        _(
            "Of each row's papers: the share of nearest papers in the column's field, below it n, how many have a fifth there. "
            "Blue is more than chance; * no accident (q < 0.05); between strokes: n below 20."
        )
    )
    charts.chart(figures.flows(cells, theme=charts.theme(), say=_), "bridges.flows", titled=True)
    chosen = _table(cells, ["source", "target", "papers", "linked", "cross_listed", "share", "ratio", "q"], "bridges.field_table")
    pair = picked or ((chosen["source"], chosen["target"]) if chosen else None)
    if pair:
        st.subheader(_("From {a} towards {b}", a=_(pair[0]), b=_(pair[1])))
        _papers(matrices.link_rows(data.snapshot(), data.rows(), *pair, by=by))


def topics(by: str) -> None:
    """Draw topics by fields and how widely each topic is spread; a cell leads to its papers."""
    cells = data.compute(bridges.topic_by_field, by=by)
    st.caption(
        _(
            "Papers of each topic in each field. Blue is more than chance; * no accident (q < 0.05); "
            "between strokes: below 20 papers."
        )
    )
    picked = _picked(figures.topic_matrix(cells, theme=charts.theme(), say=_), "bridges.topic_matrix")
    chosen = _table(cells, ["name", "group", "papers", "expected", "ratio", "q"], "bridges.topic_table")
    cell = picked or ((chosen["topic"], chosen["group"]) if chosen else None)
    if cell:
        name = data.snapshot().topic_names[int(cell[0])]
        st.subheader(_("{topic} in {field}", topic=safe(name), field=_(cell[1])))
        _papers(matrices.cell_rows(data.snapshot(), data.rows(), int(cell[0]), cell[1], by))
    spread = data.compute(bridges.topic_diversity, by=by)
    st.subheader(_("How widely topics are spread"))
    st.caption(_("Rao-Stirling diversity: the mean distance of the fields of two papers drawn at random, with 95 % intervals."))
    charts.chart(figures.diversity(spread, theme=charts.theme(), say=_), "bridges.diversity", titled=True)
    moved = spread[spread["call"].isin(["widening", "narrowing"])] if len(spread) else spread
    _list(moved, "name", sentences.diversity, _("No topic's spread has changed beyond chance."))


def moving(by: str) -> None:
    """List methods that travel, and fields and topics that come closer, each with its evidence."""
    st.caption(_("The earlier half of the selected days against the later, over sources and fields that both have."))
    st.subheader(_("Methods that travel"))
    _list(data.compute(bridges.travels, by=by), "name", sentences.travel, _("No topic has reached a new field beyond chance."))
    st.subheader(_("Fields that come closer"))
    _list(
        data.compute(bridges.closer_fields, by=by),
        ("a", "b"),
        sentences.closer_fields,
        _("No two fields have come closer beyond chance."),
    )
    st.subheader(_("Topics that come closer, over the whole corpus"))
    near = data.compute(bridges.closer_topics_of)
    _list(near, ("name_a", "name_b"), sentences.closer_topics, _("No two topics have come closer beyond chance."))


VIEWS: dict[str, Callable[[str], None]] = {
    "bridges": lambda by: evidence.bridges(), "ahead": lambda by: evidence.ahead(), "fields": fields, "topics": topics,
    "moving": moving,
}  # fmt: skip
BY_FIELD = ("fields", "topics", "moving")
"""The views in which it matters what counts as a field."""


def _choice(label: str, names: dict[str, str], key: str) -> str:
    default = next(iter(names))
    return address.choice(label, list(names), default, names.__getitem__, key, label_visibility="collapsed")


def _picked(fig: go.Figure, key: str) -> tuple[Any, Any] | None:
    event = charts.chart(fig, key, titled=True, on_select="rerun", selection_mode="points")
    points = event.selection.points
    return tuple(points[0]["customdata"]) if points else None


def _table(cells: pd.DataFrame, order: list[str], key: str) -> dict[str, Any] | None:
    """Draw the cells as a table in which a row can be picked, and return the picked one."""
    words = {
        "source": _("Of"), "target": _("Towards"), "papers": _("Papers"), "linked": _("With a fifth of neighbours there"),
        "cross_listed": _("Cross-listed"), "share": _("Share"), "ratio": _("Found / expected"), "q": "q", "name": _("Topic"),
        "group": _("Field"), "expected": _("Expected"),
    }  # fmt: skip
    with st.expander(_("As a table; pick a row for its papers"), icon=":material/table:"):
        event = st.dataframe(
            cells, column_order=order, column_config={c: words[c] for c in order}, hide_index=True, key=key,
            on_select="rerun", selection_mode="single-row",
        )  # fmt: skip
    picked = event.selection.rows  # type: ignore[attr-defined]
    return _records(cells.iloc[picked])[0] if picked else None


def _papers(rows: np.ndarray) -> None:
    st.caption(_("{n:,} papers; the first {shown}", n=len(rows), shown=min(len(rows), CARDS)))
    paper_cards(rows[:CARDS], abstracts=False, key="bridges.cell")


def _list(table: pd.DataFrame, title: str | tuple[str, str] | None, why: Callable[..., str], none: str) -> None:
    """Draw one line a finding: what, and why it is there; ``none`` where there is none."""
    if table.empty:
        st.caption(none)
    for row in _records(table.head(SHOWN)):
        what = "" if title is None else row[title] if isinstance(title, str) else f"{_(row[title[0]])} ↔ {_(row[title[1]])}"
        st.markdown(f"- **{safe(what)}** {safe(why(row, _))}" if what else f"- {safe(why(row, _))}")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]
