"""New papers into known topics, without a refit; new topics among them; and when a refit is due, and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.embed import Embedder, Progress, Vectors
from hub.errors import SnapshotError
from hub.stats.nearest import nearest
from hub.stats.neighbours import Axes, centroids, sums, unit
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.positions import positions
from hub.storage.republish import PLACED, further_tables, papers_frame
from hub.storage.snapshot import Snapshot, Terms
from hub.topics import curation, domains
from hub.topics.clustering import subtopics
from hub.topics.clustering.cluster import NEIGHBOURS
from hub.topics.clustering.confidence import Assignment, assign
from hub.topics.clustering.emerging import candidates
from hub.topics.drift import drift
from hub.topics.naming.terms import count_known
from hub.topics.vectors import bring_back, paper_vectors

Derive = Callable[[Snapshot], dict[str, pd.DataFrame]]
"""What other rooms compute from a fitted Snapshot, to be published with it (:mod:`hub.worker.derived`)."""
BLOCK = 65_536
"""Papers whose vectors are copied in one go."""
OWN = 0.2
"""What a new paper's own vector weighs beside those of its neighbours as the fit moved them."""


@dataclass(frozen=True)
class Placed:
    """New papers among known topics: ``assignment`` with topic ids, ``closeness`` to their topics, their ``positions``."""

    assignment: Assignment
    closeness: npt.NDArray[np.float32]
    positions: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ground:
    """What the fit leaves for placing: ``ids`` (n,) of the fitted papers, their ``space`` (n, n_axes), and its ``axes``."""

    ids: npt.NDArray[np.object_]
    axes: Axes
    space: Vectors

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the Snapshot's tables that keep it; the space in steps of 1/32767."""
        steps = np.round(self.space * 32767).astype(np.int16)
        space = pd.DataFrame(steps, columns=[f"axis{i}" for i in range(steps.shape[1])])
        axes = np.column_stack([self.axes.mean, self.axes.axes])
        named = pd.DataFrame(axes, columns=["mean", *(f"axis{i}" for i in range(axes.shape[1] - 1))])
        return {"model_space": space.assign(id=self.ids), "model_axes": named}

    @classmethod
    def read(cls, now: Snapshot) -> Ground:
        """Return what the fit of a Snapshot left.

        Raises
        ------
        SnapshotError
            When it was fitted by a version of the hub that left nothing.
        """
        space, axes = now.table("model_space"), now.table("model_axes")
        if space is None or axes is None:
            raise SnapshotError("The topics were fitted by an older version: run `python -m hub fit` once.")
        ids = space.pop("id").to_numpy(dtype=object)
        frame = Axes(axes.pop("mean").to_numpy(dtype=np.float32), axes.to_numpy(dtype=np.float32))
        return cls(ids, frame, unit(space.to_numpy(dtype=np.float32)))


def place_among(
    new: Vectors, old: Vectors, topic: npt.NDArray[np.int32], positions: npt.NDArray[np.float32], ground: Ground
) -> Placed:
    """Return where new papers belong among papers that have topics: about where the fit would have moved their vectors.

    Parameters
    ----------
    new
        (n_new, dim) float32, rows L2-normalised.
    old, topic, positions
        (n_old, dim), (n_old,) and (n_old, 2): the fitted papers, in the order of ``ground``.
    """
    mean = ground.axes.mean
    own, around = ground.axes.on(new), ground.axes.on(old)
    ids, position = np.unique(topic, return_inverse=True)
    near = nearest(own, around, min(NEIGHBOURS, len(around)))
    weight = np.clip(near.similarity, 1e-3, 1.0)
    weight = weight / weight.sum(axis=1, keepdims=True)
    n, k = near.ids.shape
    mixing = sparse.csr_matrix((weight.ravel(), near.ids.ravel(), np.arange(0, n * k + 1, k)), (n, len(around)))
    moved = unit(OWN * own + (1 - OWN) * unit(np.asarray(mixing @ ground.space)))
    found = assign(moved, centroids(ground.space, position, len(ids)))
    total = np.zeros((len(ids), old.shape[1]), dtype=np.float32)
    for begin in range(0, len(old), BLOCK):
        part = slice(begin, begin + BLOCK)
        total += sums(unit(old[part] - mean), position[part], len(ids))
    closeness = np.einsum("ij,ij->i", unit(new - mean), unit(total)[found.topic]).astype(np.float32)
    second = np.where(found.second < 0, -1, ids[found.second]).astype(np.int32)
    named = Assignment(ids[found.topic].astype(np.int32), second, found.confidence, found.similarity)
    return Placed(named, closeness, np.asarray(mixing @ positions, dtype=np.float32))


def place(home: Path, corpus: Corpus, model: Embedder, progress: Progress | None = None) -> dict[str, Any]:
    """Embed the papers that came or changed since the fit, place them and publish; no topic is fitted.

    Returns
    -------
    dict
        ``placed`` papers, new ones and those whose text ``changed``, how many of them ``unplaced``,
        ``candidates``, ``refit`` (whether one is due), ``why``, ``seconds``, ``version``.

    Raises
    ------
    SnapshotError
        When there are no topics yet, or they were made with another embedder.
    """
    start = time.perf_counter()
    now = snapshot.load(home)
    base = now.table("model_papers")
    if base is None or not len(now.topics):
        raise SnapshotError("There are no topics to place papers in yet: run `python -m hub fit`.")
    if now.meta.get("embedder") != model.id:
        raise SnapshotError(f"The topics were made with {now.meta.get('embedder')}, not {model.id}: run `python -m hub fit`.")
    if model.corpus_bound:
        raise SnapshotError(f"{model.id} makes vectors for one corpus at a time: run `python -m hub fit` to take in new papers.")
    if not now.vectors.shape[1]:
        raise SnapshotError("The vectors of the papers are damaged: run `python -m hub fit`, which makes them anew.")
    bring_back(corpus, model, home)
    frame = papers_frame(corpus)
    papers = frame["kind"].astype(str).to_numpy() == "paper"
    before = np.where(papers, positions(frame["id"], base["id"]), -1)
    changed = (before >= 0) & (positions(frame["id"], _as_embedded(corpus, model.id)) < 0)
    before[changed] = -1  # an abstract that came later says more than the title that it was placed by
    fresh = np.flatnonzero(papers & (before < 0))
    rows_now = positions(frame["id"], now.papers["id"])
    rows_now[changed] = -1
    vectors = _moved(now.vectors, rows_now)
    written, hashes = _texts(corpus, frame["id"].to_numpy()[fresh])
    vectors[fresh], _ = paper_vectors(corpus, model, hashes, written, progress) if len(fresh) else (vectors[fresh], 0)
    terms = _with_new(now.terms, rows_now, fresh, written)

    columns = _columns(base, before)
    old = np.flatnonzero(before >= 0)
    if len(fresh):
        ground = Ground.read(now)
        here = positions(ground.ids, frame["id"])
        stays = (here >= 0) & (before[here] >= 0)
        fitted, ground = here[stays], Ground(ground.ids[stays], ground.axes, ground.space[stays])
        where = np.stack([columns["x"], columns["y"]], axis=1).astype(np.float32)
        put = place_among(vectors[fresh], vectors[fitted], columns["topic"][fitted].astype(np.int32), where[fitted], ground)
        columns["topic"][fresh], columns["second"][fresh] = put.assignment.topic, put.assignment.second
        columns["confidence"][fresh] = put.assignment.confidence
        columns["closeness"][fresh] = put.closeness
        columns["unplaced"][fresh] = put.closeness < float(now.meta.get("far_below", -2.0))
        columns["x"][fresh], columns["y"][fresh] = put.positions[:, 0], put.positions[:, 1]
        parts = now.table("model_subtopics")
        above = {} if parts is None else dict(zip(parts["subtopic"].tolist(), parts["topic"].tolist(), strict=True))
        columns["subtopic"][fresh] = subtopics.placed_among(
            vectors[fresh], put.assignment.topic, vectors[fitted], columns["subtopic"][fitted], above
        )
    far = np.flatnonzero(columns["unplaced"].astype(bool) & papers)
    centred = unit(vectors[far] - vectors[old].mean(axis=0)) if len(old) else vectors[far]
    said, _ = _texts(corpus, frame["id"].to_numpy()[far])
    found = candidates(far, said, centred, terms, frame["id"].to_numpy(), float(now.meta.get("near_above", 0.6)))
    tables = further_tables(now) | {"candidates": found}
    version = publish_curated(
        home, frame, columns, papers, _model_topics(now), now.themes, vectors, terms, dict(now.meta), tables
    )
    reasons = drift(snapshot.load(home, version))
    return {
        "placed": len(fresh), "changed": int(changed.sum()),
        "unplaced": int(columns["unplaced"][fresh].astype(bool).sum()) if len(fresh) else 0,
        "candidates": [{"name": r["name"], "papers": r["papers"], "words": list(r["words"])} for r in found.to_dict("records")],
        "refit": bool(reasons), "why": reasons, "seconds": round(time.perf_counter() - start, 2), "version": version,
    }  # fmt: skip


def publish_curated(
    home: Path,
    frame: pd.DataFrame,
    columns: dict[str, npt.NDArray[Any]],
    papers: npt.NDArray[np.bool_],
    topics: pd.DataFrame,
    themes: pd.DataFrame,
    vectors: Vectors,
    terms: Terms,
    meta: dict[str, Any],
    extra: dict[str, pd.DataFrame],
    derive: Derive | None = None,
) -> str:
    """Publish what the model says (``columns``, ``topics``) with people's decisions on top; keep the model's own word too.

    ``derive`` computes other rooms' tables anew, which takes longer than placing a few papers may; without it those of the
    former Snapshot stay, where ``extra`` carries them over.
    """
    decided = curation.applied(
        curation.load(home), topics, columns["topic"].astype(np.int32), columns["second"].astype(np.int32),
        columns["confidence"].astype(np.float32), vectors, str(meta.get("embedder", "")),
    )  # fmt: skip
    parts = extra.get("model_subtopics", pd.DataFrame(columns=list(snapshot.SUBTOPIC_COLUMNS)))
    under, part = subtopics.decided(parts, columns["subtopic"].astype(np.int32), decided.topic, decided.into)
    shown = columns | {"topic": decided.topic, "second": decided.second, "confidence": decided.confidence, "subtopic": part}
    frame = frame.assign(**{name: shown[name] for name in PLACED})
    model = pd.DataFrame({name: values[papers] for name, values in columns.items()}).assign(id=frame["id"].to_numpy()[papers])
    found = domains.of_papers(frame, vectors, terms)
    if len(found):
        at, domain = positions(frame["id"], found["id"]), found["domain"].to_numpy(dtype=object)
        frame = frame.assign(domain=np.where(at >= 0, domain[at], frame["domain"].astype(str).to_numpy(dtype=object)))
    if derive is not None:
        made = Snapshot("", snapshot.typed(frame), decided.topics, themes, {}, None, vectors, terms, under)
        extra = extra | derive(made)
    meta = {k: v for k, v in meta.items() if k not in ("version", "papers", "topics")} | {"pending_decisions": decided.pending}
    return publishing.publish(
        home, frame, decided.topics, themes, vectors=vectors, terms=terms, meta=meta,
        extra={**extra, "model_papers": model, "model_topics": topics, "subtopics": under, "found_domains": found},
    )  # fmt: skip


def recurate(home: Path) -> str:
    """Publish the current Snapshot anew with the decisions as they are now; return its version."""
    return republish_tree(home, {}, {})


def republish_tree(home: Path, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> str:
    """Publish the current Snapshot with other ``themes``, ``topics`` or ``subtopics`` of the model; return its version."""
    now = snapshot.load(home)
    base = now.table("model_papers")
    if base is None:
        raise SnapshotError("There are no topics to decide about yet: run `python -m hub fit`.")
    before = positions(now.papers["id"], base["id"])
    columns = _columns(base, before)
    extra = further_tables(now)
    if "subtopics" in tables:
        extra["model_subtopics"] = tables["subtopics"]
    return publish_curated(
        home, now.papers.copy(), columns, before >= 0, tables.get("topics", _model_topics(now)), tables.get("themes", now.themes),
        np.asarray(now.vectors), now.terms, {**now.meta, **meta}, extra,
    )  # fmt: skip


def _texts(corpus: Corpus, ids: npt.NDArray[np.object_]) -> tuple[list[str], list[str]]:
    """Return what the papers of these ids say, as the fit reads them, and the digests of it."""
    found = corpus.some(ids.tolist(), ["id", "title", "abstract", "text_hash"]).set_index("id").loc[ids.tolist()]
    written = [f"{t}. {a}" if a else t for t, a in zip(found["title"], found["abstract"], strict=True)]
    return written, found["text_hash"].tolist()


def _as_embedded(corpus: Corpus, embedder: str) -> pd.Series:
    """Return the ids of the papers whose text of now has a vector."""
    texts = corpus.columns(["id", "text_hash"])
    return texts["id"][positions(texts["text_hash"], corpus.embedded(embedder)) >= 0]


def _model_topics(now: Snapshot) -> pd.DataFrame:
    table = now.table("model_topics")
    return now.topics if table is None else table


def _moved(vectors: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
    result = np.zeros((len(rows), vectors.shape[1]), dtype=np.float32)
    for begin in range(0, len(rows), BLOCK):  # else all of them are there twice
        part = slice(begin, begin + BLOCK)
        known = np.flatnonzero(rows[part] >= 0)
        result[part][known] = vectors[rows[part][known]]
    return result


def _column(values: npt.NDArray[Any], rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    blank: Any = False if values.dtype == bool else np.nan if values.dtype.kind == "f" else -1
    result = np.full(len(rows), blank, dtype=values.dtype)
    result[rows >= 0] = values[rows[rows >= 0]]
    return result


def _columns(base: pd.DataFrame, rows: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """What the model said of the papers that ``rows`` leads to; no subtopics where the fit made none."""
    base = base if "subtopic" in base else base.assign(subtopic=np.int32(-1))
    base = base if "closeness" in base else base.assign(closeness=np.float32(np.nan))
    return {name: _column(base[name].to_numpy(), rows) for name in (*PLACED, "fitted", "closeness")}


def _with_new(terms: Terms, rows: npt.NDArray[np.int64], fresh: npt.NDArray[np.int64], texts: Sequence[str]) -> Terms:
    """Return the terms of all papers: those that had a row before keep it, the fresh ones are counted, the rest have none."""
    width = terms.counts.shape[1]
    new, blank = count_known(texts, terms.words), sparse.csr_matrix((1, width), dtype=terms.counts.dtype)
    old = terms.counts.shape[0]
    row = np.where(rows < 0, old + len(fresh), rows)
    row[fresh] = old + np.arange(len(fresh))
    return Terms(sparse.csr_matrix(sparse.vstack([terms.counts, new, blank], format="csr")[row]), terms.words)
