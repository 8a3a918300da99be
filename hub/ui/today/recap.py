"""What changed in the reader's topics since they were here, in a few lines: the whole is on the Radar page."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from hub.radar.recap import TopicRecap, recap
from hub.radar.service import signals
from hub.trends.calls import Call
from hub.ui import data
from hub.ui.i18n import _, plural
from hub.ui.radar.recap import ICONS
from hub.ui.reader import radars
from hub.ui.safe import safe
from hub.ui.thumbs import learning

TOLD = 4
"""Topics that are told."""


def draw(visited: datetime | None) -> None:
    """Draw which topics of the reader's radar got papers since they were here; nothing where none did, or who reads is new.

    Parameters
    ----------
    visited
        When the reader was here before; None at the first visit.
    """
    store = radars()
    name = learning(store) if store is not None and visited is not None else ""
    if store is None or not name:
        return
    found = recap(data.snapshot(), store.radar(name), lambda: data.whole(signals).calls, visited)
    changed = [one for one in found.topics if one.papers]
    if not changed:
        return
    with st.container(border=True, key="today-recap", gap="xsmall"):
        title = _("What changed in your topics since {since}", since=found.since)
        st.markdown(f"**{safe(title)}** :small[:gray[{safe(_('by your radar {name}', name=name))}]]")
        for one in changed[:TOLD]:
            st.markdown(f"**{safe(one.name)}**: {_facts(one)}")
        rest = len(changed) - TOLD
        whole = plural(rest, "All of it, and {n} more topic", "All of it, and {n} more topics") if rest > 0 else _("All of it")
        st.page_link(
            data.page("radar"), label=whole, icon=":material/arrow_forward:", query_params={"radar.view": _("Recap")},
        )  # fmt: skip


def _facts(one: TopicRecap) -> str:
    """How many papers came, the topic's call where it has one, and how many authors and venues are new to it."""
    told = [plural(len(one.papers), "{n:,} new paper", "{n:,} new papers")]
    if one.call:
        told.append(f":material/{ICONS[Call(one.call)]}: {_(one.call)}")
    if one.authors:
        told.append(plural(len(one.authors), "{n:,} author new there", "{n:,} authors new there"))
    if one.venues:
        told.append(_("new venues: {names}", names=", ".join(safe(venue.name) for venue in one.venues[:2])))
    return " · ".join(told)
