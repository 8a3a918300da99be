"""Papers that a reader marked, as the selection of every page: kept by content, so that the address names them (``?set=...``)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub import papersets
from hub.errors import SelectionError
from hub.papersets import PaperSet
from hub.ui import data
from hub.ui.i18n import _

PARAM = "set"


def chosen() -> PaperSet | None:
    """Return the marked papers that are selected, None when none are; draw how many there are and how to let them go."""
    key = st.session_state.get(PARAM) or st.query_params.get(PARAM)
    if not key:
        return None
    try:
        found = papersets.load(data.home(), key)
    except SelectionError as e:
        st.warning(str(e), icon=":material/lasso_select:")
        release()
        return None
    st.session_state[PARAM] = key
    if st.query_params.get(PARAM) != key:
        st.query_params[PARAM] = key
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Only the {n:,} papers that you marked", n=len(found.ids)), width="stretch")
        st.button(
            "", icon=":material/close:", key="marks.release", on_click=release, help=_("Select all papers again"), type="tertiary"
        )
    return found


def use(rows: npt.NDArray[np.int64]) -> None:
    """Make these rows of the Snapshot the selection of all pages; the other filters stay and narrow it further."""
    st.session_state[PARAM] = papersets.keep(data.home(), data.snapshot().papers["id"].to_numpy()[rows].tolist()).key


def release() -> None:
    """Let the marked papers go: everything that passes the other filters is selected again."""
    st.session_state.pop(PARAM, None)
    st.query_params.pop(PARAM, None)


def button(rows: npt.NDArray[np.int64], key: str, **options: Any) -> None:
    """Draw the button that makes ``rows`` the selection of all pages."""
    pressed = st.button(
        _("Use as selection"), icon=":material/filter_alt:", key=key, disabled=not len(rows),
        help=_("All pages and the briefing then look at exactly these papers."), **options,
    )  # fmt: skip
    if pressed:
        use(rows)
        st.rerun(scope="app")
