"""What came in?"""

from hub.ui.sources import page as sources
from hub.ui.today import page, recap, sections

found = page.edition()
sources.short_notice()
field, number = sections.chosen_field(found)
if not field:
    recap.draw(page.returned())
made = [sections.one_field(found, field, number)] if field else sections.front_page(found)
daily = sections.composed(made, found, *page.headline(found))
sections.draw(daily, made)
sections.export(daily)
