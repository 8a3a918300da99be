"""The parts of the Sources page: notices, the table with its switches, adding a feed, lists of feeds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from hub import jobs
from hub.errors import SourceError
from hub.settings import settings
from hub.sources import catalogue as catalogues
from hub.sources.health import Health, health_of
from hub.sources.opml import add_opml, opml_of
from hub.sources.preview import Preview, preview
from hub.ui import data
from hub.ui.i18n import _

SHOWN = 10


def health() -> list[Health]:
    """Return the health of every source of the catalogue."""
    return health_of(data.home(), data.snapshot().papers, catalogues.catalogue(data.home(), settings()).values())


def notices(reports: list[Health]) -> None:
    """Show each source that is on and has failed, gone silent, halved or given less than it listed."""
    for report in reports:
        if report.on and report.notice:
            error = f" {report.last_error}" if "failed" in report.notice and report.last_error else ""
            st.warning(f"**{report.source}**: {report.notice}.{error}", icon=":material/notification_important:")


def refresh_button() -> None:
    """Offer to read the sources that are on now."""
    if st.button(_("Refresh now"), key="sources.refresh", icon=":material/refresh:", disabled=jobs.busy(data.home())):
        jobs.start(data.home(), "refresh")
        st.rerun()


def table(reports: list[Health], all_sources: bool) -> None:
    """Show the sources with what came when; a switch for each turns it on or off."""
    rows = pd.DataFrame([report.as_dict() for report in reports if all_sources or report.on])
    if rows.empty:
        st.info(_("No source is on. Show all sources and turn some on."), icon=":material/toggle_off:")
        return
    for name in ("last_success", "last_error_at"):
        rows[name] = pd.to_datetime(rows[name], utc=True)
    order = [
        "on",
        "source",
        "name",
        "last_success",
        "papers",
        "papers_per_day",
        "got",
        "listed",
        "last_paper",
        "notice",
        "last_error",
    ]
    edited = st.data_editor(
        rows[order],
        column_config=_columns(),
        disabled=order[1:],
        hide_index=True,
        height=480,
        key=f"sources.table.{'all' if all_sources else 'on'}",
    )
    changed = edited["on"].to_numpy() != rows["on"].to_numpy()
    for source_id, on in edited.loc[changed, ["source", "on"]].itertuples(index=False):
        catalogues.switch(data.home(), source_id, bool(on))
    if changed.any():
        st.rerun()


def _columns() -> dict[str, Any]:
    return {
        "on": st.column_config.CheckboxColumn(_("On"), width="small"),
        "source": st.column_config.TextColumn(_("Source")),
        "name": st.column_config.TextColumn(_("Shown as")),
        "last_success": st.column_config.DatetimeColumn(_("Last success (UTC)"), format="YYYY-MM-DD HH:mm"),
        "papers": st.column_config.NumberColumn(_("Papers here")),
        "papers_per_day": st.column_config.NumberColumn(_("Papers a day (4 weeks)"), format="%.1f"),
        "got": st.column_config.NumberColumn(_("Got")),
        "listed": st.column_config.NumberColumn(_("Listed")),
        "last_paper": st.column_config.TextColumn(_("Newest paper")),
        "notice": st.column_config.TextColumn(_("Notice")),
        "last_error": st.column_config.TextColumn(_("Last error")),
    }


def add_feed() -> None:
    """Ask for a feed's address, show what it would bring, then add it."""
    st.subheader(_("Add a feed"))
    url = st.text_input(_("Address of an RSS or Atom feed"), key="sources.url", placeholder="https://")
    if not url:
        return
    try:
        found = preview(data.home(), settings(), url.strip())
    except SourceError as e:
        st.error(str(e), icon=":material/link_off:")
        return
    _show(found)
    name = st.text_input(_("Show its papers under this name"), value=found.name, key="sources.name")
    if found.papers and st.button(_("Add this feed"), key="sources.add", icon=":material/add:"):
        try:
            catalogues.add(data.home(), settings(), name or url, url.strip())
        except SourceError as e:
            st.error(str(e), icon=":material/link_off:")
            return
        st.success(_("Added. Its papers come with the next refresh."), icon=":material/check:")


def _show(found: Preview) -> None:
    st.caption(
        _("{papers} papers, {others} other items, {rejected} entries that cannot be used.",
          papers=len(found.papers), others=found.not_papers, rejected=len(found.rejected))
    )  # fmt: skip
    rows = [
        {"date": p.published, "title": p.title, "authors": "; ".join(p.authors), "abstract": bool(p.abstract)}
        for p in found.papers
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows[:SHOWN]), hide_index=True)
    for reject in found.rejected[:3]:
        st.caption(f"{reject.where}: {reject.why}")


def lists() -> None:
    """Offer the sources as OPML, and take a list of feeds."""
    st.subheader(_("Lists of feeds (OPML)"))
    sources = catalogues.catalogue(data.home(), settings())
    st.download_button(
        _("Download the sources that are on"), opml_of(s for s in sources.values() if s.on), "academichub.opml", "text/x-opml",
        on_click="ignore", icon=":material/download:", key="sources.opml",
    )  # fmt: skip
    given = st.file_uploader(_("Add the feeds of an OPML file"), type=["opml", "xml"], key="sources.upload")
    if given is None or not st.button(_("Add these feeds"), key="sources.add_opml"):
        return
    try:
        outcome = add_opml(data.home(), settings(), given.getvalue())
    except SourceError as e:
        st.error(str(e), icon=":material/link_off:")
        return
    added = sum(what == "added" for what in outcome.values())
    st.success(_("{added} of {all} feeds added.", added=added, all=len(outcome)), icon=":material/check:")
    for url, what in outcome.items():
        if what != "added":
            st.caption(f"{url}: {what}")
