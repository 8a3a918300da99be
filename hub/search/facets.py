"""What a set of papers holds: how many of each source, field, topic and year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hub.storage.snapshot import Snapshot

MOST = 8


def facets(snapshot: Snapshot, rows: npt.NDArray[np.int64], most: int = MOST) -> dict[str, list[tuple[str, int]]]:
    """Return the largest values of ``source``, ``field``, ``topic`` (its number) and ``year``, each with its papers.

    What all papers share narrows nothing and is left out; years come latest first, the others largest first.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for column in ("source", "field"):
        codes, values = snapshot.codes(column)
        counts = np.bincount(codes[rows][codes[rows] >= 0], minlength=len(values))
        found[column] = [(values[i], int(counts[i])) for i in np.argsort(-counts, kind="stable") if counts[i] and values[i]]
    topics, counts = np.unique(snapshot.papers["topic"].to_numpy()[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    found["topic"] = [(str(topics[i]), int(counts[i])) for i in order if topics[i] >= 0]
    years, counts = np.unique(snapshot.days[rows].astype("datetime64[D]").astype("datetime64[Y]"), return_counts=True)
    found["year"] = [(str(year), int(count)) for year, count in zip(years[::-1], counts[::-1], strict=True)]
    return {name: values[:most] for name, values in found.items() if len(values) > 1}
