"""What is rising, what is fading?"""

import streamlit as st

from hub.trends import views
from hub.ui import data, trends, trends_figures, trends_tables
from hub.ui.i18n import _

st.title(_("Trends"))
options = trends.options(data.snapshot())
found = data.compute(views.trends_of, chosen=data.selection(), **options)
if not len(found.table):
    st.info(_("No topic has papers in this selection. Take a filter away, or run a fit."), icon=":material/filter_alt_off:")
    st.stop()
trends.coverage(found)
outlook, record = data.compute(views.outlooks, level=options["level"]), data.compute(views.record_of)
row = trends_tables.ranking(found, outlook, record)
clicked = trends_figures.figure(trends_figures.view(), found)
trends.papers(clicked or row)
