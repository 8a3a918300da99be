"""Nothing that was published goes without a word: what a publish would take away is counted before it takes it away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import SnapshotError
from hub.i18n.messages import Said

PASSING = "demo:"
"""How ids begin of papers that leave when real ones come."""
_allowed: ContextVar[bool] = ContextVar("loss_allowed", default=False)


@contextmanager
def allowed(insists: bool = True) -> Iterator[None]:
    """Let what is published inside take away papers and topics, where somebody ``insists`` (``--allow-loss``)."""
    token = _allowed.set(insists)
    try:
        yield
    finally:
        _allowed.reset(token)


def are_allowed() -> bool:
    """Return whether somebody insists now."""
    return _allowed.get()


def check(former: pd.DataFrame, topics_before: int, ids: pa.ChunkedArray, topics: int) -> None:
    """Refuse to take away papers, or all topics, that pages show now. Papers of the demo corpus may go, and what they had.

    Parameters
    ----------
    former
        ``id`` and ``topic`` of the papers that pages show now.
    topics_before, topics
        How many topics pages show now, and would show.
    ids
        The papers that pages would show.

    Raises
    ------
    SnapshotError
        Saying how many would go, and what to do.
    """
    real = ~former["id"].astype(str).str.startswith(PASSING).to_numpy(dtype=bool)
    known = pc.is_in(pa.array(former["id"], pa.large_string()), value_set=ids.cast(pa.large_string()))
    lost = int((real & ~known.to_numpy(zero_copy_only=False)).sum())
    if lost:
        raise SnapshotError(
            Said(
                "Nothing was published: {lost} of {before} papers that pages show now would be gone, {now} would be there. Is the"
                " paper table the right one, and whole (`python -m hub doctor`)?"
                " If the loss is meant, run `python -m hub gather --allow-loss`.",
                lost=lost,
                before=len(former),
                now=len(ids),
            )
        )
    if topics_before and not topics and np.any(real & (former["topic"].to_numpy() >= 0)):
        raise_without_topics(topics_before)


def raise_without_topics(before: int) -> None:
    """Refuse to publish without topics where there were ``before``."""
    raise SnapshotError(
        Said(
            "Nothing was published: it would have no topics, where there were {before}. Run `python -m hub fit` to find them"
            " anew. If the loss is meant, run `python -m hub gather --allow-loss`.",
            before=before,
        )
    )
