"""How near a paper is to the few of a reader's papers that are nearest to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.radar.ranking.space import Floats
from hub.storage.selection import Rows

NEAREST = 2
"""The mean is over so many of the reader's papers (docs/RADAR.md, *Real readers*)."""
SAMPLE = 2000
"""Papers of the Snapshot from which mean and standard deviation are taken."""
PART = 4096
"""Papers whose cosines are held at once."""


@dataclass(frozen=True, eq=False)
class Kin:
    """A reader's papers as points around the middle of a Snapshot.

    Cosines are taken from the Snapshot's mean vector, not from the origin: what all papers share says nothing of a reader
    ("all but the top", Mu & Viswanath 2018, its first step).

    Parameters
    ----------
    papers
        (n, dim) float32, centred on ``middle``, rows L2-normalised.
    middle
        (dim,): the mean vector of the Snapshot.
    scale
        Mean and standard deviation of the mean cosine over the Snapshot.
    """

    papers: Floats
    middle: Floats
    scale: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def of(cls, papers: Floats, middle: Floats, vectors: Floats) -> Kin:
        """Return the kin of a reader's ``papers`` (n, dim), its scale from ``vectors`` (n_papers, dim) of a Snapshot."""
        centred = papers[np.linalg.norm(papers, axis=1) > 0] - middle
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        raw = cls((centred / np.where(norms > 0, norms, 1)).astype(np.float32), middle.astype(np.float32))
        sample = raw.cosines(vectors[:: max(1, len(vectors) // SAMPLE)])
        if not len(raw.papers) or not len(sample):
            return raw
        return cls(raw.papers, raw.middle, (float(sample.mean()), float(sample.std()) or 1.0))

    def cosines(self, vectors: Floats) -> Floats:
        """Return the mean cosine (n_vectors,) to the :data:`NEAREST` nearest papers; 0 without papers or for a zero vector."""
        if not len(self.papers):
            return np.zeros(len(vectors), dtype=np.float32)
        cosines = vectors @ self.papers.T - self.papers @ self.middle
        most = min(NEAREST, len(self.papers))
        near = np.partition(cosines, -most, axis=1)[:, -most:].mean(axis=1)
        squares = (vectors**2).sum(axis=1)
        away = np.sqrt(np.maximum(squares - 2 * vectors @ self.middle + self.middle @ self.middle, 1e-12))
        return np.asarray(np.where(squares > 0, near / away, 0), dtype=np.float32)

    def scored(self, vectors: Floats, rows: Rows) -> Floats:
        """Return the kin part (n_rows,) of ``rows``, in standard deviations over the Snapshot."""
        parts = [self.cosines(vectors[rows[at : at + PART]]) for at in range(0, len(rows), PART)]
        middle, spread = self.scale
        return (np.concatenate(parts) - middle) / spread if parts else np.zeros(0, dtype=np.float32)
