"""Calls: one word on each topic, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

CALLS = ("emerging", "rising", "bursting", "steady", "fading", "gone")
"""In the order in which they are listed."""
Q_CALLED = 0.05
NEW = 0.25
"""An emerging topic had, before the two windows, at most this part of its share of now."""
BURST_FACTOR = 2.0
"""A rising topic bursts when it came this many times as often as before and Kleinberg's automaton says so too."""
GONE = 0.15
"""A fading topic is gone when its share is at most this part of what it was."""

Say = Callable[..., str]


def call(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Return the call of each topic, (n_topics,).

    Every call but steady needs q < .05. *Rising*: its share grew. *Emerging*: it grew and was hardly there before the two
    windows. *Bursting*: it grew, twofold or more, within a Kleinberg burst that still lasts. *Fading*: its share fell;
    *gone*: to next to nothing.
    """
    certain = table["q"].to_numpy() < Q_CALLED
    grew = certain & (table["ratio_shrunk"].to_numpy() > 1)
    fell = certain & (table["ratio_shrunk"].to_numpy() < 1)
    new = grew & (table["novelty"].to_numpy() >= 1 - NEW)
    sudden = grew & table["bursting"].to_numpy() & (table["ratio"].to_numpy() >= BURST_FACTOR)
    gone = fell & (table["share_now"].to_numpy() <= GONE * table["share_past"].to_numpy())
    return np.select([new, sudden, grew, gone, fell], ["emerging", "bursting", "rising", "gone", "fading"], "steady")


def why(row: Mapping[str, Any], weeks: int, say: Say | None = None) -> str:
    """Return the sentence behind a call.

    Parameters
    ----------
    row
        A row of the trends table.
    weeks
        Length of the two windows.
    say
        Translates a template and fills its ``{names}``; English without it.

    Examples
    --------
    >>> row = {"call": "rising", "ratio": 2.1, "ratio_low": 1.6, "ratio_high": 2.8, "q": .003, "mostly_from": "cs.RO",
    ...        "mostly_share": .6, "papers_now": 40, "papers_before": 19, "share_now": .004, "share_before": .002}
    >>> why(row, 13)
    '2.1x its share of the 13 weeks before [1.6-2.8], q = .003, mostly from cs.RO'
    """
    say = say or _plain
    if not row["papers_now"] and not row["papers_before"]:
        return say("no paper in either window")
    if np.isnan(row["ratio"]):
        return say("no stream was covered in both windows, so nothing can be compared")
    if not row["papers_before"]:
        parts = [say("{n} papers in {weeks} weeks, none in the {weeks} weeks before", n=row["papers_now"], weeks=weeks)]
    elif not row["papers_now"]:
        parts = [say("no paper in {weeks} weeks, {n} in the {weeks} weeks before", n=row["papers_before"], weeks=weeks)]
    else:
        bounds = f"{_times(row['ratio_low'])}-{_times(row['ratio_high'])}"
        parts = [say("{ratio}x its share of the {weeks} weeks before [{bounds}]", ratio=_times(row["ratio"]), weeks=weeks,
                     bounds=bounds)]  # fmt: skip
    parts.append(say("q = {q}", q=probability(row["q"])))
    if row["call"] == "emerging":
        parts.append(say("hardly there earlier"))
    if row["call"] == "bursting":
        parts.append(say("Kleinberg burst since {day}", day=str(row["burst_since"])[:10]))
    if row["mostly_from"] and row["mostly_share"] >= 0.5:
        parts.append(say("mostly from {field}", field=row["mostly_from"]))
    return say(", ").join(parts)


def probability(p: float) -> str:
    """Return a p-value as papers print it.

    >>> probability(.00321), probability(.2), probability(1e-9), probability(1.0)
    ('.003', '.20', '< .001', '1')
    """
    if p >= 0.995:
        return "1"
    if p < 0.001:
        return "< .001"
    return f"{p:.3f}"[1:] if p < 0.1 else f"{p:.2f}"[1:]


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def _plain(message: str, **values: object) -> str:
    return message.format(**values) if values else message
