"""The map of the Topics page: what colours it, what is searched and when, the chart, and the papers that a lasso holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from hub.figures import Theme
from hub.figures import map as figure
from hub.figures.map import COLOR_BY, anchors, coloured, inside, placed
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.ui import data, files, marks, papers
from hub.ui.charts import theme
from hub.ui.i18n import _
from hub.ui.papers.export import export_menu
from hub.ui.papers.sheet import PARAM
from hub.ui.radar import seeds
from hub.ui.safe import safe
from hub.ui.topics import map_view

CARDS = 10
MAP = "topics.map"
COLOR = "topics.color"


@st.fragment
def draw(hidden: tuple[int, ...]) -> None:
    """Draw the map of the selected papers and, below it, the papers that the reader marked on it."""
    snapshot, chosen = data.snapshot(), data.selection()
    always = placed(snapshot, data.rows_of(replace(chosen, since=None, until=None)))
    rows = placed(snapshot, data.rows())
    with st.container(horizontal=True, vertical_alignment="center", key="topics-map-bar"):
        title = st.container(width="stretch")
        color = _color()
        found = _search(rows)
        saved = files.menu(MAP, ("png", "svg", "csv"))
    colouring = data.whole(colouring_of, by=color, look=theme())
    labels = data.compute(labels_of, by=color, look=theme(), hidden=hidden)
    did = map_view.shown(
        MAP, snapshot, data.whole(figure.atlas), always, labels, colouring, by=color, theme=theme(),
        days=(chosen.since, chosen.until), found=found, hidden=hidden, save=saved if saved != "csv" else None,
    )  # fmt: skip
    if saved == "csv":
        files.deliver_table(table(snapshot, rows, labels, colouring), "topics-map")
    _acted(did)
    if found is not None:
        st.caption(_("{n:,} of the papers on the map hold these words.", n=len(found)))
    held = None if did.lasso is None else inside(snapshot, rows, *zip(*did.lasso, strict=True))
    with title:  # what is marked stands above the map, where it is seen at once and moves nothing
        if held is not None and len(held):
            label = _("Use {n:,} marked papers as selection", n=len(held))
            marks.button(held, "topics.marked.use", label, type="primary")
        else:
            message = figure.message(labels, _) or _("Papers that lie near are alike")
            st.markdown(f"**{safe(message)}**")
    _marked(snapshot, held)


def colouring_of(snapshot: Snapshot, by: str, look: Theme) -> figure.Colouring:
    """Return what colours all papers, in the reader's language."""
    return coloured(snapshot, by, look, _)


def labels_of(snapshot: Snapshot, rows: Rows, by: str, look: Theme, hidden: tuple[int, ...]) -> pd.DataFrame:
    """Return the topics of the selected papers and where their names belong."""
    return anchors(snapshot, rows, colouring_of(snapshot, by, look), hidden)


def table(snapshot: Snapshot, rows: Rows, labels: pd.DataFrame, colouring: figure.Colouring) -> pd.DataFrame:
    """Return what the map shows, one row a point."""
    own = snapshot.papers.iloc[rows][["id", "title", "published", "source", "field", "topic", "x", "y"]]
    names = np.array([*colouring.names, ""])
    return own.assign(
        topic=own["topic"].map(snapshot.topic_names), colour=names[np.minimum(colouring.codes[rows], len(names) - 1)]
    )  # fmt: skip


def _acted(did: map_view.Marked) -> None:
    """Do what the reader asked for on the map: open a paper, take days, read of a topic."""
    if did.open is not None:
        st.switch_page(data.page("papers"), query_params={PARAM: did.open})
    if did.days is not None:  # the filter took them before this run
        st.rerun(scope="app")
    if did.topic is not None:
        st.session_state["topics.next"] = did.topic
        st.rerun(scope="app")


def _color() -> str:
    names = {"theme": _("Theme"), "domain": _("Domain"), "field": _("Field"), "source": _("Source"), "published": _("Date")}
    return st.selectbox(
        _("Colour"), COLOR_BY, format_func=lambda by: f"{_('Colour')}: {names[by]}", key=COLOR, bind="query-params",
        persist_state="session", width=200, label_visibility="collapsed",
    )  # fmt: skip


def _search(rows: Rows) -> Rows | None:
    query = st.text_input(
        _("Find on the map"), key="topics.find", icon=":material/search:", placeholder=_("Find on the map"),
        persist_state="session", width=220, label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    if not query or not query.strip():
        return None
    return np.intersect1d(data.answer(query).rows, rows)


def _marked(snapshot: Any, chosen: Rows | None) -> None:
    if chosen is None:
        st.caption(
            _("Drag to move, scroll to zoom; click a paper to open it, or mark an area with the lasso to read what is there.")
        )
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
    listed, as_table = st.tabs([_("Newest"), _("Table")])
    with listed:
        papers.paper_cards(chosen[:CARDS], key="topics.marked")
    with as_table:
        papers.paper_table(chosen, key="topics.marked")
        export_menu(chosen, "topics.export")
