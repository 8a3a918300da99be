"""Topics get their words and names."""
