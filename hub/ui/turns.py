"""Whose page runs now: as many at a time as there are processors, the others wait for a moment.

Fifty runs that share two processors all end late; one after the other most end early. A run that waits long goes on all the
same, so that one reader's long work (an answer of the language model) holds up nobody for longer than :data:`PATIENCE_S`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hub.ui import metrics

PLACES = max(2, os.cpu_count() or 2)
PATIENCE_S = 5.0
_places = threading.Semaphore(PLACES)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a place, for :data:`PATIENCE_S` at most, and hold it while the body runs."""
    with metrics.WAITING.track_inprogress():
        has_place = _places.acquire(timeout=PATIENCE_S)
    try:
        with metrics.RUNNING.track_inprogress():
            yield
    finally:
        if has_place:
            _places.release()
