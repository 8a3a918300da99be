"""The beginning of a radar: one box for ids, words or a file; six papers to judge; then the list."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from hub.errors import RadarError
from hub.radar.document import from_json
from hub.radar.model import Radar
from hub.radar.ranking.vectors import embed_with
from hub.radar.start import name_for, offered, taken
from hub.radar.store import RadarStore
from hub.storage.selection import Selection
from hub.ui import data, model_missing
from hub.ui.i18n import _, language, plural, said
from hub.ui.papers.cards import title_link
from hub.ui.radar.seeds import FILE_TYPES, already, with_file
from hub.ui.safe import safe

DRAFT, ROUND, TOLD, THUMB = "radar.begin.draft", "radar.begin.round", "radar.said", "radar.begin.thumb."


def begin(store: RadarStore) -> None:
    """Draw the making of a radar, and make it when the reader asks for the list."""
    told, judged = st.columns((2, 3), gap="large")  # beside each other, so that both ways to begin are in sight
    with told:
        st.markdown(_("Tell it one thing about your work, or judge six papers. A few likes are enough."))
        asked = st.chat_input(
            _("DOIs, arXiv ids, words, an abstract, or a file: BibTeX, RIS, Zotero"), key="radar.begin.box",
            accept_file="multiple", file_type=FILE_TYPES,
        )  # fmt: skip
    draft: Radar = st.session_state.get(DRAFT) or Radar(_("My radar"), language=language())
    if asked:
        draft = _told(draft, asked)
    with told:
        if message := st.session_state.pop(TOLD, None):
            st.info(message, icon=":material/info:")
        _known(draft)
    with judged:
        draft = _judged(store, draft)
    with st.expander(_("Name, words and topics"), icon=":material/tune:"):
        draft, name = _more(draft)
    st.session_state[DRAFT] = draft
    hint = _("Judge a paper or say something in the box first.") if draft.is_empty else None
    if st.button(
        _("Show my list"), type="primary", key="radar.begin.make", icon=":material/radar:", disabled=draft.is_empty, help=hint
    ):
        _make(store, draft.replace(name=name or _name(store, draft)))
    with st.expander(_("Or take in a radar's file")):
        _take_in(store)


def _told(draft: Radar, asked: Any) -> Radar:
    """Return the draft with what the box was told: files, ids, or words of an interest."""
    for file in asked.files:
        draft = with_file(draft, file)
    draft, wrong = taken(data.snapshot(), draft, asked.text or "")
    if wrong:
        before = st.session_state.get(TOLD, "")
        st.session_state[TOLD] = "\n".join(filter(None, [before, *(f"- {safe(said(message))}" for message in wrong)]))
    st.session_state[ROUND] = 0
    return draft


def _known(draft: Radar) -> None:
    """Draw what the draft learns from so far, with a way to forget it."""
    papers = len(draft.seeds) + len(draft.own)
    if not papers and not draft.text:
        return
    said_so = f"“{draft.text[:120]}{'…' if len(draft.text) > 120 else ''}”" if draft.text else ""
    counted = plural(papers, "{n:,} paper of yours", "{n:,} papers of yours") if papers else ""
    what = safe(" · ".join(filter(None, (counted, said_so))))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(":material/check_circle: " + _("It learns from {what}", what=what), width="content")
        st.button(_("Forget"), key="radar.begin.forget", type="tertiary", icon=":material/close:", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(DRAFT, None)
    st.session_state[ROUND] = 0


def _judged(store: RadarStore, draft: Radar) -> Radar:
    """Draw six papers with thumbs and return the draft with what the reader thinks of them."""
    snapshot, selection = data.snapshot(), data.selection()
    rows = data.rows() if selection != Selection() else None
    if rows is not None and not len(rows) and len(snapshot):
        st.info(_("No paper passes the filters: these are chosen from all papers instead."), icon=":material/filter_alt_off:")
        rows = None
    model_missing.told("radar")
    asked = draft.replace(liked=(), disliked=())  # a thumb changes what is learned, not which papers are judged
    embed = embed_with(store, snapshot, data.home())
    papers = offered(snapshot, asked, int(st.session_state.get(ROUND, 0)), rows, search=data.corpus().search_ids, embed=embed)
    if not len(papers):
        st.info(_("There are no papers to choose from yet: refresh the sources first."), icon=":material/info:")
        return draft
    if not asked.is_empty:
        st.markdown(_("**Are these what you mean?** The nearest of the last month."))
    elif rows is None:
        st.markdown(_("**Which of these would you read?** They are as unlike each other as recent papers can be."))
    else:
        st.markdown(_("**Which of these would you read?** They span the {n:,} papers selected in the sidebar.", n=len(rows)))
    for row in papers.tolist():
        _one(row)
    if st.button(_("Six others"), key="radar.begin.others", icon=":material/refresh:", type="tertiary"):
        st.session_state[ROUND] = int(st.session_state.get(ROUND, 0)) + 1
        st.rerun()
    thumbs: dict[str, int] = st.session_state.get("radar.begin.thumbs", {})
    return draft.replace(
        liked=tuple(i for i, thumb in thumbs.items() if thumb > 0),
        disliked=tuple(i for i, thumb in thumbs.items() if thumb < 0 and i not in draft.seeds),
    )  # fmt: skip


def _one(row: int) -> None:
    """Draw one paper to judge; its thumb is kept while others are shown."""
    snapshot = data.snapshot()
    paper = snapshot.papers.iloc[row]
    key, kept = f"{THUMB}{paper['id']}", st.session_state.setdefault("radar.begin.thumbs", {})
    thumb = kept.get(str(paper["id"]), 0)
    st.session_state[key] = None if not thumb else int(thumb > 0)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"judge-{row}"):
        st.feedback("thumbs", key=key, on_change=_judge, args=(str(paper["id"]), key), width="content")
        title_link(str(paper["id"]), str(paper["title"]), beside=snapshot.topic_names.get(int(paper["topic"]), ""))


def _judge(paper_id: str, key: str) -> None:
    value, kept = st.session_state[key], st.session_state.setdefault("radar.begin.thumbs", {})
    kept[paper_id] = 0 if value is None else 2 * value - 1


def _more(draft: Radar) -> tuple[Radar, str]:
    """Draw what few need at the beginning; return the draft with it, and the name that the reader chose, if any."""
    names = data.snapshot().topic_names
    name = st.text_input(_("Name of the radar"), key="radar.begin.name", placeholder=_("such as protein design"), max_chars=80)
    left, right = st.columns(2)
    words = left.multiselect(_("Words that raise a paper"), [], accept_new_options=True, key="radar.begin.words")
    topics = right.multiselect(
        _("Topics to follow"), topics_by_size(), key="radar.begin.topics", format_func=lambda t: names.get(t, str(t))
    )
    return draft.replace(should=tuple(words), topics=tuple(topics)), " ".join((name or "").split())


def _name(store: RadarStore, draft: Radar) -> str:
    """A name by the words that were said, else by the topic of the papers that were liked."""
    snapshot = data.snapshot()
    rows = np.array([snapshot.row_of[i] for i in draft.positives if i in snapshot.row_of], dtype=np.int64)
    return name_for(snapshot, rows, store.names(), " ".join((draft.text or " ".join(draft.should)).split()[:6]))


def _take_in(store: RadarStore) -> None:
    file = st.file_uploader(_("A radar's file (JSON)"), type=["json"], key="radar.begin.json")
    if file and st.button(_("Take it in"), key="radar.begin.take"):
        _make(store, from_json(file.getvalue().decode("utf-8-sig", errors="replace")))


def _make(store: RadarStore, radar: Radar) -> None:
    if radar.name in store.names():
        raise RadarError(already(radar.name))
    store.save(radar)
    for kept in (DRAFT, ROUND, "radar.begin.thumbs"):
        st.session_state.pop(kept, None)
    st.session_state["radar.go"] = radar.name
    st.rerun()


def topics_by_size() -> list[int]:
    """Return the topics, the largest first."""
    topics = data.snapshot().topics
    return [int(t) for t in topics.sort_values("papers", ascending=False)["topic"]] if len(topics) else []
