"""Subtopics: what a large topic is made of, where half of its papers tell the same as the other half.

Each topic's papers are split by k-means on unit vectors that are averaged with their neighbours' (Dhillon & Modha 2001),
from parts cut across their longest axes (Boley 1998), so that nothing is random. The number of parts is the largest, up to what
the topic's size allows, for which the splits that two halves of its papers teach agree on all of them (adjusted Rand index of
at least :data:`AGREE` in the mean of some halvings, and near the best; stability as a guide to the number of clusters:
Ben-Hur et al. 2002). A topic whose halves split it in different ways has no subtopics.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from hub.embed import Vectors
from hub.stats.neighbours import centroids, sums, unit
from hub.storage.snapshot import SUBTOPIC_COLUMNS, Terms
from hub.topics.naming import labels as names
from hub.topics.naming import names as phrased

LEAST_TOPIC = 60
"""Papers from which a topic may be split."""
LEAST = 15
"""Papers of a subtopic."""
PER_PART = 25
MOST = 8
AGREE = 0.5
CLOSE = 0.1
"""How far below the best agreement a finer split may fall."""
HALVED = 4
"""Ways in which a topic is cut into halves that are compared."""
ROUNDS = 25
AXES = (96, 24)
"""Principal axes of all papers, then of a topic's own, on which it is split: one eigenproblem of 384 a topic takes longest."""
TAUGHT = 4000
"""Papers of a topic that k-means is taught with; the others go to the nearest part."""
SPARED = 0.04
"""Share of a subtopic's papers that must use a term before it may stand in the name."""

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Subtopics:
    """``label`` (n_papers,) int32, -1 where a topic is not split; of each subtopic its topic (``parent``), words and name."""

    label: Labels
    parent: Labels
    words: list[list[str]]
    names: list[str]


def subtopics(
    space: Vectors, topic: Labels, terms: Terms, topic_names: Sequence[str], taken: Collection[str] = (),
    corpus: phrased.Corpus | None = None,
) -> Subtopics:  # fmt: skip
    """Return the subtopics of every topic that is large enough to have some.

    Parameters
    ----------
    space
        (n_papers, dim) float32, rows L2-normalised: vectors averaged with their neighbours'.
    topic
        (n_papers,) topics from 0.
    topic_names
        Of the topics: a subtopic does not repeat the words of its topic's name.
    taken
        Names that no subtopic may have, besides those of the topics.
    corpus
        What names are made from; without it, and where no phrase of the titles holds, they are made of the words.
    """
    label = np.full(len(space), -1, dtype=np.int32)
    space = _axes(space, AXES[0]) if len(space) >= LEAST_TOPIC else space
    parent: list[int] = []
    for t in range(int(topic.max(initial=-1)) + 1):
        own = np.flatnonzero(topic == t)
        parts = split(space[own])
        if parts.max(initial=0) > 0:
            label[own] = parts + len(parent)
            parent += [t] * (int(parts.max()) + 1)
    above = np.array(parent, dtype=np.int32)
    words = subtopic_words(label, above, topic, terms, topic_names)
    called = _named(words, above, topic_names, taken)
    if corpus is not None and parent:
        phrases = phrased.names(corpus, label, len(parent), [*topic_names, *taken])
        said = {name.casefold() for name in phrases}
        called = [
            one or (other if other.casefold() not in said else f"{other} ·") for one, other in zip(phrases, called, strict=True)
        ]
    return Subtopics(label, above, words, called)


def split(vectors: Vectors) -> Labels:
    """Return the part (n,) of each paper of one topic, 0 the largest; all 0 where no split comes back."""
    from sklearn.metrics import adjusted_rand_score

    n = len(vectors)
    whole = np.zeros(n, dtype=np.int32)
    if n < LEAST_TOPIC or float(vectors.var(axis=0).sum()) < 1e-9:  # copies of one abstract
        return whole
    space = _axes(vectors, AXES[1])
    most = min(MOST, round((n / PER_PART) ** 0.5))
    found = _middles(_spread(space, -1), most)
    halves = [[_middles(_spread(space, axis)[side::2], most) for side in (0, 1)] for axis in range(-HALVED, 0)]
    tried: list[tuple[float, Labels]] = []
    for k in sorted(found):
        parts = _nearest(space, found[k])
        if np.bincount(parts, minlength=k).min() >= LEAST:
            pairs = [(one[k], other[k]) for one, other in halves if k in one and k in other]
            alike = [adjusted_rand_score(_nearest(space, one), _nearest(space, other)) for one, other in pairs]
            tried.append((float(sum(alike)) / HALVED, parts))
    enough = max([AGREE, *(agree - CLOSE for agree, _ in tried)])
    finest = next((parts for agree, parts in reversed(tried) if agree >= enough), whole)
    rank = np.empty(int(finest.max()) + 1, dtype=np.int32)
    rank[np.argsort(-np.bincount(finest), kind="stable")] = np.arange(len(rank), dtype=np.int32)
    return rank[finest]


def _spread(space: Vectors, axis: int) -> Vectors:
    """The papers in the order of an axis of little spread, so that every second one is as good as any; at most TAUGHT."""
    order = np.argsort(space[:, axis], kind="stable")
    return space[order[np.linspace(0, len(order) - 1, min(len(order), TAUGHT)).astype(np.int64)]]


def _middles(space: Vectors, most: int) -> dict[int, Vectors]:
    """The centres of 2, 3, ... ``most`` parts: the widest part is cut across its longest axis, then k-means settles."""
    found: dict[int, Vectors] = {}
    part, middles = np.zeros(len(space), dtype=np.int32), space.mean(axis=0, keepdims=True)
    for k in range(2, most + 1):
        apart = space - middles[part]
        widest = int(np.argmax(np.bincount(part, weights=(apart**2).sum(axis=1), minlength=len(middles))))
        own = np.flatnonzero(part == widest)
        _, axes = np.linalg.eigh((apart[own].T @ apart[own]).astype(np.float64))
        side = apart[own] @ axes[:, -1].astype(np.float32) > 0
        if side.all() or not side.any():
            break
        part[own[side]] = k - 1
        for _ in range(ROUNDS):
            sizes = np.bincount(part, minlength=k)
            if not sizes.min():  # a part ran empty: no finer split
                return found
            middles = np.asarray(sums(space, part, k) / sizes[:, None], dtype=np.float32)
            moved = _nearest(space, middles)
            if np.array_equal(moved, part):
                break
            part = moved
        found[k] = middles
    return found


def _nearest(space: Vectors, middles: Vectors) -> Labels:
    return np.argmin((middles**2).sum(axis=1)[None, :] - 2.0 * space @ middles.T, axis=1).astype(np.int32)


def _axes(vectors: Vectors, n: int) -> Vectors:
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    return unit(centred @ axes[:, ::-1][:, :n].astype(np.float32))


def subtopic_words(
    label: Labels, parent: Labels, topic: Labels, terms: Terms, topic_names: Sequence[str], n: int = names.WORDS
) -> list[list[str]]:
    """Return ``n`` terms of each subtopic: what its papers use and the rest of its topic does not, without its topic's name.

    Parameters
    ----------
    label, topic
        (n_papers,) subtopic and topic of each paper.
    parent
        (n_subtopics,) the topic of each subtopic.
    """
    if not len(parent) or not terms.counts.shape[1]:
        return [[] for _ in parent]
    used = (terms.counts > 0).astype(np.float32)
    inside, of_topic = _totals(used, label, len(parent)), _totals(used, topic, len(topic_names))
    overall = np.asarray(used.mean(axis=0)).ravel()
    sizes, wholes = np.bincount(label[label >= 0], minlength=len(parent)), np.bincount(topic, minlength=len(topic_names))
    result: list[list[str]] = []
    for s, t in enumerate(parent.tolist()):
        own = np.asarray(inside[s].todense()).ravel()
        rest = np.asarray(of_topic[t].todense()).ravel() - own
        here, there = own / max(sizes[s], 1), rest / max(wholes[t] - sizes[s], 1)
        apart, own_to_field = (np.log((here + 0.01) / (other + 0.01)).clip(min=0) for other in (there, overall))
        score = np.where(here >= SPARED, here * apart * own_to_field, 0.0)
        said = {part for word in topic_names[t].casefold().replace(",", " ").split() for part in (word, word.rstrip("s"))}
        ranked = []
        telling = np.flatnonzero(score > 0)
        for c in telling[np.argsort(-score[telling], kind="stable")[: 8 * n]]:
            word = str(terms.words[c])
            if not {p.rstrip("s") for p in word.casefold().split()} <= said:
                ranked.append((word, float(score[c]) * (names.PAIR_BONUS if " " in word else 1.0)))
        ranked.sort(key=lambda pair: (-pair[1], pair[0]))
        result.append(names.topic_words(ranked, n))
    return result


def _totals(used: sparse.csr_matrix, group: Labels, n_groups: int) -> sparse.csr_matrix:
    rows = np.flatnonzero(group >= 0)
    member = sparse.csr_matrix((np.ones(len(rows), np.float32), (group[rows], rows)), (n_groups, len(group)))
    return sparse.csr_matrix(member @ used)


def _named(words: Sequence[Sequence[str]], parent: Labels, topic_names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Two terms a name, more until no other subtopic, topic or theme is called so; at last with the topic's own name."""
    used = {name.casefold() for name in [*topic_names, *taken]}
    result: list[str] = []
    for own, t in zip(words, parent.tolist(), strict=True):
        own = _apart(own)
        tries = [", ".join(own[:k]) for k in range(min(2, len(own)), len(own) + 1) if k] or [topic_names[t]]
        tries += [f"{tries[0]} · {topic_names[t]}", *(f"{tries[0]} ({k})" for k in range(2, 99))]
        result.append(next(name for name in tries if name.casefold() not in used))
        used.add(result[-1].casefold())
    return result


def _apart(words: Sequence[str]) -> list[str]:
    """The words with those last that share a part with the first: "Monte Carlo" tells more without "quantum Monte" beside it."""
    first = set(words[0].casefold().split()) if words else set()
    return sorted(words, key=lambda word: word != words[0] and bool(first & set(word.casefold().split())))


def placed_among(new: Vectors, topic: Labels, old: Vectors, label: Labels, parent: dict[int, int]) -> Labels:
    """Return the subtopic of new papers whose topics are known: the one of their topic with the nearest centre, -1 without.

    Parameters
    ----------
    new, topic
        (n_new, dim) and (n_new,).
    old, label
        (n_old, dim) and (n_old,) papers with their subtopics.
    parent
        The topic of each subtopic.
    """
    result = np.full(len(new), -1, dtype=np.int32)
    ids = np.unique(label[label >= 0])
    if not len(ids) or not len(new):
        return result
    position = np.where(label >= 0, np.searchsorted(ids, label), -1)
    middle = old.mean(axis=0)
    centres = centroids(unit(old - middle), position, len(ids))
    above = np.array([parent.get(int(i), -1) for i in ids])
    cosine = np.where(topic[:, None] == above[None, :], unit(new - middle) @ centres.T, -np.inf)
    best = np.argmax(cosine, axis=1)
    found = np.isfinite(cosine[np.arange(len(new)), best])
    result[found] = ids[best[found]]
    return result


def decided(table: pd.DataFrame, label: Labels, topic: Labels, into: dict[int, int]) -> tuple[pd.DataFrame, Labels]:
    """Return subtopics and their papers after people's decisions: under the topic that theirs was merged into, recounted.

    Parameters
    ----------
    table
        Columns :data:`~hub.storage.snapshot.SUBTOPIC_COLUMNS` as the model has them.
    label, topic
        (n_papers,) the model's subtopics, and the topics after the decisions.
    into
        For topics that were merged away, where their papers are.
    """
    above = {int(s): into.get(int(t), int(t)) for s, t in zip(table["subtopic"], table["topic"], strict=True)}
    own = np.array([above.get(s, -2) for s in label.tolist()], dtype=np.int64)
    label = np.where(own == topic, label, -1).astype(np.int32)
    sizes = dict(zip(*(v.tolist() for v in np.unique(label, return_counts=True)), strict=True))
    shown = table.assign(
        topic=[above[int(s)] for s in table["subtopic"]], papers=[sizes.get(int(s), 0) for s in table["subtopic"]]
    )
    return shown[shown["papers"] > 0].reset_index(drop=True).astype({"topic": "int32", "papers": "int64"}), label


def frame(found: Subtopics, ids: Labels, topic_ids: Labels) -> pd.DataFrame:
    """Return the Snapshot's table of subtopics; ``ids`` and ``topic_ids`` are the lasting ids of both."""
    sizes = np.bincount(found.label[found.label >= 0], minlength=len(ids))
    made = pd.DataFrame(
        {"subtopic": ids, "name": found.names, "words": found.words, "papers": sizes, "topic": topic_ids[found.parent]},
        columns=list(SUBTOPIC_COLUMNS),
    )
    return made.astype({"subtopic": "int32", "papers": "int64", "topic": "int32"})
