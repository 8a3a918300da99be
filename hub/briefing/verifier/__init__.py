"""A small model that reads a claim beside the passages it cites, and says whether they bear it out."""
