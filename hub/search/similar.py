"""More like one paper: the nearest in its own field, and the nearest from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.search.meaning import cosines, is_paper, nearest_first
from hub.storage.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
MOST = 6


@dataclass(frozen=True, eq=False)
class Similar:
    """The papers nearest to one: rows of the Snapshot, nearest first; ``cosine`` (n_papers,) of all papers with it."""

    same: Rows
    other: Rows
    cosine: npt.NDArray[np.float32]


def similar(snapshot: Snapshot, row: int, most: int = MOST) -> Similar:
    """Return the papers nearest to one in its own field, and from other domains; none while it has no vector.

    Other records of papers (versions, corrections) are left out. Time grows with the corpus: 20 ms for 100,000 papers.
    """
    none = np.zeros(0, dtype=np.int64)
    if not snapshot.vectors.shape[1] or not np.any(snapshot.vectors[row]):
        return Similar(none, none, np.zeros(len(snapshot), dtype=np.float32))
    cosine = cosines(snapshot, np.asarray(snapshot.vectors[row]))
    others = is_paper(snapshot) & (cosine > 0)
    others[row] = False
    field, domain = snapshot.codes("field")[0], snapshot.codes("domain")[0]
    return Similar(
        nearest_first(cosine, others & (field == field[row]), most),
        nearest_first(cosine, others & (domain != domain[row]), most),
        cosine,
    )
