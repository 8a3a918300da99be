"""The parts of the Radar page."""
