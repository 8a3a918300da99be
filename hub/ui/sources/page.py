"""The parts of the Sources page: notices, the table with its switches, adding a feed, lists of feeds."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from hub.errors import JobError, SourceError
from hub.i18n.messages import unpacked
from hub.papers.model import source_label
from hub.permissions import Action, may
from hub.settings import settings
from hub.sources import catalogue as catalogues
from hub.sources.catalogue import Group, Source
from hub.sources.health import Health, State, days_by_source, health_of, imported
from hub.sources.opml import add_opml, opml_of
from hub.sources.refresh import past_weeks
from hub.sources.web.public_only import completed
from hub.ui import data, worker
from hub.ui.i18n import _, said
from hub.ui.safe import safe
from hub.worker import jobs

SHOWN, NAMED = 10, 3
ATTENTION = ":material/notification_important:"
PREVIEW = "sources.preview"
SWITCHED = "sources.switched"
PREVIEW_S = 60.0
"""Seconds that reading a feed for a preview may take, in a process of its own."""


def health() -> list[Health]:
    """Return the health of every source of the catalogue, and of what came with files: those that are on first."""
    return data.of_sources(_health)


def _health(papers: pd.DataFrame) -> list[Health]:
    sources = catalogues.catalogue(data.home(), settings()).values()
    days = data.of_all(days_by_source)
    reports = health_of(data.home(), days, sources)
    return [*sorted(reports, key=lambda report: (not report.on, -report.papers)), *imported(days, sources)]


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
    troubled = [report for report in health() if report.on and report.notice]
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


def first_reading() -> None:
    """Say how far the first reading of the last 30 days is, until it is done."""
    left = past_weeks(data.home(), config=settings())
    if left:
        st.caption(
            _("The first reading goes back 30 days; {weeks} weeks of it are still to come, from {first} on.",
              weeks=len(left), first=str(left[-1][0]))
        )  # fmt: skip


def table(reports: list[Health], all_sources: bool) -> None:
    """Show the sources that are on or hold papers, with what came when; a switch for each turns it on or off."""
    known = catalogues.catalogue(data.home(), settings())
    groups = {name: catalogues.group_of(source) for name, source in known.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sought = st.text_input(
            _("Search sources"),
            key="sources.search",
            icon=":material/search:",
            placeholder=_("Search sources") + ": " + _("Name, field or address"),
            width=380,
            label_visibility="collapsed",
        )
        group = st.selectbox(
            _("Group"), list(Group), format_func=lambda g: _(g.value), index=None, placeholder=_("Group"), key="sources.group",
            width=220, label_visibility="collapsed",
        )  # fmt: skip
    shown = [
        report for report in reports
        if (all_sources or report.on or report.state is State.IMPORTED or sought)
        and (group is None or groups.get(report.source, Group.IMPORTED) is group)
        and _matches(sought, report, known.get(report.source))
    ]  # fmt: skip
    if not shown:
        st.info(_("No source is like that. Show all sources, or search for something else."), icon=":material/toggle_off:")
        return
    rows = pd.DataFrame([_row(report, known.get(report.source), groups) for report in shown])
    key = f"sources.table.{'all' if all_sources else 'on'}.{group}.{sought}.{st.session_state.get(SWITCHED, 0)}"
    st.data_editor(
        rows[list(_columns())],
        column_config=_columns(),
        disabled=list(_columns())[1:] if may(Action.SOURCES) else list(_columns()),
        hide_index=True,
        height=480 if len(rows) > SHOWN else "content",
        key=key,
        on_change=_switch,
        args=(key, tuple(rows["source"])),
    )


def _switch(key: str, drawn: tuple[str, ...]) -> None:
    """Turn the sources on or off whose rows were changed, by the ids that were drawn there (for callbacks).

    The table is then a new one: an edit that stayed would fall on whatever row comes to stand in its place.
    """
    for row, change in st.session_state[key]["edited_rows"].items():
        if "on" in change and drawn[int(row)]:  # what came with files has no id
            catalogues.switch(data.home(), drawn[int(row)], bool(change["on"]))
    st.session_state[SWITCHED] = st.session_state.get(SWITCHED, 0) + 1


def _matches(sought: str, report: Health, source: Source | None) -> bool:
    text = f"{report.name} {report.source} {source.field if source else ''} {source.url if source else ''}".casefold()
    return all(word in text for word in sought.casefold().split())


def _row(report: Health, source: Source | None, groups: dict[str, Group]) -> dict[str, Any]:
    read = _("{got} of {listed}", got=report.got, listed=report.listed) if report.last_success else "—"
    if not report.source:
        read = ""
    told = [said(text) for text in (report.notice, report.instead) if text]
    if report.last_error and report.failing:
        told.append(said(report.last_error))
    read_last = f"{pd.Timestamp(report.last_success):%Y-%m-%d %H:%M}" if report.last_success else "—"
    return {
        "on": report.on, "name": source_label(report.name, source.field if source else ""), "state": _state(report),
        "papers": report.papers, "weeks": list(report.weeks), "last_paper": report.last_paper or "—", "got": read,
        "last_success": read_last, "notice": " ".join(told),
        "group": _(groups.get(report.source, Group.IMPORTED).value), "source": report.source,
    }  # fmt: skip


def _state(report: Health) -> str:
    words = {
        State.FINE: _("fine"),
        State.FAILING: _("not read"),
        State.INSTEAD: _("refused, falls back"),
        State.SILENT: _("silent since {day}", day=report.last_paper or ""),
        State.UNREAD: _("not yet read"),
        State.IMPORTED: _("imported"),
        State.OFF: _("off"),
    }
    return words[report.state]


def _columns() -> dict[str, Any]:
    a_week = _("Papers a week by their date, the newest on the right.")
    of_last = _("Entries that came with the last reading that brought any, and how many it had.")
    return {
        "on": st.column_config.CheckboxColumn(_("On"), width="small"),
        "name": st.column_config.TextColumn(_("Source"), width=170),
        "state": st.column_config.TextColumn(_("State"), width=100),
        "papers": st.column_config.NumberColumn(_("Papers here"), width=100),
        "weeks": st.column_config.BarChartColumn(_("Last 12 weeks"), help=a_week, y_min=0, width=130),
        "last_paper": st.column_config.TextColumn(_("Newest paper"), width=110),
        "notice": st.column_config.TextColumn(_("Notice"), width="large"),
        "got": st.column_config.TextColumn(_("Got of listed"), help=of_last),
        "last_success": st.column_config.TextColumn(_("Last success (UTC)")),
        "group": st.column_config.TextColumn(_("Group")),
        "source": st.column_config.TextColumn(_("Name for the command line")),
    }  # fmt: skip


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
    if found["unusable"] and not found["count"]:
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
            found = worker.answer(Action.SOURCES, "sources", f"--preview={url}", within_s=PREVIEW_S)
    except JobError as e:
        st.error(safe(said(e)), icon=":material/link_off:")
        return
    if "error" in found:
        st.error(safe(said(unpacked(found["error"]))), icon=":material/link_off:")
        if found["feeds"]:
            st.caption(_("The page names these feeds:"))
            st.code("\n".join(found["feeds"]), language=None, wrap_lines=True)
        return
    st.session_state[PREVIEW] = (url, found)
    st.session_state["sources.name"] = found["name"] or urlsplit(url).hostname


def _show(found: dict[str, Any]) -> None:
    if not found["count"] and not found["unusable"] and not found["others"]:
        st.info(
            _("It is a feed, but it lists nothing now. Some are empty at weekends and on holidays."), icon=":material/event_busy:"
        )
        return
    st.caption(
        _("Papers: {papers}. Other items (news, corrections): {others}. Entries that cannot be used: {rejected}.",
          papers=found["count"], others=found["others"], rejected=found["unusable"])
    )  # fmt: skip
    if rows := found["papers"]:
        titles = {"date": _("Date"), "title": _("Title"), "authors": _("Authors"), "abstract": _("Has an abstract")}
        st.dataframe(
            pd.DataFrame(rows).assign(date=[date.fromisoformat(row["date"]) for row in rows]),
            hide_index=True,
            column_config=titles,
        )
    for reject in found["rejected"][:NAMED]:
        st.caption(safe(_("{where}: {why}", where=unpacked(reject["where"]), why=unpacked(reject["why"]))))


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
    added = sum(why is None for why in outcome.values())
    st.success(_("{added} of {all} feeds added.", added=added, all=len(outcome)), icon=":material/check:")
    for url, why in outcome.items():
        if why is not None:
            st.caption(safe(_("{where}: {why}", where=url, why=said(why))))
