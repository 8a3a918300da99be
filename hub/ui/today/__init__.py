"""The Today page: what came in, as a daily paper."""
