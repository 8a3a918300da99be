"""Growth as a claim with its evidence: rate ratio, interval, p-value and q.

Two windows are compared stratum by stratum (a stratum is a set of sources and fields that were covered alike, see
:mod:`hub.trends.coverage`) and combined as Mantel and Haenszel do, so a source that starts or stops between them adds
nothing to either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

Floats = npt.NDArray[np.float64]
LARGE = 400
"""Papers in both windows together above which the p-value takes a normal approximation: the exact sum is then long."""


@dataclass(frozen=True)
class Windows:
    """Two windows of each topic, over the strata that both have.

    ``now`` and ``before`` (n_topics,) papers in comparable strata; ``expected_now`` and ``expected_before`` what they
    would be had the share not moved; ``share_now`` and ``share_before`` shares of the comparable corpus.
    """

    now: Floats
    before: Floats
    expected_now: Floats
    expected_before: Floats
    share_now: Floats
    share_before: Floats


def windows(k1: npt.ArrayLike, k0: npt.ArrayLike, n1: npt.ArrayLike, n0: npt.ArrayLike) -> Windows:
    """Compare two windows over the strata present in both (Mantel & Haenszel 1959).

    Parameters
    ----------
    k1, k0
        Papers of each topic and stratum now and before, (n_topics, n_strata).
    n1, n0
        All papers of each stratum now and before, (n_strata,); (n_topics, n_strata) where topics have windows of their own.

    Examples
    --------
    >>> w = windows([[14]], [[20]], [2000], [6000])
    >>> round(float(w.share_now[0] / w.share_before[0]), 2)
    2.1
    """
    k1, k0 = np.asarray(k1, dtype=float), np.asarray(k0, dtype=float)
    n1, n0 = (np.broadcast_to(np.asarray(n, dtype=float), k1.shape) for n in (n1, n0))
    both = (n1 > 0) & (n0 > 0)
    k1, k0 = np.where(both, k1, 0.0), np.where(both, k0, 0.0)
    part = np.divide(n1, n1 + n0, out=np.zeros(k1.shape), where=both)
    rest = np.where(both, 1 - part, 0.0)
    weight = (n0 * part).sum(1)
    weight[weight == 0] = np.nan
    return Windows(
        k1.sum(1),
        k0.sum(1),
        ((k1 + k0) * part).sum(1),
        ((k1 + k0) * rest).sum(1),
        (k1 * rest).sum(1) / weight,
        (k0 * part).sum(1) / weight,
    )


def interval(w: Windows, dispersion: npt.ArrayLike = 1.0, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the lower and upper bound (n_topics,) of each rate ratio (Clopper & Pearson 1934, on counts / dispersion).

    A topic with no paper in a window has a bound of 0 or infinity on that side.
    """
    spread = np.asarray(dispersion, dtype=float)
    k1, k0 = w.now / spread, w.before / spread
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = special.betaincinv(np.maximum(k1, 1e-12), k0 + 1, tail)
        high = special.betaincinv(k1 + 1, np.maximum(k0, 1e-12), 1 - tail)
        odds = w.expected_before / w.expected_now
        low = np.where(k1 > 0, low / (1 - low) * odds, 0.0)
        high = np.where(k0 > 0, high / (1 - high) * odds, np.inf)
    nothing = (w.now + w.before) == 0
    return np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)


def p_more(w: Windows, dispersion: npt.ArrayLike = 1.0) -> Floats:
    """One-sided p-value (n_topics,) that a topic's share did not grow.

    With dispersion 1 the conditional binomial test (Przyborowski & Wilenski 1940; Krishnamoorthy & Thomson 2004).
    Above 1 counts are negative binomial with variance = dispersion x mean, and given their sum the count now is
    beta-binomial.

    Examples
    --------
    >>> round(float(p_more(windows([[14]], [[20]], [2000], [6000]))[0]), 4)
    0.0281
    """
    return _tail(w.now, w.before, w.expected_now, w.expected_before, np.broadcast_to(dispersion, w.now.shape))


def p_less(w: Windows, dispersion: npt.ArrayLike = 1.0) -> Floats:
    """One-sided p-value (n_topics,) that a topic's share did not fall."""
    return _tail(w.before, w.now, w.expected_before, w.expected_now, np.broadcast_to(dispersion, w.now.shape))


def _tail(k: Floats, rest: Floats, expected: Floats, expected_rest: Floats, dispersion: Floats) -> Floats:
    total = k + rest
    chance = np.divide(expected, expected + expected_rest, out=np.full(len(k), 0.5), where=(expected + expected_rest) > 0)
    p = np.where(dispersion <= 1.001, stats.binom.sf(k - 1, total, chance), 1.0)
    wide = dispersion > 1.001
    large = wide & (total > LARGE)
    if large.any():
        inflation = _inflation(total, dispersion, expected + expected_rest)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (k - 0.5 - total * chance) / np.sqrt(total * chance * (1 - chance) * inflation)
        p = np.where(large, stats.norm.sf(z), p)
    for topic in np.flatnonzero(wide & ~large):
        p[topic] = _beta_binomial_sf(k[topic], total[topic], expected[topic], expected_rest[topic], dispersion[topic] - 1)
    return np.where(total > 0, p, 1.0)


def _inflation(total: Floats, dispersion: Floats, expected: Floats) -> Floats:
    size = np.divide(expected, np.maximum(dispersion - 1, 1e-9))
    return (total + size) / (1 + size)


def _beta_binomial_sf(k: float, total: float, expected: float, expected_rest: float, excess: float) -> float:
    a, b = max(expected / excess, 1e-9), max(expected_rest / excess, 1e-9)
    x = np.arange(k, total + 1)
    choose = special.gammaln(total + 1) - special.gammaln(x + 1) - special.gammaln(total - x + 1)
    return float(min(1.0, np.exp(choose + special.betaln(x + a, total - x + b) - special.betaln(a, b)).sum()))


def slope(counts: npt.ArrayLike, expected: npt.ArrayLike, spread: npt.ArrayLike, weeks: float = 4.345) -> tuple[Floats, Floats]:
    """Return each topic's log growth a month over all its weeks, and the two-sided p-value that there is none, (n_topics,) each.

    The score test of a log-linear rate in a quasi-Poisson model: Cochran (1954) and Armitage (1955), with exposure.

    Parameters
    ----------
    counts, expected
        (n_topics, n_weeks) papers, and the papers there would be had each topic's share never moved.
    spread
        The dispersion of each topic.
    """
    k, e = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    scale = np.divide(k.sum(1), e.sum(1), out=np.zeros(len(k)), where=e.sum(1) > 0)
    e = e * scale[:, None]
    total = np.maximum(e.sum(1), 1e-9)
    time = np.arange(k.shape[1])[None, :] - (e @ np.arange(k.shape[1]))[:, None] / total[:, None]
    information = (e * time**2).sum(1)
    score = ((k - e) * time).sum(1)
    z = np.divide(score, np.sqrt(information * spread), out=np.zeros(len(k)), where=information > 0)
    weekly = np.divide(score, information, out=np.zeros(len(k)), where=information > 0)
    return weekly * weeks, 2 * stats.norm.sf(np.abs(z))


def dispersion(counts: npt.ArrayLike, expected: npt.ArrayLike, pooled_weight: float = 30.0) -> Floats:
    """Return how much wider than Poisson each topic's counts vary from one period to the next, (n_topics,) >= 1.

    Differences of neighbouring periods are used, so that a trend does not count as noise; a topic's own estimate is
    drawn towards that of all topics, which weighs like ``pooled_weight`` periods. A pooled estimate within two standard
    errors of 1 is Poisson.

    Parameters
    ----------
    counts, expected
        (n_topics, n_periods) papers, and the papers there would be had each topic's share never moved.
    """
    k, e = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    if k.shape[1] < 3:
        return np.ones(len(k))
    k1, k0, e1, e0 = k[:, 1:], k[:, :-1], e[:, 1:], e[:, :-1]
    both = (e1 > 0) & (e0 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(both, (k1 / e1 - k0 / e0) ** 2 * e1 * e0 / (e1 + e0), 0.0).sum(1)
        rates = np.where(both, (k1 + k0) / (e1 + e0), 0.0).sum(1)
    periods = both.sum(1)
    pooled = squares.sum() / rates.sum() if rates.sum() > 0 else 1.0
    noise = 2 * np.sqrt(3 / max(float((periods * (rates > 0)).sum()), 1.0))  # neighbouring differences overlap
    pooled = pooled if pooled > 1 + noise else 1.0
    own = np.divide(squares, rates, out=np.full(len(k), pooled), where=rates > 0)
    trusted = np.minimum(periods, k.sum(1))  # a topic of three papers says nothing about its own spread
    return np.maximum(1.0, (pooled_weight * pooled + trusted * own) / (pooled_weight + trusted))


def combined(p: npt.ArrayLike) -> Floats:
    """Return one p-value for each row of p-values of tests that may depend on each other (Cauchy combination; Liu & Xie 2020).

    Values above .99 count as .99 (winsorised; Fang et al. 2023): counts are discrete, so a test often says exactly 1, and
    one such would outweigh any other.

    Examples
    --------
    >>> combined([[0.01, 0.01, 0.01], [0.001, 0.5, 0.5]]).round(4).tolist()
    [0.01, 0.003]
    >>> float(combined([[0.0001, 0.02, 1.0]])[0].round(4))
    0.0003
    """
    each = np.clip(np.asarray(p, dtype=float), 1e-300, 0.99)
    mean = np.where(each < 1e-15, 1 / (each * np.pi), np.tan((0.5 - each) * np.pi)).mean(1)
    return np.where(mean > 1e15, 1 / (np.maximum(mean, 1.0) * np.pi), 0.5 - np.arctan(mean) / np.pi)


def q_values(p: npt.ArrayLike) -> Floats:
    """Return Benjamini & Hochberg's (1995) adjusted p-values, (n_topics,).

    Examples
    --------
    >>> q_values([.001, .008, .039, .041, .042, .06, .074, .205]).round(4).tolist()
    [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0846, 0.205]
    """
    p = np.asarray(p, dtype=float)
    return np.asarray(stats.false_discovery_control(p)) if len(p) else p


def growth(
    k_late: npt.NDArray[np.int64], n_late: npt.NDArray[np.int64], k_early: npt.NDArray[np.int64], n_early: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """Return the rate ratio, late to early, and its one-sided p-value, over strata (n_strata,) that keep their own rates.

    With one stratum this is the conditional test of Przyborowski & Wilenski (1940) for growth. With several, the ratio
    is Mantel and Haenszel's, and the late count is compared with a binomial of the mean conditional probability, whose
    variance is never below the true one: the p-value errs on the careful side.

    >>> ratio, p = growth(*(np.array([x]) for x in (14, 2000, 20, 6000)))
    >>> round(ratio, 2), round(p, 4)
    (2.1, 0.0281)
    """
    n = n_late + n_early
    ok = n > 0
    k = (k_late + k_early)[ok]
    if not k.sum():
        return float("nan"), 1.0
    late_share = n_late[ok] / n[ok]
    p = float(stats.binom.sf(k_late[ok].sum() - 1, k.sum(), (k * late_share).sum() / k.sum()))
    below = float((k_early[ok] * late_share).sum())
    above = float((k_late[ok] * (1 - late_share)).sum())
    return (above / below if below else float("inf")), p
