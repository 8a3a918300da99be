"""What did we conclude?"""

import streamlit as st

from hub.ui import parts
from hub.ui.briefings import page
from hub.ui.end import end
from hub.ui.i18n import _

with parts.head(_("Briefings")):
    query = st.text_input(
        _("Search in briefings"), key="briefings.query", persist_state="session", icon=":material/search:", width=320,
        label_visibility="collapsed", placeholder=_("Search in briefings"), bind="query-params",
    )  # fmt: skip
kept = page.store()
found = kept.search(query)
if damaged := kept.damaged():
    st.warning(_("Damaged files, left out: {names}", names=", ".join(damaged)), icon=":material/warning:")
if not found:
    st.info(
        _("No briefing holds these words.") if query else _("No briefing yet: write one in the sidebar."),
        icon=":material/summarize:",
    )
    end()
one = page.picked(found)
with st.container(horizontal=True):
    page.again(one)
    page.edit(one)
    page.remove(one)
text, ledger, other = st.tabs([_("Text"), _("Ledger"), _("Compare")])
with text:
    page.read(one)
with ledger:
    page.ledger(one)
with other:
    page.compare(one, found)
