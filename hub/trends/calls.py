"""Calls: one word on each topic, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum, auto
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


class Call(StrEnum):
    """One word on a topic, in the order in which they are listed."""

    EMERGING = auto()
    RISING = auto()
    BURSTING = auto()
    STEADY = auto()
    FADING = auto()
    GONE = auto()


CALLS = tuple(Call)
Q_CALLED = 0.05
LEAST_CHANGE = 1.15
"""A share must change this many times to be called, however certain: a topic of 30,000 papers is certain of any change."""
NEW = 0.25
"""An emerging topic had, before the two windows, at most this part of its share of now."""
BURST_FACTOR = 2.0
"""A rising topic bursts when it came this many times as often as before and Kleinberg's automaton says so too."""
GONE = 0.15
"""A fading topic is gone when its share is at most this part of what it was."""

Say = Callable[..., str]


def call(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Return the call of each topic, (n_topics,).

    Every call but steady needs q < .05 and a change of 1.15 times, in the strongest of three tests: the last window
    against the one before, against all before, and the slope over the last year. *Rising*: its share grew. *Emerging*: it
    grew and was hardly there before the two windows. *Bursting*: it grew, twofold or more, within a Kleinberg burst that
    still lasts. *Fading*: its share fell; *gone*: to next to nothing.
    """
    change = log_change(table)
    certain = (table["q"].to_numpy() < Q_CALLED) & (np.abs(change) >= np.log(LEAST_CHANGE))
    up = change > 0
    grew, fell = certain & up, certain & ~up
    new = grew & (table["novelty"].to_numpy() >= 1 - NEW)
    sudden = grew & table["bursting"].to_numpy() & (table["ratio"].to_numpy() >= BURST_FACTOR)
    usual = np.fmax(table["share_past"].to_numpy(), table["share_before"].to_numpy())
    gone = fell & (table["share_now"].to_numpy() <= GONE * usual)
    called = [str(call) for call in (Call.EMERGING, Call.BURSTING, Call.RISING, Call.GONE, Call.FADING)]
    return np.select([new, sudden, grew, gone, fell], called, str(Call.STEADY))


def strongest(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Return which of the three tests says most of each topic: ``window``, ``past`` or ``slope``, (n_topics,)."""
    tests = table[["p_window", "p_past", "p_slope"]].to_numpy()
    return np.array(["window", "past", "slope"])[tests.argmin(1)] if len(tests) else np.array([], dtype="<U6")


def log_change(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the log of what the strongest test found, (n_topics,): a ratio of shares, or half a year of the slope."""
    by = strongest(table)
    ratio = np.where(by == "window", table["ratio"], table["ratio_past"])
    log = np.log(np.maximum(np.nan_to_num(ratio, nan=1.0, posinf=np.inf), 1e-9))
    return np.where(by == "slope", 6 * np.nan_to_num(table["slope_month"]), log)


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
    ...        "mostly_share": .6, "papers_now": 40, "papers_before": 19, "by": "window", "comparable": 1.0}
    >>> why(row, 13)
    '2.1x its share of the 13 weeks before [1.6-2.8], q = .003, mostly from cs.RO'
    """
    say = say or _plain
    if not row["papers_now"] and not row["papers_before"]:
        return say("no paper in either window")
    if row["comparable"] < 0.5:
        return say("most of its sources were not covered in both windows, so it is not compared")
    if np.isnan(row["ratio"]):
        return say("no stream was covered in both windows, so nothing can be compared")
    if not row["papers_now"]:
        parts = [say("no paper in {weeks} weeks, {n} in the {weeks} weeks before", n=row["papers_before"], weeks=weeks)]
    elif row["by"] == "slope":
        percent = 100 * (np.exp(row["slope_month"]) - 1)
        parts = [say("its share changes by {percent} % a month over the last year", percent=f"{percent:+.0f}")]
    elif row["by"] == "past":
        parts = [_compared(row, "_past", say("{ratio}x its share of all the weeks before [{bounds}]"))]
    elif not row["papers_before"]:
        parts = [say("{n} papers in {weeks} weeks, none in the {weeks} weeks before", n=row["papers_now"], weeks=weeks)]
    else:
        parts = [_compared(row, "", say("{ratio}x its share of the {weeks} weeks before [{bounds}]", weeks=weeks, ratio="{ratio}",
                                        bounds="{bounds}"))]  # fmt: skip
    parts.append("q " + (p if (p := probability(row["q"])).startswith("<") else f"= {p}"))
    if row["call"] == Call.EMERGING:
        parts.append(say("hardly there earlier"))
    if row["call"] == Call.BURSTING:
        parts.append(say("Kleinberg burst since {day}", day=str(row["burst_since"])[:10]))
    if row["mostly_from"] and row["mostly_share"] >= 0.5:
        parts.append(say("mostly from {field}", field=row["mostly_from"]))
    return say(", ").join(parts)


def _compared(row: Mapping[str, Any], which: str, template: str) -> str:
    low, high = (_times(row[f"ratio{which}_{side}"]) for side in ("low", "high"))
    return template.format(ratio=_times(row[f"ratio{which}"]), bounds=f"{low}-{high}")


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
    return "∞" if np.isinf(ratio) else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def _plain(message: str, **values: object) -> str:
    return message.format(**values) if values else message
