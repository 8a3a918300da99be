"""What is it about?"""

from hub.figures.map import placed
from hub.ui import data, parts, worker
from hub.ui.end import end
from hub.ui.i18n import _
from hub.ui.topics import card, curate, emerging, map, naming, page

with parts.head(_("Topics")):
    form = page.form()
snapshot, rows = data.snapshot(), parts.selected_rows()
if not len(snapshot.topics) or not len(placed(snapshot, rows)):
    worker.no_topics()
    end()

hidden = curate.marked("hidden")
if form == "map":
    map.draw(hidden)
elif form == "outline":
    page.outline(hidden)
else:
    page.tree(form, hidden)
page.fit_as_a_whole()
emerging.draw()
topic = page.picked(hidden, curate.marked("pinned"))
if topic is not None:
    card.draw(topic)
    curate.forms(topic)
    naming.form()
