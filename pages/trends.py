"""What is rising, what is fading?"""

import streamlit as st

from hub.trends import views
from hub.ui import data, trends, trends_figures, trends_record, trends_tables
from hub.ui.i18n import _

st.title(_("Trends"))
options = trends.options(data.snapshot())
found = data.compute(views.trends_of, chosen=data.selection(), **options)
if not len(found.table):
    st.info(_("No topic has papers in this selection. Take a filter away, or run a fit."), icon=":material/filter_alt_off:")
    st.stop()
trends.coverage(found)
topic = trends_tables.ranking(found, data.compute(views.outlooks, level=options["level"]))
view = trends_figures.view()
clicked = trends_figures.figure(view, found) or topic
if view == "record":
    trends_record.record(data.compute(views.record_of))
trends.papers(found, clicked)
