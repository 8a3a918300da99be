"""Servers that the tests start on this machine's loopback."""
