"""Which papers of a Snapshot tell where their authors work, and which of them a name finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.papers.institutions import BETWEEN, finder, folded
from hub.storage.kept import kept
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot


class Workplaces(NamedTuple):
    """The institutions of a Snapshot: ``names`` those with most papers first, ``folded`` as they are compared.

    ``rows`` (n,) int64 are the papers of the first name, then those of the second; ``starts`` (n_names + 1,) where each begins.
    """

    names: list[str]
    folded: list[str]
    rows: Rows
    starts: npt.NDArray[np.int64]
    told: int
    papers: int
    """How many papers tell where their authors work, of how many; records of other kinds are not counted."""


def workplaces(snapshot: Snapshot) -> Workplaces:
    """Return the institutions of a Snapshot; made once for each version."""

    def made() -> Workplaces:
        column = pa.array(snapshot.papers["institutions"].astype(str), pa.large_string())
        told = np.flatnonzero(pc.not_equal(column, "").to_numpy(zero_copy_only=False))
        is_paper = (snapshot.papers["kind"] == "paper").to_numpy()
        parted = pc.split_pattern(column.take(pa.array(told)), BETWEEN)
        rows = told[pc.list_parent_indices(parted).to_numpy()]
        found = pc.list_flatten(parted).dictionary_encode()
        counts = np.bincount(found.indices.to_numpy(), minlength=len(found.dictionary))
        order = np.argsort(-counts, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        by_name = np.argsort(rank[found.indices.to_numpy()], kind="stable")
        names = found.dictionary.take(pa.array(order)).to_pylist()
        starts = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64)
        return Workplaces(names, list(map(folded, names)), rows[by_name], starts, int(is_paper[told].sum()), int(is_paper.sum()))

    return kept(snapshot.papers, "workplaces", made)


def rows_at(snapshot: Snapshot, name: str) -> Rows:
    """Return the rows (n,) int64 of the papers of which an author works at ``name``, as far as papers tell."""
    places, wanted = workplaces(snapshot), finder(name)
    fits = [at for at, told in enumerate(places.folded) if wanted.search(told)] if wanted else []
    none = np.array([], dtype=np.int64)
    return np.unique(np.concatenate([none, *(places.rows[places.starts[at] : places.starts[at + 1]] for at in fits)]))
