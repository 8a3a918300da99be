"""Where does it come from, is it complete?"""

import streamlit as st

from hub.ui import sources
from hub.ui.i18n import _

st.title(_("Sources"))
reports = sources.health()
sources.notices(reports)
sources.refresh_button()
sources.table(reports, st.toggle(_("Show all sources"), key="sources.all", persist_state="session"))
sources.add_feed()
sources.take_out()
sources.lists()
