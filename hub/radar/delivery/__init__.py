"""How a radar reaches its reader: digests, mail, feeds, alerts."""
