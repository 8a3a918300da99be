"""Which papers say X?"""

import streamlit as st

from hub.ui import data
from hub.ui.i18n import _

SHOWN = 2000

st.title(_("Papers"))
snapshot, rows = data.snapshot(), data.rows()
if not len(rows):
    st.info(_("No paper passes these filters. Take one away, or widen the dates."), icon=":material/filter_alt_off:")
    st.stop()

table = snapshot.papers.iloc[rows[:SHOWN]]
st.caption(_("The newest {shown:,} of {selected:,}; the download holds all.", shown=len(table), selected=len(rows)))
st.dataframe(
    table.assign(topic=table["topic"].map(snapshot.topic_names)),
    column_order=["published", "source", "field", "title", "authors", "topic", "url"],
    column_config={
        "published": st.column_config.DateColumn(_("Published"), format="YYYY-MM-DD", width="small"),
        "source": st.column_config.TextColumn(_("Source"), width="small"),
        "field": st.column_config.TextColumn(_("Field"), width="small"),
        "title": st.column_config.TextColumn(_("Title"), width="large"),
        "authors": st.column_config.TextColumn(_("Authors"), width="medium"),
        "topic": st.column_config.TextColumn(_("Topic"), width="medium"),
        "url": st.column_config.LinkColumn(_("Link"), display_text=":material/open_in_new:", width="small"),
    },
    hide_index=True,
    height=640,
)
st.download_button(
    _("Download as CSV"), lambda: snapshot.papers.iloc[rows].to_csv(index=False), "papers.csv", "text/csv", on_click="ignore",
    icon=":material/download:", key="papers.csv",
)  # fmt: skip
