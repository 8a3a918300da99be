"""The parts of the Bridges page."""
