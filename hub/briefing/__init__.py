"""Briefings: evidence from a selection, a text that cites it, and a ledger that checks every sentence.

:func:`write` does it all, with a language model or without; :func:`estimate` says beforehand what it will take.
"""

from hub.briefing.compose import Estimate, estimate, write
from hub.briefing.model import AUDIENCES, LANGUAGES, LENGTHS, VERDICTS, Briefing, Entry, Request, Source
from hub.briefing.store import Changes, Store, changes

__all__ = [
    "AUDIENCES",
    "LANGUAGES",
    "LENGTHS",
    "VERDICTS",
    "Briefing",
    "Changes",
    "Entry",
    "Estimate",
    "Request",
    "Source",
    "Store",
    "changes",
    "estimate",
    "write",
]
