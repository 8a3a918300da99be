"""The command line, one module a room; ``python -m hub`` puts them together."""
