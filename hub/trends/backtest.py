"""The record: history replayed month by month with only what was known then, and each rule scored by what followed.

At every origin a rule ranks the topics that it holds to be rising; its first twenty are scored by two criteria against the
three months that follow: (A) the future share exceeds 1.25 times the long-run share before both windows; (B) it is not below
that of the window before the origin. Shares are compared over the strata that both spans have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.errors import NotEnoughPapers
from hub.trends import outlook
from hub.trends.baselines import BERTREND, RULES
from hub.trends.months import WINDOW, Months, halves, months_of

Floats = npt.NDArray[np.float64]
K = 20
HISTORY = 8
"""Months before the first origin: two windows, and two months of long run."""
OURS = "outlook"
RESAMPLED = 1000
MONTH_DAYS = 30.44

__all__ = ["BERTREND", "HISTORY", "OURS", "RULES", "K", "Months", "Record", "backtest", "halves", "months_of"]


@dataclass(frozen=True, eq=False)
class Record:
    """What a back-test found.

    ``picks`` one row a rule, origin and ranked topic: rule, origin, topic, rank, score, a, b (what came true);
    ``table`` one row a rule: precision of its first twenty for A and B, and how far above the part of all topics (``above_a``,
    ``above_b``), each with its 95 % interval (``_low``, ``_high``); recall of later risers; lead in days;
    ``calibration`` one row a criterion and fifth of stated chances: stated, true, n; ``base_a``, ``base_b`` the part of all
    topics for which the criterion came true; ``origins`` how many there were.
    """

    picks: pd.DataFrame
    table: pd.DataFrame
    calibration: pd.DataFrame
    base_a: float
    base_b: float
    origins: int


def backtest(whole: Months, judge: Months | None = None) -> Record:
    """Replay ``whole`` and score the outlook and every baseline rule.

    Parameters
    ----------
    whole
        All months. At an origin each rule is given ``whole.until(origin)``, and the chances are corrected by origins whose
        three following months had passed by then.
    judge
        Counts that say what came true; ``whole`` itself unless given. With :func:`hub.trends.months.halves` no paper is both
        evidence for a rank and reference of its criterion, so that regression to the mean helps no rule.

    Raises
    ------
    NotEnoughPapers
        When there are fewer than eleven complete months.
    """
    origins = range(HISTORY, len(whole) - WINDOW + 1)
    if not len(origins):
        need = HISTORY + WINDOW
        raise NotEnoughPapers(
            f"A record needs {need} complete months of papers, and there are {len(whole)}. Import older papers.",
            have=len(whole),
            need=need,
        )
    past: list[outlook.Past] = []
    picks, stated = [], []
    for origin in origins:
        here = outlook.past_of(whole, origin, judge)
        told = outlook.corrected(here.stated, [p for p in past if p.origin + WINDOW <= origin])
        past.append(here)
        ranked, a, b = here.ranked, here.true["a"], here.true["b"]
        stated.append(pd.DataFrame({"a": told.a, "b": told.b, "true_a": a, "true_b": b}).iloc[ranked])
        known = whole.until(origin)
        for name, score in {OURS: here.stated.rank, **{name: rule(known) for name, rule in RULES.items()}}.items():
            order = ranked[np.argsort(-score[ranked], kind="stable")]
            columns = {"topic": order, "rank": np.arange(len(order)) + 1, "score": score[order], "a": a[order], "b": b[order]}
            picks.append(pd.DataFrame({"rule": name, "origin": origin, **columns}))
    frame = pd.concat(picks, ignore_index=True)
    one = frame[frame["rule"] == OURS]
    calibration = _calibration(pd.concat(stated, ignore_index=True))
    return Record(frame, _scored(frame), calibration, float(one["a"].mean()), float(one["b"].mean()), len(origins))


def head_start(picks: pd.DataFrame, other: str = BERTREND) -> tuple[float, int]:
    """Return how many days earlier than ``other`` the outlook first listed the later risers that both did; and their number."""
    ours, theirs = (_listed(picks[picks["rule"] == rule]) for rule in (OURS, other))
    both = ours.index.intersection(theirs.index)
    return float((theirs[both] - ours[both]).mean() * MONTH_DAYS) if len(both) else np.nan, len(both)


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    base = frame[frame["rule"] == OURS].groupby("origin")[["a", "b"]].mean()
    for name, ranked in frame.groupby("rule", sort=False):
        top = ranked[ranked["rank"] <= K]
        risers = ranked[ranked["a"] & ranked["b"]]
        row = {"rule": name, "recall": float((risers["rank"] <= K).mean()) if len(risers) else np.nan}
        for criterion in ("a", "b"):
            true = top[criterion].to_numpy(dtype=float)
            above = true - base[criterion].loc[top["origin"]].to_numpy()
            for column, values in ((criterion, true), (f"above_{criterion}", above)):
                low, high = _interval(top, values)
                row |= {column: float(values.mean()), f"{column}_low": low, f"{column}_high": high}
        rows.append(row | {"both": float((top["a"] & top["b"]).mean())} | _lead(ranked))
    return pd.DataFrame(rows)


def _interval(top: pd.DataFrame, values: Floats) -> tuple[float, float]:
    """Return a 95 % interval of the mean of ``values``, one a pick.

    Topics are drawn anew, since the same topic stands in the lists of many origins, and so are origins, in runs of three
    since neighbours share two months of their future (a two-way bootstrap; Owen 2007).
    """
    rng = np.random.default_rng(0)
    _, topic = np.unique(top["topic"], return_inverse=True)
    _, origin = np.unique(top["origin"], return_inverse=True)
    topics, origins = int(topic.max()) + 1, int(origin.max()) + 1
    runs = -(-origins // WINDOW)
    starts = rng.integers(0, origins, (RESAMPLED, runs))
    drawn = ((starts[:, :, None] + np.arange(WINDOW)) % origins).reshape(RESAMPLED, -1)[:, :origins]
    times = np.stack([np.bincount(row, minlength=origins) for row in drawn])
    weight = rng.multinomial(topics, np.full(topics, 1 / topics), RESAMPLED)[:, topic] * times[:, origin]
    total = weight.sum(1)
    means = (weight[total > 0] @ values) / total[total > 0]
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def _listed(ranked: pd.DataFrame) -> pd.Series:
    """Return at which origin each later riser was first listed, of those listed before the month that proves them."""
    proven = ranked[ranked["a"] & ranked["b"]].groupby("topic")["origin"].min() + WINDOW
    first = ranked[ranked["rank"] <= K].groupby("topic")["origin"].min()
    both = proven.index.intersection(first.index)
    return first[both][first[both] < proven[both]]


def _lead(ranked: pd.DataFrame) -> dict[str, float]:
    """Return the median days from a topic's first place in the list to the first month that proves it, and how many there are."""
    proven = ranked[ranked["a"] & ranked["b"]].groupby("topic")["origin"].min() + WINDOW
    first = _listed(ranked)
    lead = proven[first.index] - first
    return {"lead_days": float(lead.median() * MONTH_DAYS) if len(lead) else np.nan, "led": len(lead), "risers": len(proven)}


def _calibration(told: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for criterion in ("a", "b"):
        bins = pd.qcut(told[criterion], 5, duplicates="drop")
        for _, part in told.groupby(bins, observed=True):
            stated, true = part[criterion].mean(), part[f"true_{criterion}"].mean()
            rows.append((criterion, float(stated), float(true), len(part)))
    return pd.DataFrame(rows, columns=["criterion", "stated", "true", "n"])
