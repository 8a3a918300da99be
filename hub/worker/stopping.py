"""SIGINT and SIGTERM end a command at a point where nothing is half done, and the record of its job says so.

The signal is raised in the main thread as :class:`~hub.errors.Stopped`: drafts are taken away, locks let go. What does not
come to its end within :data:`GRACE_S`, because it waits for a server or counts outside Python, is ended as a kill would: every
write is made beside its file and put in its place at once, so that loses nothing either (``bench/kills.py``). A second signal
does not wait.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from hub.errors import Stopped
from hub.worker import jobs

GRACE_S, RECORD_S = 7.0, 1.0
"""Seconds that the main thread has to come to its end, and the record of the job to be written."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(home: Callable[[], Path]) -> None:
    """Let this process, of which this is the main thread, end by :class:`Stopped` when it is asked to, and in time.

    Parameters
    ----------
    home
        Tells the data folder whose job this process may be doing.
    """
    # a byte is written as the signal comes, also while the main thread is in a long call and its own handler has to wait
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    for wanted in SIGNALS:
        signal.signal(wanted, _stop)
    signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reads, home), name="stopping", daemon=True).start()


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def _watch(reads: int, home: Callable[[], Path]) -> None:
    number = os.read(reads, 1)[0]
    select.select([reads], [], [], GRACE_S)
    record = threading.Thread(target=lambda: jobs.note_stopped(home()), daemon=True)
    record.start()
    record.join(RECORD_S)
    os._exit(128 + number)
