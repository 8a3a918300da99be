"""Papers that a reader marked, as the selection of every page: kept by content, so that the address names them (``?set=...``)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.errors import SelectionError
from hub.storage import paper_sets
from hub.storage.paper_sets import PaperSet
from hub.ui import data
from hub.ui.i18n import _, said

PARAM = "set"


def chosen() -> PaperSet | None:
    """Return the marked papers that are selected, None when none are (the bar has the chip that lets them go)."""
    key = st.session_state.get(PARAM) or st.query_params.get(PARAM)
    if not key:
        return None
    try:
        found = paper_sets.load(data.home(), key)
    except SelectionError as e:
        absent(f"{said(e)} {_('All papers that pass the other filters are selected.')}")
        release()
        return None
    st.session_state[PARAM] = key
    if st.query_params.get(PARAM) != key:
        st.query_params[PARAM] = key
    return found


def absent(what: str) -> None:
    """Say, until the reader closes it, that the address names what is not here: on a narrow screen the sidebar is shut."""
    st.toast(what, icon=":material/filter_alt_off:", duration="infinite")


def use(rows: npt.NDArray[np.int64]) -> None:
    """Make these rows of the Snapshot the selection of all pages; the other filters stay and narrow it further."""
    st.session_state[PARAM] = paper_sets.keep(data.home(), data.snapshot().papers["id"].to_numpy()[rows].tolist()).key


def release() -> None:
    """Let the marked papers go: everything that passes the other filters is selected again."""
    st.session_state.pop(PARAM, None)
    st.query_params.pop(PARAM, None)


def button(rows: npt.NDArray[np.int64], key: str, label: str = "", **options: Any) -> None:
    """Draw the button that makes ``rows`` the selection of all pages."""
    pressed = st.button(
        label or _("Use as selection"), icon=":material/filter_alt:", key=key, disabled=not len(rows),
        help=_("All pages and the briefing then look at exactly these papers."), **options,
    )  # fmt: skip
    if pressed:
        use(rows)
        st.rerun(scope="app")


def topic_button(topic: int, key: str) -> None:
    """Draw the button that adds a topic to the sidebar's filter, or takes it out when it is there."""
    there = str(topic) in st.session_state.get("topic", [])
    label = _("Take this topic out of the selection") if there else _("Select this topic")
    icon = ":material/filter_alt_off:" if there else ":material/filter_alt:"
    st.button(
        label, icon=icon, key=key, on_click=_toggle, args=(topic,), help=_("All pages and the briefing follow the selection.")
    )


def _toggle(topic: int) -> None:
    now = [value for value in st.session_state.get("topic", []) if value != str(topic)]
    st.session_state["topic"] = now if str(topic) in st.session_state.get("topic", []) else [*now, str(topic)]
