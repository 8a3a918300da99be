"""The tables of the Trends page, all from one pass over the Snapshot's codes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.stats import mann_kendall, rates
from hub.storage.selection import Rows, Search, Selection
from hub.storage.snapshot import Snapshot
from hub.trends import burst, calls
from hub.trends.coverage import Coverage, coverage
from hub.trends.levels import groups
from hub.trends.series import Every, Periods, Series, calendar, counted, last_weeks, series

Floats = npt.NDArray[np.float64]
QUARTER = 13
"""Weeks of a window."""
LEAST_WEEKS = 4
"""Weeks of papers below which two windows cannot be compared."""
YEAR = 52
LEAST_COMPARABLE = 0.5
"""Part of a topic's papers of both windows that must be in strata present in both: the rest cannot speak for the topic."""
MONTH = 4
"""Weeks of a period in the trend test (Mann & Kendall)."""


@dataclass(frozen=True, eq=False)
class Trends:
    """All the Trends page shows of a selection.

    ``table`` has one row a topic; ``periods`` and ``series`` are its calendar periods and its series over them (row order of
    the table's ``row`` column); ``bursts`` one row a burst; ``breaks`` the breaks of coverage within the time shown.
    ``weeks`` is the length of the two windows, 0 when there are too few weeks to compare; ``until`` the day after the last.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    periods: Periods
    series: Series
    bursts: pd.DataFrame
    breaks: pd.DataFrame
    weeks: int
    until: np.datetime64
    papers: int
    level: int = 0


def trends(
    snapshot: Snapshot,
    rows: Rows,
    base: Rows | None = None,
    *,
    every: Every = "month",
    level: int = 0,
    weeks: int = QUARTER,
    until: int | None = None,
) -> Trends:
    """Return every table of the Trends page.

    Parameters
    ----------
    rows
        The papers that are counted, as row numbers of the Snapshot.
    base
        The papers that shares are shares of; ``rows`` themselves when none are given. With a selection by text or topic, the
        same selection without them.
    every
        Length of a period of the series.
    level
        Level of the topic tree: 0 topics, 1 and up themes.
    weeks
        Length of each window; less when there are not twice as many weeks of papers.
    until
        Last day to look at, in days since 1970-01-01; the last complete one of the corpus when none is given.
    """
    covered = coverage(snapshot)
    names, group_of = groups(snapshot, level)
    found = count_trends(snapshot, covered, names, group_of, rows, rows if base is None else base, every, weeks, until)
    return replace(found, level=level)


def select(
    snapshot: Snapshot, chosen: Selection, search: Search | None = None, *, every: Every = "month", level: int = 0,
    weeks: int = QUARTER,
) -> Trends:  # fmt: skip
    """Return the trends of a Selection; its shares are shares of all papers of its sources, fields and days."""
    base = wide(chosen).rows(snapshot)
    rows = base if wide(chosen) == chosen else chosen.rows(snapshot, search)
    return trends(snapshot, rows, base, every=every, level=level, weeks=weeks)


def wide(chosen: Selection) -> Selection:
    """Return a Selection without its topics, text and marked papers: what shares are shares of."""
    return replace(chosen, topics=(), text="", papers=None)


def count_trends(
    snapshot: Snapshot,
    covered: Coverage,
    names: pd.DataFrame,
    group_of: npt.NDArray[np.int32],
    rows: Rows,
    base: Rows,
    every: Every,
    weeks: int,
    until: int | None,
) -> Trends:
    """Return :func:`trends` for any grouping of the papers: ``group_of`` (n_papers,) rows of ``names``, -1 for none."""
    last = covered.last_day if until is None else min(until, covered.last_day)
    first, field_names = covered.first_day, snapshot.codes("field")[1]
    everything = len(rows) == len(base)
    days, strata = snapshot.days[base], covered.strata[base]
    if len(base):
        first = max(first, int(days.min()))
    chosen = slice(None) if everything else np.searchsorted(base, rows)
    group = group_of[rows]
    fields = snapshot.codes("field")[0][rows]
    n, s = len(names), covered.n_strata
    week, period = last_weeks(first, last), calendar(first, last, every)
    week_of, period_of = week.of(days), period.of(days)
    by_week = _series(group, strata, week_of, chosen, n, s, len(week))
    by_period = _series(group, strata, period_of, chosen, n, s, len(period))
    width = min(weeks, len(week) // 2) if len(week) >= LEAST_WEEKS else 0
    noise = rates.dispersion(by_week.papers, by_week.expected)
    by_period = Series(by_period.papers, by_period.totals, by_period.expected, by_period.usual, noise)
    table = _table(names, np.bincount(group[(group >= 0) & (period_of[chosen] >= 0)], minlength=n), width)
    if width:
        ours = week_of[chosen]
        window = np.where(ours < 0, -1, np.maximum((len(week) - 1 - ours) // width, 0))
        window_all = np.where(week_of < 0, -1, np.maximum((len(week) - 1 - week_of) // width, 0))
        stratum = strata[chosen]
        k = [counted(_where(group, w), stratum, n, s) for w in (window == 0, window == 1, window >= 2)]
        t = [np.bincount(strata[w & (strata >= 0)], minlength=s) for w in (window_all == 0, window_all == 1, window_all >= 2)]
        _compare(table, k, t, noise)
        _spread(table, counted(_where(group, window == 0), fields, n, len(field_names)), field_names)
        _trend(table, by_week)
        table["slope_month"], table["p_slope"] = rates.slope(by_week.papers[:, -YEAR:], by_week.expected[:, -YEAR:], noise)
        table.loc[table["comparable"] < LEAST_COMPARABLE, "p_slope"] = 1.0
        table["share"] = _share(by_week, width)
        table["p"] = rates.combined(table[["p_window", "p_past", "p_slope"]])
    found = _bursts(table, by_week, week, noise)
    table = table[table["papers"] > 0].reset_index(drop=True)
    table["q"] = rates.q_values(table["p"].to_numpy())
    table["call"] = calls.call(table)
    table["by"] = calls.strongest(table)
    table["why"] = [calls.why({str(k): v for k, v in row.items()}, width) for row in table.to_dict("records")]
    breaks = covered.breaks
    end = np.datetime64(last + 1, "D")
    breaks = breaks[(breaks["day"] >= np.datetime64(first, "D")) & (breaks["day"] < end)].reset_index(drop=True)
    order = np.lexsort((table["p"].to_numpy(), pd.Categorical(table["call"], calls.CALLS).codes))
    return Trends(table.iloc[order].reset_index(drop=True), names, period, by_period, found, breaks, width, end, len(rows))


def _share(by_week: Series, width: int) -> Floats:
    """Return each topic's share in the last ``width`` weeks, (n_topics,): what the series show, over the window."""
    k, e = by_week.papers[:, -width:].sum(1), by_week.expected[:, -width:].sum(1)
    return by_week.usual * np.divide(k, e, out=np.full(len(k), np.nan), where=e > 0)


def _where(group: npt.NDArray[np.int32], mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    return np.where(mask, group, np.int32(-1))


def _series(
    group: npt.NDArray[np.int32],
    strata: npt.NDArray[np.int32],
    time: npt.NDArray[np.int32],
    chosen: slice | npt.NDArray[np.int64],
    n: int,
    s: int,
    times: int,
) -> Series:
    ours = time[chosen]
    inside = _where(group, (ours >= 0) & (strata[chosen] >= 0))
    by_stratum = counted(inside, strata[chosen], n, s)
    return series(by_stratum, counted(inside, ours, n, times), counted(strata, _where(time, strata >= 0), s, times), np.ones(n))


def _table(names: pd.DataFrame, papers: npt.NDArray[np.int64], width: int) -> pd.DataFrame:
    n = len(names)
    none = np.full(n, np.nan)
    unknown = (
        "share_now", "share_before", "share_past", "ratio", "ratio_low", "ratio_high", "ratio_shrunk",
        "share", "ratio_past", "ratio_past_low", "ratio_past_high", "slope_month", "novelty", "fields", "trend_slope",
    )  # fmt: skip
    untested = ("comparable", "p", "p_window", "p_past", "p_slope", "trend_p", "dispersion")
    blank = dict.fromkeys(unknown, none) | dict.fromkeys(untested, np.ones(n))
    return pd.DataFrame(
        {
            "row": np.arange(n), "topic": names["topic"].to_numpy(), "name": names["name"].to_numpy(),
            "papers": papers, "papers_now": 0, "papers_before": 0, **blank,
            "mostly_from": "", "mostly_share": 0.0, "windows_weeks": width,
        }
    )  # fmt: skip


def _compare(table: pd.DataFrame, k: list[Floats], t: list[npt.NDArray[np.int64]], noise: object) -> None:
    spread = np.asarray(noise, dtype=float)
    w = rates.windows(k[0], k[1], t[0], t[1])
    table["papers_now"], table["papers_before"] = k[0].sum(1).astype(int), k[1].sum(1).astype(int)
    table["share_now"], table["share_before"] = w.share_now, w.share_before
    with np.errstate(divide="ignore", invalid="ignore"):
        table["ratio"] = np.where(w.share_before > 0, w.share_now / w.share_before, np.where(w.share_now > 0, np.inf, np.nan))
    table["ratio_low"], table["ratio_high"] = rates.interval(w, spread)
    weight = prior_weight(w, spread)
    table["ratio_shrunk"] = (
        (w.now / spread + weight) / (w.expected_now / spread + weight)
        / ((w.before / spread + weight) / (w.expected_before / spread + weight))
    )  # fmt: skip
    more, less = rates.p_more(w, spread), rates.p_less(w, spread)
    table["p_window"] = np.minimum(1.0, 2 * np.minimum(more, less))
    table["dispersion"] = spread
    earlier = rates.windows(k[0], k[1] + k[2], t[0], t[1] + t[2])
    with np.errstate(divide="ignore", invalid="ignore"):
        table["ratio_past"] = np.where(earlier.share_before > 0, earlier.share_now / earlier.share_before, np.inf)
    table["ratio_past_low"], table["ratio_past_high"] = rates.interval(earlier, spread)
    table["p_past"] = np.minimum(1.0, 2 * np.minimum(rates.p_more(earlier, spread), rates.p_less(earlier, spread)))
    both = np.divide(w.now + w.before, k[0].sum(1) + k[1].sum(1), out=np.ones(len(table)), where=(k[0] + k[1]).sum(1) > 0)
    table["comparable"] = both
    table.loc[both < LEAST_COMPARABLE, ["p_window", "p_past"]] = 1.0
    past = rates.windows(k[0], k[2], t[0], t[2])
    table["share_past"] = past.share_before
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = past.share_before / past.share_now
    table["novelty"] = np.where(past.share_now > 0, np.clip(1 - relative, 0, 1), 0.0) if t[2].sum() else np.nan


def prior_weight(w: rates.Windows, dispersion: Floats) -> float:
    """Return how many expected papers the prior "nothing changed" is worth, from how much all topics changed (moments)."""
    e = w.expected_now
    noise = dispersion * w.expected_now * w.expected_before / np.maximum(w.expected_now + w.expected_before, 1e-9)
    excess = float(((w.now - e) ** 2 - noise).sum() / max(float((e**2).sum()), 1e-9))
    return float(np.clip(1 / max(excess, 1e-4), 0.5, 200.0))


def _spread(table: pd.DataFrame, by_field: Floats, names: list[str]) -> None:
    total = by_field.sum(1, keepdims=True)
    p = np.divide(by_field, total, out=np.zeros_like(by_field), where=total > 0)
    entropy = -(p * np.log(np.where(p > 0, p, 1))).sum(1)
    table["fields"] = np.where(total[:, 0] > 0, np.exp(entropy), np.nan)  # Hill number of order 1: as many equal fields
    if len(names):
        largest = p.argmax(1)
        table["mostly_share"] = p[np.arange(len(p)), largest]
        table["mostly_from"] = np.where(total[:, 0] > 0, np.array(names)[largest], "")


def _trend(table: pd.DataFrame, by_week: Series) -> None:
    months = by_week.papers.shape[1] // MONTH
    if months < 8:  # Mann-Kendall's normal approximation needs eight values
        return
    cut = by_week.papers.shape[1] - months * MONTH
    k = by_week.papers[:, cut:].reshape(len(table), months, MONTH).sum(2)
    e = by_week.expected[:, cut:].reshape(len(table), months, MONTH).sum(2)
    share = by_week.usual[:, None] * np.divide(k, e, out=np.zeros_like(k), where=e > 0)
    _, table["trend_p"], table["trend_slope"] = mann_kendall.mann_kendall(share)


def _bursts(table: pd.DataFrame, by_week: Series, week: Periods, noise: Floats) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = np.where(by_week.totals > 0, by_week.expected / by_week.totals, 0.0)
    states, saved = burst.burst_states(by_week.papers, by_week.totals, usual)
    found = burst.bursts(states, saved / noise[:, None])
    starts = week.starts.astype("datetime64[D]")
    bursts = pd.DataFrame(
        {
            "row": found.topic, "topic": table["topic"].to_numpy()[found.topic], "name": table["name"].to_numpy()[found.topic],
            "since": starts[found.first], "until": starts[found.last + 1], "weight": found.weight,
            "lasts": found.last == len(week) - 1, "p": _burst_p(found, by_week, noise),
        }
    ).sort_values("weight", ascending=False, ignore_index=True)  # fmt: skip
    strongest = bursts.drop_duplicates("row").set_index("row")
    now = bursts[bursts["lasts"]].drop_duplicates("row").set_index("row")
    table["burst_weight"] = strongest["weight"].reindex(table["row"]).fillna(0.0).to_numpy()
    table["bursting"] = table["row"].isin(now.index)
    shown = strongest.copy()
    shown.update(now)
    for column in ("since", "until"):
        table[f"burst_{column}"] = shown[column].reindex(table["row"]).to_numpy()
    return bursts


def _burst_p(found: burst.Bursts, by_week: Series, noise: Floats) -> Floats:
    """Return the chance of so many papers in any stretch of weeks: that of this one, times all stretches there are."""
    k = np.pad(np.cumsum(by_week.papers, axis=1), ((0, 0), (1, 0)))
    e = np.pad(np.cumsum(by_week.expected, axis=1), ((0, 0), (1, 0)))
    row, first, after = found.topic, found.first, found.last + 1
    inside, expected = k[row, after] - k[row, first], e[row, after] - e[row, first]
    w = rates.Windows(inside, k[row, -1] - inside, expected, e[row, -1] - expected, inside, inside)
    stretches = by_week.papers.shape[1] * (by_week.papers.shape[1] + 1) / 2
    return np.minimum(1.0, rates.p_more(w, noise[row]) * stretches)
