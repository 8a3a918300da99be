"""How widely a topic is spread over fields: Shannon entropy and Rao-Stirling diversity, with intervals, and how they move."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.bridges.evidence import Groups, count, groups, topic_codes, windows
from hub.stats.rates import q_values
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
DRAWS = 400
PAPERS_MIN = 10
"""A topic needs this many papers, in each half for its movement."""


def shannon(p: Floats) -> Floats:
    """Return Shannon's entropy in nats of shares ``p`` (..., n_fields).

    >>> round(float(shannon(np.array([.5, .3, .2]))), 4)
    1.0297
    """
    return -np.sum(p * np.log(p, out=np.zeros_like(p), where=p > 0), axis=-1)


def rao_stirling(p: Floats, distance: Floats) -> Floats:
    """Return the Rao-Stirling diversity of shares ``p`` (..., n_fields): the mean distance of two papers drawn at random.

    The sum runs over ordered pairs, so each pair of fields counts twice (Stirling 2007 with alpha = beta = 1); the
    true diversity is ``1 / (1 - rao_stirling)``.

    >>> d = np.array([[0, .4, .9], [.4, 0, .7], [.9, .7, 0]])
    >>> delta = rao_stirling(np.array([.5, .3, .2]), d)
    >>> round(float(delta), 3), round(float(1 / (1 - delta)), 3)
    (0.384, 1.623)
    """
    return np.einsum("...i,ij,...j->...", p, distance, p)


def field_distances(snapshot: Snapshot, group: Groups) -> Floats:
    """Return the distance (n_groups, n_groups) of fields: 1 - the cosine of the mean vectors of their papers, in [0, 1].

    All papers of the Snapshot count, whatever is selected, so that a selection does not change how far apart fields are.
    Without vectors every two fields are at distance 1.
    """
    n = len(group.names)
    vectors = np.asarray(snapshot.vectors)
    if not vectors.shape[1]:
        return 1.0 - np.eye(n)
    centres = np.zeros((n, vectors.shape[1]))
    for i in range(n):
        mine = group.codes == i
        if mine.any():
            centres[i] = vectors[mine].mean(axis=0)
    lengths = np.linalg.norm(centres, axis=1, keepdims=True)
    cosine = (centres / np.where(lengths > 0, lengths, 1)) @ (centres / np.where(lengths > 0, lengths, 1)).T
    distance = np.clip(1 - cosine, 0, 1)
    np.fill_diagonal(distance, 0)
    return distance


def topic_diversity(snapshot: Snapshot, rows: Rows, by: str = "domain", seed: int = 0) -> pd.DataFrame:
    """Return how each topic of at least :data:`PAPERS_MIN` selected papers is spread over fields, and how that moves.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``name``, ``papers``, ``fields``; ``shannon`` and ``rao_stirling`` with ``_low`` and ``_high`` (95 %
        percentile bootstrap over papers); ``true_diversity``; ``early`` and ``late`` Rao-Stirling diversity in the two
        comparable halves, their difference ``change`` with ``change_low`` and ``change_high``, ``p`` (two-sided, from
        papers dealt to the halves at random) and ``q``; ``call``: "widening", "narrowing", "steady" or "too few".
    """
    group = groups(snapshot, by)
    topic, ids = topic_codes(snapshot)
    distance = field_distances(snapshot, group)
    halves = windows(snapshot, rows)
    all_, early, late = (
        count(topic[part], group.codes[part], len(ids), len(group.names)) for part in (rows, halves.early, halves.late)
    )
    rng = np.random.default_rng(seed)
    found = []
    for place in np.flatnonzero(all_.sum(axis=1) >= PAPERS_MIN):
        draws = _resampled(all_[place], rng)
        shares = all_[place] / all_[place].sum()
        row: dict[str, Any] = {
            "topic": int(ids[place]), "name": snapshot.topic_names[int(ids[place])],
            "papers": int(all_[place].sum()), "fields": int((all_[place] > 0).sum()),
            "shannon": float(shannon(shares)), "rao_stirling": float(rao_stirling(shares, distance)),
        }  # fmt: skip
        for name, values in (("shannon", shannon(draws)), ("rao_stirling", rao_stirling(draws, distance))):
            row[f"{name}_low"], row[f"{name}_high"] = map(float, np.percentile(values, (2.5, 97.5)))
        row["true_diversity"] = 1 / (1 - row["rao_stirling"])
        found.append(row | _movement(early[place], late[place], distance, rng))
    table = pd.DataFrame(found, columns=list(COLUMNS))
    tested = table["p"].notna()
    table.loc[tested, "q"] = q_values(table.loc[tested, "p"].to_numpy(dtype=float))
    moved = tested & (table["q"] < 0.05)
    table.loc[moved, "call"] = np.where(table.loc[moved, "change"] > 0, "widening", "narrowing")
    return table.sort_values(["rao_stirling", "topic"], ascending=[False, True], ignore_index=True)


COLUMNS = ("topic", "name", "papers", "fields", "shannon", "shannon_low", "shannon_high", "rao_stirling",
           "rao_stirling_low", "rao_stirling_high", "true_diversity", "early", "late", "change", "change_low",
           "change_high", "p", "q", "call")  # fmt: skip


def _resampled(counts: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
    return rng.multinomial(int(counts.sum()), counts / counts.sum(), DRAWS) / counts.sum()


def _movement(
    early: npt.NDArray[np.int64], late: npt.NDArray[np.int64], distance: Floats, rng: np.random.Generator
) -> dict[str, Any]:
    n_early, n_late = int(early.sum()), int(late.sum())
    if min(n_early, n_late) < PAPERS_MIN:
        return {"call": "too few"}
    before, now = (float(rao_stirling(c / c.sum(), distance)) for c in (early, late))
    drawn = rao_stirling(_resampled(late, rng), distance) - rao_stirling(_resampled(early, rng), distance)
    low, high = map(float, np.percentile(drawn, (2.5, 97.5)))
    dealt = rng.multivariate_hypergeometric(early + late, n_late, DRAWS * 5)
    null = rao_stirling(dealt / n_late, distance) - rao_stirling((early + late - dealt) / n_early, distance)
    p = float((1 + (np.abs(null) >= abs(now - before) - 1e-12).sum()) / (1 + len(null)))
    return {
        "early": before,
        "late": now,
        "change": now - before,
        "change_low": low,
        "change_high": high,
        "p": p,
        "call": "steady",
    }
