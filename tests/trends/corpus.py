"""Snapshots made of counts, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from hub import demo
from hub.storage import snapshot as snapshots
from hub.storage.snapshot import Snapshot

DEMO_END = date(2026, 6, 30)


def make(
    days: Sequence[int], topics: Sequence[int], fields: Sequence[str], source: str = "arXiv", until: str = "2026-06-30"
) -> Snapshot:
    """Return a Snapshot of papers, ``days`` before ``until``, each of a topic and a field."""
    n = len(days)
    published = pd.Timestamp(until) - pd.to_timedelta(np.asarray(days), unit="D")
    return of_columns(
        [f"p{i}" for i in range(n)], published, [source] * n, list(fields), list(fields), np.asarray(topics, dtype=np.int64)
    )


@cache
def of_demo(seed: int, *, planted: bool = True, months: int = 12, count: int = 3000) -> tuple[Snapshot, pd.DataFrame]:
    """Return the demo corpus with its true topics, and each topic's course."""
    papers = demo.papers(seed, months, count, DEMO_END, planted=planted)
    truth = demo.truth(seed, months, count, planted=planted)
    codes, _ = pd.factorize(truth["topic"])
    made = of_columns(
        [p.id for p in papers],
        pd.to_datetime([p.published for p in papers]),
        [p.source for p in papers],
        [p.field for p in papers],
        [" ".join(p.categories) for p in papers],
        codes,
    )
    return made, truth.assign(code=codes).groupby("code").agg(course=("course", "first"), at=("at", "first"))


def of_columns(
    ids: list[str], published: pd.DatetimeIndex, sources: list[str], fields: list[str], categories: list[str], topics: np.ndarray
) -> Snapshot:
    """Return a Snapshot of papers given by their columns."""
    papers = pd.DataFrame(
        {
            "id": ids, "title": ids, "authors": "", "published": published, "updated": pd.NaT, "source": sources,
            "field": fields, "domain": "Other", "categories": categories, "url": "", "doi": "", "version": 1, "announce": "",
            "kind": "paper", "journal": "", "added": pd.Timestamp("2026-07-01"), "topic": topics, "second": -1,
            "confidence": 1.0, "unplaced": False, "x": 0.0, "y": 0.0,
        }
    )  # fmt: skip
    papers = snapshots.typed(papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True))
    n = int(topics.max()) + 1 if len(topics) else 0
    topic_table = pd.DataFrame(
        {
            "topic": np.arange(n), "name": [f"topic {i}" for i in range(n)], "words": [[f"word{i}"] for i in range(n)],
            "papers": np.bincount(topics, minlength=n), "parent": np.arange(n) % 3 + 1000, "x": 0.0, "y": 0.0,
        }
    )  # fmt: skip
    themes = pd.DataFrame(
        {
            "node": [1000, 1001, 1002], "name": ["a", "b", "c"], "words": [["a"], ["b"], ["c"]], "papers": 0,
            "parent": [-1, -1, -1], "level": 1,
        }
    )  # fmt: skip
    return Snapshot("test", papers, topic_table, themes, {})
