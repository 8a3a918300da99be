"""The one polite client, and the guard that keeps it off private addresses."""
