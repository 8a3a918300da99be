"""What is new for me?"""

import streamlit as st

from hub.radar.store import RadarStore
from hub.ui import data, radar, radar_interests
from hub.ui.i18n import _
from hub.ui.reader import reader_id

st.title(_("Radar"))
store = RadarStore(data.home(), reader_id())
radar.said_before()
desk = radar.open_radar(store)
if desk is None:
    radar_interests.begin(store)
    st.stop()

views = {
    _("New for me"): radar.new_for_me,
    _("Interests"): radar_interests.edit,
    _("Saved"): radar.saved,
    _("Changes"): radar.changes,
    _("Share"): radar.share,
}
view = st.segmented_control(_("View"), list(views), default=_("New for me"), key="radar.view", label_visibility="collapsed")
views[view or _("New for me")](desk)
