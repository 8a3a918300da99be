"""The map's bytes and seconds on the server: what a browser fetches, and what each run of the page computes for it."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pandas as pd

from hub.figures.map import anchors, atlas, coloured, inside
from hub.storage.snapshot import PAPER_COLUMNS, Snapshot, typed

SIZES = (25_000, 100_000, 1_000_000)
TOPICS = 120


def many_papers(n: int, seed: int = 0) -> Snapshot:
    """Return a Snapshot of n made-up papers in 120 topics, with titles as long as real ones (90 letters)."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, TOPICS, n)
    centre = rng.uniform(-10, 10, (TOPICS, 2))
    xy = centre[topic] + rng.normal(0, 0.5, (n, 2))
    papers = pd.DataFrame("", index=range(n), columns=list(PAPER_COLUMNS)).assign(
        id=[f"arXiv:{i:07d}" for i in range(n)], title=[f"A title of paper {i:07d} " + "word " * 13 for i in range(n)],
        source="arXiv", field="cs.AI", kind="paper", version=1, updated=pd.NaT, added=pd.Timestamp("2026-01-01"),
        published=pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        topic=topic, second=topic, confidence=0.5, unplaced=False, x=xy[:, 0], y=xy[:, 1],
    )  # fmt: skip
    ids = np.arange(TOPICS, dtype=np.int32)
    topics = pd.DataFrame({"topic": ids, "name": [f"topic number {t}" for t in ids], "words": [["word"]] * TOPICS,
                           "papers": np.bincount(topic), "parent": ids // 10, "x": centre[:, 0], "y": centre[:, 1]})  # fmt: skip
    nodes = np.arange(TOPICS // 10, dtype=np.int32)
    themes = pd.DataFrame({"node": nodes, "name": [f"theme {t}" for t in nodes], "words": [["word"]] * len(nodes),
                           "papers": 0, "parent": -1, "level": 1})  # fmt: skip
    return Snapshot("bench", typed(papers), topics, themes, {})


def main() -> None:
    """Print seconds of what is computed once a version, once a selection, and for a lasso."""
    print("   papers  points MB  atlas s  colours s  names s  lasso s")
    for n in SIZES:
        snapshot, rows = many_papers(n), np.arange(n)
        took = [time.perf_counter()]
        where = atlas(snapshot)
        took.append(time.perf_counter())
        colours = coloured(snapshot, "theme")
        took.append(time.perf_counter())
        anchors(snapshot, rows, colours)
        took.append(time.perf_counter())
        angle = np.linspace(0, 2 * np.pi, 150)
        inside(snapshot, rows, 6 * np.cos(angle), 6 * np.sin(angle))
        took.append(time.perf_counter())
        size = (where.xy.nbytes + colours.codes.nbytes) / 1e6
        print(f"{n:9,} {size:10.1f}  " + "  ".join(f"{b - a:7.2f}" for a, b in pairwise(took)))
