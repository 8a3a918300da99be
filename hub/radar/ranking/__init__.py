"""Which new papers are for a reader, and why."""
