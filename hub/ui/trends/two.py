"""Two selections on one chart of the Trends page: two fields, two sources or two periods of what is selected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from hub.figures import trends as figures
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from hub.trends import Trends, two, wide
from hub.ui import charts, data, filters
from hub.ui.i18n import _
from hub.ui.trends.page import Picked, choice, of_topic

EPOCH = date(1970, 1, 1)
LEAST = 20
"""Papers of a side below which its shares say nothing."""


def compared(found: Trends) -> Picked | None:
    """Draw the choice of the two sides and their chart; return the topic that the reader clicked in it."""
    kinds = {"fields": _("Fields"), "sources": _("Sources"), "periods": _("Periods")}
    by = choice(_("Compare two"), list(kinds), "fields", kinds.__getitem__, "trends.two")
    chosen = wide(data.selection())
    options = _options(by, chosen, found)
    if len(options) < 2:
        st.caption(_("There are no two of them in this selection."))
        return None
    shown = filters.field_shown if by == "fields" else str
    newest, before = len(options) - 1, len(options) - 2
    first, second = (newest, before) if by == "periods" else (0, 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox(_("One side"), options, first, format_func=shown, key=f"trends.one.{by}", persist_state="session")
        other = st.selectbox(
            _("Other side"), options, second, format_func=shown, key=f"trends.other.{by}", persist_state="session"
        )
    sides = [_side(chosen, by, name, found) for name in (one, other)]
    papers = [len(data.rows_of(side)) for side in sides]
    if min(papers) < LEAST:
        st.caption(_("One side has fewer than {n} papers: there is too little to compare.", n=LEAST))
        return None
    table = data.whole(of_sides, one=sides[0], other=sides[1], periods=by == "periods", level=found.level)
    fig = figures.two_sides(table, shown(one), shown(other), _, charts.theme())
    event = charts.chart(fig, "trends.figure.two", table=table, titled=True, on_select="rerun", selection_mode="points")
    common = _("streams that ran in both") if by == "periods" else _("months that both have")
    st.caption(
        _("Shares of {a:,} and {b:,} papers, within the {common}; papers of both sides count on neither. Faint: unsure.",
          a=papers[0], b=papers[1], common=common)
    )  # fmt: skip
    points = event["selection"]["points"]
    return of_topic(found, int(points[0]["customdata"][0])) if points else None


def of_sides(snapshot: Snapshot, one: Selection, other: Selection, periods: bool, level: int) -> pd.DataFrame:
    """Return the table of two Selections."""
    return two.compare(snapshot, data.rows_of(one), data.rows_of(other), periods=periods, level=level)


def _options(by: str, chosen: Selection, found: Trends) -> list[str]:
    """Return what may stand on a side, the largest first; of periods those that are complete, the oldest first."""
    if by == "periods":
        return [f"{day:%Y-%m-%d}" for day in found.periods.dates[found.periods.complete]]
    papers = data.snapshot().papers.iloc[data.rows_of(chosen)]
    if by == "fields":
        return filters.fields(papers)
    sources = papers["source"].value_counts()
    return [str(source) for source in sources[sources >= LEAST].index]


def _side(chosen: Selection, by: str, name: str, found: Trends) -> Selection:
    """Return what is selected, of one field, source or period alone."""
    if by == "fields":
        return replace(chosen, fields=(name,))
    if by == "sources":
        return replace(chosen, sources=(name,))
    since = date.fromisoformat(name)
    at = [f"{day:%Y-%m-%d}" for day in found.periods.dates].index(name)
    until = EPOCH + timedelta(days=int(found.periods.starts[at + 1]) - 1)
    return replace(chosen, since=max(since, chosen.since or since), until=min(until, chosen.until or until))
