"""What is new for me?"""

import streamlit as st

from hub.radar.alerts import unseen
from hub.radar.store import RadarStore
from hub.ui import data, radar, radar_begin, radar_interests, radar_views, reader
from hub.ui.i18n import _

st.title(_("Radar"))
store = RadarStore(data.home(), reader.reader_id())
reader.account()
radar.said_before(store)
desk = radar.open_desk(store)
if desk is None:
    radar_begin.begin(store)
    st.stop()

views = {
    "new": (_("New for me"), radar.new_for_me),
    "interests": (_("Interests"), radar_interests.edit),
    "saved": (_("Saved"), radar_views.saved),
    "changes": (_("Changes"), radar_views.changes),
    "share": (_("Share"), radar_views.share),
}
changed = unseen(store, desk.radar.name)
labels = {name: label for name, (label, draw) in views.items()} | ({"changes": f"{_('Changes')} ({changed})"} if changed else {})
view = st.segmented_control(
    _("View"), list(views), default="new", key="radar.view", format_func=labels.__getitem__, label_visibility="collapsed"
)
views[view or "new"][1](desk)
