"""What is it about?"""

import streamlit as st

from hub import atlas
from hub.ui import curate, data, naming, new_topics, parts, topic_card, topic_map, topics
from hub.ui.i18n import _

st.title(_("Topics"))
snapshot, rows = data.snapshot(), parts.selected_rows()
if not len(snapshot.topics) or not len(atlas.placed(snapshot, rows)):
    st.info(
        _("These papers have no topics yet: they appear here when the worker has fitted them."), icon=":material/hourglass_empty:"
    )
    st.stop()

form, hidden = topics.form(), curate.marked("hidden")
if form == "map":
    topic_map.draw(hidden)
elif form == "outline":
    topics.outline(hidden)
else:
    topics.tree(form, hidden)
new_topics.draw()
topic = topics.picked(hidden, curate.marked("pinned"))
if topic is not None:
    topic_card.draw(topic)
    curate.forms(topic)
    naming.form()
