"""The parts of the Sources page: notices, the table with its switches, adding a feed, lists of feeds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from hub.errors import SourceError
from hub.permissions import Action, may
from hub.settings import settings
from hub.sources import catalogue as catalogues
from hub.sources.health import Health, days_by_source, health_of
from hub.sources.opml import add_opml, opml_of
from hub.sources.preview import NotAFeed, Preview, preview
from hub.sources.record import spoken_place
from hub.sources.web.public_only import completed
from hub.ui import data
from hub.ui.i18n import _, said
from hub.ui.safe import safe
from hub.worker import jobs

SHOWN, NAMED = 10, 3
ATTENTION = ":material/notification_important:"
PREVIEW = "sources.preview"


def health() -> list[Health]:
    """Return the health of every source of the catalogue."""
    sources = catalogues.catalogue(data.home(), settings()).values()
    return health_of(data.home(), data.of_all(days_by_source), sources)


def notices(reports: list[Health]) -> None:
    """Show each source that is on and has failed, gone silent, halved or given less than it listed."""
    troubled = [report for report in reports if report.on and report.notice]
    for report in troubled[:NAMED]:
        _warn(report)
    if len(troubled) > NAMED:
        with st.expander(_("{count} more sources need a look", count=len(troubled) - NAMED), icon=ATTENTION):
            for report in troubled[NAMED:]:
                _warn(report)


def _warn(report: Health) -> None:
    told = _("**{source}**: {notice}.", source=safe(report.source), notice=_notice(report))
    if report.last_error and report.failing:
        told = _("{notice} {error}", notice=told, error=safe(said(report.last_error)))
    st.warning(told, icon=ATTENTION)


def short_notice() -> None:
    """Tell a reader of another page that papers may be missing, with the way to the Sources page."""
    sources = [source for source in catalogues.catalogue(data.home(), settings()).values() if source.on]
    troubled = [report for report in health_of(data.home(), data.of_all(days_by_source), sources) if report.notice]
    if not troubled:
        return
    named = said(tuple(f"**{safe(report.source)}** {_notice(report)}" for report in troubled[:NAMED]))
    more = _(" and {count} more", count=len(troubled) - NAMED) if len(troubled) > NAMED else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="missing"):
        st.markdown(f":small[{ATTENTION} {_('Papers may be missing: {sources}', sources=named + more)}]", width="content")
        st.page_link(data.page("sources"), label=_("Sources"), icon=":material/rss_feed:")


def _notice(report: Health) -> str:
    return safe(said(report.notice))


def refresh_button() -> None:
    """Offer to read the sources that are on now."""
    if not may(Action.START):
        return
    if st.button(_("Refresh now"), key="sources.refresh", icon=":material/refresh:", disabled=jobs.busy(data.home())):
        jobs.start(data.home(), "gather")
        st.rerun()


def table(reports: list[Health], all_sources: bool) -> None:
    """Show the sources with what came when; a switch for each turns it on or off."""
    shown = [report for report in reports if all_sources or report.on]
    rows = pd.DataFrame([_row(report) for report in shown])
    if rows.empty:
        st.info(_("No source is on. Show all sources and turn some on."), icon=":material/toggle_off:")
        return
    for name in ("last_success", "last_error_at"):
        rows[name] = pd.to_datetime(rows[name], utc=True)
    order = ["on", "source", "name", "notice", "last_error", "last_error_at", "last_success", "papers_per_day", "got", "listed",
             "last_paper", "papers"]  # fmt: skip
    edited = st.data_editor(
        rows[order],
        column_config=_columns(),
        disabled=order[1:] if may(Action.SOURCES) else order,
        hide_index=True,
        height=480 if len(rows) > SHOWN else "content",
        key=f"sources.table.{'all' if all_sources else 'on'}",
    )
    changed = edited["on"].to_numpy() != rows["on"].to_numpy()
    for source_id, on in edited.loc[changed, ["source", "on"]].itertuples(index=False):
        catalogues.switch(data.home(), source_id, bool(on))
    if changed.any():
        st.rerun()


def _row(report: Health) -> dict[str, Any]:
    texts = {"notice": said(report.notice), "last_error": said(report.last_error or "")}
    read = {} if report.last_success else {"got": None, "listed": None}  # never read is not nothing there
    return {**report.as_dict(), **texts, **read}


def _columns() -> dict[str, Any]:
    return {
        "on": st.column_config.CheckboxColumn(_("On"), width="small"),
        "source": st.column_config.TextColumn(_("Source")),
        "name": st.column_config.TextColumn(_("Shown as")),
        "last_success": st.column_config.DatetimeColumn(_("Last success (UTC)"), format="YYYY-MM-DD HH:mm"),
        "papers": st.column_config.NumberColumn(_("Papers here")),
        "papers_per_day": st.column_config.NumberColumn(
            _("Papers a day (4 weeks)"), format="%.1f", help=_("Over all days of the last four weeks, weekends among them.")
        ),
        "got": st.column_config.NumberColumn(_("Got"), help=_("Entries that came with the last reading that brought any.")),
        "listed": st.column_config.NumberColumn(_("Listed"), help=_("Entries that the source said it had then.")),
        "last_paper": st.column_config.TextColumn(_("Newest paper")),
        "notice": st.column_config.TextColumn(_("Notice")),
        "last_error": st.column_config.TextColumn(_("Last error"), width="medium"),
        "last_error_at": st.column_config.DatetimeColumn(_("When (UTC)"), format="YYYY-MM-DD HH:mm"),
    }


def add_feed() -> None:
    """Ask for a feed's address, show what it would bring, then add it."""
    if not may(Action.SOURCES):
        return
    st.subheader(_("Add a feed"))
    with st.form("sources.look", border=False):
        url = completed(st.text_input(_("Address of an RSS or Atom feed"), key="sources.url", placeholder="https://"))
        asked = st.form_submit_button(_("Show what it would bring"), icon=":material/visibility:")
    if asked:  # once: a page that runs again must not ask the publisher again
        st.session_state.pop(PREVIEW, None)
        _look(url)
    seen, found = st.session_state.get(PREVIEW, ("", None))
    if found is None or seen != url:
        return
    _show(found)
    if found.rejected and not found.papers:
        st.info(_("It brings no papers, so it was not added."), icon=":material/block:")
        return
    name = st.text_input(_("Show its papers under this name"), key="sources.name")
    if st.button(_("Add this feed"), key="sources.add", icon=":material/add:"):
        try:
            catalogues.add(data.home(), settings(), name or url, url)
        except SourceError as e:
            st.error(safe(said(e)), icon=":material/link_off:")
            return
        st.session_state.pop(PREVIEW)
        st.toast(_("Added. Its papers come with the next refresh."), icon=":material/check:")
        st.rerun()


def _look(url: str) -> None:
    try:
        with st.spinner(_("Reading the feed")):
            catalogues.check_new(data.home(), settings(), url)
            found = preview(data.home(), settings(), url)
    except SourceError as e:
        st.error(safe(said(e)), icon=":material/link_off:")
        if isinstance(e, NotAFeed) and e.feeds:
            st.caption(_("The page names these feeds:"))
            st.code("\n".join(e.feeds[:SHOWN]), language=None, wrap_lines=True)
        return
    st.session_state[PREVIEW] = (url, found)
    st.session_state["sources.name"] = found.name or urlsplit(url).hostname


def _show(found: Preview) -> None:
    if not found.papers and not found.rejected and not found.not_papers:
        st.info(
            _("It is a feed, but it lists nothing now. Some are empty at weekends and on holidays."), icon=":material/event_busy:"
        )
        return
    st.caption(
        _("Papers: {papers}. Other items (news, corrections): {others}. Entries that cannot be used: {rejected}.",
          papers=len(found.papers), others=found.not_papers, rejected=len(found.rejected))
    )  # fmt: skip
    rows = [
        {"date": p.published, "title": p.title, "authors": "; ".join(p.authors), "abstract": bool(p.abstract)}
        for p in found.papers
    ]
    if rows:
        titles = {"date": _("Date"), "title": _("Title"), "authors": _("Authors"), "abstract": _("Has an abstract")}
        st.dataframe(pd.DataFrame(rows[:SHOWN]), hide_index=True, column_config=titles)
    for reject in found.rejected[:3]:
        st.caption(safe(_("{where}: {why}", where=spoken_place(reject.where), why=reject.why)))


def take_out() -> None:
    """Offer to take a feed that a person added out again; its papers stay."""
    added = [source for source in catalogues.catalogue(data.home(), settings()).values() if source.added]
    if not added or not may(Action.SOURCES):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {source.id: f"{source.name} ({source.url})" for source in added}
        chosen = st.selectbox(_("Feeds that were added"), list(names), format_func=names.__getitem__, key="sources.added")
        if st.button(_("Take it out"), key="sources.remove", icon=":material/delete:", help=_("The papers it brought stay.")):
            catalogues.remove(data.home(), chosen)
            st.rerun()


def lists() -> None:
    """Offer the sources as OPML, and take a list of feeds."""
    st.subheader(_("Lists of feeds (OPML)"))
    sources = catalogues.catalogue(data.home(), settings())
    st.download_button(
        _("Download the sources that are on"), opml_of(s for s in sources.values() if s.on), "academichub.opml", "text/x-opml",
        on_click="ignore", icon=":material/download:", key="sources.opml",
    )  # fmt: skip
    if not may(Action.SOURCES):
        return
    given = st.file_uploader(_("Add the feeds of an OPML file"), type=["opml", "xml"], key="sources.upload")
    if given is None or not st.button(_("Add these feeds"), key="sources.add_opml"):
        return
    try:
        outcome = add_opml(data.home(), settings(), given.getvalue())
    except SourceError as e:
        st.error(safe(said(e)), icon=":material/link_off:")
        return
    added = sum(what == "added" for what in outcome.values())
    st.success(_("{added} of {all} feeds added.", added=added, all=len(outcome)), icon=":material/check:")
    for url, what in outcome.items():
        if what != "added":
            st.caption(safe(_("{where}: {why}", where=url, why=what)))
