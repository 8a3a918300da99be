"""The Radar page's list: what is new for a radar, why, thumbs, status and notes, and the list as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import streamlit as st

from hub.radar.daily import trouble
from hub.radar.delivery.digest import as_html, heading, markdown
from hub.radar.listing import Listed, Listing, first_day
from hub.radar.model import NO_INTEREST, Radar
from hub.radar.ranking.rules import how_many_tell
from hub.radar.reading import Reading
from hub.radar.service import listed
from hub.radar.store import RadarStore
from hub.storage.export import exported
from hub.ui import address, data, model_missing, parts
from hub.ui.i18n import _, language, said
from hub.ui.papers.cards import authors_shown, title_link
from hub.ui.safe import safe
from hub.ui.thumbs import answer, learning, open_radar, thumbs

AUTHORS = 4
PAGE = 10
"""Papers a page of the list."""
DAYS = (1, 7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Desk:
    """One reader at the page: whose radars, and which one is open."""

    store: RadarStore
    radar: Radar

    @property
    def reading(self) -> Reading:
        """What this reader did with papers."""
        return Reading(self.store)


def said_before(store: RadarStore) -> None:
    """Show what the last change had to say, and open the radar that it was about."""
    if go := st.session_state.pop("radar.go", None):
        open_radar(store, go)
        st.session_state["radar.new"] = False
    if message := st.session_state.pop("radar.said", None):
        st.success(message, icon=":material/library_add_check:")


def open_desk(store: RadarStore) -> Desk | None:
    """Draw the choice of a radar and return it; None when there is none yet, or a new one is asked for."""
    names = store.names()
    if not names:
        return None
    st.session_state["radar.name"] = learning(store)
    chosen = st.selectbox(
        _("Radar"), names, key="radar.name", persist_state="session", width=220, label_visibility="collapsed"
    )  # fmt: skip
    making = st.toggle(_("New radar"), key="radar.new", persist_state="session")
    if making or chosen is None:
        return None
    Reading(store).turn_to(chosen)  # thumbs on other pages go to it
    return Desk(store, store.radar(chosen))


@st.fragment
def new_for_me(desk: Desk) -> None:
    """Draw the list: what is new for this radar, why, and what to do with it; a thumb draws the list alone anew."""
    answer()
    desk = Desk(desk.store, desk.store.radar(desk.radar.name))
    if desk.radar.is_empty:
        st.info(safe(_(NO_INTEREST, name=desk.radar.name)), icon=":material/info:")
        return
    if why := trouble(desk.store, desk.radar.name):
        st.warning(safe(said(why)), icon=":material/mail_off:")
    with st.container(horizontal=True, key="radar-asked"):
        days = address.choice(
            _("Look back"), DAYS, 30, lambda d: _("{days} days", days=d) if d > 1 else _("1 day"), "radar.days",
            label_visibility="collapsed",
        )  # fmt: skip
        hide = address.choice(
            _("Show"), ["unread", "all"], "unread",
            lambda s: _("Unread and saved") if s == "unread" else _("All but archived"), "radar.show",
            label_visibility="collapsed",
        )  # fmt: skip
    model_missing.told("radar")
    found = listing_of(desk, days or 30, hide or "unread")
    for notice in found.notices:
        st.info(safe(said(notice)), icon=":material/info:")
    fresh = sum(paper.new for paper in found.papers)
    st.caption(
        _("{shown} papers for this radar, the best of {ranked:,} since {since}; {new} came since your last visit.",
          shown=len(found.papers), ranked=found.candidates, since=found.since, new=fresh)
    )  # fmt: skip
    if desk.radar.institutions:
        st.caption(safe(said(how_many_tell(data.snapshot()))))
    place, notes = st.container(), desk.reading.notes()
    pages = max(1, -(-len(found.papers) // PAGE))
    number = parts.page_of(pages, "radar.page", of=(desk.radar.name, days, hide))
    shown = found.papers[(number - 1) * PAGE : number * PAGE]
    findings = data.findings([paper.id for paper in shown])
    with place:
        for at, paper in enumerate(shown, (number - 1) * PAGE + 1):
            _card(desk, paper, notes.get(paper.id, ""), findings.get(paper.id, ""), at)
    _downloads(found)


def listing_of(desk: Desk, days: int, show: str) -> Listing:
    """Return what the open radar lists; computed anew only when the radar, the papers or what was read have changed."""
    visit = last_visit(desk)
    snapshot, statuses = data.snapshot(), desk.reading.statuses()
    asked = (desk.radar, snapshot.version, statuses, days, show, visit)
    kept = st.session_state.get("radar.listing")
    if kept and kept[0] == asked:
        found: Listing = kept[1]
        return found
    found = listed(
        desk.store, desk.radar, snapshot, data.corpus(), data.home(), since=first_day(snapshot, days),
        hidden=("archived", "read") if show == "unread" else ("archived",), last_visit=visit, abstracts=True,
    )  # fmt: skip
    st.session_state["radar.listing"] = (asked, found)
    return found


def last_visit(desk: Desk) -> datetime | None:
    """Return when the reader was at this radar before the present visit, which is noted; None at the first."""
    visit = f"radar.visit.{desk.store.token(desk.radar.name)}"
    if visit not in st.session_state:
        st.session_state[visit] = desk.reading.visit(desk.radar.name)
    before: datetime | None = st.session_state[visit]
    return before


def _card(desk: Desk, paper: Listed, note: str, finding: str, number: int) -> None:
    with st.container(key=f"card-radar-{number}", gap=None):
        badges = [f":blue-badge[{_('New')}]"] if paper.new else []
        badges += [f":violet-badge[{_('Exploration')}]"] if paper.explore else []
        badges += [f":green-badge[{_('Saved')}]"] if paper.status == "saved" else []
        facts = safe(" · ".join(filter(None, (paper.source_label, str(paper.published), paper.topic))))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            with st.container(width="stretch"):
                st.markdown(f"**{number}\\.** {' '.join(badges)} :small[:gray[{facts}]]")
            _actions(desk, paper, note)
        title_link(paper.id, paper.title)
        st.markdown(f":small[{safe(authors_shown('; '.join(paper.authors), AUTHORS))}]")
        st.markdown("\n".join(f"- :small[{safe(said(reason.text))}]" for reason in paper.reasons))
        if note:
            st.markdown(f":material/edit_note: {safe(note)}")
        if paper.abstract:
            with st.expander(safe(finding) or _("Abstract"), type="compact"):
                st.markdown(safe(paper.abstract))


def _actions(desk: Desk, paper: Listed, note: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        thumbs(paper.id, "radar", desk.radar)
        status, written = f"radar.status.{paper.id}", f"radar.note.{paper.id}"
        names = {"saved": _("Save"), "read": _("Read"), "archived": _("Archive")}
        st.session_state[status] = paper.status if paper.status in names else None
        st.segmented_control(
            _("Status"), list(names), key=status, format_func=names.__getitem__, label_visibility="collapsed",
            on_change=_mark, args=(desk, paper.id, status),
        )  # fmt: skip
        with st.popover(_("Note"), icon=":material/edit_note:"):
            st.text_area(_("Your own note"), note, key=written, on_change=_note, args=(desk, paper.id, written), max_chars=2000)


def _mark(desk: Desk, paper_id: str, key: str) -> None:
    desk.reading.mark([paper_id], st.session_state[key] or "unread")


def _note(desk: Desk, paper_id: str, key: str) -> None:
    desk.reading.note(paper_id, st.session_state[key] or "")


def _downloads(found: Listing) -> None:
    if not found.papers:
        return
    with st.container(horizontal=True):
        files([paper.id for paper in found.papers], "list")
        lang = language()
        text = markdown(found, lang=lang)
        st.download_button("Markdown", text, "radar.md", "text/markdown", key="radar.md", on_click="ignore")
        st.download_button(
            "HTML", lambda: as_html(text, heading(found, lang), lang), "radar.html", "text/html", key="radar.html",
            on_click="ignore",
        )  # fmt: skip


def files(ids: list[str], name: str) -> None:
    """Draw the downloads of a list of papers as BibTeX, RIS and CSV."""
    with st.container(horizontal=True):
        for form, suffix, label in (("bibtex", "bib", "BibTeX"), ("ris", "ris", "RIS"), ("csv", "csv", "CSV")):
            file, key = f"radar-{name}.{suffix}", f"radar.{name}.{form}"
            st.download_button(label, _file(ids, form), file, key=key, on_click="ignore", icon=":material/download:")


def _file(ids: list[str], form: str) -> Callable[[], bytes]:
    def made() -> bytes:
        snapshot = data.snapshot()
        papers = snapshot.papers.iloc[np.array([snapshot.row_of[i] for i in ids if i in snapshot.row_of], dtype=np.int64)]
        texts = data.corpus().abstracts(ids)
        return exported(papers.assign(abstract=pd.Series(papers["id"]).map(texts).fillna("")), form)

    return made
