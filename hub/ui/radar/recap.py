"""The Radar page's recap: what changed in the reader's topics since they were here."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from hub.i18n.messages import spoken
from hub.radar.delivery.digest import as_html
from hub.radar.listing import first_day
from hub.radar.recap import NAMES, PAPERS, Newcomer, Recap, TopicRecap, markdown, recap
from hub.radar.service import signals
from hub.trends.calls import Call
from hub.ui import address, data
from hub.ui.i18n import _, language, plural
from hub.ui.papers.cards import title_link
from hub.ui.radar.page import Desk, last_visit
from hub.ui.safe import safe

DAYS = {"week": 7, "month": 30}
ICONS = {
    Call.EMERGING: "fiber_new", Call.RISING: "trending_up", Call.BURSTING: "rocket_launch", Call.FADING: "trending_down",
    Call.GONE: "remove",
}  # fmt: skip


def recap_of(desk: Desk) -> None:
    """Draw what changed in the radar's topics since the last visit, or in a week or a month."""
    snapshot, visit = data.snapshot(), last_visit(desk)
    labels = {"visit": _("Since your last visit"), "week": _("{days} days", days=7), "month": _("{days} days", days=30)}
    spans = [span for span in labels if span != "visit" or visit]
    span = address.choice(
        _("Since when"), spans, spans[0], labels.__getitem__, "radar.since", label_visibility="collapsed"
    )  # fmt: skip
    found = _found(desk, None if span in DAYS else visit, DAYS.get(span or "", 7))
    st.caption(
        _("What changed since {since} in the topics that you follow and in those of the papers you like.", since=found.since)
    )
    for told in found.told():
        st.info(safe(spoken(told, language())), icon=":material/event_available:")
    for number, one in enumerate(found.topics):
        _topic(one, number)
    if found.topics:
        text = markdown(found, snapshot, language(), level=1)
        title = _("What changed in your topics since {since}", since=found.since)
        with st.container(horizontal=True):
            st.download_button("Markdown", text, "recap.md", "text/markdown", key="radar.recap.md", on_click="ignore")
            st.download_button(
                "HTML", lambda: as_html(text, title, language()), "recap.html", "text/html", key="radar.recap.html",
                on_click="ignore",
            )  # fmt: skip


def _found(desk: Desk, visit: datetime | None, days: int) -> Recap:
    snapshot = data.snapshot()
    return recap(snapshot, desk.radar, lambda: data.whole(signals).calls, visit, first_day(snapshot, days))


def _topic(one: TopicRecap, number: int) -> None:
    """Draw one topic: its call, its new papers, and who and what venue is new there, each with the papers."""
    with st.container(border=True, key=f"recap-{number}"):
        counted = plural(len(one.papers), "{n:,} new paper", "{n:,} new papers")
        st.markdown(f"**{safe(one.name)}** :small[:gray[{counted}]]")
        if one.why:
            icon = ICONS[Call(one.call)]
            st.markdown(f":material/{icon}: {_(one.call)} :small[:gray[{safe(one.why(_))}]]")
        _papers(one.papers[:PAPERS])
        if len(one.papers) > PAPERS:
            with st.expander(_("{n} more", n=len(one.papers) - PAPERS), type="compact"):
                _papers(one.papers[PAPERS : PAPERS * 10])
        _newcomers(_("New authors there"), one.authors)
        _newcomers(_("New venues there"), one.venues)


def _newcomers(label: str, names: tuple[Newcomer, ...]) -> None:
    if not names:
        return
    shown = names[:NAMES]
    listed = ", ".join(safe(name.name) for name in shown)
    with st.expander(f"{label}: {listed}", type="compact"):
        for name in shown:
            st.markdown(f"**{safe(name.name)}**")
            _papers(name.papers[:PAPERS])


def _papers(ids: tuple[str, ...]) -> None:
    papers = data.snapshot().papers
    for paper_id in ids:
        title_link(paper_id, str(papers["title"].iat[data.snapshot().row_of[paper_id]]))
