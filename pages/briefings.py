"""What did we conclude?"""

import streamlit as st

from hub.ui import parts
from hub.ui.briefings import page
from hub.ui.end import end
from hub.ui.i18n import _

with parts.head(_("Briefings")):
    place = st.container(width="content")
    query = st.text_input(
        _("Search in briefings"), key="briefings.query", persist_state="session", icon=":material/search:", width=240,
        label_visibility="collapsed", placeholder=_("Search in briefings"), bind="query-params",
    )  # fmt: skip
kept = page.store()
found = kept.search(query)
if damaged := kept.damaged():
    st.warning(_("Damaged files, left out: {names}", names=", ".join(damaged)), icon=":material/warning:")
if not found:
    page.nothing(query)
    end()
with place:
    one = page.picked(found)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="briefings-bar"):
    view = page.view()
    page.take_away(one)
    page.again(one)
    page.edit(one)
    page.remove(one)
    page.written(one)
page.show(view, one, found)
