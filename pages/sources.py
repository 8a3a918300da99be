"""Where does it come from, is it complete?"""

import streamlit as st

from hub.ui import parts
from hub.ui.i18n import _
from hub.ui.sources import page

with parts.head(_("Sources")):
    every = st.toggle(_("Show all sources"), key="sources.all", persist_state="session", bind="query-params")
    page.refresh_button()
reports = page.health()
page.notices(reports)
page.first_reading()
page.table(reports, every)
page.add_feed()
page.take_out()
page.lists()
