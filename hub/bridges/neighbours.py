"""Each paper's nearest papers, and in which fields they lie. The worker computes this once for a Snapshot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub import spread
from hub.bridges.evidence import NOWHERE
from hub.embed import Vectors
from hub.errors import NotEnoughPapers
from hub.i18n.messages import Said
from hub.papers.model import Kind
from hub.stats.nearest import Neighbours, nearest
from hub.storage.snapshot import Snapshot

K = 15
POOL = 40_000
"""Neighbours are sought among at most this many papers, drawn at random: time stays linear in the corpus."""
AT_ONCE = 2048
"""Papers that are compared with the pool in one go, by one processor or machine."""
SMALL = 8_000
"""Up to this many papers the neighbours are found on the spot when the worker left no table."""

LATER = Said("Bridges of so many papers are computed by the worker: they show after its next run.")


def neighbours(snapshot: Snapshot, k: int = K) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return rows (n,) of the papers with a vector, the rows (n, k) of their nearest papers, and the cosines (n, k).

    Raises
    ------
    NotEnoughPapers
        When fewer than ``2 * k`` papers have a vector.
    """
    vectors = np.asarray(snapshot.vectors)
    rows: npt.NDArray[np.int64] = np.flatnonzero((vectors != 0).any(axis=1) & (snapshot.papers["kind"] == Kind.PAPER).to_numpy())
    if len(rows) < 2 * k:
        raise NotEnoughPapers(
            Said("Bridges show once the worker has read what {n} papers mean.", n=2 * k), have=len(rows), need=2 * k
        )
    pool = rows if len(rows) <= POOL else np.sort(np.random.default_rng(0).choice(rows, POOL, replace=False))
    own = np.full(len(snapshot), -1, dtype=np.int64)
    own[pool] = np.arange(len(pool))
    shared = vectors[rows], vectors[pool], min(k, len(pool) - 1), own[rows]
    if len(rows) <= SMALL:
        found = [_among(shared, slice(None))]
    else:
        parts = [slice(begin, begin + AT_ONCE) for begin in range(0, len(rows), AT_ONCE)]
        found = list(spread.mapped(_among, parts, shared, threads=True))
    ids, cosine = (np.concatenate(part) for part in zip(*((part.ids, part.similarity) for part in found), strict=True))
    return rows, pool[ids], cosine


def _among(shared: tuple[Vectors, Vectors, int, npt.NDArray[np.int64]], part: slice) -> Neighbours:
    vectors, pool, k, own = shared
    return nearest(vectors[part], pool, k, own[part])


def paper_links(snapshot: Snapshot, rows: npt.NDArray[np.int64], near: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return one row a paper and field in which neighbours of it lie.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``field`` and ``domain`` of the neighbours (categorical), and ``neighbours``, how many of the nearest
        :data:`K` lie there.
    """
    field, fields = snapshot.codes("field")
    domain, domains = snapshot.codes("domain")
    n_field, n_domain = len(fields) + 1, len(domains) + 1
    key = ((rows[:, None] * n_field) + field[near] + 1) * n_domain + domain[near] + 1
    found, times = np.unique(key, return_counts=True)
    paper, rest = np.divmod(found, n_field * n_domain)
    f, d = np.divmod(rest, n_domain)
    return pd.DataFrame({
        "id": snapshot.papers["id"].to_numpy()[paper],
        "field": pd.Categorical(np.array(["", *fields])[f]),
        "domain": pd.Categorical(np.array([NOWHERE, *domains])[d]),
        "neighbours": times.astype(np.int16),
    })  # fmt: skip


def links(snapshot: Snapshot) -> pd.DataFrame:
    """Return :func:`paper_links` as the worker left it, or computed here for a small Snapshot.

    Raises
    ------
    NotEnoughPapers
        When the worker left no table and the corpus is too large to do without.
    """
    table = snapshot.table("paper_links")
    if table is not None:
        return table
    if len(snapshot) > SMALL:
        raise NotEnoughPapers(LATER, have=0, need=len(snapshot))
    rows, near, _ = neighbours(snapshot)
    return paper_links(snapshot, rows, near)
