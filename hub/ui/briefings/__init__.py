"""Briefings: written in the sidebar, read on their page."""
