"""How papers are shown everywhere: as cards, as a table, as a sheet of one paper; and how they leave as a file."""

from hub.ui.papers.cards import paper_cards
from hub.ui.papers.table import paper_table, papers_to_open

__all__ = ["paper_cards", "paper_table", "papers_to_open"]
