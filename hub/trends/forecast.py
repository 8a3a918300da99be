"""Forecast: where each topic's share is heading, with how sure, from its whole history and that of its neighbours.

The log of a topic's share, against what it usually is, is a Gaussian process of months: a level, a part that wanders and
comes back, and a straight course. Counts are Poisson about it, wider where a topic's counts vary more (Laplace's
approximation; Rasmussen & Williams 2006, ch. 3). How much topics wander and how steep their courses are is not set by hand:
every topic is fitted under a grid of both, and how common each is among the topics of the corpus is estimated from all of
them (a nonparametric empirical Bayes prior by EM; Laird 1978). So a small topic is drawn towards "nothing moves" exactly as
far as the corpus's own topics teach, and a large corpus is trusted more than a small one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
WANDERING = (0.03, 0.1, 0.2, 0.4)
"""Standard deviations of the part that wanders, in log share."""
COURSES = (0.0, 0.15, 0.4, 0.9)
"""Standard deviations of the straight course, in log share a year."""
MEMORY = 6.0
"""Months after which the wandering part has come back by 1 - 1/e."""
MONTHLY = 0.05
"""Standard deviation of what holds for one month only."""
LEVEL = 1.0
MOST_MONTHS = 48
"""Months looked at: older ones say little of the next three, and the matrices grow."""
NEWTON = 8
EM = 30
FLAT = 1.0
"""Topics that each point of the grid is taken to have been seen with before any was."""
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
Part = tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class Forecast:
    """What is expected of each topic in the coming months.

    ``mean`` and ``variance`` (n_topics, n_grid) of the log of observed over expected papers, averaged over the coming months,
    under each point of the grid; ``weight`` (n_topics, n_grid) how likely that point is; ``path`` (n_topics, n_months + ahead)
    the expected log ratio month by month, past and coming.
    """

    mean: Floats
    variance: Floats
    weight: Floats
    path: Floats

    def balanced(self, expected: Floats) -> Forecast:
        """Return the Forecast with shares that add up to what they did: what some topics gain, others lose.

        ``expected`` (n_topics,) papers that are usual; each course alone would be carried on as if there were room for all.
        """
        ratio = (np.exp(self.mean + self.variance / 2) * self.weight).sum(1)
        total = float((expected * ratio).sum() / max(expected.sum(), 1e-9))
        return replace(self, mean=self.mean - np.log(max(total, 1e-9)))

    def chance_above(self, papers: Floats, expected: Floats, spread: Floats) -> Floats:
        """Return the chance (n_topics,) of more than ``papers`` in the coming months, of which ``expected`` are usual.

        ``spread`` is the dispersion of the counts. The counts are Poisson about the forecast (gamma function, continuous in
        ``papers``), which is integrated over its own error by Gauss and Hermite.
        """
        shape = np.maximum(papers + 0.5, 1.0) / spread
        log = self.mean[:, :, None] + np.sqrt(np.maximum(self.variance, 1e-9))[:, :, None] * NODES
        tail = special.gammainc(shape[:, None, None], expected[:, None, None] * np.exp(log) / spread[:, None, None])
        found: Floats = (tail @ (WEIGHTS / WEIGHTS.sum()) * self.weight).sum(1)
        return found


def forecast(papers: Floats, expected: Floats, spread: Floats, ahead: int, drift: Floats | None = None) -> Forecast:
    """Return the Forecast of topics for the ``ahead`` months that follow.

    Parameters
    ----------
    papers, expected
        (n_topics, n_months) papers, and the papers there would be had each topic's share never moved.
    spread
        Dispersion of each topic's counts, (n_topics,).
    drift
        The course that each topic is expected to take before its own papers are looked at, (n_topics, n_months + ahead)
        in log share; none unless given.
    """
    cut = max(0, papers.shape[1] - MOST_MONTHS)
    k, e = papers[:, cut:], expected[:, cut:]
    course = np.zeros((len(k), k.shape[1] + ahead)) if drift is None else drift[:, cut:]
    months = k.shape[1]
    means, variances, likelihoods, paths = [], [], [], []
    for wander in WANDERING:
        for steep in COURSES:
            covariance = _covariance(wander, steep, months, ahead)
            log, precision, likelihood = _mode(k, e * np.exp(course[:, :months]), covariance[:months, :months], 1 / spread)
            gain = np.linalg.solve(covariance[:months, :months], covariance[:months, months:]).T
            mean_gain = gain.mean(0)
            coming = log @ gain.T
            uncertain = np.linalg.solve(precision, np.broadcast_to(mean_gain[:, None], (len(k), months, 1)))[..., 0] @ mean_gain
            variances.append((covariance[months:, months:] - gain @ covariance[:months, months:]).mean() + uncertain)
            means.append(coming.mean(1) + course[:, months:].mean(1))
            likelihoods.append(likelihood)
            paths.append(np.concatenate([log, coming], axis=1))
    weight = _weights(np.stack(likelihoods, 1))
    path = np.einsum("gim,ig->im", np.stack(paths), weight) + course
    before = np.zeros((len(k), cut))
    return Forecast(np.stack(means, 1), np.stack(variances, 1), weight, np.concatenate([before, path], axis=1))


def _covariance(wander: float, steep: float, months: int, ahead: int) -> Floats:
    time = np.arange(months + ahead, dtype=float)
    since_now = (time - months + 1) / 12
    apart = np.abs(time[:, None] - time[None, :])
    smooth = wander**2 * np.exp(-apart / MEMORY) + steep**2 * np.outer(since_now, since_now) + LEVEL**2
    return smooth + MONTHLY**2 * np.eye(months + ahead)


def _mode(k: Floats, e: Floats, covariance: Floats, trust: Floats) -> Part:
    """Return the most likely log ratios (n_topics, n_months), their precision, and each topic's log marginal likelihood."""
    prior = np.linalg.inv(covariance)
    diagonal = np.arange(k.shape[1])
    log = np.zeros_like(k)
    for _ in range(NEWTON):
        mean = e * np.exp(log)
        precision = np.repeat(prior[None], len(k), axis=0)
        precision[:, diagonal, diagonal] += trust[:, None] * mean
        target = trust[:, None] * (mean * log + k - mean)
        step = np.clip(np.linalg.solve(precision, target[..., None])[..., 0] - log, -2, 2)
        log = log + step
        if np.abs(step).max(initial=0.0) < 1e-4:
            break
    mean = e * np.exp(log)
    precision = np.repeat(prior[None], len(k), axis=0)
    precision[:, diagonal, diagonal] += trust[:, None] * mean
    evidence = (trust[:, None] * (k * (np.log(e) + log) - mean)).sum(1) - 0.5 * np.einsum("ij,jk,ik->i", log, prior, log)
    return log, precision, evidence - 0.5 * (np.linalg.slogdet(precision)[1] + np.linalg.slogdet(covariance)[1])


def _weights(likelihood: Floats) -> Floats:
    """Return how likely each topic (row) is to be of each kind (column), the kinds' frequencies learned by EM."""
    relative = np.exp(likelihood - likelihood.max(1, keepdims=True))
    n, kinds = relative.shape
    common = np.full(kinds, 1 / kinds)
    for _ in range(EM):
        of_kind = relative * common
        of_kind /= of_kind.sum(1, keepdims=True)
        common = (of_kind.sum(0) + FLAT) / (n + FLAT * kinds)
    of_kind = relative * common
    return of_kind / of_kind.sum(1, keepdims=True)
