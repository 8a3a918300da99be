"""What is it about?"""

import streamlit as st

from hub import atlas
from hub.ui import data, topic_card, topic_map, topics
from hub.ui.i18n import _

st.title(_("Topics"))
snapshot, rows = data.snapshot(), data.rows()
if not len(rows):
    st.info(_("No paper passes these filters. Take one away, or widen the dates."), icon=":material/filter_alt_off:")
    st.stop()
if not len(snapshot.topics) or not len(atlas.placed(snapshot, rows)):
    st.info(
        _("These papers have no topics yet: they appear here when the worker has fitted them."), icon=":material/hourglass_empty:"
    )
    st.stop()

form = topics.form()
if form == "map":
    topic_map.draw(())
elif form == "outline":
    topics.outline(())
else:
    topics.tree(form, ())
topic = topics.picked()
if topic is not None:
    topic_card.draw(topic)
