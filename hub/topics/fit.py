"""From the corpus to a published Snapshot with topics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.embed import Embedder, Vectors
from hub.embed.tfidf import TfidfSvd
from hub.errors import SnapshotError
from hub.llm import LanguageModel
from hub.stats.neighbours import Axes, centroids, unit
from hub.storage import memory, publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Terms
from hub.topics import trust
from hub.topics.clustering import hierarchy, subtopics
from hub.topics.clustering.cluster import Clusters, cluster
from hub.topics.clustering.confidence import Assignment, assign, far_below
from hub.topics.clustering.emerging import candidates
from hub.topics.clustering.levels import silhouette
from hub.topics.clustering.map_layout import Positions, layout
from hub.topics.lineage import Lineage, match, no_events
from hub.topics.naming import chinese, labels, names
from hub.topics.naming import tree as naming
from hub.topics.naming.names import Embed
from hub.topics.naming.phrases import title_phrases
from hub.topics.naming.terms import count_terms
from hub.topics.transform import Derive, Ground, publish_curated
from hub.topics.vectors import bring_back, paper_texts, paper_vectors

Step = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and of how much (0 when not known)."""
BLOCK = 8192
"""Papers that are compared with their topics' centres in one go."""


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
    """What a fit gives for n papers, in the order of the vectors; topics are positions, ids come from the lineage."""

    topic: npt.NDArray[np.int32]
    words: list[list[str]]
    names: list[str]
    placed: Assignment
    agreement: npt.NDArray[np.float32]
    axes: Axes
    space: Vectors
    centres: Vectors
    closeness: npt.NDArray[np.float32]
    far: float
    near: float
    positions: Positions
    levels: hierarchy.Parents
    subtopics: subtopics.Subtopics
    terms: Terms
    themes: list[list[str]]
    chinese: list[str]
    quality: dict[str, Any]

    @property
    def unplaced(self) -> npt.NDArray[np.bool_]:
        """Which papers are far from every topic (n,)."""
        return self.closeness < self.far


def fit(
    home: Path, corpus: Corpus, model: Embedder, seed: int = 0, why: str = "", step: Step | None = None,
    namer: LanguageModel | None = None, fresh: bool = False, derive: Derive | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Fit topics on all papers of the corpus, publish them, and return what was done.

    A refit starts from the former topics where half of the papers have one, unless it shall be ``fresh``. Topics that the
    former fit had keep their ids (:mod:`.lineage`), and people's decisions are applied (:mod:`.curation`).

    Parameters
    ----------
    why
        Why ``model`` is not the default embedder; kept in the Snapshot's meta.
    namer
        A language model that names what is new in the tree (:mod:`.naming`); without one, names come from the words.
    derive
        Computes the tables of other rooms that are published with the topics; none without it.

    Returns
    -------
    dict
        ``papers``, ``topics``, ``unassigned_share``, ``unplaced_share``, ``seconds`` by step, ``embedder``, ``why``,
        ``seed``, ``changes`` (how many topics were kept, born, split, merged, died), ``naming``, ``pending``, ``version``.
    """
    clock, tell = Clock(), step or (lambda name, done, total: None)
    with clock.step("read"):
        frame = papers_frame(corpus)
        texts, written = paper_texts(corpus)
    with clock.step("embed"):
        bring_back(corpus, model, home)
        vectors, made = (
            paper_vectors(corpus, model, texts["text_hash"].tolist(), written, lambda done, of: tell("embed", done, of))
            if written
            else (np.zeros((0, 0), dtype=np.float32), 0)
        )
    about: dict[str, Any] = {"embedder": model.id, "why_embedder": why, "seed": seed, "fitted": len(written)}
    about["stands_in"] = isinstance(model, TfidfSvd) and model.stands_in
    summary: dict[str, Any] = {"papers": len(written), "topics": 0, "unassigned_share": 0.0, "unplaced_share": 0.0, "changes": {}}
    if not written:
        none = snapshot.empty()
        version = publishing.publish(home, frame, none.topics, none.themes, meta=about)
    else:
        former = None if fresh else _former(home, texts["id"].tolist(), model.id)
        embed = None if model.corpus_bound else model.embed
        found = fit_topics(vectors, written, seed, clock, tell, former, texts["title"].tolist(), embed)
        far_texts = [written[i] for i in np.flatnonzero(found.unplaced).tolist()]
        written.clear()  # some 1,500 bytes a paper, and no other text is needed from here on
        with clock.step("publish"):
            row_of = {paper_id: row for row, paper_id in enumerate(frame["id"])}
            rows = np.array([row_of[paper_id] for paper_id in texts["id"]], dtype=np.int64)
            lineage, events = _lineage(home, texts["id"].tolist(), found, model.id)
            parts, about["next_subtopic"] = _subtopic_ids(home, texts["id"].tolist(), found)
            mean, everywhere = vectors.mean(axis=0), np.zeros((len(frame), vectors.shape[1]), dtype=np.float32)
            everywhere[rows] = vectors
            del vectors, texts, row_of
            memory.release()
            version = _publish(
                home, frame, rows, far_texts, everywhere, mean, found, lineage, events, parts, about, clock, namer, tell, derive
            )
        summary |= {
            "topics": len(found.names), "unassigned_share": float(np.mean(found.topic < 0)),
            "unplaced_share": round(float(found.unplaced.mean()), 4), "changes": lineage.events["event"].value_counts().to_dict(),
        }  # fmt: skip
    said = snapshot.load(home, version).meta
    return summary | {
        "embedded": made, "embedder": model.id, "why": why, "seed": seed, "seconds": clock.seconds,
        "naming": said.get("naming", {}), "pending": said.get("pending_decisions", []), "version": version,
    }  # fmt: skip


def fit_topics(
    vectors: Vectors, texts: Sequence[str], seed: int, clock: Clock, tell: Step, former: npt.NDArray[np.int32] | None = None,
    titles: Sequence[str] = (), embed: Embed | None = None,
) -> Fit:  # fmt: skip
    """Return topics of papers (at least one): clusters, words, names, places, themes and positions.

    Parameters
    ----------
    titles
        Of the papers, for names; what stands before the first full stop of the ``texts`` unless given.
    embed
        Gives phrases vectors as the papers have them; without it a phrase has that of the papers that use it.
    """
    titles = titles or [text.split(". ", 1)[0] for text in texts]
    with clock.step("terms"):
        tell("terms", 0, 0)
        terms = count_terms(texts)
    memory.release()
    with clock.step("cluster"):
        tell("cluster", 0, 0)
        found = cluster(vectors, seed, former)
    memory.release()
    with clock.step("label"):
        tell("label", 0, 0)
        topic, words = _words(vectors, terms, found)
        memory.release()
        corpus = names.Corpus(title_phrases([" ".join(title.split()) for title in titles]), terms, vectors, embed)
        named = _named(corpus, topic, words)
    with clock.step("place"):
        centred = corpus.centred
        centres = centroids(centred, topic)
        placed = assign(found.space, centroids(found.space, topic), topic)
        closeness = _closeness(centred, centres, topic)
        near = float(np.median(found.neighbours.similarity[:, :5])) if found.neighbours.similarity.size else 1.0
        levels = hierarchy.theme_levels(centres)
    with clock.step("subtopics"):
        themes = _theme_names(corpus, topic, levels, named)
        parts = subtopics.subtopics(found.space, topic, terms, named, [n for level in themes for n in level if n], corpus)
    with clock.step("map"):
        tell("map", 0, 0)
        positions = layout(centred, found.neighbours, topic, seed)
    far = far_below(closeness)
    return Fit(
        topic,
        words,
        named,
        placed,
        found.agreement,
        found.axes,
        found.space,
        centres,
        closeness,
        far,
        near,
        positions,
        levels,
        parts,
        terms,
        themes,
        chinese.from_titles(corpus.phrases, terms, vectors, topic, len(words)),
        _quality(found, topic),
    )


def _closeness(vectors: Vectors, centres: Vectors, topic: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Return the cosine (n,) of each paper to the centre of its topic."""
    result = np.empty(len(vectors), dtype=np.float32)
    for begin in range(0, len(vectors), BLOCK):
        part = slice(begin, begin + BLOCK)
        result[part] = np.einsum("ij,ij->i", vectors[part], centres[topic[part]])
    return result


def _quality(found: Clusters, topic: npt.NDArray[np.int32]) -> dict[str, Any]:
    """How good the fit is as a whole: how far its topics stand apart, how firm they are, and which numbers were tried."""
    several = int(topic.max()) > 0
    return {
        "silhouette": round(silhouette(found.space, centroids(found.space, topic)), 3) if several else 0.0,
        "firm": round(float(found.agreement.mean()), 3),
        "tried": [[level.topics, round(level.silhouette, 3), round(level.stability, 3)] for level in found.levels],
    }


def _named(corpus: names.Corpus, topic: npt.NDArray[np.int32], words: Sequence[Sequence[str]]) -> list[str]:
    """Names of topics from titles; from their words where no phrase holds, as in a topic of very few papers."""
    from_titles = names.names(corpus, topic, len(words))
    from_words = labels.distinct_names(words)
    taken = {name.casefold() for name in from_titles}
    left = [w if w.casefold() not in taken else f"{w} ({t})" for t, w in enumerate(from_words)]
    return [name or other for name, other in zip(from_titles, left, strict=True)]


def _theme_names(
    corpus: names.Corpus, topic: npt.NDArray[np.int32], levels: hierarchy.Parents, named: Sequence[str]
) -> list[list[str]]:
    """Names of the themes of each level, empty where none holds for its papers."""
    result, above, taken = [], topic, list(named)
    for parent in levels:
        above = parent[above]
        result.append(names.names(corpus, above, int(parent.max()) + 1, taken, names.HOLDS))
        taken += [name for name in result[-1] if name]
    return result


def _words(vectors: Vectors, terms: Terms, clusters: Clusters) -> tuple[npt.NDArray[np.int32], list[list[str]]]:
    if terms.counts.shape[1] < 2:  # nothing to weigh against each other
        return clusters.labels, [[str(word) for word in terms.words] for _ in range(int(clusters.labels.max()) + 1)]
    from hub.topics.naming.ctfidf import fit_bertopic

    model = fit_bertopic(vectors, terms, clusters)
    return np.asarray(model.topics_, dtype=np.int32), labels.ranked_words(model, terms, vectors)


def _former(home: Path, ids: Sequence[str], embedder: str) -> npt.NDArray[np.int32] | None:
    """Return the topic of each paper in the former fit, -1 for the others; None where it is nothing to start from."""
    try:
        now = snapshot.load(home)
    except SnapshotError:
        return None
    base = now.table("model_papers")
    if base is None or now.meta.get("embedder") != embedder:
        return None
    before = dict(zip(base["id"].tolist(), base["topic"].tolist(), strict=True))
    topic = np.array([before.get(paper_id, -1) for paper_id in ids], dtype=np.int32)
    return topic if np.mean(topic >= 0) >= 0.5 else None


def _lineage(home: Path, ids: Sequence[str], found: Fit, embedder: str) -> tuple[Lineage, pd.DataFrame]:
    """Match the topics to the former fit's; return the lasting ids and the events of all fits so far."""
    when = pd.Timestamp.now("UTC").tz_localize(None).floor("s")
    n = len(found.names)
    try:
        now = snapshot.load(home)
    except SnapshotError:
        now = snapshot.empty()
    base, known = now.table("model_papers"), now.table("model_topics")
    history = now.table("lineage")
    history = no_events() if history is None else history
    if base is None or known is None:
        return match(np.zeros(0, np.int32), np.zeros(0, np.int32), n, [], 0, when), history
    before = dict(zip(base["id"].tolist(), base["topic"].tolist(), strict=True))
    old = np.array([before.get(paper_id, -1) for paper_id in ids], dtype=np.int32)
    given = [int(t) for t in [*known["topic"].tolist(), *history["topic"].tolist()]]
    fixed = match(old, found.topic, n, known["topic"].tolist(), max(given, default=-1) + 1, when)
    return fixed, history


def _subtopic_ids(home: Path, ids: Sequence[str], found: Fit) -> tuple[npt.NDArray[np.int32], int]:
    """Return lasting ids of the subtopics, matched to the former fit's by their papers, and the first id not given yet."""
    try:
        now = snapshot.load(home)
    except SnapshotError:
        now = snapshot.empty()
    base, known = now.table("model_papers"), now.table("model_subtopics")
    n, label, when = len(found.subtopics.names), found.subtopics.label, pd.Timestamp.now("UTC").tz_localize(None)
    if base is None or known is None or "subtopic" not in base:
        return np.arange(n, dtype=np.int32), n
    before = dict(zip(base["id"].tolist(), base["subtopic"].tolist(), strict=True))
    old = np.array([before.get(paper_id, -1) for paper_id in ids], dtype=np.int32)
    own, fresh = label >= 0, int(now.meta.get("next_subtopic", max(known["subtopic"], default=-1) + 1))
    fixed = match(old[own], label[own], n, known["subtopic"].tolist(), fresh, when).ids
    return fixed, max(fresh, int(fixed.max(initial=-1)) + 1)


def _publish(
    home: Path, frame: pd.DataFrame, rows: npt.NDArray[np.int64], far_texts: Sequence[str], everywhere: Vectors,
    mean: Vectors, found: Fit, lineage: Lineage, history: pd.DataFrame, parts: npt.NDArray[np.int32], about: dict[str, Any],
    clock: Clock, namer: LanguageModel | None, tell: Step, derive: Derive | None,
) -> str:  # fmt: skip
    ids = lineage.ids
    terms = found.terms
    if not np.array_equal(rows, np.arange(len(frame))):  # there are other things than papers: without terms
        spread = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))), (len(frame), len(rows)))
        terms = Terms(sparse.csr_matrix(spread @ terms.counts), terms.words)
    columns: dict[str, npt.NDArray[Any]] = {}
    second = np.where(found.placed.second < 0, -1, ids[found.placed.second]).astype(np.int32)
    values: dict[str, tuple[Any, npt.NDArray[Any]]] = {
        "topic": (-1, ids[found.topic]), "second": (-1, second), "confidence": (0.0, found.placed.confidence),
        "unplaced": (False, found.unplaced), "closeness": (np.nan, found.closeness),
        "fitted": (False, np.ones(len(rows), dtype=bool)),
        "x": (np.nan, found.positions[:, 0]), "y": (np.nan, found.positions[:, 1]),
        "subtopic": (-1, np.append(parts, np.int32(-1))[found.subtopics.label]),
    }  # fmt: skip
    for name, (blank, own) in values.items():
        columns[name] = np.full(len(frame), blank, dtype=own.dtype)
        columns[name][rows] = own
    kept = np.zeros(len(frame), dtype=bool)
    kept[rows] = True
    cards = trust.cards(
        ids, found.topic, found.placed, found.agreement, found.centres, found.terms, found.words, frame.iloc[rows],
        found.closeness,
    )  # fmt: skip
    far = rows[found.unplaced]
    waiting = candidates(far, far_texts, unit(everywhere[far] - mean), terms, frame["id"].to_numpy(), found.near)
    meta = about | {
        "far_below": found.far, "near_above": found.near, "unplaced_share": float(found.unplaced.mean()),
        "fit": found.quality, "fitted_at": pd.Timestamp.now("UTC").isoformat(timespec="seconds"), "seconds": dict(clock.seconds),
    }  # fmt: skip
    events = pd.concat([history, lineage.events], ignore_index=True) if len(history) else lineage.events
    split = subtopics.frame(found.subtopics, parts, ids)
    tree_ = naming.plain({"themes": themes_frame(found), "topics": topics_frame(found, ids), "subtopics": split})
    in_chinese = chinese.bilingual(found.names, found.chinese, found.topic, frame["domain"].to_numpy(dtype=object)[rows])
    tree_["topics"] = tree_["topics"].assign(name_zh=in_chinese)
    tree_ = naming.kept(tree_, naming.former(home))
    if namer is not None:
        fitted = naming.Papers(
            columns["topic"][rows], columns["subtopic"][rows], everywhere[rows], found.terms,
            frame["title"].to_numpy()[rows].tolist(),
        )  # fmt: skip
        with clock.step("names"):
            tree_, meta["naming"] = naming.name(namer, tree_, fitted, progress=lambda done, of: tell("names", done, of))
    tables = {"lineage": events, "trust": cards, "candidates": waiting, "model_subtopics": tree_["subtopics"]}
    tables |= Ground(frame["id"].to_numpy(dtype=object)[rows], found.axes, found.space).tables()
    return publish_curated(home, frame, columns, kept, tree_["topics"], tree_["themes"], everywhere, terms, meta, tables, derive)


def topics_frame(found: Fit, ids: npt.NDArray[np.int32]) -> pd.DataFrame:
    """Return the Snapshot's table of topics."""
    topic, n = found.topic, len(found.names)
    place = np.array([np.median(found.positions[topic == t], axis=0) for t in range(n)], dtype=np.float32)
    return pd.DataFrame(
        {
            "topic": ids,
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
            for t, name in enumerate(found.themes[level - 1])
        ]
        start, size, below_words = start + n, sizes, words
    frame = pd.DataFrame(rows, columns=list(snapshot.THEME_COLUMNS))
    return frame.astype({"node": "int32", "papers": "int64", "parent": "int32", "level": "int32"})


def _theme_words(topics: list[list[str]]) -> list[str]:
    """The first word of each topic in turn, then the second ones, without repeats."""
    turn = [word for rank in range(10) for words in topics if rank < len(words) for word in [words[rank]]]
    return list(dict.fromkeys(turn))[:10]
