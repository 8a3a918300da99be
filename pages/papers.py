"""Which papers say X, and what does this one say?"""

import streamlit as st

from hub.ui.i18n import _
from hub.ui.papers import results, sheet

if asked := st.query_params.get(sheet.PARAM):
    sheet.sheet(asked)
else:
    st.title(_("Papers"))
    results.results()
