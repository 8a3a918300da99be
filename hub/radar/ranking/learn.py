"""What a reader's signals say, as weights of vectors and of words.

The vector part is a linear discriminant (Fisher 1936) with a strongly shrunken covariance: the mean of the liked papers
against the mean of all, corrected for how papers spread anyway, the nearest papers lending a hand while few are liked.
It needs no fit in a request, works from one paper on and beats a logistic regression or a linear SVM on so few examples
(docs/RADAR.md). The kin part (:mod:`hub.radar.ranking.kin`) is how near the few nearest liked papers are: people work on
several subjects, and a mean lies between them. The word part is Rocchio's (1971) feedback on TF-IDF, widened by the words
of the nearest papers. The three are standardised over the Snapshot and added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse

from hub.radar.model import Radar
from hub.radar.ranking.kin import Kin
from hub.radar.ranking.space import Floats, Space, counts_of, tfidf_rows
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

Embed = Callable[[Sequence[str]], Floats]
"""Texts to vectors (n_texts, dim) float32 in the Snapshot's space."""

SHRINKAGE = 10.0
"""Multiples of the mean variance that are added to the covariance's diagonal."""
NEGATIVE = 0.1
"""Weight of the disliked papers' mean in the vector part."""
NEAR, NEAR_WEIGHT, ENOUGH = 30, 1.0, 3
"""So many nearest papers join the liked ones' mean at this weight (pseudo-relevance feedback); beyond ``ENOUGH`` likes, less."""
ROUNDS = 2
"""How often the nearest papers are sought: first near the liked ones, then along the direction that was learned with them."""
WORDS, KIN = 0.3, 1.0
"""Weights of the word part for few papers and of the kin part for many, beside the vector part, all standardised."""
WORDS_LEAST = 0.0
"""Least share of the word part's weight, which falls as papers are liked beyond ``ENOUGH``: vectors tell more then."""
WORDS_NEAR, WORDS_AGAINST = 1.0, 0.3
"""Weights in the word part of the nearest papers' words and of the disliked papers' words; the liked ones' weigh 1."""
STAND_INS = 10
"""Papers that stand for what was written where nothing can embed it."""


@dataclass(frozen=True, eq=False)
class Model:
    """What was learned for one radar.

    Parameters
    ----------
    vector
        (dim,) float32: a paper's vector part is its product with this.
    words
        (n_terms,) float32: the weight of each term, against when negative.
    own
        (n_own, dim) float32 and ``own_names``: the reader's papers that reasons may name, as row numbers or titles.
    scale
        Mean and standard deviation over the Snapshot of the vector part, then of the word part.
    kin
        What the kin part is measured from.
    weights
        Of the word part and of the kin part.
    """

    vector: Floats
    words: Floats
    own: Floats
    own_names: tuple[int | str, ...]
    scale: tuple[float, float, float, float]
    kin: Kin
    weights: tuple[float, float]


def weights(liked: int) -> tuple[float, float]:
    """Return the weights of the word part and the kin part for so many liked papers.

    >>> weights(3)
    (0.3, 0.0)
    """
    few = min(1.0, ENOUGH / max(liked, 1))
    return WORDS * max(WORDS_LEAST, few), KIN * (1 - few)


def learn(snapshot: Snapshot, points: Space, radar: Radar, embed: Embed | None, hits: dict[str, Rows]) -> Model:
    """Return what the reader's signals say, as weights of vectors and of terms."""
    liked = np.array([snapshot.row_of[i] for i in radar.positives if i in snapshot.row_of], dtype=np.int64)
    against = np.array([snapshot.row_of[i] for i in radar.disliked if i in snapshot.row_of], dtype=np.int64)
    texts = [paper.text for paper in radar.own]
    asked = " ".join((radar.text, *radar.must, *radar.should)).strip()
    written = [*texts, asked] if asked else texts
    said = embed(written) if embed and written and points.dim else np.zeros((0, points.dim), dtype=np.float32)
    followed = [points.vectors[rows].mean(axis=0) for rows in _followed(snapshot, radar)]
    counts = tfidf_rows(counts_of(written, points.column), points.idf)
    guided = len(liked) + len(said) + len(followed)
    named = [rows[:NEAR] for name, rows in hits.items() if name == "author" or name.startswith("venue:")]
    stand_ins = hits["author"][:0] if guided else np.unique(np.concatenate([*named, _holding(points, counts)])).astype(np.int64)
    targets = [
        points.vectors[liked],
        said,
        np.array(followed, dtype=np.float32).reshape(len(followed), points.dim),
        points.vectors[stand_ins],
    ]
    toward = np.vstack(targets)
    vector, near = _discriminant(points, toward, points.vectors[against])
    words = _feedback(points, liked, against, counts, near)
    own = np.vstack([points.vectors[liked], said[: len(texts)]])
    names: tuple[int | str, ...] = (*liked.tolist(), *(paper.title for paper in radar.own[: len(said)]))
    sample = slice(None, None, max(1, len(snapshot) // 20_000))
    dense, lexical = points.vectors[sample] @ vector, points.tfidf[sample] @ words
    kin = Kin.of(toward, spread_of(points)[0], points.vectors)
    return Model(vector, words, own, names, (*_spread(dense), *_spread(lexical)), kin, weights(len(kin.papers)))


def scored(points: Space, model: Model, rows: Rows) -> Floats:
    """Return the scores (n,) float32 of rows: its three parts, each in standard deviations over the Snapshot."""
    middle, spread, word_middle, word_spread = model.scale
    every = len(rows) > len(points.vectors) // 2  # one product over all is quicker than gathering most rows first
    dense = (points.vectors @ model.vector)[rows] if every else points.vectors[rows] @ model.vector
    lexical = (points.tfidf @ model.words)[rows] if every else points.tfidf[rows] @ model.words
    of_words, of_kin = model.weights
    parts = (dense - middle) / spread + of_words * (lexical - word_middle) / word_spread
    if of_kin:
        parts = parts + of_kin * model.kin.scored(points.vectors, rows)
    return np.asarray(parts, dtype=np.float32)


def _discriminant(points: Space, toward: Floats, away: Floats) -> tuple[Floats, Rows]:
    target = toward[np.linalg.norm(toward, axis=1) > 0]
    if not len(target):
        return np.zeros(points.dim, dtype=np.float32), np.array([], dtype=np.int64)
    middle, inverse = spread_of(points)
    liked = target.mean(axis=0) - middle
    against = NEGATIVE * (away.mean(axis=0) - middle) if len(away) else np.zeros_like(liked)
    weight = NEAR_WEIGHT * min(1.0, ENOUGH / len(target))
    direction, near = target.mean(axis=0), np.array([], dtype=np.int64)
    for _ in range(ROUNDS):
        near = _nearest(points, direction)
        aim = liked
        if len(near):
            aim = (liked + weight * (points.vectors[near].mean(axis=0) - middle)) / (1 + weight)
        direction = (inverse @ (aim - against)).astype(np.float32)
    return direction, near


def _nearest(points: Space, target: Floats) -> Rows:
    if len(points.vectors) <= NEAR:
        return np.array([], dtype=np.int64)
    cosines = points.vectors @ target
    near = np.argpartition(-cosines, NEAR)[:NEAR]
    return near[np.argsort(-cosines[near], kind="stable")]


@lru_cache(maxsize=2)
def spread_of(points: Space) -> tuple[Floats, Floats]:
    """Return the mean vector (dim,) of a Snapshot, and the inverse (dim, dim) of its shrunken covariance."""
    sample = points.vectors[:: max(1, len(points.vectors) // 8000)]
    sample = sample[np.linalg.norm(sample, axis=1) > 0]
    if len(sample) < 2:
        return np.zeros(points.dim, dtype=np.float32), np.eye(points.dim, dtype=np.float32)
    covariance = np.cov(sample.T)
    level = SHRINKAGE * np.trace(covariance) / points.dim
    return sample.mean(axis=0), np.linalg.inv(covariance + level * np.eye(points.dim)).astype(np.float32)


def _feedback(points: Space, liked: Rows, away: Rows, written: sparse.csr_matrix, near: Rows) -> Floats:
    words = np.zeros(points.tfidf.shape[1], dtype=np.float32)
    for rows, weight in ((sparse.vstack([points.tfidf[liked], written]), 1.0), (points.tfidf[away], -WORDS_AGAINST)):
        if rows.shape[0]:
            words += weight * np.asarray(rows.mean(axis=0), dtype=np.float32).ravel()
    if len(near):
        words += WORDS_NEAR * np.asarray(points.tfidf[near].mean(axis=0), dtype=np.float32).ravel()
    return words


def _holding(points: Space, written: sparse.csr_matrix) -> Rows:
    """Rows that hold most of what was written: they stand in for its vector where nothing can embed it."""
    held = np.asarray((points.tfidf @ written.sum(axis=0).T), dtype=np.float32).ravel()
    best = np.argsort(-held, kind="stable")[:STAND_INS]
    return best[held[best] > 0]


def _followed(snapshot: Snapshot, radar: Radar) -> list[Rows]:
    topics = snapshot.papers["topic"].to_numpy()
    rows = (np.flatnonzero(topics == topic) for topic in radar.topics)
    return [found for found in rows if len(found)]


def _spread(values: Floats) -> tuple[float, float]:
    return (float(values.mean()), float(values.std()) or 1.0) if len(values) else (0.0, 1.0)
