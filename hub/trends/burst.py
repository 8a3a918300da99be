"""Kleinberg's bursts: stretches in which a topic came twice as often as it usually does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bursts:
    """Bursts of all topics, each one entry: ``topic`` its row, ``first`` and ``last`` period, ``weight`` in nats."""

    topic: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    weight: Floats


def burst_states(
    counts: npt.ArrayLike, totals: npt.ArrayLike, base: npt.ArrayLike | None = None, s: float = 2.0, gamma: float = 1.0
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return in which periods each topic bursts, and what each period saves by it (Kleinberg 2003, two states).

    Parameters
    ----------
    counts
        Papers of each topic and period, (n_topics, n_periods).
    totals
        All papers of each period, (n_periods,).
    base
        The share that each topic usually has, (n_topics, 1) or (n_topics, n_periods); its mean share by default.
    s, gamma
        How many times the usual share a burst has; the cost ``gamma * ln(n_periods)`` of going up.

    Returns
    -------
    states, saved
        Both (n_topics, n_periods): True in a burst; the cost of the usual state minus that of the burst, in nats.

    Examples
    --------
    >>> states, saved = burst_states([[2, 3, 2, 3, 12, 14, 11, 3]], [100] * 8)
    >>> states.astype(int).tolist(), round(float(saved[states].sum()), 3)
    ([[0, 0, 0, 0, 1, 1, 1, 0]], 7.501)
    """
    r, d = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    n_topics, n_periods = r.shape
    if n_periods == 0 or n_topics == 0:
        return np.zeros(r.shape, dtype=bool), np.zeros(r.shape)
    p0 = np.asarray(base, dtype=float) if base is not None else r.sum(1, keepdims=True) / max(d.sum(), 1.0)
    p0 = np.clip(np.broadcast_to(p0, r.shape), 1e-12, 1 - 1e-9)
    p1 = np.minimum(s * p0, 1 - (1 - p0) / 2)  # a topic of more than half of all papers cannot double its share
    saved = r * np.log(p1 / p0) + (d - r) * (np.log1p(-p1) - np.log1p(-p0))
    up = gamma * np.log(n_periods) if n_periods > 1 else 0.0
    # Viterbi on the difference of the two states' costs: only that matters for the path.
    best = np.zeros((n_topics, 2))
    best[:, 1] = up
    came = np.zeros((n_periods, n_topics, 2), dtype=bool)
    for t in range(n_periods):
        if t:
            stay, climb = best[:, 1], best[:, 0] + up
            came[t, :, 1] = stay <= climb
            came[t, :, 0] = best[:, 1] < best[:, 0]
            best = np.stack([np.minimum(best[:, 0], best[:, 1]), np.minimum(stay, climb)], axis=1)
        best[:, 1] -= saved[:, t]
    states = np.zeros((n_topics, n_periods), dtype=bool)
    state = best[:, 1] < best[:, 0]
    for t in range(n_periods - 1, -1, -1):
        states[:, t] = state
        state = np.where(state, came[t, :, 1], came[t, :, 0])
    return states, saved


def bursts(states: npt.NDArray[np.bool_], saved: Floats) -> Bursts:
    """Return each run of True in ``states`` as one burst, with its weight (sum of ``saved``)."""
    edges = np.diff(np.pad(states, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    topic, first = np.nonzero(edges == 1)
    _, after = np.nonzero(edges == -1)
    running = np.pad(np.cumsum(saved, axis=1), ((0, 0), (1, 0)))
    return Bursts(topic, first, after - 1, running[topic, after] - running[topic, first])
