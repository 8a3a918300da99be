"""Trends as plain rows, for the command line and for files."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from hub.trends.movers import changes
from hub.trends.table import Trends

COLUMNS = (
    "topic", "name", "call", "share", "share_now", "share_before", "ratio", "ratio_low", "ratio_high", "p", "q", "burst_weight",
    "why",
    "ratio_past", "ratio_past_low", "ratio_past_high", "p_window", "p_past", "p_slope", "by", "slope_month", "ratio_shrunk",
    "share_past", "novelty", "fields", "mostly_from", "mostly_share", "trend_p", "trend_slope", "burst_since", "burst_until",
    "dispersion", "comparable", "papers", "papers_now", "papers_before",
)  # fmt: skip
"""Columns of the rows, in order; then those of :func:`hub.trends.movers.changes`. ``share`` is what pages show: its part of
all papers in the last window, as in the series; ``share_now`` and ``share_before`` are those that the test compares.
``trend_p`` and ``trend_slope`` (share per four weeks) are Mann-Kendall's and Sen's; ``slope_month`` is log growth a month;
``fields`` the true diversity (Hill number of order 1) of the fields it comes from now; ``comparable`` the part of its papers
in strata that both windows have; ``novelty`` the part of its share of now that it did not have before the two windows."""


def trend_table(found: Trends) -> pd.DataFrame:
    """Return the table with the columns that are published, and the series as lists of shares (``series``)."""
    table = found.table[list(COLUMNS)].join(changes(found.table).drop(columns="by"))
    share = found.series.share[found.table["row"].to_numpy()] if len(table) else np.zeros((0, 0))
    table["series"] = [[None if math.isnan(v) else float(v) for v in row] for row in share]
    return table


def trend_rows(found: Trends) -> list[dict[str, Any]]:
    """Return one dict a topic; what is not known (a ratio to nothing, a series not covered) is None."""
    table = trend_table(found)
    periods = [
        {"start": str(day.date()), "complete": bool(full)}
        for day, full in zip(found.periods.dates, found.periods.complete, strict=True)
    ]
    rows = []
    for row in table.to_dict("records"):
        plain = {str(key): _plain(value) for key, value in row.items()}
        rows.append(plain | {"periods": periods, "weeks": found.weeks, "until": str(found.until - np.timedelta64(1, "D"))})
    return rows


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one dict a row; dates as ISO text, what is not known or infinite as None."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
