"""Snapshots whose topics are the planted ones, so that a test judges this room and not the clustering."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.embed.tfidf import TfidfSvd
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot, Terms


@cache
def demo_snapshot(planted: bool = True, seed: int = 0, count: int = 3000) -> Snapshot:
    """The demo corpus with its planted topics and TF-IDF vectors."""
    papers = demo.papers(seed=seed, count=count, until=date(2026, 6, 30), planted=planted)
    truth = demo.truth(seed=seed, count=count, planted=planted)
    labels = sorted(set(truth["topic"]))
    frame = pd.DataFrame({
        "id": [p.id for p in papers], "title": [p.title for p in papers], "authors": "", "updated": None,
        "published": [p.published for p in papers], "source": [p.source for p in papers], "field": [p.field for p in papers],
        "domain": [p.domain for p in papers], "categories": [" ".join(p.categories) for p in papers], "url": "", "doi": "",
        "version": 1, "announce": "", "kind": "paper", "journal": "", "added": date(2026, 7, 1),
        "topic": [labels.index(t) for t in truth["topic"]], "second": -1, "confidence": 1.0, "unplaced": False,
        "x": 0.0, "y": 0.0,
    })  # fmt: skip
    for column in ("published", "updated", "added"):
        frame[column] = pd.to_datetime(frame[column])
    order = frame.sort_values(["published", "id"], ascending=[False, True]).index
    vectors = TfidfSvd().embed([p.text for p in papers])[order]
    words = [_words([p.text for p, t in zip(papers, truth["topic"], strict=True) if t == label]) for label in labels]
    topics = pd.DataFrame({"topic": np.arange(len(labels), dtype=np.int32), "name": labels, "words": words})
    topics = topics.assign(papers=0, parent=-1, x=0.0, y=0.0)
    return Snapshot("test", snapshot.typed(frame.loc[order].reset_index(drop=True)), topics, snapshot.empty().themes, {}, None,
                    vectors, Terms(snapshot.empty().terms.counts, np.array([], dtype=str)))  # fmt: skip


def _words(texts: list[str]) -> list[str]:
    counted = pd.Series(" ".join(texts).lower().replace(".", " ").replace(",", " ").split()).value_counts()
    return [word for word in counted.index if len(word) > 5][:40]


@pytest.fixture(scope="session")
def planted() -> Snapshot:
    return demo_snapshot()


@pytest.fixture(scope="session")
def flat() -> Snapshot:
    """The same topics and fields, with nothing that moves."""
    return demo_snapshot(planted=False)
