"""The papers of the selection as a reader goes through them: ordered, narrowed, ticked, exported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hub import search
from hub.papers.fields import field_label
from hub.search.facets import facets
from hub.search.highlight import best_sentence
from hub.ui import address, data, model_missing, parts
from hub.ui.i18n import _
from hub.ui.papers import near, standing
from hub.ui.papers.cards import paper_cards, topic_name
from hub.ui.papers.export import export_menu
from hub.ui.papers.table import TABLE_ROWS, papers_to_open, table_key
from hub.ui.radar import seeds
from hub.ui.safe import safe

Rows = npt.NDArray[np.int64]
PAGE = 20
NEAR = 5
TICKED = "papers.ticked"


def results(bar: DeltaGenerator) -> None:
    """Draw the selection's papers as cards or a table; into ``bar`` what narrows, orders and exports them."""
    with bar:
        near.door()
    if near.shown():
        return
    asked = data.selection().text
    found = data.answer(asked) if asked else None
    marked = standing.chosen()
    rows = standing.rows(marked) if marked else data.rows()
    if not len(rows):
        _told(found)
        if found is not None:
            _near(found)
    if not marked:
        rows = parts.selected_rows()
    if len(rows):
        _told(found)
    with bar:
        view, order = _switch("papers.view", {"cards": _("Cards"), "table": _("Table")}, _("View")), "date"
        if found is not None:
            order = _switch("papers.order", {"relevance": _("Best answer"), "date": _("Newest")}, _("Order"))
        if found is not None and order == "relevance":
            rows = found.by_relevance(rows)
        _facets(rows)
        ticked = _picked(rows) if view == "table" else _ticked(rows)
        chosen = ticked if len(ticked) else rows
        export_menu(chosen, "papers.export")
        if not marked.is_void:
            seeds.start_button(chosen, "papers.radar", exactly=bool(len(ticked)))
        if len(ticked) and view == "cards":
            st.button(_("Untick {n}", n=len(ticked)), key="papers.untick", icon=":material/close:", on_click=_untick)
    if marked:
        standing.told(marked, len(rows))
    if view == "table":
        papers_to_open(rows, key="papers.table", height=560)
        return
    _cards(rows, found, order)


def _told(found: search.Found | None) -> None:
    """Say how the query was taken: what it was widened to, and what else was perhaps meant."""
    if found is None:
        return
    model_missing.told("search")
    near.hint(found.text)
    if meant := data.meant(found.text):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("Did you mean"), width="content")
            st.button(f"**{safe(meant)}**", key="papers.meant", type="tertiary", on_click=_ask, args=(meant,))
    if found.widened:
        n, holding = len(found.rows), int(found.every.sum())
        st.info(
            _("{holding} papers hold every word, so the {n} that answer best by words and meaning are selected. "
              "Put a phrase in quotes to keep to it.", holding=holding, n=n),
            icon=":material/manage_search:",
        )  # fmt: skip


def _switch(key: str, labels: dict[str, str], label: str) -> str:
    return address.choice(label, list(labels), next(iter(labels)), labels.__getitem__, key, label_visibility="collapsed")


def _cards(rows: Rows, found: search.Found | None, order: str) -> None:
    place = st.container()
    pages = max(1, -(-len(rows) // PAGE))
    number = parts.page_of(pages, "papers.page", of=(data.selection(), order))
    with place:
        _page(rows, found, number, last=number == pages)


def _page(rows: Rows, found: search.Found | None, number: int, *, last: bool) -> None:
    shown = rows[(number - 1) * PAGE : number * PAGE]
    words = found.words if found else []
    texts = _texts(shown, words)
    paper_cards(
        shown, start=(number - 1) * PAGE + 1, key="papers.cards", marked=words, texts=texts, why=_why(found, shown),
        folded=None if words else data.findings(list(texts)),
        tick=_tick, ticked=st.session_state.get(TICKED, ()),
    )  # fmt: skip
    if found is not None and last:
        _near(found)


def _near(found: search.Found) -> None:
    near = found.near[:NEAR]
    if len(near):
        st.subheader(_("Near in meaning, without these words"), anchor=False)
        paper_cards(near, start=1, key="papers.near", texts=_texts(near, found.words), marked=found.words)


def _texts(rows: Rows, words: list[str]) -> dict[str, str]:
    """The abstract, or the sentence of it that answers the query."""
    abstracts = data.corpus().abstracts(data.snapshot().papers["id"].iloc[rows].tolist())
    return {i: best_sentence(text, words) for i, text in abstracts.items()} if words else abstracts


def _why(found: search.Found | None, rows: Rows) -> dict[int, str]:
    """Why each paper is where it is, where the words alone do not show it."""
    if found is None:
        return {}
    at = {int(row): i for i, row in enumerate(found.rows)}
    told: dict[int, str] = {}
    for row in map(int, rows):
        i = at[row]
        parts = [] if found.every[i] else [_("not every word")]
        if found.score[i] > 1:
            parts.append(_("the title that you typed"))
        elif not np.isnan(found.cosine[i]):
            parts.append(_("similarity {cosine:.2f}", cosine=float(found.cosine[i])))
        if parts:
            told[row] = " · ".join(parts)
    return told


def _facets(rows: Rows) -> None:
    found = data.compute(facets)
    if (len(rows) < 2 or not found) and not standing.is_offered():
        return
    snapshot = data.snapshot()
    names: dict[str, tuple[str, Callable[[str], str]]] = {
        "source": (_("Source"), str),
        "field": (_("Field"), field_label),
        "topic": (_("Topic"), lambda topic: topic_name(snapshot, int(topic))),
        "year": (_("Year"), str),
    }  # fmt: skip
    with st.popover(_("Narrow down"), icon=":material/filter_list:"):
        for name, values in found.items():
            label, shown = names[name]
            _facet(name, label, values, shown)
        standing.draw()


def _facet(name: str, label: str, values: list[tuple[str, int]], shown: Callable[[str], str]) -> None:
    counts = dict(values)
    st.pills(
        label, list(counts), format_func=lambda value: f"{safe(shown(value))} :gray[{counts[value]:,}]",
        key=f"papers.facet.{name}", on_change=_narrow, args=(name,),
    )  # fmt: skip


def _narrow(name: str) -> None:
    value = st.session_state.pop(f"papers.facet.{name}", None)
    if value is None:
        return
    if name == "year":
        st.session_state["from"], st.session_state["to"] = date(int(value), 1, 1), date(int(value), 12, 31)
    else:
        st.session_state[name] = [value]


def _ask(query: str) -> None:
    st.session_state["q"] = query


def _ticked(rows: Rows) -> Rows:
    """Return the ticked rows that are selected, in their order."""
    wanted = set(st.session_state.get(TICKED, ()))
    if not wanted:
        return rows[:0]
    row_of = data.snapshot().row_of
    return rows[np.isin(rows, [row_of[i] for i in wanted if i in row_of])]


def _picked(rows: Rows) -> Rows:
    """Return the rows that are picked in the table, which is drawn further down."""
    event: Any = st.session_state.get(table_key(rows, "papers.table"))
    at = event["selection"]["rows"] if event else []
    return rows[:TABLE_ROWS][[i for i in at if i < min(len(rows), TABLE_ROWS)]]


def _tick(paper_id: str, key: str) -> None:
    kept = [i for i in st.session_state.get(TICKED, ()) if i != paper_id]
    st.session_state[TICKED] = [*kept, paper_id] if st.session_state[key] else kept


def _untick() -> None:
    st.session_state[TICKED] = []
    for key in [key for key in st.session_state if str(key).startswith("papers.cards.tick.")]:
        del st.session_state[key]
