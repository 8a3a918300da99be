"""Parts that pages share: the head of a page, the rows that are selected, or a plain reason why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.ui import data, filters
from hub.ui.end import end
from hub.ui.i18n import _, plural
from hub.ui.safe import safe
from hub.worker import jobs

NAME = "AcademicHub"
OFFERED = 6
"""Filters that are offered to be taken away where nothing passes them all."""


def name_window(shown: str) -> None:
    """Let the browser's tab and history say what is shown."""
    st.set_page_config(page_title=f"{shown} · {NAME}")


@contextmanager
def head(title: str) -> Iterator[None]:
    """Draw a page's title and, beside it, what the body draws: the page's own choices."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="head"):
        st.title(title, width="content", anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            yield


def page_of(pages: int, key: str, *, of: object) -> int:
    """Draw the choice of a page where there are several; return its number, kept in the address under ``key``.

    Parameters
    ----------
    of
        What the pages are of: where it has changed since, the first page shows.
    """
    now, before = repr(of), st.session_state.get(f"{key}.of")
    st.session_state[f"{key}.of"] = now
    if before not in (None, now) and key in st.session_state:
        st.session_state[key] = 1
    if pages < 2:
        return 1
    return min(st.pagination(pages, key=key, bind="query-params", persist_state="session"), pages)


def selected_rows() -> npt.NDArray[np.int64]:
    """Return the row numbers (n_selected,) of the selection; where it is empty, say why and end the page."""
    rows = data.rows()
    if not len(rows):
        nothing()
    return rows


def nothing() -> NoReturn:
    """Say why no paper is selected and offer the way out; end the page."""
    if len(data.snapshot()):
        _loosen()
    else:
        _waiting()
    end()


def _loosen() -> None:
    """Say that no paper passes all filters, and offer to take away each of them, with what would come back."""
    st.info(_("No paper passes these filters together."), icon=":material/filter_alt_off:")
    chips = filters.chips(data.selection())
    found = [(n, chip) for chip in chips[:OFFERED] if (n := len(data.rows_of(chip.without)))]
    with st.container(horizontal=True, key="loosen"):
        for n, (count, chip) in enumerate(sorted(found, key=lambda way: -way[0])):
            papers = plural(count, "{n:,} paper", "{n:,} papers")
            st.button(
                _("Without {filter}: {papers}", filter=safe(chip.label), papers=papers), key=f"loosen.{n}",
                icon=":material/filter_alt_off:", on_click=filters.release, args=(chip,),
            )  # fmt: skip
        if len(chips) > 1:
            st.button(_("Clear all filters"), key="loosen.all", type="primary", on_click=filters.clear)


def _waiting() -> None:
    """Say that the first papers are on their way, or what brings them where nobody is fetching any."""
    job = jobs.current(data.home())
    if job is not None and job.at_work:
        st.info(
            _("There are no papers yet. They show here as soon as the first source has answered."),
            icon=":material/hourglass_top:",
        )
        st.skeleton(120)
        st.skeleton(240)
        return
    st.info(
        _("There are no papers yet. Refresh the sources on the Sources page, or import a file: `python -m hub import FILE`."),
        icon=":material/inbox:",
    )
    st.page_link(data.page("sources"), label=_("Sources"), icon=":material/database:")
