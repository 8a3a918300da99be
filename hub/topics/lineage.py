"""Topic ids that last: a refit's topics are matched to the former ones; births, deaths, splits and merges are written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS = ("when", "event", "topic", "other", "papers", "share")
SAME = 0.25
"""Jaccard overlap (plus a quarter of the centres' cosine above 0.8) from which two topics count as one."""
MOST = 0.5

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Lineage:
    """``ids`` (n_topics,) int32: the lasting id of each new topic; ``events``: a table of :data:`COLUMNS`."""

    ids: Ids
    events: pd.DataFrame


def no_events() -> pd.DataFrame:
    """Return an empty table of events."""
    kinds = {"when": "datetime64[s]", "event": "str", "topic": "int32", "other": "int32", "papers": "int64", "share": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def match(
    old: Ids,
    new: Ids,
    n_new: int,
    known: Sequence[int],
    next_id: int,
    when: pd.Timestamp,
    cosine: npt.NDArray[np.float32] | None = None,
) -> Lineage:
    """Return lasting ids for the topics of a refit.

    Parameters
    ----------
    old, new
        (n_shared,) former topic id and new topic position of the papers that both fits saw; -1 in ``old`` is skipped.
    n_new
        New topics, at positions 0 to n_new - 1.
    known
        Former topic ids.
    next_id
        The first id never given.
    cosine
        (n_known, n_new) between centres; None when the embedders differ.

    Returns
    -------
    Lineage
        Events are ``kept``, ``born``, ``died``, ``split`` (``topic`` came out of ``other``) and ``merged`` (``topic``
        went into ``other``); ``papers`` moved, ``share`` of the topic that they left or make up.
    """
    from scipy.optimize import linear_sum_assignment

    known = list(known)
    place = {topic: i for i, topic in enumerate(known)}
    flow = np.zeros((len(known), n_new))
    rows = [(place[o], n) for o, n in zip(old.tolist(), new.tolist(), strict=True) if o in place]
    if rows:
        np.add.at(flow, tuple(np.array(rows).T), 1)
    had, have = flow.sum(axis=1), flow.sum(axis=0)
    union = had[:, None] + have[None, :] - flow
    score = flow / np.maximum(union, 1)
    if cosine is not None:
        score = score + 0.25 * np.clip((cosine - 0.8) / 0.2, 0, 1)
    ids = np.full(n_new, -1, dtype=np.int32)
    events: list[tuple[str, int, int, int, float]] = []
    for i, j in zip(*linear_sum_assignment(-score), strict=True):
        if score[i, j] >= SAME:
            ids[j] = known[i]
            events.append(("kept", known[i], known[i], int(flow[i, j]), flow[i, j] / max(had[i], 1)))
    for j in np.flatnonzero(ids < 0):
        ids[j], next_id = next_id, next_id + 1
        i = int(np.argmax(flow[:, j])) if len(known) else -1
        if i >= 0 and have[j] and flow[i, j] >= MOST * have[j]:
            events.append(("split", int(ids[j]), known[i], int(flow[i, j]), flow[i, j] / max(had[i], 1)))
        else:
            events.append(("born", int(ids[j]), -1, int(have[j]), 1.0))
    for i in (i for i, topic in enumerate(known) if topic not in set(ids.tolist())):
        j = int(np.argmax(flow[i])) if n_new else -1
        if j >= 0 and had[i] and flow[i, j] >= MOST * had[i]:
            events.append(("merged", known[i], int(ids[j]), int(flow[i, j]), flow[i, j] / had[i]))
        else:
            events.append(("died", known[i], -1, int(had[i]), 1.0))
    table = pd.DataFrame([(when, *event) for event in events], columns=list(COLUMNS))
    return Lineage(ids, table.astype(no_events().dtypes.to_dict()) if len(table) else no_events())


def kept_share(old: Ids, new: Ids, events: pd.DataFrame) -> tuple[float, float]:
    """Return the share of papers with the same id before and after, and with those that a recorded split or merge moved."""
    seen = (old >= 0) & (new >= 0)
    same = old == new
    split = {(e.other, e.topic) for e in events.itertuples() if e.event == "split"}
    merged = {(e.topic, e.other) for e in events.itertuples() if e.event == "merged"}
    pairs = split | merged
    moved = np.array([(o, n) in pairs for o, n in zip(old.tolist(), new.tolist(), strict=True)], dtype=bool)
    total = max(int(seen.sum()), 1)
    return float((same & seen).sum() / total), float(((same | moved) & seen).sum() / total)
