"""Which papers say X, and what does this one say?"""

import streamlit as st

from hub.ui import parts
from hub.ui.i18n import _
from hub.ui.papers import results, sheet

if asked := st.query_params.get(sheet.PARAM):
    sheet.sheet(asked)
else:
    with parts.head(_("Papers")):
        bar = st.container(horizontal=True, vertical_alignment="center", key="papers-bar")
    results.results(bar)
