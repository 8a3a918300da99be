"""Makes the verifier's weights again: pairs from abstracts, training, export.

Needs torch and WordNet; nothing of the app imports it.
"""
