"""New papers into known topics, without a refit; new topics among them; and when a refit is due, and why."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub import bridges, snapshot
from hub.corpus import Corpus
from hub.embed import Embedder, Progress, Vectors
from hub.errors import SnapshotError
from hub.publish import PLACED, further_tables, papers_frame
from hub.snapshot import Snapshot, Terms
from hub.topics import curation, subtopics
from hub.topics.assign import TEMPERATURE, Assignment
from hub.topics.candidates import candidates
from hub.topics.cluster import NEIGHBOURS
from hub.topics.neighbours import centroids, nearest, unit
from hub.topics.terms import count_known
from hub.topics.vectors import paper_vectors

VOTE = 0.3
"""What the topics of a new paper's neighbours weigh against its similarity to the topics' centres."""
GROWN = 0.25
DRIFT_FACTOR = 2.0
DRIFT_SHARE = 0.05
MANY_CANDIDATES = 3


@dataclass(frozen=True)
class Placed:
    """New papers among known topics: ``assignment`` with topic ids, ``closeness`` to their topics, their ``positions``."""

    assignment: Assignment
    closeness: npt.NDArray[np.float32]
    positions: npt.NDArray[np.float32]


def place_among(
    new: Vectors, old: Vectors, topic: npt.NDArray[np.int32], positions: npt.NDArray[np.float32], mean: Vectors | None = None
) -> Placed:
    """Return where new papers belong among papers that have topics.

    Parameters
    ----------
    new
        (n_new, dim) float32, rows L2-normalised.
    old, topic, positions
        (n_old, dim), (n_old,) and (n_old, 2): papers that were placed before.
    mean
        (dim,) the mean of the fitted vectors; that of ``old`` unless given.
    """
    mean = old.mean(axis=0) if mean is None else mean
    around, space = unit(old - mean), unit(new - mean)
    ids, position = np.unique(topic, return_inverse=True)
    near = nearest(space, around, min(NEIGHBOURS, len(around)))
    weight = np.clip(near.similarity, 1e-3, 1.0)
    weight = weight / weight.sum(axis=1, keepdims=True)
    n, k = near.ids.shape
    mixing = sparse.csr_matrix((weight.ravel(), near.ids.ravel(), np.arange(0, n * k + 1, k)), (n, len(around)))
    centres = centroids(around, position.astype(np.int32), len(ids))
    vote = np.zeros((n, len(ids)), dtype=np.float32)
    np.add.at(vote, (np.repeat(np.arange(n), k), position[near.ids].ravel()), weight.ravel())
    moved = unit(0.5 * space + 0.5 * np.asarray(mixing @ around))
    score = moved @ centres.T + VOTE * vote
    best = np.argmax(score, axis=1)
    rows = np.arange(n)
    weights = np.exp((score - score.max(axis=1, keepdims=True)) / TEMPERATURE)
    confidence = (weights[rows, best] / weights.sum(axis=1)).astype(np.float32)
    second = np.full(n, -1, dtype=np.int32)
    if len(ids) > 1:
        score[rows, best] = -np.inf
        second = ids[np.argmax(score, axis=1)].astype(np.int32)
    closeness = np.einsum("ij,ij->i", space, centres[best]).astype(np.float32)
    found = Assignment(ids[best].astype(np.int32), second, confidence, closeness)
    return Placed(found, closeness, np.asarray(mixing @ positions, dtype=np.float32))


def drift(now: Snapshot) -> list[str]:
    """Return the reasons for a refit, in plain words; none while the topics still hold.

    A refit is due when the corpus has grown by a quarter since the fit, when papers far from every topic are twice as
    common among the new ones as they were at the fit (and more than 5 %), or when three candidate topics wait.
    """
    reasons: list[str] = []
    placed = now.papers["topic"].to_numpy() >= 0
    fitted = int(now.meta.get("fitted", 0))
    base = now.table("model_papers")
    new = np.zeros(len(now), dtype=bool)
    if base is not None:
        added = dict(zip(base["id"], base["fitted"], strict=True))
        new = placed & ~np.array([bool(added.get(i, False)) for i in now.papers["id"]], dtype=bool)
    if fitted and new.sum() > GROWN * fitted:
        reasons.append(f"{int(new.sum())} papers came since the fit of {fitted}")
    far, usual = now.papers["unplaced"].to_numpy(), float(now.meta.get("unplaced_share", 0.0))
    share = float(far[new].mean()) if new.any() else 0.0
    if new.sum() >= 50 and share > max(DRIFT_SHARE, DRIFT_FACTOR * usual):
        reasons.append(f"{100 * share:.1f} % of the new papers are far from every topic ({100 * usual:.1f} % at the fit)")
    waiting = now.table("candidates")
    if waiting is not None and len(waiting) >= MANY_CANDIDATES:
        reasons.append(f"{len(waiting)} candidate topics have formed: {'; '.join(waiting['name'].tolist()[:3])}")
    return reasons


def place(home: Path, corpus: Corpus, model: Embedder, progress: Progress | None = None) -> dict[str, Any]:
    """Embed the papers that came since the fit, place them and publish; no topic is fitted.

    Returns
    -------
    dict
        ``placed`` and ``unplaced`` new papers, ``candidates``, ``refit`` (whether one is due), ``why``, ``seconds``, ``version``.

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
    frame = papers_frame(corpus)
    papers = frame["kind"].astype(str).to_numpy() == "paper"
    known = {paper_id: row for row, paper_id in enumerate(base["id"])}
    before = np.array([known.get(i, -1) if p else -1 for i, p in zip(frame["id"], papers, strict=True)], dtype=np.int64)
    fresh = np.flatnonzero(papers & (before < 0))
    rows_now = np.array([now.row_of.get(i, -1) for i in frame["id"]], dtype=np.int64)
    vectors = _moved(now.vectors, rows_now)
    everything = corpus.columns(["id", "title", "abstract", "text_hash"]).set_index("id")
    texts = everything.loc[frame["id"].to_numpy()[fresh]]
    written = _written(texts)
    vectors[fresh], _ = (
        paper_vectors(corpus, model, texts["text_hash"].tolist(), written, progress) if len(fresh) else (vectors[fresh], 0)
    )
    terms = _with_new(now.terms, rows_now, fresh, written)

    columns = _columns(base, before)
    old = np.flatnonzero(before >= 0)
    if len(fresh):
        fitted = old[columns["fitted"][old].astype(bool)]
        where = np.stack([columns["x"], columns["y"]], axis=1).astype(np.float32)
        put = place_among(vectors[fresh], vectors[fitted], columns["topic"][fitted].astype(np.int32), where[fitted])
        columns["topic"][fresh], columns["second"][fresh] = put.assignment.topic, put.assignment.second
        columns["confidence"][fresh] = put.assignment.confidence
        columns["unplaced"][fresh] = put.closeness < float(now.meta.get("far_below", -2.0))
        columns["x"][fresh], columns["y"][fresh] = put.positions[:, 0], put.positions[:, 1]
        parts = now.table("model_subtopics")
        above = {} if parts is None else dict(zip(parts["subtopic"].tolist(), parts["topic"].tolist(), strict=True))
        columns["subtopic"][fresh] = subtopics.placed_among(
            vectors[fresh], put.assignment.topic, vectors[fitted], columns["subtopic"][fitted], above
        )
    far = np.flatnonzero(columns["unplaced"].astype(bool) & papers)
    centred = unit(vectors - vectors[old].mean(axis=0)) if len(old) else vectors
    said = _written(everything.loc[frame["id"].to_numpy()[far]])
    found = candidates(far, said, centred, terms, frame["id"].to_numpy(), float(now.meta.get("near_above", 0.6)))
    tables = further_tables(now) | {"candidates": found}
    version = publish_curated(
        home, frame, columns, papers, _model_topics(now), now.themes, vectors, terms, dict(now.meta), tables
    )
    reasons = drift(snapshot.load(home, version))
    return {
        "placed": len(fresh), "unplaced": int(columns["unplaced"][fresh].astype(bool).sum()) if len(fresh) else 0,
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
    bridged: bool = False,
) -> str:
    """Publish what the model says (``columns``, ``topics``) with people's decisions on top; keep the model's own word too.

    ``bridged`` computes the tables of :mod:`hub.bridges` anew, which takes longer than placing a few papers may.
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
    if bridged:
        made = Snapshot("", snapshot.typed(frame), decided.topics, themes, {}, None, vectors, terms)
        extra = extra | bridges.tables(made)
    meta = {k: v for k, v in meta.items() if k not in ("version", "papers", "topics")} | {"pending_decisions": decided.pending}
    return snapshot.publish(
        home, frame, decided.topics, themes, vectors=vectors, terms=terms, meta=meta,
        extra={**extra, "model_papers": model, "model_topics": topics, "subtopics": under},
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
    known = {paper_id: row for row, paper_id in enumerate(base["id"])}
    before = np.array([known.get(i, -1) for i in now.papers["id"]], dtype=np.int64)
    columns = _columns(base, before)
    extra = further_tables(now)
    if "subtopics" in tables:
        extra["model_subtopics"] = tables["subtopics"]
    return publish_curated(
        home, now.papers.copy(), columns, before >= 0, tables.get("topics", _model_topics(now)), tables.get("themes", now.themes),
        np.asarray(now.vectors), now.terms, {**now.meta, **meta}, extra,
    )  # fmt: skip


def _written(texts: pd.DataFrame) -> list[str]:
    return [f"{t}. {a}" if a else t for t, a in zip(texts["title"], texts["abstract"], strict=True)]


def _model_topics(now: Snapshot) -> pd.DataFrame:
    table = now.table("model_topics")
    return now.topics if table is None else table


def _moved(vectors: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
    result = np.zeros((len(rows), vectors.shape[1]), dtype=np.float32)
    result[rows >= 0] = vectors[rows[rows >= 0]]
    return result


def _column(values: npt.NDArray[Any], rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    blank: Any = False if values.dtype == bool else np.nan if values.dtype.kind == "f" else -1
    result = np.full(len(rows), blank, dtype=values.dtype)
    result[rows >= 0] = values[rows[rows >= 0]]
    return result


def _columns(base: pd.DataFrame, rows: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """What the model said of the papers that ``rows`` leads to; no subtopics where the fit made none."""
    base = base if "subtopic" in base else base.assign(subtopic=np.int32(-1))
    return {name: _column(base[name].to_numpy(), rows) for name in (*PLACED, "fitted")}


def _with_new(terms: Terms, rows: npt.NDArray[np.int64], fresh: npt.NDArray[np.int64], texts: Sequence[str]) -> Terms:
    blank = sparse.csr_matrix((1, terms.counts.shape[1]), dtype=terms.counts.dtype)
    kept = sparse.vstack([terms.counts, blank], format="csr")[np.where(rows < 0, terms.counts.shape[0], rows)]
    if not len(fresh):
        return Terms(sparse.csr_matrix(kept), terms.words)
    new = count_known(texts, terms.words)
    spread = sparse.csr_matrix((np.ones(len(fresh), np.float32), (fresh, np.arange(len(fresh)))), (len(rows), len(fresh)))
    still = sparse.diags(np.isin(np.arange(len(rows)), fresh, invert=True).astype(np.float32))
    return Terms(sparse.csr_matrix(still @ kept + spread @ new), terms.words)
