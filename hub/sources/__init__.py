"""Where papers come from: one adapter a protocol, and what they share."""
