"""The Radar page's parts that say what a radar is about: a beginning for a new one, and its rules for an old one."""

from __future__ import annotations

import streamlit as st

from hub.errors import RadarError
from hub.radar.interests import Radar, from_json
from hub.radar.library import add, pasted, read
from hub.radar.start import diverse_papers
from hub.radar.store import RadarStore
from hub.ui import data
from hub.ui.i18n import _
from hub.ui.radar import Desk, plain

WORD_LISTS = ("should", "must", "never", "authors")
FILE_TYPES = ["bib", "ris", "json", "txt"]


def begin(store: RadarStore) -> None:
    """Draw the making of a radar: a name, and any of words, topics, own papers, liked papers, a radar's file."""
    snapshot = data.snapshot()
    st.markdown(_("Say what you want to hear about, in any of these ways; a few likes are enough to begin."))
    name = st.text_input(_("Name of the radar"), key="radar.begin.name", placeholder=_("such as protein design"), max_chars=80)
    text = st.text_area(_("In your own words"), key="radar.begin.text", height=80)
    left, right = st.columns(2)
    words = left.multiselect(_("Words that raise a paper"), [], accept_new_options=True, key="radar.begin.words")
    names = snapshot.topic_names
    topics = right.multiselect(
        _("Topics to follow"), _topics(), key="radar.begin.topics", format_func=lambda t: names.get(t, str(t))
    )
    liked = _choose()
    left, right = st.columns(2)
    ids = left.text_area(_("DOIs, arXiv ids or addresses of papers you like"), key="radar.begin.ids", height=68)
    file = right.file_uploader(_("Your papers: BibTeX, RIS or a Zotero export"), type=FILE_TYPES, key="radar.begin.file")
    if st.button(_("Make the radar"), type="primary", key="radar.begin.make", icon=":material/radar:"):
        radar = Radar(name or "", text=text or "", should=tuple(words), topics=tuple(topics), liked=tuple(liked))
        if radar.name in store.names():
            raise RadarError(f"There is a radar {radar.name!r} already: choose another name.")
        radar = _with_ids(radar, ids or "")
        radar = _with_file(radar, file)
        if radar.is_empty:
            raise RadarError("The radar has no interest yet: like a paper, add one of yours, follow a topic or name a word.")
        store.save(radar)
        st.session_state["radar.go"] = radar.name
        st.rerun()
    with st.expander(_("Or take in a radar's file")):
        _take_in(store)


def _choose() -> list[str]:
    snapshot = data.snapshot()
    rows = diverse_papers(snapshot)
    if not len(rows):
        st.info(_("There are no papers to choose from yet: refresh the sources first."), icon=":material/info:")
        return []
    st.markdown(_("**Which of these would you read?** They are as unlike each other as recent papers can be."))
    liked = []
    for row in rows.tolist():
        paper = snapshot.papers.iloc[row]
        topic = snapshot.topic_names.get(int(paper["topic"]), "")
        if st.checkbox(
            plain(str(paper["title"])) + (f" :gray[{plain(topic)}]" if topic else ""), key=f"radar.begin.{paper['id']}"
        ):
            liked.append(str(paper["id"]))
    return liked


def _take_in(store: RadarStore) -> None:
    file = st.file_uploader(_("A radar's file (JSON)"), type=["json"], key="radar.begin.json")
    if file and st.button(_("Take it in"), key="radar.begin.take"):
        radar = from_json(file.getvalue().decode("utf-8-sig", errors="replace"))
        if radar.name in store.names():
            raise RadarError(f"There is a radar {radar.name!r} already: rename or remove it first.")
        store.save(radar)
        st.session_state["radar.go"] = radar.name
        st.rerun()


def edit(desk: Desk) -> None:
    """Draw a radar's rules, its papers and its end."""
    radar, snapshot = desk.radar, data.snapshot()
    sources, fields = snapshot.codes("source")[1], [f for f in snapshot.codes("field")[1] if f]
    with st.form("radar.edit", border=False):
        name = st.text_input(_("Name of the radar"), radar.name, max_chars=80)
        text = st.text_area(_("In your own words"), radar.text, height=80)
        left, right = st.columns(2)
        labels = {"should": _("Words that raise a paper"), "must": _("Words that every paper must hold"),
                  "never": _("Words that no paper may hold"), "authors": _("Authors to follow")}  # fmt: skip
        words = {
            kind: (left if i % 2 == 0 else right).multiselect(labels[kind], list(values), list(values), accept_new_options=True)
            for i, kind in enumerate(WORD_LISTS)
            for values in [getattr(radar, kind)]
        }
        known = list(dict.fromkeys([*_topics(), *radar.topics]))
        topics = st.multiselect(
            _("Topics to follow"), known, list(radar.topics), format_func=lambda t: snapshot.topic_names.get(t, str(t))
        )
        chosen_sources = left.multiselect(_("Only these sources"), sorted({*sources, *radar.sources}), list(radar.sources))
        chosen_fields = right.multiselect(_("Only these fields"), sorted({*fields, *radar.fields}), list(radar.fields))
        mail = st.text_input(_("Mail address for digests"), radar.mail)
        tell = st.toggle(_("Tell me when something changes state"), radar.alerts)
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            changed = radar.replace(
                name=name, text=text, topics=tuple(topics), sources=tuple(chosen_sources), fields=tuple(chosen_fields),
                mail=mail.strip(), alerts=tell, **{kind: tuple(values) for kind, values in words.items()},
            )  # fmt: skip
            desk.store.save(changed, name=radar.name)
            st.session_state["radar.go"] = changed.name
            st.rerun()
    _papers(desk)
    with st.popover(_("Remove this radar"), icon=":material/delete:"):
        st.markdown(_("Its rules, its feed address and its alerts are gone for good."))
        st.button(_("Remove"), key="radar.remove", on_click=desk.store.remove, args=(radar.name,), type="primary")


def _papers(desk: Desk) -> None:
    radar, snapshot = desk.radar, data.snapshot()
    st.subheader(_("Papers it learns from"))
    counted = _("{likes} liked, {dislikes} disliked, {seeds} added, {own} from outside the corpus",
                likes=len(radar.liked), dislikes=len(radar.disliked), seeds=len(radar.seeds), own=len(radar.own))  # fmt: skip
    st.caption(counted)
    ids = st.text_input(_("Add by DOI, arXiv id or address"), key="radar.edit.ids")
    file = st.file_uploader(_("Your papers: BibTeX, RIS or a Zotero export"), type=FILE_TYPES, key="radar.edit.file")
    if (ids or file) and st.button(_("Add"), key="radar.edit.add", icon=":material/add:"):
        desk.store.save(_with_file(_with_ids(radar, ids or ""), file))
    signs = {"liked": "👍", "disliked": "👎", "seeds": _("added")}
    known = [(kind, i) for kind in signs for i in getattr(radar, kind)]
    if known:
        titles = snapshot.papers["title"]
        rows = [
            {"how": signs[kind], "paper": str(titles.iat[snapshot.row_of[i]]) if i in snapshot.row_of else i} for kind, i in known
        ]
        rows += [{"how": _("outside"), "paper": paper.title} for paper in radar.own]
        shown = {"how": st.column_config.TextColumn(_("How"), width="small"), "paper": st.column_config.TextColumn(_("Paper"))}
        st.dataframe(rows, hide_index=True, column_config=shown, key="radar.edit.papers")


def _with_ids(radar: Radar, text: str) -> Radar:
    ids, wrong = pasted(data.snapshot(), text)
    for message in wrong:
        st.warning(plain(message), icon=":material/warning:")
    return radar.replace(seeds=(*radar.seeds, *(i for i in ids if i not in radar.disliked)))


def _with_file(radar: Radar, file: object) -> Radar:
    if file is None:
        return radar
    library = read(file.getvalue(), file.name)  # type: ignore[attr-defined]
    added = add(radar, library, data.snapshot())
    message = _(
        "{corpus} papers of the corpus and {outside} from outside added; {already} were there already, {left} left out (a radar "
        "learns from the newest 1,000), {broken} broken.",
        corpus=added.in_corpus, outside=added.outside, already=added.already, left=added.left_out, broken=len(library.broken),
    )  # fmt: skip
    lines = [f"- {plain(where)}: {plain(what)}" for where, what in library.broken]
    st.session_state["radar.said"] = "\n".join([message, "", *lines])
    return added.radar


def _topics() -> list[int]:
    topics = data.snapshot().topics
    return [int(t) for t in topics.sort_values("papers", ascending=False)["topic"]] if len(topics) else []
