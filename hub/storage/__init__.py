"""Where papers are kept, what pages read of them, and how a selection is made and written out."""
