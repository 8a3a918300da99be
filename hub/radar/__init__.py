"""The research radar: what is new for one reader, why, and what changed while they were away."""
