"""Papers to begin a radar with: found by words or ids, read from a file, or standing for a selection."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hub.i18n.messages import Said
from hub.radar.library import add, by_words, pasted, read
from hub.radar.model import Radar
from hub.radar.start import name_for, representatives
from hub.radar.store import RadarStore
from hub.storage.selection import Rows
from hub.ui import data
from hub.ui.i18n import _, language, said
from hub.ui.reader import radars
from hub.ui.safe import safe
from hub.ui.thumbs import open_radar

FILE_TYPES = ["bib", "bibtex", "ris", "nbib", "json", "jsonl", "ndjson", "rdf", "xml", "csv", "tsv", "txt"]
"""Endings of files that hold papers as people have them; what is in them is told by what they hold."""
FOUND = 8
"""Papers that a search offers at once."""


def searched(key: str) -> list[str]:
    """Draw a search for papers and return the ids of those that the reader picked, of this search and of ones before."""
    query = st.text_input(
        _("Find papers to learn from"), key=f"{key}.query", icon=":material/search:",
        placeholder=_("words of a title, a DOI or an arXiv id"),
    )  # fmt: skip
    kept: list[str] = st.session_state.setdefault(f"{key}.kept", [])
    snapshot = data.snapshot()
    ids = by_words(snapshot, data.corpus().search_ids, query, FOUND) if query and query.strip() else []
    if query and query.strip() and not ids:
        st.info(_("No paper holds these words: try fewer of them, or a DOI."), icon=":material/search_off:")
    for paper_id in [*(i for i in kept if i not in ids), *ids]:
        if paper_id in snapshot.row_of:
            picked(paper_id, f"{key}.pick.{paper_id}", kept)
    return kept


def picked(paper_id: str, key: str, kept: list[str]) -> None:
    """Draw one paper to pick; ``kept`` holds the picked ones."""
    snapshot = data.snapshot()
    paper = snapshot.papers.iloc[snapshot.row_of[paper_id]]
    topic = snapshot.topic_names.get(int(paper["topic"]), "")
    label = safe(str(paper["title"])) + (f" :gray[{safe(topic)}]" if topic else "")
    st.checkbox(label, paper_id in kept, key=key, on_change=_keep, args=(paper_id, key, kept))


def _keep(paper_id: str, key: str, kept: list[str]) -> None:
    if st.session_state[key] and paper_id not in kept:
        kept.append(paper_id)
    elif not st.session_state[key] and paper_id in kept:
        kept.remove(paper_id)


def with_ids(radar: Radar, text: str) -> Radar:
    """Return the radar with the papers that pasted ids name; those that cannot be found are told after the next run."""
    ids, wrong = pasted(data.snapshot(), text)
    _tell([f"- {safe(said(message))}" for message in wrong])
    return seeded(radar, ids)


def seeded(radar: Radar, ids: list[str]) -> Radar:
    """Return the radar with papers to learn from; one that the reader disliked stays so."""
    return radar.replace(seeds=(*radar.seeds, *(i for i in ids if i not in radar.disliked)))


def with_file(radar: Radar, file: Any) -> Radar:
    """Return the radar with the papers of an uploaded file; what came of each entry is told after the next run."""
    if file is None:
        return radar
    library = read(file.getvalue(), file.name)
    added = add(radar, library, data.snapshot())
    lines = [f"- {safe(said(where))}: {safe(said(what))}" for where, what in library.broken]
    _tell([safe(f"{file.name}: {said(added.said(len(library.broken)))}"), "", *lines])
    return added.radar


def _tell(lines: list[str]) -> None:
    if lines:
        before = st.session_state.get("radar.said", "")
        st.session_state["radar.said"] = "\n".join(filter(None, [before, "\n".join(lines)]))


def start_button(rows: Rows, key: str, *, exactly: bool = False) -> None:
    """Draw a button that begins a radar from the papers that stand for ``rows``, and then a link to it.

    Parameters
    ----------
    rows
        Row numbers of the Snapshot: a selection, or what was marked on the map.
    exactly
        Whether the radar learns from all of them and no others: they were picked one by one.
    """
    store = radars()
    if store is None or not len(rows):
        return
    hint = _("A new radar that learns from up to twelve papers which stand for these; remove it on its Interests page.")
    label = _("Start a radar from these")
    if exactly:
        hint = _("A new radar that learns from exactly the picked papers; remove it on its Interests page.")
        label = _("Start a radar from these {n}", n=len(rows))
    st.button(label, key=key, icon=":material/radar:", help=hint, on_click=_start, args=(store, rows, key, exactly))
    if made := st.session_state.pop(f"{key}.made", None):
        # no st.switch_page: it refuses to leave an address whose filters are bound to widgets (Streamlit 1.67)
        st.page_link(data.page("radar"), label=made, icon=":material/arrow_forward:")


def _start(store: RadarStore, rows: Rows, key: str, exactly: bool) -> None:
    snapshot = data.snapshot()
    chosen = snapshot.papers["id"].iloc[rows if exactly else representatives(snapshot, rows)].astype(str)
    radar = Radar(name_for(snapshot, rows, store.names()), seeds=tuple(chosen), language=language())
    store.save(radar)
    open_radar(store, radar.name)
    st.session_state["radar.said"] = _(
        "The radar {name} learns from {n} papers that stand for the {rows:,} selected ones.",
        name=f"**{safe(radar.name)}**", n=len(chosen), rows=len(rows),
    )  # fmt: skip
    st.session_state[f"{key}.made"] = _("Open the new radar {name}", name=safe(radar.name))


def already(name: str) -> Said:
    """Return what is said of a second radar of one name."""
    return Said("There is a radar {name!r} already: choose another name.", name=name)
