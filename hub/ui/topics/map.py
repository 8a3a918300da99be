"""The map of the Topics page: what colours it, what is searched and when, the chart, and the papers that a lasso holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import streamlit as st

from hub.figures import viewport
from hub.figures.map import COLOR_BY, paper_map
from hub.storage.selection import Rows
from hub.ui import data, marks, papers
from hub.ui.charts import chart, theme
from hub.ui.i18n import _
from hub.ui.papers.export import export_menu
from hub.ui.radar import seeds
from hub.ui.safe import safe
from hub.ui.topics import map_view

CARDS = 10
CHART = "topics-map"
VIEW = "topics.seen"
TOOLS = {"scrollZoom": True, "displayModeBar": True, "modeBarButtonsToRemove": ["autoScale2d", "zoom2d"]}
EPOCH = date(1970, 1, 1)
Days = tuple[date, date]
"""First and last day, both included."""


@st.fragment
def draw(hidden: tuple[int, ...]) -> None:
    """Draw the map of the selected papers and, below it, the papers that the reader marked on it."""
    snapshot = data.snapshot()
    rows = viewport.placed(snapshot, data.rows())
    controls = st.container(horizontal=True, vertical_alignment="center")
    with controls:
        color = _color()
        found = _search(rows)
    place = st.container()  # the brush stands below the map: the map is what a reader came for
    rows = _brushed(rows)
    everything = viewport.whole(snapshot, rows)
    seen = map_view.reported(VIEW)
    view = seen or everything
    if found is not None:
        found = np.intersect1d(found, rows)
    fig = paper_map(snapshot, rows, view, everything, color=color, found=found, hidden=hidden, theme=theme(), say=_)
    with place:
        marked = chart(fig, CHART, config=TOOLS, on_select="rerun", selection_mode=("points", "box", "lasso"))
    map_view.watch(CHART, VIEW)
    if found is not None:
        st.caption(_("{n:,} of the papers on the map hold these words.", n=len(found)))
    drawn = viewport.drawn(snapshot, rows, view)
    if len(drawn.rows) < drawn.in_view:
        st.caption(_("{drawn:,} of {n:,} papers in view are drawn as points, the shade below counts all. Zoom in to see more.",
                     drawn=len(drawn.rows), n=drawn.in_view))  # fmt: skip
    chosen = marked_rows(snapshot, rows, marked)
    if chosen is not None and len(chosen):
        with controls:  # above the map, where it is seen at once and moves nothing
            label = _("Use {n:,} marked papers as selection", n=len(chosen))
            marks.button(chosen, "topics.marked.use", label, type="primary")
    _marked(snapshot, chosen)


def _color() -> str:
    names = {"topic": _("Topic"), "domain": _("Domain"), "field": _("Field"), "source": _("Source"), "published": _("Date")}
    return st.selectbox(
        _("Colour"), COLOR_BY, format_func=lambda by: f"{_('Colour')}: {names[by]}", key="topics.color", bind="query-params",
        persist_state="session", width=200, label_visibility="collapsed",
    )  # fmt: skip


def _search(rows: Rows) -> Rows | None:
    query = st.text_input(
        _("Find on the map"), key="topics.find", icon=":material/search:", placeholder=_("Find on the map"),
        persist_state="session", width=320, label_visibility="collapsed",
    )  # fmt: skip
    if not query or not query.strip():
        return None
    return data.answer(query).rows


def _brushed(rows: Rows) -> Rows:
    """Return the rows between two days that the reader brushes; all of them while there is only one day."""
    days = data.snapshot().days[rows]
    if not len(rows) or days.min() == days.max():
        return rows
    first, last = (EPOCH + timedelta(days=int(d)) for d in (days.min(), days.max()))
    st.session_state["topics.days"] = clamped(
        st.session_state.get("topics.days"), st.session_state.get("topics.span"), (first, last)
    )
    st.session_state["topics.span"] = (first, last)
    chosen: Any = st.slider(_("Published"), first, last, format="YYYY-MM-DD", key="topics.days", persist_state="session")
    since, until = chosen
    return rows[(days >= (since - EPOCH).days) & (days <= (until - EPOCH).days)]


def clamped(brush: Days | None, before: Days | None, span: Days) -> Days:
    """Return the days to brush when the selection spans ``span``: all of them, unless the reader had taken fewer than all."""
    if brush is None or brush == before:
        return span
    since, until = (min(max(day, span[0]), span[1]) for day in brush)
    return since, until


def _marked(snapshot: Any, chosen: Rows | None) -> None:
    if chosen is None:
        st.caption(_("Drag to move, scroll to zoom; click a paper, or mark an area with the lasso, to read what is there."))
        return
    if not len(chosen):
        st.info(_("No paper of the selection lies in the marked area."))
        return
    topics = snapshot.papers["topic"].to_numpy()[chosen]
    found, count = np.unique(topics[topics >= 0], return_counts=True)
    names = [f"{snapshot.topic_names[int(found[k])]} ({count[k]:,})" for k in np.argsort(-count, kind="stable")[:5]]
    st.subheader(_("{n:,} marked papers", n=len(chosen)))
    if names:
        st.markdown(_("Most of them are in: {names}", names=safe(", ".join(names))))
    seeds.start_button(chosen, "topics.radar")
    listed, table = st.tabs([_("Newest"), _("Table")])
    with listed:
        papers.paper_cards(chosen[:CARDS], key="topics.marked")
    with table:
        papers.paper_table(chosen, key="topics.marked")
        export_menu(chosen, "topics.export")


def marked_rows(snapshot: Any, rows: Rows, event: Any) -> Rows | None:
    """Return the rows that a box, a lasso or a click marks, drawn or not; None when nothing is marked."""
    selection = event.get("selection", {}) if event else {}
    shapes = [*selection.get("box", []), *selection.get("lasso", [])]
    if shapes:
        inside = [viewport.inside(snapshot, rows, shape["x"], shape["y"]) for shape in shapes]
        return np.unique(np.concatenate(inside))
    clicked = [point["customdata"] for point in selection.get("points", []) if point.get("customdata") is not None]
    flat = [int(c[0] if isinstance(c, (list, tuple)) else c) for c in clicked]
    known = [row for row in flat if 0 <= row < len(snapshot)]
    return np.array(sorted(set(known)), dtype=np.int64) if known else None
