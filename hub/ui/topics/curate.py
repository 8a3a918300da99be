"""People decide last: the forms that rename, merge, hide, pin and define topics, through ``python -m hub curate``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from hub.errors import HubError
from hub.permissions import Action, may
from hub.topics import curation, overlay
from hub.topics.curation import Curation
from hub.topics.overlay import Mark
from hub.ui import data, worker
from hub.ui.i18n import _, said
from hub.ui.safe import safe

TOLD, REFUSED = "topics.told", "topics.refused"
NAMED, NEW_NAME = "topics.rename.of", "topics.rename.name"
CLEAR = "topics.define.clear"


def marked(kind: str) -> tuple[int, ...]:
    """Return the topics that are ``hidden`` or ``pinned`` in the Snapshot of now."""
    topics = data.snapshot().topics
    return tuple(int(t) for t in topics.loc[topics[kind].astype(bool), "topic"]) if kind in topics else ()


def possible() -> bool:
    """Return whether this reader can decide about the topics of the Snapshot of now, and what was decided can be read."""
    return may(Action.CURATE) and data.snapshot().has("model_papers") and overlay.fault(data.home()) is None


def forms(topic: int) -> None:
    """Draw the decisions about a topic; each is kept apart from the model and holds after every refit.

    A Snapshot whose topics carry no marks was published before decisions could be taken: there are no forms for it.
    """
    if not possible():
        return
    names = data.snapshot().topic_names
    if told := st.session_state.pop(TOLD, ""):
        st.toast(told, icon=":material/check:", duration="long")
    if refused := st.session_state.pop(REFUSED, None):
        st.error(said(refused), icon=":material/error:")
    with st.expander(_("Correct this topic"), icon=":material/edit:", key="topics.correct"):
        st.caption(_("Decisions are kept apart from the model and are applied again after every refit."))
        _rename(topic, names[topic])
        _merge(topic, names)
        _marks(topic)
    with st.expander(_("Define a topic"), icon=":material/add:", key="topics.define.form"):
        _define()


def _rename(topic: int, name: str) -> None:
    if st.session_state.get(NAMED) != (topic, name):  # another topic, or another name for it
        st.session_state[NAMED], st.session_state[NEW_NAME] = (topic, name), name
    with st.form("topics.rename", border=False):
        st.text_input(_("Name"), max_chars=80, key=NEW_NAME)
        st.form_submit_button(_("Rename"), icon=":material/edit:", on_click=_renamed, args=(topic, name))


def _renamed(topic: int, former: str) -> None:
    chosen = str(st.session_state[NEW_NAME]).strip()
    if chosen and chosen != former:
        _keep(topic, lambda: overlay.rename(data.home(), topic, chosen))


def _marked(topic: int, kind: Mark, on: bool) -> None:
    _keep(topic, lambda: overlay.mark(data.home(), topic, kind, on=on))


def _keep(topic: int, decision: Callable[[], Curation]) -> None:
    """Take a decision before the page is drawn, so that it is drawn once; a refusal is told by the form."""
    try:
        decision()
    except HubError as e:
        st.session_state[REFUSED] = e
        return
    st.session_state[TOLD] = _("Kept.")
    st.session_state["topics.next"] = topic


def _merge(topic: int, names: dict[int, str]) -> None:
    with st.form("topics.merge", border=False):
        into = st.selectbox(_("Merge into"), [t for t in names if t != topic], index=None, format_func=names.__getitem__)
        if st.form_submit_button(_("Merge"), icon=":material/merge:") and into is not None:
            decide("merge", str(topic), str(into))


def _marks(topic: int) -> None:
    with st.container(horizontal=True):
        hidden, pinned = topic in marked("hidden"), topic in marked("pinned")
        st.button(
            _("Show") if hidden else _("Hide"), icon=f":material/visibility{'' if hidden else '_off'}:", key="topics.hide",
            on_click=_marked, args=(topic, "hidden", not hidden),
        )  # fmt: skip
        st.button(
            _("Unpin") if pinned else _("Pin"), icon=":material/keep:", key="topics.pin", on_click=_marked,
            args=(topic, "pinned", not pinned),
        )  # fmt: skip
        undecided = not curation.about(overlay.decisions(data.home()), topic)
        if st.button(_("Take all decisions back"), icon=":material/undo:", key="topics.forget", disabled=undecided):
            decide("forget", str(topic))


def _define() -> None:
    if st.session_state.pop(CLEAR, False):
        for field in ("name", "phrase", "papers"):
            st.session_state[f"topics.define.{field}"] = ""
    st.caption(
        _("Papers near enough to the phrase or the examples move to the new topic, now and after every refit; the others stay.")
    )
    with st.form("topics.define", border=False):
        name = st.text_input(_("Name"), max_chars=80, key="topics.define.name")
        phrase = st.text_input(
            _("What it is about"), key="topics.define.phrase", placeholder=_("a phrase, as a paper would say it")
        )
        papers = st.text_area(_("Ids of example papers, one a line"), key="topics.define.papers", height=80)
        least = st.slider(
            _("How near a paper must be"), 0.2, 0.9, 0.5, 0.05, key="topics.define.least", help=_("Cosine similarity.")
        )
        with st.container(horizontal=True):
            looked = st.form_submit_button(_("Preview"), icon=":material/search:")
            made = st.form_submit_button(_("Define"), icon=":material/add:", type="primary")
    if not (looked or made):
        return
    if not name.strip() or not (phrase.strip() or papers.strip()):
        st.warning(_("Give the topic a name, and a phrase or at least one example paper."), icon=":material/edit:")
        return
    examples = [f"--paper={line.strip()}" for line in papers.splitlines() if line.strip()]
    options = (f"--phrase={phrase.strip()}", f"--least={least}", *examples)
    if made:
        decide("define", name.strip(), options=options)
    with st.spinner(_("Looking for papers near enough...")):
        _preview(asked("define", name.strip(), options=("--dry-run", *options)))


def _preview(found: dict[str, Any]) -> None:
    """Show which papers a definition would take."""
    topics = ", ".join(f"{safe(t['name'])} ({t['papers']:,})" for t in found["topics"][:5])
    if found["papers"]:
        st.info(
            _("It takes {n:,} papers, most of them from: {topics}", n=found["papers"], topics=topics),
            icon=":material/move_group:",
        )
    else:
        st.warning(_("No paper is that near: lower the bar, or say it in other words."), icon=":material/move_group:")
    counts = " · ".join(f"≥ {cosine}: {n:,}" for cosine, n in found["at_least"].items())
    st.caption(_("Papers by how near they must be: {counts}", counts=counts))
    st.markdown("\n".join(f"- {safe(p['title'])} :small[:gray[{p['cosine']:.2f}]]" for p in found["nearest"]))


def decide(command: str, *arguments: str, options: tuple[str, ...] = ()) -> None:
    """Carry a decision out and show the page with it.

    Raises
    ------
    JobError
        With the worker's own words, when it refuses or does not end.
    """
    with st.spinner(_("Publishing the decision...")):
        done = asked(command, *arguments, options=options)
    data.pin()
    st.session_state[TOLD] = _("Published.")
    if command != "define":
        st.session_state["topics.next"] = int(
            arguments[-1] if command == "merge" else arguments[0]
        )  # under its new label, where it is still there
    if command == "define":
        st.session_state[CLEAR] = True
        newest = max((int(d["topic"]) for d in done["defined"]), default=-1)
        held = data.snapshot().topics.set_index("topic")["papers"].to_dict()
        st.session_state[TOLD] = _("Published: the new topic holds {n:,} papers.", n=int(held.get(newest, 0)))
        if newest in held:
            st.session_state["topics.next"] = newest
    if done["pending"]:
        st.session_state[TOLD] += " " + _("Waiting for something to act on: {what}", what=safe("; ".join(done["pending"])))
    st.rerun(scope="app")


def asked(command: str, *arguments: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what ``python -m hub curate`` answers.

    Raises
    ------
    JobError
        With the worker's own words, when it refuses or does not end.
    """
    return worker.answer(Action.CURATE, "curate", command, "--json", *options, "--", *arguments)
