"""What is new for me?"""

import streamlit as st

from hub.radar.delivery.alerts import unseen
from hub.radar.store import RadarStore
from hub.ui import address, data, parts, reader
from hub.ui.end import end
from hub.ui.i18n import _
from hub.ui.radar import begin, interests, page, recap
from hub.ui.radar import views as radar_views

store = RadarStore(data.home(), reader.reader_id())
page.said_before(store)
with parts.head(_("Radar")):
    reader.account()
    place = st.container()
    desk = page.open_desk(store)
if desk is None:
    begin.begin(store)
    end()

views = {
    "new": (_("New for me"), page.new_for_me),
    "recap": (_("Recap"), recap.recap_of),
    "interests": (_("Interests"), interests.edit),
    "saved": (_("Saved"), radar_views.saved),
    "changes": (_("Changes"), radar_views.changes),
    "share": (_("Share this radar"), radar_views.share),
}
changed = unseen(store, desk.radar.name)
labels = {name: label for name, (label, draw) in views.items()} | ({"changes": f"{_('Changes')} ({changed})"} if changed else {})
with place:
    view = address.choice(_("View"), list(views), "new", labels.__getitem__, "radar.view", label_visibility="collapsed")
views[view][1](desk)
