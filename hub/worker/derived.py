"""Tables that take long and follow from a fitted Snapshot: where fields meet, and the record of the trends' calls.

Topics know neither bridges nor trends; whoever fits hands them these (``derive=derived.tables``), and they are published with
the Snapshot that they were computed from.
"""

from __future__ import annotations

import pandas as pd

from hub import bridges
from hub.storage import memory
from hub.storage.snapshot import Snapshot
from hub.trends import hindcast


def tables(snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    """Return what :func:`hub.bridges.tables` and :func:`hub.trends.hindcast.tables` compute from a fitted Snapshot."""
    met = bridges.tables(snapshot)
    memory.release()
    return met | hindcast.tables(snapshot)
