"""Tidy tables for the figures of the Trends page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hub.storage.selection import Rows, Selection
from hub.storage.snapshot import Snapshot
from hub.trends import hindcast
from hub.trends.backtest import Record
from hub.trends.levels import groups
from hub.trends.series import Every
from hub.trends.table import Trends, trends, wide


def trends_of(
    snapshot: Snapshot, rows: Rows, *, chosen: Selection, every: Every = "month", level: int = 0, weeks: int = 13
) -> Trends:
    """Return the trends of ``rows``, which ``chosen`` selects; its shares are shares of its sources, fields and days."""
    base = rows if wide(chosen) == chosen else wide(chosen).rows(snapshot)
    return trends(snapshot, rows, base, every=every, level=level, weeks=weeks)


def series_table(found: Trends, topics: Sequence[int] | None = None) -> pd.DataFrame:
    """Return one row a topic and period: topic, name, start, papers, share, shrunk, low, high, complete.

    ``share`` is that of the comparable corpus and NaN where the topic's streams were not covered; ``shrunk`` is drawn
    towards its usual share where papers are few, with its 95 % interval.
    """
    table = found.table if topics is None else found.table.set_index("topic", drop=False).loc[list(topics)]
    at = table["row"].to_numpy()
    shrunk, low, high = (values[at] for values in found.series.shrunk())
    periods = len(found.periods)
    return pd.DataFrame(
        {
            "topic": np.repeat(table["topic"].to_numpy(), periods), "name": np.repeat(table["name"].to_numpy(), periods),
            "start": np.tile(found.periods.dates, len(table)), "papers": found.series.papers[at].ravel().astype(int),
            "share": found.series.share[at].ravel(), "shrunk": shrunk.ravel(), "low": low.ravel(), "high": high.ravel(),
            "complete": np.tile(found.periods.complete, len(table)),
        }
    )  # fmt: skip


def ranks(series: pd.DataFrame) -> pd.DataFrame:
    """Return a series table with the rank of each topic in each period by shrunken share, 1 the largest."""
    return series.assign(rank=series.groupby("start")["shrunk"].rank(ascending=False, method="first"))


def rows_of_topic(snapshot: Snapshot, rows: Rows, topic: int, level: int = 0) -> Rows:
    """Return those of ``rows`` that are of a topic, or of a theme of a level."""
    table, group = groups(snapshot, level)
    place = np.flatnonzero(table["topic"].to_numpy() == topic)
    return rows[np.isin(group[rows], place)]


def record_of(snapshot: Snapshot, rows: Rows) -> Record | None:
    """Return the back-test that the worker made of the whole corpus, None when there was none to make.

    It is the record of the calls, so it does not depend on the selection: ``rows`` is not looked at.
    """
    return hindcast.read(snapshot)


def calls_held(snapshot: Snapshot, rows: Rows) -> pd.DataFrame:
    """Return how earlier calls of emergence fared on the whole corpus (:func:`hub.trends.hindcast.calls_held`)."""
    return hindcast.calls_held(snapshot)


def outlooks(snapshot: Snapshot, rows: Rows, *, level: int = 0) -> pd.DataFrame:
    """Return how likely each topic's share is to be above 1.25 times its long run in three months, and to hold.

    Columns topic, ``grows`` and ``holds``: criteria A and B of :mod:`hub.trends.backtest`, as the worker published them. No
    rows when the corpus had fewer than eight complete months.
    """
    table = snapshot.table("outlook")
    if table is None:
        return pd.DataFrame({"topic": pd.Series(dtype="int64"), "grows": pd.Series(dtype=float), "holds": pd.Series(dtype=float)})
    return table.loc[table["level"] == level, ["topic", "grows", "holds"]].reset_index(drop=True)
