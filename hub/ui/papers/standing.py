"""The filter that shows papers which no longer stand: out of topics, trends, briefings and radars, never out of sight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.papers.model import Kind
from hub.papers.status import Status
from hub.ui import address, data
from hub.ui.i18n import _

KEY = "standing"
"""What the address calls it."""
OPTIONS = tuple(status for status in Status if status)[::-1]


def words() -> dict[Status, str]:
    """Return what became of papers, as the badges on them say it."""
    return {
        Status.RETRACTED: _("retracted"), Status.WITHDRAWN: _("withdrawn"), Status.CONCERN: _("under concern"),
        Status.CORRECTED: _("corrected"),
    }  # fmt: skip


def chosen() -> Status:
    """Return which papers are asked for by what became of them; :attr:`Status.STANDS` when the reader asks for none of these."""
    address.seed(KEY, OPTIONS, words().__getitem__)
    if KEY in st.session_state:
        return Status(st.session_state[KEY] or "")
    asked = st.query_params.get(KEY, "")
    return next((status for status, word in words().items() if asked in (word, status)), Status.STANDS)


def rows(status: Status) -> npt.NDArray[np.int64]:
    """Return the Snapshot's rows (n_found,) of the selection that have this status, newest first."""
    found = data.rows_of(replace(data.selection(), kinds=(Kind.PAPER, Kind.RETRACTED)))
    return found[data.snapshot().papers["status"].to_numpy()[found] == status]


def is_offered() -> bool:
    """Whether the hub has any papers that were retracted, withdrawn, put under concern or corrected."""
    return bool((data.snapshot().papers["status"] != "").any())


def draw() -> None:
    """Draw the choice, where there are any such papers at all. Without counts: the address keeps what an option is called."""
    if not is_offered():
        return
    st.pills(
        _("Retracted and corrected"), OPTIONS, format_func=words().__getitem__, key=KEY, bind="query-params",
        persist_state="session", on_change=_first_page,
    )  # fmt: skip


def told(status: Status, count: int) -> None:
    """Say which papers show, and offer the way back to all."""
    word = words()[status]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/filter_list: {_('Only papers marked “{status}”: {n:,}.', status=word, n=count)}", width="content")
        if status.is_void:
            st.markdown(_("They are left out of topics, trends, briefings and radars."), width="content")
        st.button(_("Show all papers"), key="papers.standing.off", type="tertiary", on_click=_let_go)


def _first_page() -> None:
    st.session_state["papers.page"] = 1


def _let_go() -> None:
    st.session_state[KEY] = None
    _first_page()
