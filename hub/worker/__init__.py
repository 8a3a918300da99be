"""The work behind the pages: one job at a time, and what a gather does."""
