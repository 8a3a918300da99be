"""What came in?"""

import streamlit as st

from hub.storage import newest
from hub.ui import data, papers, parts
from hub.ui.i18n import _
from hub.ui.sources import page as sources

st.title(_("Today"))
sources.short_notice()
parts.selected_rows()
spans = {1: _("Latest day"), 7: _("Last 7 days"), 30: _("Last 30 days")}
days = st.segmented_control(
    _("Papers of"),
    list(spans),
    format_func=spans.__getitem__,
    default=1,
    required=True,
    key="today.days",
    persist_state="session",
)
new = data.compute(newest.newest, days=days)
st.caption(
    _("{since} to {until}: papers {papers:,}, sources {sources}, fields {fields}",
      papers=len(new.rows), sources=new.sources, fields=new.fields, since=new.since, until=new.until)
)  # fmt: skip
pages = max(1, -(-len(new.rows) // newest.PAGE))
page = st.pagination(pages, key="today.page") if pages > 1 else 1
start = (page - 1) * newest.PAGE
papers.paper_cards(new.rows[start : start + newest.PAGE], start=start + 1, key="today.papers")
