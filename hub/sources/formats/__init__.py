"""Readers of files and documents: bytes become entries."""
