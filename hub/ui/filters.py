"""The filters in the sidebar: drawn once, by the shell, and kept in the address, so that a link is a selection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from hub.papers.model import DOMAINS
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from hub.ui import marks
from hub.ui.i18n import LANGUAGES, _, catalogue
from hub.ui.safe import safe


def draw(snapshot: Snapshot) -> Selection:
    """Draw the filters and return the Selection that they name."""
    papers = snapshot.papers[snapshot.papers["kind"] == "paper"]
    sources = papers["source"].value_counts()
    fields = papers["field"].value_counts()
    domains = set(papers["domain"].unique())
    topics = snapshot.topics.sort_values("papers", ascending=False)["topic"].tolist() if len(snapshot.topics) else []
    marked = marks.chosen()
    text = st.text_input(_("Text"), key="q", placeholder=_('words, or "a phrase"'), bind="query-params", persist_state="session")
    chosen_sources = _choice("source", _("Source"), [str(s) for s in sources[sources > 0].index])
    field_options = [d for d in DOMAINS if d in domains] + [str(f) for f in fields[fields > 0].index if f]
    chosen_fields = _choice("field", _("Field"), field_options, lambda f: _(f) if f in DOMAINS else f)
    names = snapshot.topic_names
    chosen_topics = _choice("topic", _("Topic"), [str(t) for t in topics], lambda t: f"{t} {names[int(t)]}")
    since, until = _dates(papers)
    return Selection(
        tuple(chosen_sources), tuple(chosen_fields), since, until, tuple(int(t) for t in chosen_topics), (text or "").strip(),
        papers=marked,
    )  # fmt: skip


def _choice(key: str, label: str, options: list[str], shown: Callable[[str], str] = str) -> list[str]:
    """Draw one multiselect whose place in the address understands every language and a topic's number alone."""
    for value in _seed(key, options, shown):
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


def _seed(key: str, options: list[str], shown: Callable[[str], str]) -> list[str]:
    """Take what an address names that the widget itself would drop: another language's label, a renamed topic.

    What names nothing is returned.
    """
    asked = st.query_params.get_all(key)
    labels = {shown(option) for option in options}
    if key in st.session_state or all(value in labels for value in asked):
        return []
    meant = {
        value: option for option in options for value in (option, *(catalogue(lang).get(option, option) for lang in LANGUAGES))
    }
    found = {value: meant.get(value) or meant.get(value.split(" ")[0]) for value in asked}
    st.session_state[key] = [value for value in dict.fromkeys(found.values()) if value is not None]
    return [value for value, option in found.items() if option is None]


def _dates(papers: pd.DataFrame) -> tuple[date | None, date | None]:
    first, last = (papers["published"].min().date(), papers["published"].max().date()) if len(papers) else (None, None)
    asked: dict[str, Any] = {"format": "YYYY-MM-DD", "bind": "query-params", "persist_state": "session"}
    since = st.date_input(_("From"), None, key="from", min_value=first, max_value=last, **asked)
    until = st.date_input(_("To"), None, key="to", min_value=since or first, max_value=last, **asked)
    return since, until
