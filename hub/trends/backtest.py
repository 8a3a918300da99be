"""The record: history replayed month by month with only what was known then, and each rule scored by what followed.

At every origin a rule ranks the topics that it holds to be rising; its first twenty are scored by two criteria against the
three months that follow: (A) the future share exceeds 1.25 times the long-run share before both windows; (B) it is not below
that of the window before the origin. Shares are compared over the strata that both spans have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from hub.snapshot import Snapshot
from hub.trends import growth, outlook
from hub.trends.coverage import coverage
from hub.trends.levels import groups
from hub.trends.outlook import WINDOW, Months
from hub.trends.series import calendar

Floats = npt.NDArray[np.float64]
K = 20

LEAST_PAPERS = 10
"""Papers a topic must have had by the origin to be ranked at all, by any rule."""
HISTORY = 8
"""Months before the first origin: two windows, and two months of long run."""
OURS = "outlook"
RESAMPLED = 400


@dataclass(frozen=True, eq=False)
class Record:
    """What a back-test found.

    ``picks`` one row a rule, origin and ranked topic: rule, origin, month, topic, rank, score, a, b (what came true), ratio_a;
    ``table`` one row a rule: precision for A and B with their intervals, recall of later risers, lead in days;
    ``calibration`` one row a criterion and bin of stated confidence: stated, true, n; ``base_a``, ``base_b`` the part of all
    topics for which the criterion came true; ``origins`` how many there were.
    """

    picks: pd.DataFrame
    table: pd.DataFrame
    calibration: pd.DataFrame
    base_a: float
    base_b: float
    origins: int


def months_of(snapshot: Snapshot, level: int = 0) -> tuple[Months, pd.DatetimeIndex, pd.DataFrame]:
    """Return the counts of all complete months of a Snapshot, the months, and the topics or themes of a level."""
    covered = coverage(snapshot)
    names, group = groups(snapshot, level)
    period = calendar(covered.first_day, covered.last_day, "month")
    full = np.flatnonzero(period.complete)
    if not len(full):
        return Months(np.zeros((len(names), 1, 0)), np.zeros((1, 0)), np.zeros(len(names), int)), period.dates[:0], names
    month = period.of(snapshot.days) - full[0]
    n, s, m = len(names), covered.n_strata, len(full)
    inside = (month >= 0) & (month < m) & (covered.strata >= 0)
    stratum = covered.strata[inside].astype(np.int64)
    totals = np.bincount(stratum * m + month[inside], minlength=s * m).reshape(s, m).astype(float)
    placed = inside & (group >= 0)
    cell = (group[placed].astype(np.int64) * s + covered.strata[placed]) * m + month[placed]
    papers = np.bincount(cell, minlength=n * s * m).reshape(n, s, m).astype(float)
    parent = names["parent"].to_numpy(dtype=np.int64)
    if (parent < 0).all():  # no tree: the field that most of its papers are from stands for the parent
        fields = snapshot.codes("field")[0]
        known = placed & (fields >= 0)
        width = int(fields.max()) + 1 if len(fields) else 1
        by_field = np.bincount(group[known].astype(np.int64) * width + fields[known], minlength=n * width).reshape(n, width)
        parent = by_field.argmax(1)
    return Months(papers, totals, parent), period.dates[full], names


def plain_ratio(m: Months) -> Floats:
    """Rank by the share of the last window over that of the one before: what most dashboards do."""
    now, before = _share(m, slice(-WINDOW, None)), _share(m, slice(-2 * WINDOW, -WINDOW))
    return np.where(before > 0, now / np.maximum(before, 1e-12), np.where(now > 0, np.inf, 0.0))


def raw_slope(m: Months) -> Floats:
    """Rank by the least-squares slope of the monthly share over the last six months."""
    share = m.papers.sum(1)[:, -2 * WINDOW :] / np.maximum(m.totals.sum(0)[-2 * WINDOW :], 1)
    time = np.arange(share.shape[1]) - (share.shape[1] - 1) / 2
    return share @ time


def binomial_p(m: Months) -> Floats:
    """Rank by the binomial p-value of the last window against the one before."""
    return -growth.p_more(_pooled(m))


def lower_bound(m: Months) -> Floats:
    """Rank by the lower bound of the shrunken ratio of the two windows."""
    w = _pooled(m)
    prior = 10.0
    k1, k0 = w.now + prior, w.before + prior
    ratio = np.log(k1 / (w.expected_now + prior)) - np.log(k0 / (w.expected_before + prior))
    return ratio - 1.96 * np.sqrt(1 / k1 + 1 / k0)


def bertrend_popularity(m: Months) -> Floats:
    """Return BERTrend's popularity (Boutaleb et al. 2024) of each topic and month, for comparison only, (n_topics, n_months)."""
    k = m.papers.sum(1)
    popularity = np.zeros(k.shape)
    value, missed = np.zeros(len(k)), np.zeros(len(k))
    for month in range(k.shape[1]):
        missed = np.where(k[:, month] > 0, 0, missed + 1)
        value = np.where(k[:, month] > 0, value + k[:, month], value * np.exp(-0.01 * missed**2))
        popularity[:, month] = value
    return popularity


def bertrend_strong(m: Months) -> Floats:
    """Rank by the slope of BERTrend's popularity over the last window, strong and weak signals alike."""
    return _popularity_slope(bertrend_popularity(m))


def bertrend_weak(m: Months) -> Floats:
    """Rank BERTrend's weak signals (10th to 90th percentile of popularity, positive slope) by slope; the rest comes after."""
    popularity = bertrend_popularity(m)
    slope, last = _popularity_slope(popularity), popularity[:, -1]
    low, high = np.percentile(last[last > 0], [10, 90]) if (last > 0).any() else (0.0, 0.0)
    weak = (last >= low) & (last <= high) & (slope > 0)
    relative = slope / np.maximum(last, 1e-9)
    return np.where(weak, relative, relative - 1e6)


def chance(m: Months) -> Floats:
    """Rank by lot."""
    return np.random.default_rng(m.totals.shape[1]).random(len(m.papers))


RULES: dict[str, Callable[[Months], Floats]] = {
    "raw slope": raw_slope,
    "last/previous ratio": plain_ratio,
    "binomial p": binomial_p,
    "lower bound of shrunken ratio": lower_bound,
    "BERTrend, steepest": bertrend_strong,
    "BERTrend, weak signals": bertrend_weak,
    "chance": chance,
}


def backtest(whole: Months, prior: dict[str, Floats] | None = None, judge: Months | None = None) -> Record:
    """Replay ``whole`` and score the outlook and every baseline rule.

    Parameters
    ----------
    whole
        All months. At an origin each rule is given ``whole.until(origin)`` and the weights are taught by origins whose
        three following months had passed by then.
    prior
        Logistic weights to start from, for ``a``, ``b`` and ``both``; :data:`hub.trends.outlook.START` unless given.
    judge
        Counts that say what came true; ``whole`` itself unless given. With :func:`halves` no paper is both evidence for a
        rank and reference of its criterion, so that regression to the mean helps no rule.

    Raises
    ------
    NotEnoughPapers
        When there are fewer than eleven complete months.
    """
    from hub.errors import NotEnoughPapers

    months = whole.totals.shape[1]
    origins = range(HISTORY, months - WINDOW + 1)
    if not len(origins):
        need = HISTORY + WINDOW
        raise NotEnoughPapers(
            f"A record needs {need} complete months of papers, and there are {months}. Import older papers.",
            have=months,
            need=need,
        )
    past: list[tuple[int, Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]] = []
    picks, stated = [], []
    for origin in origins:
        known = whole.until(origin)
        ratio_a, ratio_b = outlook.outcomes(judge or whole, origin)
        ranked = np.flatnonzero((known.papers.sum((1, 2)) >= LEAST_PAPERS) & ~np.isnan(ratio_a) & ~np.isnan(ratio_b))
        a, b = ratio_a > outlook.FACTOR, ratio_b >= 1
        x = outlook.features(known)
        learned = [p for p in past if p[0] + WINDOW <= origin]
        chances = _chances(x, learned, prior)
        past.append((origin, x[ranked], a[ranked], b[ranked]))
        stated.append(
            pd.DataFrame({"a": chances["a"][ranked], "b": chances["b"][ranked], "true_a": a[ranked], "true_b": b[ranked]})
        )
        scores = {OURS: chances["both"], **{name: rule(known) for name, rule in RULES.items()}}
        for name, score in scores.items():
            order = ranked[np.argsort(-score[ranked], kind="stable")]
            picks.append(
                pd.DataFrame(
                    {"rule": name, "origin": origin, "topic": order, "rank": np.arange(len(order)) + 1, "score": score[order],
                     "a": a[order], "b": b[order], "ratio_a": ratio_a[order]}
                )
            )  # fmt: skip
    frame = pd.concat(picks, ignore_index=True)
    told = pd.concat(stated, ignore_index=True)
    one = frame[frame["rule"] == OURS]
    return Record(frame, _scored(frame), _calibration(told), float(one["a"].mean()), float(one["b"].mean()), len(origins))


def halves(whole: Months, seed: int = 0) -> tuple[Months, Months]:
    """Return the papers dealt into two halves by lot: independent counts of the same shares (Poisson thinning)."""
    rng = np.random.default_rng(seed)
    others = whole.totals - whole.papers.sum(0)  # papers of no topic
    one, rest = rng.binomial(whole.papers.astype(np.int64), 0.5), rng.binomial(np.maximum(others, 0).astype(np.int64), 0.5)
    first = Months(one.astype(float), one.sum(0) + rest.astype(float), whole.parent)
    return first, Months(whole.papers - first.papers, whole.totals - first.totals, whole.parent)


def _chances(
    x: Floats, learned: list[tuple[int, Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]], prior: dict[str, Floats] | None
) -> dict[str, Floats]:
    start = prior or outlook.START
    seen = np.concatenate([p[1] for p in learned]) if learned else np.zeros((0, x.shape[1]))
    a = np.concatenate([p[2] for p in learned]) if learned else np.zeros(0, dtype=bool)
    b = np.concatenate([p[3] for p in learned]) if learned else np.zeros(0, dtype=bool)
    return {
        name: special.expit(x @ outlook.taught(seen, truth, start[name])) for name, truth in (("a", a), ("b", b), ("both", a & b))
    }


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, ranked in frame.groupby("rule", sort=False):
        top = ranked[ranked["rank"] <= K]
        risers = ranked[ranked["a"] & ranked["b"]]
        row = {"rule": name, "recall": float((risers["rank"] <= K).mean()) if len(risers) else np.nan}
        for criterion in ("a", "b"):
            low, high = _interval(top, criterion)
            row |= {criterion: float(top[criterion].mean()), f"{criterion}_low": low, f"{criterion}_high": high}
        rows.append(row | {"both": float((top["a"] & top["b"]).mean())} | _lead(ranked))
    return pd.DataFrame(rows)


def _interval(top: pd.DataFrame, criterion: str) -> tuple[float, float]:
    """Return a 95 % interval: topics are drawn anew, since the same topic stands in the lists of many origins."""
    by_topic = top.groupby("topic")[criterion].agg(["sum", "size"]).to_numpy(dtype=float)
    draws = np.random.default_rng(0).integers(0, len(by_topic), (RESAMPLED, len(by_topic)))
    means = by_topic[draws, 0].sum(1) / by_topic[draws, 1].sum(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def _lead(ranked: pd.DataFrame) -> dict[str, float]:
    """Return the median days from a topic's first place in the list to the first month that proves it, and how many there are."""
    proven = ranked[ranked["a"] & ranked["b"]].groupby("topic")["origin"].min() + WINDOW
    first = ranked[ranked["rank"] <= K].groupby("topic")["origin"].min()
    lead = (proven - first).dropna()
    lead = lead[lead > 0]
    return {"lead_days": float(lead.median() * 30.44) if len(lead) else np.nan, "led": len(lead), "risers": len(proven)}


def _calibration(told: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for criterion in ("a", "b"):
        bins = pd.qcut(told[criterion], 5, duplicates="drop")
        for _, part in told.groupby(bins, observed=True):
            stated, true = part[criterion].mean(), part[f"true_{criterion}"].mean()
            rows.append((criterion, float(stated), float(true), len(part)))
    return pd.DataFrame(rows, columns=["criterion", "stated", "true", "n"])


def _share(m: Months, span: slice) -> Floats:
    return m.papers[:, :, span].sum((1, 2)) / max(float(m.totals[:, span].sum()), 1.0)


def _pooled(m: Months) -> growth.Windows:
    k, n = m.papers.sum(1), m.totals.sum(0)
    now, before = slice(-WINDOW, None), slice(-2 * WINDOW, -WINDOW)
    return growth.windows(k[:, now].sum(1)[:, None], k[:, before].sum(1)[:, None], [n[now].sum()], [n[before].sum()])


def _popularity_slope(popularity: Floats) -> Floats:
    last = popularity[:, -WINDOW:]
    return last @ (np.arange(last.shape[1]) - (last.shape[1] - 1) / 2)
