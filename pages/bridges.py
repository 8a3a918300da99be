"""Where do fields meet?"""

from hub.ui import parts
from hub.ui.bridges import page
from hub.ui.i18n import _

with parts.head(_("Bridges")):
    view, by = page.options()
parts.selected_rows()
page.VIEWS[view](by)
