"""Where does it come from, is it complete?"""

import streamlit as st

from hub.ui.i18n import _
from hub.ui.sources import page

st.title(_("Sources"))
reports = page.health()
page.notices(reports)
page.refresh_button()
page.table(reports, st.toggle(_("Show all sources"), key="sources.all", persist_state="session"))
page.add_feed()
page.take_out()
page.lists()
