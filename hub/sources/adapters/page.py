"""What every adapter yields: pages of entries, with what is needed to go on after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.sources.record import Record, Reject

if TYPE_CHECKING:
    from hub.sources.web.client import Fetched

STRANGE = "{service}'s answer is not what its manual says. Try again later."
"""What is wrong when an answer is not in a service's own form."""
Cursor = Mapping[str, Any]
"""Plain values (they are kept on disk) from which an adapter goes on after a page; empty at the start and at the end."""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of the source; where to go on; how many there are in all.

    ``total`` is what the source says (0: it does not), counted from the start of the reading, or, when ``estimated``, about that
    many: good for a progress bar, not for telling whether something is missing.
    """

    entries: list[Record | Reject]
    cursor: Cursor = field(default_factory=dict)
    total: int = 0
    fetched: Fetched | None = None
    estimated: bool = False
