"""Where do fields meet?"""

import streamlit as st

from hub.ui import data
from hub.ui.bridges import page
from hub.ui.i18n import _

st.title(_("Bridges"))
if not len(data.rows()):
    st.info(_("No paper passes these filters. Take one away, or widen the dates."), icon=":material/filter_alt_off:")
    st.stop()
view, by = page.options()
page.VIEWS[view](by)
