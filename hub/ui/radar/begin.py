"""The beginning of a radar: two minutes from nothing to a useful list."""

from __future__ import annotations

import streamlit as st

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.radar.document import from_json
from hub.radar.model import NO_INTEREST, Radar
from hub.radar.start import diverse_papers
from hub.radar.store import RadarStore
from hub.storage.selection import Selection
from hub.ui import data
from hub.ui.i18n import _, language
from hub.ui.radar.seeds import FILE_TYPES, already, picked, searched, seeded, with_file, with_ids


def begin(store: RadarStore) -> None:
    """Draw the making of a radar: a name, and any of liked papers, words, topics, own papers; or a radar's file."""
    names = data.snapshot().topic_names
    st.markdown(_("Say what you want to hear about, in any of these ways; a few likes are enough to begin."))
    liked = _choose()
    name = st.text_input(_("Name of the radar"), key="radar.begin.name", placeholder=_("such as protein design"), max_chars=80)
    found = searched("radar.begin")
    text = st.text_area(_("In your own words"), key="radar.begin.text", height=80)
    left, right = st.columns(2)
    words = left.multiselect(_("Words that raise a paper"), [], accept_new_options=True, key="radar.begin.words")
    topics = right.multiselect(
        _("Topics to follow"), topics_by_size(), key="radar.begin.topics", format_func=lambda t: names.get(t, str(t))
    )
    ids = left.text_area(_("DOIs, arXiv ids or addresses of papers you like"), key="radar.begin.ids", height=80)
    file = right.file_uploader(_("Your papers: BibTeX, RIS or a Zotero export"), type=FILE_TYPES, key="radar.begin.file")
    if st.button(_("Make the radar"), type="primary", key="radar.begin.make", icon=":material/radar:"):
        radar = Radar(name or "", text=text or "", should=tuple(words), topics=tuple(topics), liked=tuple(liked),
                      language=language())  # fmt: skip
        if radar.name in store.names():
            raise RadarError(already(radar.name))
        radar = with_file(with_ids(seeded(radar, found), ids or ""), file)
        if radar.is_empty:
            raise RadarError(Said(NO_INTEREST, name=radar.name))
        _made(store, radar)
    with st.expander(_("Or take in a radar's file")):
        _take_in(store)


def _choose() -> list[str]:
    snapshot, selection = data.snapshot(), data.selection()
    rows = data.rows() if selection != Selection() else None
    if rows is not None and not len(rows) and len(snapshot):
        st.info(_("No paper passes the filters: these are chosen from all papers instead."), icon=":material/filter_alt_off:")
        rows = None
    papers = diverse_papers(snapshot, within=rows)
    if not len(papers):
        st.info(_("There are no papers to choose from yet: refresh the sources first."), icon=":material/info:")
        return []
    if rows is None:
        st.markdown(_("**Which of these would you read?** They are as unlike each other as recent papers can be."))
    else:
        st.markdown(_("**Which of these would you read?** They span the {n:,} papers selected in the sidebar.", n=len(rows)))
    kept: list[str] = st.session_state.setdefault("radar.begin.liked", [])
    offered = snapshot.papers["id"].iloc[papers].astype(str).tolist()
    for paper_id in [*(i for i in kept if i not in offered), *offered]:
        if paper_id in snapshot.row_of:
            picked(paper_id, f"radar.begin.{paper_id}", kept)
    return kept


def _take_in(store: RadarStore) -> None:
    file = st.file_uploader(_("A radar's file (JSON)"), type=["json"], key="radar.begin.json")
    if file and st.button(_("Take it in"), key="radar.begin.take"):
        radar = from_json(file.getvalue().decode("utf-8-sig", errors="replace"))
        if radar.name in store.names():
            raise RadarError(already(radar.name))
        _made(store, radar)


def _made(store: RadarStore, radar: Radar) -> None:
    store.save(radar)
    for kept in ("radar.begin.liked", "radar.begin.kept"):
        st.session_state.pop(kept, None)
    st.session_state["radar.go"] = radar.name
    st.rerun()


def topics_by_size() -> list[int]:
    """Return the topics, the largest first."""
    topics = data.snapshot().topics
    return [int(t) for t in topics.sort_values("papers", ascending=False)["topic"]] if len(topics) else []
