"""The briefing panel: options and the button in the sidebar, a button in the bar, the text as it comes in the main area."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hub import briefing
from hub.briefing import Briefing, Estimate, Request
from hub.briefing.export import MEDIA, body, exported, file_name
from hub.errors import HubError
from hub.permissions import Action, may
from hub.settings import settings
from hub.ui import data
from hub.ui.i18n import LANGUAGES, _, language, said
from hub.ui.reader import login_configured, reader_id, signed_out

SHOWN = "briefing.shown"
"""Where the last briefing of this session stands, until the reader closes it."""
MEASURE = 820
"""Pixels: a line of a briefing is no longer than eyes can follow."""


@st.fragment
def panel(side: DeltaGenerator, bar: DeltaGenerator, desk: DeltaGenerator) -> None:
    """Draw the panel; its work leaves the page as it is.

    Parameters
    ----------
    side
        Where the options, the estimate and the button stand: a container of the sidebar.
    bar
        Where a second button stands, for readers whose sidebar is shut.
    desk
        Where the text comes: the head of the main area.
    """
    place = desk.container()  # in every run, also where nothing comes: Streamlit keeps a place only for what was drawn
    with side:
        st.subheader(_("Briefing"), anchor=False)
        if signed_out():
            if login_configured():
                st.caption(_("Sign in on the Briefings page to write and keep briefings."))
            return
        if not len(data.rows()):
            st.caption(_("Select some papers to write a briefing."))
            return
        config = settings()
        with st.container(horizontal=True, gap="xsmall"):
            asked = st.button(
                _("Write briefing"), key="briefing.write", type="primary", icon=":material/edit_note:", width="stretch"
            )
            request = _request(config.has_llm and may(Action.SPEND))
        _expected(briefing.estimate(request, len(data.rows()), config))
    asked |= bar.button(_("Write briefing"), key="briefing.write.bar", icon=":material/edit_note:", wrap=False)
    with place:
        if asked:
            _write(request)
        made = st.session_state.get(SHOWN)
        if isinstance(made, Briefing):
            _result(made)


def _request(has_model: bool) -> Request:
    with st.popover(_("Options"), icon=":material/tune:", help=_("Options")):
        question = st.text_input(_("Focus question"), key="briefing.question", persist_state="session", max_chars=300)
        spoken = st.selectbox(
            _("Language of the briefing"),
            ["", *briefing.LANGUAGES],
            format_func=({"": _("As the page")} | LANGUAGES).__getitem__,
            key="briefing.language",
            persist_state="session",
        )
        length = st.selectbox(
            _("Length"), list(briefing.LENGTHS), index=1, format_func=_lengths().__getitem__, key="briefing.length",
            persist_state="session",
        )  # fmt: skip
        audience, use_model = "researchers", False
        if has_model:
            audience = st.selectbox(
                _("Written for"), briefing.AUDIENCES, format_func=_audiences().__getitem__, key="briefing.audience",
                persist_state="session",
            )  # fmt: skip
            use_model = st.toggle(_("Use the language model"), value=True, key="briefing.model", persist_state="session")
        appendix = st.toggle(_("Put the ledger into the file"), key="briefing.appendix", persist_state="session")
    return Request(data.selection(), question, spoken or language(), length, audience, use_model=use_model, appendix=appendix)


def _lengths() -> dict[str, str]:
    return {"short": _("Short"), "standard": _("Standard"), "long": _("Long")}


def _audiences() -> dict[str, str]:
    return {"researchers": _("Researchers"), "newcomers": _("Newcomers"), "decision makers": _("Decision makers")}


def _expected(expected: Estimate) -> None:
    if not expected.model:
        told = _("Reads {read} of {selected:,} papers. No model: abstracts' own sentences.",
                 read=expected.read, selected=expected.selected)  # fmt: skip
    else:
        told = _("Reads {read} of {selected:,} papers with {model}: about {tokens:,} tokens in {calls} requests.",
                 read=expected.read, selected=expected.selected, model=expected.model,
                 tokens=expected.tokens_in + expected.tokens_out, calls=expected.calls)  # fmt: skip
        told += " " + price(expected)
    st.caption(told)
    if expected.over_budget:
        st.warning(_("This may exceed the budget of one briefing; it stops there."), icon=":material/payments:")


def price(expected: Estimate) -> str:
    """Return what a briefing will cost at most, or that no price is set."""
    return _("Up to {cost:.3f}.", cost=expected.cost) if expected.cost else _("No price is set.")


def _write(request: Request) -> None:
    slot = st.empty()
    with slot.container(width=MEASURE):
        st.button(
            _("Stop"), key="briefing.stop", icon=":material/stop_circle:"
        )  # any click ends this run, and with it the request
        try:
            st.write_stream(_text(request))
        except HubError as e:
            st.session_state.pop(SHOWN, None)
            st.error(said(e), icon=":material/error:")
            return
    slot.empty()


def _text(request: Request) -> Iterator[str]:
    for piece in briefing.write(request, data.snapshot(), data.corpus(), settings(), rows=data.rows(), reader=reader_id()):
        if isinstance(piece, str):
            yield piece.replace("$", "\\$")  # formulas are set once the whole text is there
        else:
            st.session_state[SHOWN] = piece


def _result(made: Briefing) -> None:
    with st.container(border=True, key="briefing.result"), st.container(width=MEASURE):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                _("Download Markdown"), exported(made, "md"), file_name(made, "md"), MEDIA["md"], on_click="ignore",
                key="briefing.download", icon=":material/download:",
            )  # fmt: skip
            st.button(_("Close"), key="briefing.close", type="tertiary", icon=":material/close:", on_click=_close)
        badge(made)
        st.markdown(body(made))


def _close() -> None:
    st.session_state.pop(SHOWN, None)


def badge(made: Briefing) -> None:
    """Say how a briefing was written and, where something was judged, how many of its sentences have which verdict.

    An extractive one judges nothing: its quotes are words of the abstracts, and no badge says more of them.
    """
    st.caption(how(made))
    judged(made)


def how(made: Briefing) -> str:
    """Return who wrote a briefing."""
    return _("Written by {model}", model=made.model) if made.model else _("Extractive: abstracts' own sentences, no model")


def judged(made: Briefing) -> None:
    """Say what became of the sentences of a model: how many have which verdict, and whether it came to its end."""
    totals = made.totals
    struck = sum(1 for e in made.ledger if not e.kept)
    if made.stopped:
        st.warning(
            _("The model stopped early; the unfinished sentence was dropped. Not kept in the history."), icon=":material/warning:"
        )
    if not made.model:
        return
    names = verdicts()
    parts = [f":{COLOURS[name]}-badge[{names[name]} {count}]" for name, count in totals.items() if count]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" ".join([*parts, *([f":red-badge[{_('struck out')} {struck}]"] if struck else [])]), width="content")
        with st.popover(_("How far to trust this"), type="tertiary", icon=":material/help:"):
            _trust(made)


def _trust(made: Briefing) -> None:
    """Say who gave the verdicts and how it did on claims that others labelled."""
    if made.checker:
        st.markdown(_("Verdicts by: {name}.", name=made.checker))
        st.markdown(
            _(
                "On public claims that others labelled its balanced accuracy is {score:.2f}; chance is 0.50.",
                score=made.checker_score,
            )
        )
    seconds = [e for e in made.ledger if e.second]
    if seconds:
        differ = sum(e.disputed for e in seconds)
        st.markdown(
            _("{model} judged {n} sentences too; the two differ on {differ}, and the stricter verdict stands.",
              model=made.model, n=len(seconds), differ=differ)
        )  # fmt: skip
    st.markdown(_("A verdict is a hint: open a sentence in the ledger to read the passage beside it."))


COLOURS = {"supported": "green", "partly": "orange", "unsupported": "red", "inference": "blue", "no citation": "gray",
           "quoted": "gray"}  # fmt: skip


def verdicts() -> dict[str, str]:
    """Return the verdicts in the reader's language."""
    return {
        "supported": _("supported"), "partly": _("partly supported"), "unsupported": _("unsupported"),
        "inference": _("inference"), "no citation": _("no citation"), "quoted": _("quoted word for word"),
    }  # fmt: skip
