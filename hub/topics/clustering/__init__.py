"""Vectors become topics, themes, subtopics and a map."""
