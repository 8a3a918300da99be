"""What is new for me?"""

import streamlit as st

from hub.radar.delivery.alerts import unseen
from hub.radar.store import RadarStore
from hub.ui import data, reader
from hub.ui.i18n import _
from hub.ui.radar import begin, interests, page
from hub.ui.radar import views as radar_views

st.title(_("Radar"))
store = RadarStore(data.home(), reader.reader_id())
reader.account()
page.said_before(store)
desk = page.open_desk(store)
if desk is None:
    begin.begin(store)
    st.stop()

views = {
    "new": (_("New for me"), page.new_for_me),
    "interests": (_("Interests"), interests.edit),
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
