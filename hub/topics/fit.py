"""From the corpus to a published Snapshot with topics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub import bridges, snapshot
from hub.corpus import Corpus
from hub.embed import Embedder, Vectors
from hub.publish import papers_frame
from hub.snapshot import Snapshot, Terms
from hub.topics import names, tree
from hub.topics.assign import Assignment, assign, far_below
from hub.topics.cluster import Clusters, centroids, cluster
from hub.topics.layout import Positions, layout
from hub.topics.terms import count_terms
from hub.topics.vectors import paper_vectors

Step = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and of how much (0 when not known)."""


@dataclass
class Clock:
    """Seconds of each step, in order."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside and add it to ``name``."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - start, 3)


@dataclass(frozen=True)
class Fit:
    """What a fit gives for n papers, in the order of the vectors."""

    clusters: Clusters
    topic: npt.NDArray[np.int32]
    words: list[list[str]]
    names: list[str]
    placed: Assignment
    centres: Vectors
    far: float
    positions: Positions
    levels: tree.Parents


def fit(home: Path, corpus: Corpus, model: Embedder, seed: int = 0, why: str = "", step: Step | None = None) -> dict[str, Any]:
    """Fit topics on all papers of the corpus, publish them, and return what was done.

    Parameters
    ----------
    why
        Why ``model`` is not the default embedder; kept in the Snapshot's meta.

    Returns
    -------
    dict
        ``papers``, ``topics``, ``unassigned_share``, ``unplaced_share``, ``seconds`` by step, ``embedder``, ``why``,
        ``seed``, ``version``.
    """
    clock, tell = Clock(), step or (lambda name, done, total: None)
    with clock.step("read"):
        frame = papers_frame(corpus)
        texts = corpus.columns(["id", "kind", "title", "abstract", "text_hash"])
        texts = texts[texts["kind"] == "paper"]  # sorted by id: the order of import leaves no trace
        written = [f"{t}. {a}" if a else t for t, a in zip(texts["title"], texts["abstract"], strict=True)]
    with clock.step("embed"):
        vectors, made = paper_vectors(
            corpus, model, texts["text_hash"].tolist(), written, lambda done, of: tell("embed", done, of)
        )
    done = fit_topics(vectors, written, seed, clock, tell)
    with clock.step("publish"):
        row_of = {paper_id: row for row, paper_id in enumerate(frame["id"])}
        rows = np.array([row_of[paper_id] for paper_id in texts["id"]], dtype=np.int64)
        meta = {
            "embedder": model.id, "why_embedder": why, "seed": seed, "fitted": len(rows),
            "far_below": done.fit.far if done.fit else -1.0,
            "seconds": clock.seconds,
        }  # fmt: skip
        version = _publish(home, frame, rows, vectors, done, meta)
    unassigned = float(np.mean(done.fit.topic < 0)) if done.fit and len(rows) else 0.0
    return {
        "papers": len(rows), "topics": len(done.fit.names) if done.fit else 0, "unassigned_share": unassigned,
        "unplaced_share": done.unplaced_share, "embedded": made, "embedder": model.id, "why": why, "seed": seed,
        "seconds": clock.seconds, "version": version,
    }  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """Terms of the papers and, where there are papers, their topics."""

    terms: Terms
    fit: Fit | None

    @property
    def unplaced_share(self) -> float:
        """Share of papers that are far from every topic."""
        return float(np.mean(self.fit.placed.similarity < self.fit.far)) if self.fit else 0.0


def fit_topics(vectors: Vectors, texts: list[str], seed: int, clock: Clock, tell: Step) -> Fitted:
    """Return topics of papers: clusters, words, names, places, themes and positions."""
    with clock.step("terms"):
        tell("terms", 0, 0)
        terms = count_terms(texts)
    if not len(texts):
        return Fitted(terms, None)
    with clock.step("cluster"):
        tell("cluster", 0, 0)
        clusters = cluster(vectors, seed)
    with clock.step("label"):
        tell("label", 0, 0)
        topic, words = _words(vectors, terms, clusters)
        named = names.distinct_names(words)
    with clock.step("place"):
        centres = centroids(vectors, topic)
        placed = assign(vectors, centres, topic)
        levels = tree.theme_levels(topic, clusters.layers, len(named))
    with clock.step("map"):
        tell("map", 0, 0)
        positions = layout(vectors, clusters.neighbours, topic, seed)
    far = far_below(placed.similarity)
    return Fitted(terms, Fit(clusters, topic, words, named, placed, centres, far, positions, levels))


def _words(vectors: Vectors, terms: Terms, clusters: Clusters) -> tuple[npt.NDArray[np.int32], list[list[str]]]:
    if not terms.counts.shape[1]:
        return clusters.labels, [[] for _ in range(int(clusters.labels.max()) + 1)]
    from hub.topics.model import fit_bertopic

    model = fit_bertopic(vectors, terms, clusters)
    topic = np.asarray(model.topics_, dtype=np.int32)
    return topic, [names.topic_words(model.topic_representations_[t]) for t in range(int(topic.max()) + 1)]


def _publish(
    home: Path, frame: pd.DataFrame, rows: npt.NDArray[np.int64], vectors: Vectors, done: Fitted, meta: Mapping[str, Any]
) -> str:
    all_vectors = np.zeros((len(frame), vectors.shape[1] if vectors.ndim == 2 else 0), dtype=np.float32)
    all_vectors[rows] = vectors
    spread = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))), (len(frame), len(rows)))
    terms = Terms(sparse.csr_matrix(spread @ done.terms.counts), done.terms.words)
    if done.fit is None:
        none = snapshot.empty()
        return snapshot.publish(home, frame, none.topics, none.themes, vectors=all_vectors, terms=terms, meta=meta)
    found = done.fit
    columns: dict[str, npt.NDArray[Any]] = {
        "topic": found.topic, "second": found.placed.second, "confidence": found.placed.confidence,
        "unplaced": found.placed.similarity < found.far, "x": found.positions[:, 0], "y": found.positions[:, 1],
    }  # fmt: skip
    for name, values in columns.items():
        column = frame[name].to_numpy().copy()
        column[rows] = values
        frame[name] = column
    topics, themes = topics_frame(found), themes_frame(found)
    made = Snapshot("", snapshot.typed(frame), topics, themes, {}, None, all_vectors, terms)
    extra = bridges.tables(made)
    return snapshot.publish(home, frame, topics, themes, vectors=all_vectors, terms=terms, meta=meta, extra=extra)


def topics_frame(found: Fit) -> pd.DataFrame:
    """Return the Snapshot's table of topics."""
    topic, n = found.topic, len(found.names)
    place = np.array([np.median(found.positions[topic == t], axis=0) for t in range(n)], dtype=np.float32)
    return pd.DataFrame(
        {
            "topic": np.arange(n, dtype=np.int32),
            "name": found.names,
            "words": found.words,
            "papers": np.bincount(topic, minlength=n).astype(np.int64),
            "parent": found.levels[0] if found.levels else np.full(n, -1, dtype=np.int32),
            "x": place[:, 0],
            "y": place[:, 1],
        }
    )


def themes_frame(found: Fit) -> pd.DataFrame:
    """Return the Snapshot's table of themes: nodes of level 1 first, then those above."""
    size = np.bincount(found.topic, minlength=len(found.names))
    rows: list[dict[str, Any]] = []
    start, below_words = 0, found.words
    for level, parent in enumerate(found.levels, start=1):
        n = int(parent.max()) + 1
        above = found.levels[level] + start + n if level < len(found.levels) else np.full(n, -1)
        sizes = np.bincount(parent, weights=size, minlength=n).astype(np.int64)
        words = [
            _theme_words([below_words[i] for i in np.flatnonzero(parent == t)[np.argsort(-size[parent == t])]]) for t in range(n)
        ]
        rows += [
            {"node": start + t, "name": name, "words": words[t], "papers": int(sizes[t]), "parent": int(above[t]), "level": level}
            for t, name in enumerate(names.distinct_names(words))
        ]
        start, size, below_words = start + n, sizes, words
    frame = pd.DataFrame(rows, columns=list(snapshot.THEME_COLUMNS))
    return frame.astype({"node": "int32", "papers": "int64", "parent": "int32", "level": "int32"})


def _theme_words(topics: list[list[str]]) -> list[str]:
    """The first word of each topic in turn, then the second ones, without repeats."""
    turn = [word for rank in range(10) for words in topics if rank < len(words) for word in [words[rank]]]
    return list(dict.fromkeys(turn))[:10]
