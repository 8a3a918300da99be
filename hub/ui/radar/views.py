"""The Radar page's other views: what was saved, what changed, ways out of the page."""

from __future__ import annotations

import shlex

import streamlit as st

from hub.permissions import LOCAL
from hub.radar.delivery.alerts import raised, seen
from hub.radar.document import to_json
from hub.radar.service import alerts
from hub.ui import data
from hub.ui.i18n import _, language
from hub.ui.papers.cards import address
from hub.ui.radar.page import Desk, files, listing_of
from hub.ui.safe import safe

ALERT_ICONS = {
    "topic": "trending_up", "new-topic": "fiber_new", "candidate": "lightbulb", "bridge": "hub", "published": "verified",
    "version": "update", "retracted": "block", "withdrawn": "block", "concern": "error",
}  # fmt: skip


def saved(desk: Desk) -> None:
    """Draw the papers that the reader saved, with notes and files."""
    snapshot = data.snapshot()
    rows = [snapshot.row_of[i] for i in desk.reading.saved() if i in snapshot.row_of]
    if not rows:
        st.info(_("Nothing is saved yet: choose Save under a paper of the list."), icon=":material/bookmark:")
        return
    table = snapshot.papers.iloc[rows]
    st.dataframe(
        table.assign(note=table["id"].map(desk.reading.notes()).fillna(""), sheet=[address(str(i)) for i in table["id"]]),
        column_order=["published", "source", "title", "authors", "note", "sheet"], hide_index=True, key="radar.saved",
        column_config={
            "published": st.column_config.DateColumn(_("Published"), format="YYYY-MM-DD", width="small"),
            "source": st.column_config.TextColumn(_("Source"), width="small"),
            "title": st.column_config.TextColumn(_("Title"), width="large"),
            "authors": st.column_config.TextColumn(_("Authors"), width="medium"),
            "note": st.column_config.TextColumn(_("Note"), width="medium"),
            "sheet": st.column_config.LinkColumn(_("Open"), display_text=":material/open_in_full:", width="small"),
        },
    )  # fmt: skip
    files([str(i) for i in table["id"]], "saved")


def changes(desk: Desk) -> None:
    """Draw the alerts of this radar: raised once each, with their evidence."""
    alerts(desk.store, desk.radar, data.snapshot(), listing_of(desk, 30, "all"))
    past = raised(desk.store, desk.radar.name)
    if not desk.radar.alerts:
        st.info(_("This radar tells no changes: turn them on under Interests."), icon=":material/notifications_off:")
    elif not past:
        st.info(
            _("Nothing changed since this radar was first looked at. Follow a topic or save a paper to hear of its changes."),
            icon=":material/notifications_off:",
        )
    for alert in past:
        title, evidence = alert.said(language())
        with st.container(border=True):
            st.markdown(f":material/{ALERT_ICONS[alert.kind]}: **{safe(title)}**")
            st.caption(f"{safe(evidence)} · {alert.at[:10]}")
    seen(desk.store, desk.radar.name)


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
    whose = "" if desk.store.reader == LOCAL else f" --reader {desk.store.reader}"
    st.code(f"python -m hub radar --name {shlex.quote(desk.radar.name)}{whose} --every week --digest markdown", language="bash")
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
