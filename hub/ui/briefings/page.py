"""Parts of the Briefings page: the history, one briefing with its ledger, two side by side."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import partial

import streamlit as st

from hub import briefing
from hub.briefing import Briefing, Request, Store
from hub.briefing.export import MEDIA, body, exported, file_name, formats
from hub.briefing.markdown import link
from hub.briefing.model import Entry
from hub.briefing.safety import inline
from hub.briefing.tex import unescaped
from hub.permissions import Action, may
from hub.settings import settings
from hub.storage import paper_sets
from hub.storage.selection import Selection
from hub.ui import address, data
from hub.ui.briefings.sidebar import COLOURS, MEASURE, how, judged, price, verdicts
from hub.ui.i18n import _
from hub.ui.papers import paper_cards
from hub.ui.reader import reader_id

ICONS = {
    "supported": ":material/check_circle:",
    "partly": ":material/incomplete_circle:",
    "unsupported": ":material/cancel:",
    "inference": ":material/lightbulb:",
    "no citation": ":material/help:",
    "quoted": ":material/format_quote:",
}


def store() -> Store:
    """Return this reader's kept briefings; a visitor who is not signed in where login is configured is asked to."""
    return Store(settings().home, reader_id())


def picked(found: list[Briefing]) -> Briefing:
    """Let the reader pick one of the kept briefings; the newest at first."""
    by_key = {made.key: made for made in found}
    if (asked := address.moved("briefing")) in by_key:
        st.session_state["briefings.one"] = asked
    key = st.selectbox(
        _("Briefing"), list(by_key), format_func=lambda k: _line(by_key[k]), key="briefings.one", persist_state="session",
        width=480, label_visibility="collapsed",
    )  # fmt: skip
    address.follow("briefing", key)
    return by_key[key]


def _line(made: Briefing) -> str:
    how = (made.model or _("extractive")) + (f" · {made.change}" if made.change else "")
    return f"{made.made[:16].replace('T', ' ')} · {made.title} · {how} · {_('{n:,} papers', n=made.selected)}"


def nothing(query: str) -> None:
    """Say why there is no briefing to show, and how to come by one."""
    if query:
        st.info(_("No briefing holds these words."), icon=":material/search_off:")
        return
    st.info(
        _("No briefing yet. “Write briefing” above sums up the papers that are selected, each sentence with what it rests on."),
        icon=":material/summarize:",
    )


def view() -> str:
    """Draw the choice of what is shown of a briefing, and return it."""
    names = {"text": _("Text"), "ledger": _("Ledger"), "compare": _("Compare")}
    return address.choice(_("View"), list(names), "text", names.__getitem__, "briefings.view", label_visibility="collapsed")


def show(view: str, made: Briefing, others: list[Briefing]) -> None:
    """Show a briefing's text, its ledger, or what parts it from another."""
    if view == "ledger":
        ledger(made)
    elif view == "compare":
        compare(made, others)
    else:
        read(made)


def take_away(made: Briefing) -> None:
    """Draw the menu of a briefing's files; one is made when it is asked for."""
    with st.popover(_("Take it away"), icon=":material/download:"):
        for ending in formats():
            st.download_button(
                _DOWNLOADS[ending], partial(exported, made, ending), file_name(made, ending), MEDIA[ending], on_click="ignore",
                key=f"briefings.{ending}", type="tertiary", width="stretch",
            )  # fmt: skip


def read(made: Briefing) -> None:
    """Show a briefing, and the papers that it cites for thumbs."""
    with st.container(width=MEASURE, key="briefing.text"):
        judged(made)
        st.markdown(body(made))
    row_of = data.snapshot().row_of
    cited = [row_of[source.id] for source in made.references if source.id in row_of]
    if cited and st.toggle(_("Rate the papers that it cites"), key="briefings.rate"):
        paper_cards(cited, abstracts=False, key="briefings.cited")


_DOWNLOADS = {"md": "Markdown", "bib": "BibTeX", "html": "HTML", "docx": "Word", "pdf": "PDF"}


def ledger(made: Briefing) -> None:
    """Show each sentence with its verdict; opening one shows the passage that it rests on."""
    names = {name: label for name, label in verdicts().items() if any(e.verdict == name for e in made.ledger)}
    wanted = st.pills(
        _("Verdicts"), list(names), selection_mode="multi", format_func=names.__getitem__, key="briefings.verdicts",
        persist_state="session",
    )  # fmt: skip
    disputed = sum(e.disputed for e in made.ledger)
    only = bool(disputed) and st.toggle(_("Only where the two checkers differ ({n})", n=disputed), key="briefings.disputed")
    st.caption(_("Open a sentence to see the passage that it rests on."))
    sources = {str(s.number): s for s in made.references} | {f"F{f.number}": f for f in made.facts}
    section = ""
    for entry in made.ledger:
        if (wanted and entry.verdict not in wanted) or (only and not entry.disputed):
            continue
        if entry.section != section:
            section = entry.section
            st.markdown(f"**{inline(section)}**")
        with st.expander(_sentence(entry), icon=ICONS[entry.verdict]):
            label = verdicts()[entry.verdict] + ("" if entry.kept else f", {_('struck out')}")
            st.markdown(f":{COLOURS[entry.verdict]}-badge[{label}]" + (f" {inline(entry.note)}" if entry.note else ""))
            if entry.passage:
                st.markdown(f"> {inline(entry.passage)}")
            for mark in entry.citations:
                source = sources.get(mark)
                if source is None:
                    continue
                if isinstance(source, briefing.Source):
                    address = link(source)
                    title = f"[{inline(source.title)}]({address})" if address else inline(source.title)
                    st.caption(f"\\[{mark}\\] {title}, {inline(source.label)}, {source.published.isoformat()}")
                else:
                    st.caption(f"\\[{mark}\\] {_('Counted by AcademicHub')}: {inline(source.text)}")


def _sentence(entry: Entry) -> str:
    text = unescaped(entry.sentence)
    return f"~~{inline(text)}~~" if not entry.kept else inline(text)


def compare(made: Briefing, others: list[Briefing]) -> None:
    """Show what changed between two briefings."""
    by_key = {other.key: other for other in others if other.key != made.key}
    if not by_key:
        st.info(_("Write a second briefing to compare."), icon=":material/compare_arrows:")
        return
    former = list(by_key).index(made.parent) if made.parent in by_key else 0
    key = st.selectbox(
        _("Compare with"), list(by_key), former, format_func=lambda k: _line(by_key[k]), key=f"briefings.other.{made.key}"
    )
    older, newer = sorted((made, by_key[key]), key=lambda b: b.made)
    changed = briefing.changes(older, newer)
    with st.container(horizontal=True):
        st.metric(_("Papers selected"), f"{changed.selected[1]:,}", changed.selected[1] - changed.selected[0])
        st.metric(_("Cited in both"), changed.papers_kept)
        st.metric(_("Newly cited"), len(changed.papers_in))
        st.metric(_("No longer cited"), len(changed.papers_out))
    for title, lines in (
        (_("Newly cited"), changed.papers_in), (_("No longer cited"), changed.papers_out),
        (_("Newly counted"), changed.facts_in), (_("No longer counted"), changed.facts_out),
    ):  # fmt: skip
        if lines:
            with st.expander(f"{title} ({len(lines)})"):
                st.markdown("\n".join(f"- {inline(line)}" for line in lines))
    with st.expander(_("The text, line by line")):
        st.code(changed.diff or _("The texts are the same."), language="diff", wrap_lines=True)


def written(made: Briefing) -> None:
    """Say who wrote a briefing, in a line."""
    st.caption(how(made), width="content")


def again(made: Briefing) -> None:
    """Write the same request on today's papers, and show what changed since."""
    if not may(Action.KEEP) or (made.model and not may(Action.SPEND)):
        return
    label, request = _("Write again on today's papers"), request_of(made)
    if made.model and settings().has_llm:
        with st.popover(label, icon=":material/refresh:"):
            _expected(request, made)
            clicked = st.button(_("Write briefing"), key="briefings.again", type="primary")
    else:
        clicked = st.button(label, key="briefings.again", icon=":material/refresh:")
    if not clicked:
        return
    snapshot, corpus = data.snapshot(), data.corpus()
    fresh: Briefing | None = None
    with st.spinner(_("Writing…")):
        for piece in briefing.write(request, snapshot, corpus, settings(), reader=reader_id()):
            fresh = piece if isinstance(piece, Briefing) else fresh
    if fresh is None or fresh.key == made.key:
        st.info(_("Nothing has changed since: the same papers give the same briefing."), icon=":material/check:")
    else:
        st.success(_("The new briefing stands first in the list; compare the two below."), icon=":material/check:")


def _expected(request: Request, made: Briefing) -> None:
    """Say before the click what asking the model will take."""
    expected = briefing.estimate(request, made.selected, settings())
    told = _(
        "About {tokens:,} tokens in {calls} requests.", tokens=expected.tokens_in + expected.tokens_out, calls=expected.calls
    )
    st.caption(f"{told} {price(expected)}")


def edit(made: Briefing) -> None:
    """Let the model change a kept briefing as the reader says; the new version is kept beside it, the difference shown."""
    if not settings().has_llm or not made.model or not may(Action.SPEND):
        return
    with st.popover(_("Change it"), icon=":material/edit:"):
        wanted = st.text_input(
            _("What to change"), key="briefings.change", max_chars=300, placeholder=_("shorter; add the economics side")
        )
        request = dataclasses.replace(request_of(made), change=wanted)
        _expected(request, made)
        clicked = st.button(_("Write the new version"), key="briefings.edit", type="primary", disabled=not wanted.strip())
    if not clicked:
        return
    fresh: Briefing | None = None
    with st.spinner(_("Writing…")):
        for piece in briefing.write(request, data.snapshot(), data.corpus(), settings(), reader=reader_id(), parent=made):
            fresh = piece if isinstance(piece, Briefing) else fresh
    if fresh is not None:
        st.success(_("The new version stands first in the list; this is what changed:"), icon=":material/check:")
        st.code(briefing.changes(made, fresh).diff or _("The texts are the same."), language="diff", wrap_lines=True)


def request_of(made: Briefing) -> Request:
    """Return the request that a kept briefing answered."""
    asked = dict(made.request)
    filters = dict(asked.pop("selection"))
    selection = Selection(
        tuple(filters.get("sources", ())), tuple(filters.get("fields", ())),
        date.fromisoformat(filters["from"]) if "from" in filters else None,
        date.fromisoformat(filters["to"]) if "to" in filters else None,
        tuple(filters.get("topics", ())), filters.get("text", ""),
        papers=paper_sets.load(data.home(), filters["set"]) if "set" in filters else None,
    )  # fmt: skip
    return Request(selection, **asked)


def remove(made: Briefing) -> None:
    """Delete a briefing after a second click."""
    with st.popover(_("Delete"), icon=":material/delete:"):
        st.write(_("This cannot be undone."))
        if st.button(_("Delete this briefing"), key="briefings.delete", type="primary"):
            store().delete(made.key)
            st.rerun()
