"""A small Snapshot with three topics in two themes on a map, for the tests of figures and pages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hub.storage.snapshot import PAPER_COLUMNS, Snapshot, typed

CENTRES = np.array([[0.0, 0.0], [6.0, 0.0], [3.0, 6.0]])


def atlas_snapshot(n: int = 300, unplaced: int = 0, seed: int = 0) -> Snapshot:
    """Return a Snapshot of ``n`` papers, the last ``unplaced`` of them not placed by the worker."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, 3, n).astype(np.int32)
    xy = CENTRES[topic] + rng.normal(0, 0.5, (n, 2))
    distance = np.linalg.norm(xy[:, None] - CENTRES[None], axis=2)
    order = np.argsort(distance, axis=1)
    vectors = np.pad(CENTRES[topic] + 1.0 + rng.normal(0, 0.1, (n, 2)), ((0, 0), (0, 2)), constant_values=1.0)
    papers = pd.DataFrame({c: [""] * n for c in PAPER_COLUMNS}) if n else pd.DataFrame({c: [] for c in PAPER_COLUMNS})
    where = np.where(np.arange(n) < n - unplaced, topic, -1)
    gone = where < 0
    papers = papers.assign(
        id=[f"arXiv:{i:05d}" for i in range(n)], title=[f"Paper {i} on <b>$x_{i}$</b>" for i in range(n)],
        authors="A. One; B. Two",
        published=pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 120, n), unit="D"), updated=pd.NaT,
        added=pd.Timestamp("2026-06-01"), version=1, kind="paper", announce="new",
        source=np.array(["arXiv", "bioRxiv", "Nature"], dtype=object)[rng.integers(0, 3, n)],
        field=np.array([f"f{k}" for k in range(15)], dtype=object)[rng.integers(0, 15, n)],
        domain=np.array(["Computer science", "Biology", "Physics"], dtype=object)[topic],
        url=[f"https://arxiv.org/abs/{i:05d}" for i in range(n)],
        topic=where, second=np.where(gone, -1, order[:, 1]), confidence=np.where(gone, 0, 0.9 - 0.001 * np.arange(n)),
        unplaced=False, x=np.where(gone, np.nan, xy[:, 0]), y=np.where(gone, np.nan, xy[:, 1]),
    )  # fmt: skip
    count = np.bincount(where[~gone], minlength=3)
    topics = pd.DataFrame({
        "topic": np.arange(3, dtype=np.int32), "name": ["language models", "gene expression", "dark <matter>"],
        "words": [["model", "language", "shared"], ["gene", "cell", "shared"], ["dark", "halo", "shared"]],
        "papers": count, "parent": np.array([0, 1, 1], dtype=np.int32), "x": CENTRES[:, 0], "y": CENTRES[:, 1],
    })  # fmt: skip
    themes = pd.DataFrame({
        "node": np.arange(3, dtype=np.int32), "name": ["Computing", "Nature", "Everything"], "words": [["a"], ["b"], ["c"]],
        "papers": [count[0], count[1] + count[2], count.sum()], "parent": np.array([2, 2, -1], dtype=np.int32),
        "level": np.array([1, 1, 2], dtype=np.int32),
    })  # fmt: skip
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Snapshot("test", typed(papers), topics, themes, {"papers": n}, _vectors=(vectors / lengths).astype(np.float32))
