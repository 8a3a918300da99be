"""One adapter a protocol: what a source answers becomes entries."""
