"""Thumbs up and down wherever a paper shows. They teach one radar: the one that the reader opened last.

A thumb is kept at once and taken back by a second click; the line above each list says which radar learns, and changes it.
"""

from __future__ import annotations

import streamlit as st

from hub.radar.model import Radar
from hub.radar.ranking.lesson import lesson
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.ui import data
from hub.ui.i18n import _, language
from hub.ui.reader import radars
from hub.ui.safe import safe

TOLD = "thumbs.told"


def learning(store: RadarStore) -> str:
    """Return the name of the radar that thumbs go to: the one opened last, the first while none was; empty without any."""
    names = store.names()
    for name in (st.session_state.get("radar.name"), Reading(store).open()):
        if name in names:
            return str(name)
    return names[0] if names else ""


def target(key: str) -> Radar | None:
    """Draw the line that says which radar learns from the thumbs below; return that radar, None where there is none yet.

    Parameters
    ----------
    key
        Names the list on its page.
    """
    answer()
    store = radars()
    if store is None:
        return None
    name, names = learning(store), store.names()
    if not name:
        st.caption(_("Thumbs up and down begin a radar of yours: it learns from them what to list for you."))
        return None
    if len(names) == 1:
        st.caption(_("Thumbs teach your radar {name}; a second click takes one back.", name=f"**{safe(name)}**"))
    else:
        chosen = st.menu_button(
            _("Thumbs teach your radar {name}", name=safe(name)), [other for other in names if other != name],
            key=f"{key}.radar", type="tertiary", icon=":material/radar:", format_func=safe, help=_("Let another radar learn"),
        )  # fmt: skip
        if chosen:
            open_radar(store, chosen)
            st.rerun()
    return store.radar(name)


def thumbs(paper_id: str, key: str, radar: Radar | None) -> None:
    """Draw the thumbs of one paper as the radar has it.

    Parameters
    ----------
    key
        Names the list on its page: a paper may stand in two.
    radar
        What :func:`target` returned.
    """
    store = radars()
    if store is None:
        return
    widget = f"{key}.thumb.{paper_id}"
    rated = radar is not None and paper_id in (*radar.liked, *radar.disliked)
    st.session_state[widget] = int(radar is not None and paper_id in radar.liked) if rated else None
    st.feedback(
        "thumbs", key=widget, on_change=_rate, args=(store, radar.name if radar else "", paper_id, widget), width="content"
    )


def open_radar(store: RadarStore, name: str) -> None:
    """Make a radar the one that is open, and that thumbs go to, in this window and in later ones."""
    st.session_state["radar.name"] = name
    Reading(store).turn_to(name)


def _rate(store: RadarStore, name: str, paper_id: str, key: str) -> None:
    value = st.session_state[key]
    thumb = 0 if value is None else 2 * value - 1
    if not name:  # as the page was drawn: two clicks may come before it is drawn anew
        name = learning(store) or store.begin(Radar(_("My radar"), language=language()))
        open_radar(store, name)
    store.change(name, lambda radar: radar.rated(paper_id, thumb))
    words = ", ".join(lesson(data.snapshot(), store.radar(name), paper_id))
    verb = {
        1: _("{radar} learns to list more like this."),
        -1: _("{radar} does not list this again and learns to list less like it."),
        0: _("Taken back from {radar}."),
    }
    on = {1: _("{radar} learns to list more like this: on {words}."),
          -1: _("{radar} does not list this again and learns: less on {words}.")}  # fmt: skip
    st.session_state[TOLD] = (on if words else verb).get(thumb, verb[0]).format(radar=safe(name), words=safe(words))


def answer() -> None:
    """Say once what the last thumb did. In a fragment Streamlit lets no callback show anything, so the list does it."""
    told = st.session_state.pop(TOLD, "")
    if told:
        st.toast(told, icon=":material/radar:")
