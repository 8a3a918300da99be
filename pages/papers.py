"""Which papers say X?"""

import streamlit as st

from hub.ui import data, papers, parts
from hub.ui.i18n import _
from hub.ui.radar import seeds

st.title(_("Papers"))
snapshot, rows = data.snapshot(), parts.selected_rows()
shown = min(papers.TABLE_ROWS, len(rows))
st.caption(_("The newest {shown:,} of {selected:,}; the download holds all.", shown=shown, selected=len(rows)))
with st.container(horizontal=True):
    seeds.start_button(rows, "papers.radar")
    st.download_button(
        _("Download as CSV"), lambda: snapshot.papers.iloc[rows].to_csv(index=False), "papers.csv", "text/csv",
        on_click="ignore", icon=":material/download:", key="papers.csv",
    )  # fmt: skip
papers.papers_to_open(rows, key="papers.table", height=560)
