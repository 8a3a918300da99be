"""The Radar page's parts: the list of papers with thumbs and status, what was saved, what changed, ways out of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from hub.export import exported
from hub.radar.alerts import raised
from hub.radar.digest import as_html, escaped, link, markdown
from hub.radar.interests import Radar, to_json
from hub.radar.listing import Listed, Listing, first_day
from hub.radar.reading import Reading
from hub.radar.service import alerts, listed
from hub.radar.store import RadarStore
from hub.radar.why import Reason
from hub.ui import data
from hub.ui.i18n import _

PAGE = 10
"""Papers a page of the list."""
DAYS = (7, 30, 90, 365)
ALERT_ICONS = {"topic": "trending_up", "new-topic": "fiber_new", "bridge": "hub", "published": "verified", "version": "update"}


@dataclass(frozen=True, slots=True)
class Desk:
    """One reader at the page: whose radars, and which one is open."""

    store: RadarStore
    radar: Radar

    @property
    def reading(self) -> Reading:
        """What this reader did with papers."""
        return Reading(self.store)


def said_before() -> None:
    """Show what the last change had to say, and open the radar that it was about."""
    if go := st.session_state.pop("radar.go", None):
        st.session_state["radar.name"] = go
        st.session_state["radar.new"] = False
    if message := st.session_state.pop("radar.said", None):
        st.success(message, icon=":material/library_add_check:")


def open_radar(store: RadarStore) -> Desk | None:
    """Draw the choice of a radar and return it; None when there is none yet, or a new one is asked for."""
    names = store.names()
    if not names:
        return None
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    chosen = left.selectbox(_("Radar"), names, key="radar.name", persist_state="session")
    making = right.toggle(_("New radar"), key="radar.new", persist_state="session")
    return None if making or chosen is None else Desk(store, store.radar(chosen))


def new_for_me(desk: Desk) -> None:
    """Draw the list: what is new for this radar, why, and what to do with it."""
    left, right = st.columns([1, 1])
    days = left.segmented_control(
        _("Look back"),
        DAYS,
        default=30,
        key="radar.days",
        format_func=lambda d: _("{days} days", days=d),
        persist_state="session",
    )
    hide = right.segmented_control(
        _("Show"), ["unread", "all"], default="unread", key="radar.show", persist_state="session",
        format_func=lambda s: _("Unread and saved") if s == "unread" else _("All but archived"),
    )  # fmt: skip
    found = _listing(desk, days or 30, hide or "unread")
    for notice in found.notices:
        st.info(plain(_(notice.template, **notice.values)), icon=":material/info:")
    fresh = sum(paper.new for paper in found.papers)
    st.caption(
        _("{shown} papers for this radar, the best of {ranked:,} since {since}; {new} came since your last visit.",
          shown=len(found.papers), ranked=found.candidates, since=found.since, new=fresh)
    )  # fmt: skip
    pages = max(1, -(-len(found.papers) // PAGE))
    number = min(int(st.session_state.get("radar.page") or 1), pages)
    for paper in found.papers[(number - 1) * PAGE : number * PAGE]:
        _card(desk, paper)
    if pages > 1:
        st.pagination(pages, key="radar.page")
    _downloads(found)


def _listing(desk: Desk, days: int, show: str) -> Listing:
    key = f"radar.visit.{desk.store.token(desk.radar.name)}"
    if key not in st.session_state:
        st.session_state[key] = desk.reading.visit(desk.radar.name)
    snapshot = data.snapshot()
    return listed(
        desk.store, desk.radar, snapshot, data.corpus(), data.home(), since=first_day(snapshot, days),
        hidden=("archived", "read") if show == "unread" else ("archived",), last_visit=st.session_state[key], abstracts=True,
    )  # fmt: skip


def _card(desk: Desk, paper: Listed) -> None:
    with st.container(border=True):
        badges = [f":blue-badge[{_('New')}]"] if paper.new else []
        badges += [f":violet-badge[{_('Exploration')}]"] if paper.explore else []
        badges += [f":green-badge[{_('Saved')}]"] if paper.status == "saved" else []
        title = f"[{plain(paper.title)}]({link(paper.url)})" if link(paper.url) else plain(paper.title)
        st.markdown(f"**{title}** {' '.join(badges)}")
        names = ", ".join(paper.authors[:4]) + (" et al." if len(paper.authors) > 4 else "")
        st.caption(plain(" · ".join(filter(None, (names, paper.source_label, str(paper.published), paper.topic)))))
        st.markdown("\n".join(f"- {plain(said(reason))}" for reason in paper.reasons))
        _actions(desk, paper)
        if paper.abstract:
            with st.expander(_("Abstract")):
                st.text(paper.abstract)


def _actions(desk: Desk, paper: Listed) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        thumb, status = f"radar.thumb.{paper.id}", f"radar.status.{paper.id}"
        st.feedback("thumbs", key=thumb, on_change=_rate, args=(desk, paper.id, thumb))
        names = {"saved": _("Save"), "read": _("Read"), "archived": _("Archive")}
        st.session_state[status] = paper.status if paper.status in names else None
        st.segmented_control(
            _("Status"), list(names), key=status, format_func=names.__getitem__, label_visibility="collapsed",
            on_change=_mark, args=(desk, paper.id, status),
        )  # fmt: skip


def _rate(desk: Desk, paper_id: str, key: str) -> None:
    value = st.session_state[key]
    desk.store.change(desk.radar.name, lambda radar: radar.rated(paper_id, 0 if value is None else 2 * value - 1))


def _mark(desk: Desk, paper_id: str, key: str) -> None:
    desk.reading.mark([paper_id], st.session_state[key] or "unread")


def said(reason: Reason) -> str:
    """Return a reason in the reader's language."""
    d: Any = reason.details
    if reason.kind == "near" and d:
        near = "; ".join(f"“{paper['title']}” ({paper['cosine']:.2f})" for paper in d["papers"])
        return _("Near your {papers}.", papers=near)
    if reason.kind == "words":
        parts = [_("words for: {words}", words=", ".join(f"{w} +{x:.2f}" for w, x in d["for"].items()))] if d["for"] else []
        parts += (
            [_("against: {words}", words=", ".join(f"{w} −{-x:.2f}" for w, x in d["against"].items()))] if d["against"] else []
        )
        return "; ".join(parts)
    if reason.kind == "topic":
        if d["papers"]:
            return _("In the topic {name}, as {n} of the papers you like.", name=d["name"], n=d["papers"])
        return _("In the topic {name}, which you follow.", name=d["name"])
    if reason.kind == "rule":
        texts = {"must": _("It holds the must word “{value}”."), "should": _("It holds the word “{value}”."),
                 "author": _("It is by {value}, whom you follow.")}  # fmt: skip
        return texts[d["rule"]].format(value=d["value"])
    if reason.kind == "explore":
        return _("Exploration: from a topic that you have not rated yet, {name}.", name=d["name"])
    return _("It is nearest to what you asked for among the papers of this time.")


def saved(desk: Desk) -> None:
    """Draw the papers that the reader saved, with their files."""
    snapshot = data.snapshot()
    rows = [snapshot.row_of[i] for i in desk.reading.saved() if i in snapshot.row_of]
    if not rows:
        st.info(_("Nothing is saved yet: choose Save under a paper of the list."), icon=":material/bookmark:")
        return
    table = snapshot.papers.iloc[rows]
    st.dataframe(
        table, column_order=["published", "source", "title", "authors", "url"], hide_index=True, key="radar.saved",
        column_config={
            "published": st.column_config.DateColumn(_("Published"), format="YYYY-MM-DD", width="small"),
            "source": st.column_config.TextColumn(_("Source"), width="small"),
            "title": st.column_config.TextColumn(_("Title"), width="large"),
            "authors": st.column_config.TextColumn(_("Authors"), width="medium"),
            "url": st.column_config.LinkColumn(_("Link"), display_text=":material/open_in_new:", width="small"),
        },
    )  # fmt: skip
    _files([str(i) for i in table["id"]], "saved")


def changes(desk: Desk) -> None:
    """Draw the alerts of this radar: raised once each, with their evidence."""
    snapshot = data.snapshot()
    found = _listing(desk, 30, "all")
    alerts(desk.store, desk.radar, snapshot, found)
    past = raised(desk.store, desk.radar.name)
    if not past:
        st.info(
            _("Nothing changed since this radar was first looked at. Follow a topic or save a paper to hear of its changes."),
            icon=":material/notifications_off:",
        )
    for alert in past:
        with st.container(border=True):
            st.markdown(f":material/{ALERT_ICONS[alert.kind]}: **{plain(alert.title)}**")
            st.caption(f"{plain(alert.evidence)} · {alert.at[:10]}")


def share(desk: Desk) -> None:
    """Draw the ways out of the page: feed, digest, file."""
    token = desk.store.token(desk.radar.name)
    st.markdown(_("**Feed.** Whoever has this address can read this radar's list; nobody can guess it."))
    st.code(f"{_origin()}/radar/{token}.xml", language=None)
    warning = _("The old address answers nothing from then on.")
    st.button(
        _("Replace the address"), key="radar.renew", icon=":material/autorenew:", on_click=_renew, args=(desk,), help=warning
    )
    st.markdown(_("**Digest.** For cron; it holds what no digest before it held:"))
    st.code(f'python -m hub radar --name "{desk.radar.name}" --digest markdown', language="bash")
    st.markdown(_("**File.** The radar itself, to keep or to pass on."))
    st.download_button(
        _("Download the radar"), to_json(desk.radar), "radar.json", "application/json", key="radar.json", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def _renew(desk: Desk) -> None:
    desk.store.renew_token(desk.radar.name)


def _origin() -> str:
    parts = (st.context.url or "").split("/")
    return "/".join(parts[:3])


def _downloads(found: Listing) -> None:
    if not found.papers:
        return
    with st.container(horizontal=True):
        _files([paper.id for paper in found.papers], "list")
        text = markdown(found)
        st.download_button("Markdown", text, "radar.md", "text/markdown", key="radar.md", on_click="ignore")
        st.download_button(
            "HTML", lambda: as_html(text, found.radar.name), "radar.html", "text/html", key="radar.html", on_click="ignore"
        )


def _files(ids: list[str], name: str) -> None:
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


def plain(text: str) -> str:
    """Return ``text`` such that Streamlit's Markdown shows it as it is; ``$...$`` mathematics stays."""
    return escaped(text).replace(":", "\\:")
