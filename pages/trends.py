"""What is rising, what is fading?"""

import streamlit as st

from hub.trends import views
from hub.ui import data, parts, worker
from hub.ui.end import end
from hub.ui.i18n import _
from hub.ui.trends import figures, page, tables

with parts.head(_("Trends")):
    options = page.options(data.snapshot())
parts.selected_rows()
found = data.compute(views.trends_of, chosen=data.selection(), **options)
if not len(found.table):
    worker.no_topics()
    end()
mover = figures.answer(found)
beneath = st.container()
page.coverage(found, options["weeks"])
outlook, record = data.compute(views.outlooks, level=options["level"]), data.compute(views.record_of)
with st.expander(_("All topics and the statistics behind them"), icon=":material/table:"):
    row = tables.ranking(found, outlook)
    tables.held(record)
clicked = figures.figure(figures.view(), found)
with beneath:
    page.papers(mover or clicked or row)
