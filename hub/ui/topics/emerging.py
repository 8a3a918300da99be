"""What may become a topic: candidates that formed among papers far from every topic, and the other such papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.topics.facts import Candidate, unplaced_of
from hub.ui import data, marks, papers
from hub.ui.i18n import _
from hub.ui.safe import safe
from hub.ui.topics import curate

CARDS = 5
EXAMPLES = 20
"""Members of a candidate that define the topic that a reader makes of it."""


def draw() -> None:
    """Draw the possible new topics of the selection; nothing when every selected paper is near a topic."""
    found = data.compute(unplaced_of)
    if not len(found.rows):
        return
    title = _("Unplaced, new here: {n:,} papers far from every topic", n=len(found.rows))
    if found.candidates:
        title += " · " + _("possible new topics: {n}", n=len(found.candidates))
    with st.expander(title, icon=":material/fiber_new:", expanded=bool(found.candidates), key="topics.unplaced"):
        st.caption(_("They stand at their nearest topic until a refit or a reader gives them one of their own."))
        for candidate in found.candidates:
            _candidate(candidate)
        st.markdown(f"**{_('Newest unplaced papers')}**")
        papers.paper_cards(found.rows[:CARDS], abstracts=False, why=_nearest(found.rows[:CARDS]), key="topics.unplaced.cards")
        marks.button(found.rows, "topics.unplaced.use")


def _candidate(candidate: Candidate) -> None:
    with st.container(border=True):
        st.markdown(f"**{safe(candidate.name)}** :small[{_('{n:,} papers', n=len(candidate.rows))}]")
        st.caption(safe(", ".join(candidate.words)))
        papers.paper_cards(candidate.rows[:3], abstracts=False, key=f"topics.candidate.{candidate.number}")
        with st.container(horizontal=True):
            marks.button(candidate.rows, f"topics.candidate.{candidate.number}.use")
            if curate.possible() and st.button(
                _("Make it a topic"), icon=":material/add:", key=f"topics.candidate.{candidate.number}.make",
                help=_("Its papers define the topic; papers as near to it join, now and after every refit."),
            ):  # fmt: skip
                curate.decide("define", candidate.name, options=tuple(f"--paper={i}" for i in candidate.ids[:EXAMPLES]))


def _nearest(rows: npt.NDArray[np.int64]) -> dict[int, str]:
    names = data.snapshot().topic_names
    topic: Any = data.snapshot().papers["topic"].to_numpy()
    return {int(row): _("nearest topic: {name}", name=names[int(topic[row])]) for row in rows if int(topic[row]) in names}
