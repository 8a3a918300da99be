"""The filters: source, field, dates and topic in the sidebar, the search in the bar.

They are kept in the address, so that a link is a selection. Each filter that is set shows as a chip in the bar, which lets it go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hub.papers.fields import field_label
from hub.papers.model import DOMAINS, Kind
from hub.storage.kept import kept
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from hub.ui import address, data, marks
from hub.ui.i18n import _
from hub.ui.safe import safe

MANY = ("source", "field", "topic")
DATES = ("from", "to")
CHIPS = 3
"""Chips of one filter that show one by one; more are one chip."""
SHORT = 32


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: ``value`` of ``key``, or the whole of it when None; and the Selection without it."""

    key: str
    value: str | None
    label: str
    without: Selection


class _Offered(NamedTuple):
    """What a Snapshot's papers let a reader choose: of 100,000 papers it costs 25 ms to find, so it is found once."""

    sources: list[str]
    fields: list[str]
    first: date | None
    last: date | None


def draw(snapshot: Snapshot, bar: DeltaGenerator) -> Selection:
    """Draw the filters where the caller stands and the search in ``bar``; return the Selection that they name."""
    offered = kept(snapshot.papers, "offered by the filters", lambda: _offered(snapshot.papers))
    topics = snapshot.topics.sort_values("papers", ascending=False)["topic"].tolist() if len(snapshot.topics) else []
    marked = marks.chosen()
    text = bar.text_input(
        _("Search"), key="q", placeholder=_('Search: words, or "a phrase"'), bind="query-params", persist_state="session",
        icon=":material/search:", label_visibility="collapsed",
    )  # fmt: skip
    chosen_sources = _choice("source", _("Source"), offered.sources)
    chosen_fields = _choice("field", _("Field"), offered.fields, field_shown)
    since, until = _dates(offered.first, offered.last)
    chosen_topics = _choice("topic", _("Topic"), [str(t) for t in topics], lambda t: topic_shown(snapshot, t))
    return Selection(
        tuple(chosen_sources), tuple(chosen_fields), since, until, tuple(int(t) for t in chosen_topics), (text or "").strip(),
        papers=marked,
    )  # fmt: skip


def _offered(papers: pd.DataFrame) -> _Offered:
    papers = papers.loc[papers["kind"] == Kind.PAPER, ["source", "field", "domain", "published"]]
    sources, days = papers["source"].value_counts(), papers["published"]
    first, last = (days.min().date(), days.max().date()) if len(papers) else (None, None)
    return _Offered([str(s) for s in sources[sources > 0].index], fields(papers), first, last)


def fields(papers: pd.DataFrame) -> list[str]:
    """Return what may be chosen as a field: the domains that have papers, then the fields, the largest first."""
    counted = papers["field"].value_counts()
    there = set(papers["domain"].unique())
    return [d for d in DOMAINS if d in there] + [str(f) for f in counted[counted > 0].index if f]


def field_shown(field: str) -> str:
    """Return a domain or a field as the reader knows it."""
    return _(field) if field in DOMAINS else field_label(field)


def topic_shown(snapshot: Snapshot, topic: str) -> str:
    """Return a topic with its number, which an address keeps when its name changes."""
    return f"{topic} {snapshot.topic_names[int(topic)]}"


def _choice(key: str, label: str, options: list[str], shown: Callable[[str], str] = str) -> list[str]:
    """Draw one multiselect whose place in the address understands every language and a topic's number alone."""
    for value in address.seed(key, options, shown, many=True):
        marks.absent(
            _("The address asks for what is not here and was left out: {filter} “{value}”.", filter=label, value=safe(value))
        )
    return st.multiselect(
        label,
        options,
        key=key,
        format_func=shown,
        placeholder=_("all"),
        bind="query-params",
        persist_state="session",
        select_all=False,
    )


def _dates(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    asked: dict[str, Any] = {"format": "YYYY-MM-DD", "bind": "query-params", "persist_state": "session"}
    left, right = st.columns(2, gap="small")
    since = left.date_input(_("From"), None, key="from", min_value=first, max_value=last, **asked)
    until = right.date_input(_("To"), None, key="to", min_value=since or first, max_value=last, **asked)
    return since, until


def chips(chosen: Selection) -> list[Chip]:
    """Return the filters that are set, in the order of the sidebar."""
    snapshot = data.snapshot()
    shown: dict[str, Callable[[str], str]] = {
        "source": str, "field": field_shown, "topic": lambda t: snapshot.topic_names.get(int(t), t)
    }  # fmt: skip
    names = {"source": _("Source"), "field": _("Field"), "topic": _("Topic")}
    found: list[Chip] = []
    without: dict[str, Any]
    if chosen.text:
        found.append(Chip("q", None, f"“{chosen.text}”", replace(chosen, text="")))
    for key, attribute in (("source", "sources"), ("field", "fields"), ("topic", "topics")):
        values = getattr(chosen, attribute)
        if len(values) > CHIPS:
            label = _("{filter}: {n} chosen", filter=names[key], n=len(values))
            without = {attribute: ()}
            found.append(Chip(key, None, label, replace(chosen, **without)))
            continue
        for v in values:
            without = {attribute: tuple(w for w in values if w != v)}
            found.append(Chip(key, str(v), shown[key](str(v)), replace(chosen, **without)))
    if chosen.since:
        found.append(Chip("from", None, _("from {day}", day=chosen.since), replace(chosen, since=None)))
    if chosen.until:
        found.append(Chip("to", None, _("to {day}", day=chosen.until), replace(chosen, until=None)))
    if chosen.papers:
        label = _("Only {n:,} marked papers", n=len(chosen.papers.ids))
        found.append(Chip(marks.PARAM, None, label, replace(chosen, papers=None)))
    return found


def draw_chips(chosen: Selection) -> None:
    """Draw the chips of the filters that are set, each with its way out, and one way out of all; nothing when none is set."""
    there = chips(chosen)
    if not there:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="chips"):
        for n, chip in enumerate(there):
            label = chip.label if len(chip.label) <= SHORT else chip.label[: SHORT - 1].rstrip() + "…"
            st.button(
                safe(label), key=f"chip.{n}", icon=":material/close:", icon_position="right", on_click=release, args=(chip,),
                help=_("Take this filter away"), wrap=False,
            )  # fmt: skip
        st.button(_("Clear all filters"), key="chip.clear", type="tertiary", on_click=clear)


def release(chip: Chip) -> None:
    """Take one filter away (for callbacks)."""
    if chip.key == marks.PARAM:
        marks.release()
    elif chip.key == "q":
        st.session_state["q"] = ""
    elif chip.key in DATES:
        st.session_state[chip.key] = None
    else:
        st.session_state[chip.key] = [v for v in st.session_state[chip.key] if chip.value is not None and str(v) != chip.value]


def clear() -> None:
    """Take all filters away (for callbacks)."""
    st.session_state["q"] = ""
    for key in MANY:
        st.session_state[key] = []
    for key in DATES:
        st.session_state[key] = None
    marks.release()
