"""The map against a scatter of all its papers: bytes that travel, time to build, at 25,000, 100,000 and 300,000 papers."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub.figures import viewport
from hub.figures.map import hover_texts, paper_map
from hub.figures.viewport import View
from hub.storage.selection import Rows
from hub.storage.snapshot import PAPER_COLUMNS, Snapshot, typed

SIZES = (25_000, 100_000, 300_000)
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


def naive(snapshot: Snapshot, rows: Rows) -> go.Figure:
    """Return a scattergl of all papers with the same hover texts."""
    x, y = viewport.positions(snapshot)
    colors = snapshot.papers["topic"].to_numpy()[rows]
    return go.Figure(
        go.Scattergl(x=x[rows], y=y[rows], mode="markers", marker={"color": colors}, hovertext=hover_texts(snapshot, rows))
    )


def measured(snapshot: Snapshot, rows: Rows, view: View, everything: View) -> tuple[float, int]:
    """Return seconds to build and write the map of a view, and its bytes."""
    start = time.perf_counter()
    sent = paper_map(snapshot, rows, view, everything).to_json()
    return time.perf_counter() - start, len(sent.encode())


def main() -> None:
    """Print bytes and seconds of the whole map, of a part of it, and of the naive scatter, with ratios."""
    print("  papers  naive MB  map MB  ratio  naive s  map s  zoomed MB  zoomed s  lasso s")
    for n in SIZES:
        snapshot, rows = many_papers(n), np.arange(n)
        everything = viewport.whole(snapshot, rows)
        measured(snapshot, rows[:1000], everything, everything)
        start = time.perf_counter()
        all_bytes = len(naive(snapshot, rows).to_json().encode())
        all_s = time.perf_counter() - start
        seconds, size = measured(snapshot, rows, everything, everything)
        near_s, near_size = measured(snapshot, rows, View(-3, 3, -3, 3), everything)
        angle = np.linspace(0, 2 * np.pi, 150)
        start = time.perf_counter()
        viewport.inside(snapshot, rows, (6 * np.cos(angle)).tolist(), (6 * np.sin(angle)).tolist())
        lasso_s = time.perf_counter() - start
        print(
            f"{n:8,} {all_bytes / 1e6:9.1f} {size / 1e6:7.2f} {all_bytes / size:6.1f} {all_s:8.2f} {seconds:6.2f} "
            f"{near_size / 1e6:10.2f} {near_s:9.2f} {lasso_s:8.2f}"
        )
