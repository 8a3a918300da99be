"""The parts of the Trends page."""
