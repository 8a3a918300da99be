"""What the reader chooses on the Today page, and the strip of days: which edition is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import streamlit as st
from babel.dates import format_date

from hub.figures import days as figures
from hub.i18n.messages import about
from hub.radar.reading import Reading
from hub.storage import newest
from hub.storage.newest import Edition
from hub.ui import address, charts, data, model_missing, parts
from hub.ui.i18n import _, language, plural
from hub.ui.reader import radars

DAY = "day"
"""The day in the address, when the reader picked one."""
SINCE, ONE_DAY, WEEK = "new", "day", "week"


def edition() -> Edition:
    """Draw the head of the page, the choice of a span and the strip of days; return the papers that they name.

    Where no paper is selected, say why and end the page.
    """
    if not len(data.rows()):
        st.title(_("Today"), width="content", anchor=False)
        parts.nothing()
    visited, picked = _last_look(), _picked()
    fresh = data.compute(newest.arrived_since, moment=visited) if visited else None
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="today-head"):
        st.title(_("Today"), width="content", anchor=False)
        span = _span(fresh)
    if span == SINCE and fresh is not None and not picked:
        found = fresh
    else:
        found = data.compute(newest.edition, day=picked, span=7 if span == WEEK else 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        when, counted = headline(found)
        st.markdown(f"**{when}** · :gray[{counted}]", width="content")
        if picked:
            st.button(_("Back to the latest day"), key="today.latest", type="tertiary", icon=":material/close:", on_click=_latest)
    _strip(found)
    model_missing.told("topics")
    return found


def headline(found: Edition) -> tuple[str, str]:
    """Return which papers are shown: their dates; how many they are and from where."""
    day = long_date(found.until)
    if found.arrived:
        when = _("Arrived since {moment}", moment=found.arrived.strftime("%Y-%m-%d %H:%M UTC"))
    elif found.since != found.until:
        when = _("{since} to {until}", since=long_date(found.since), until=day)
    else:
        when = day
    parts = [
        plural(len(found.rows), "{n:,} paper", "{n:,} papers"),
        plural(found.sources, "{n} source", "{n} sources"),
        plural(found.fields, "{n} field", "{n} fields"),
    ]
    if found.ahead:
        parts.append(plural(found.ahead, "{n} of them dated later", "{n} of them dated later"))
    return when, " · ".join(parts)


def long_date(day: date) -> str:
    """Return a day as the reader's language writes it out: Tuesday, 30 June 2026."""
    return str(format_date(day, "EEEE, d MMMM y" if language() == "en" else "full", locale=about(language()).babel))


def _span(fresh: Edition | None) -> str:
    names = {ONE_DAY: _("Day"), WEEK: _("Week")}
    if fresh is not None and len(fresh.rows):
        names = {SINCE: _("Since you last looked ({n:,})", n=len(fresh.rows)), **names}
    first = next(iter(names))
    return address.choice(_("Papers of"), list(names), first, names.__getitem__, "span", label_visibility="collapsed")


def _last_look() -> datetime | None:
    """Return when this reader looked here before; noted once a session, so that reading on does not make the news old."""
    store = radars()
    if store is None:
        return None
    if "today.looked" not in st.session_state:
        st.session_state["today.looked"] = Reading(store).look("today")
    looked: datetime | None = st.session_state["today.looked"]
    return looked


def returned() -> datetime | None:
    """Return when a reader who is back was here before; None at a first visit, and where a day of the past is looked at."""
    return None if _picked() else _last_look()


def _picked() -> date | None:
    try:
        return date.fromisoformat(st.query_params.get(DAY, ""))
    except ValueError:
        return None


def _strip(found: Edition) -> None:
    table = data.compute(newest.per_day)
    days = found.since, found.until
    fig = charts.drawn(table, f"strip {days}", lambda: figures.strip(table, *days, theme=charts.theme(), say=_))
    charts.chart(
        fig, "today.strip", table=table, beside=True, config={"displayModeBar": False}, on_select=_click, selection_mode="points"
    )  # fmt: skip


def _click() -> None:
    event: Any = st.session_state.get("today.strip")
    points = (event or {}).get("selection", {}).get("points", [])
    if points:
        st.query_params[DAY] = str(points[0].get("x"))[:10]  # a step of the browser's history: Back returns to the day before
        if st.session_state.get("span") == SINCE:
            st.session_state["span"] = ONE_DAY


def _latest() -> None:
    st.query_params.pop(DAY, None)
