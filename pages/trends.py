"""What is rising, what is fading?"""

import streamlit as st

from hub.trends import views
from hub.ui import data, parts, worker
from hub.ui.i18n import _
from hub.ui.trends import figures, page, tables

with parts.head(_("Trends")):
    options = page.options(data.snapshot())
parts.selected_rows()
found = data.compute(views.trends_of, chosen=data.selection(), **options)
if not len(found.table):
    worker.no_topics()
    st.stop()
outlook, record = data.compute(views.outlooks, level=options["level"]), data.compute(views.record_of)
row = tables.ranking(found, outlook)
page.coverage(found)
tables.held(record)
clicked = figures.figure(figures.view(), found)
page.papers(clicked or row)
