"""Scores: vectors and words learned from the reader's signals, the reader's rules, recency; then diversity and exploration.

The vector part is a linear discriminant (Fisher 1936) with a strongly shrunken covariance: the mean of the liked papers
against the mean of all, corrected for how papers spread anyway, the nearest papers lending a hand while few are liked.
It needs no fit in a request, works from one paper on and beats a logistic regression or a linear SVM on so few examples
(docs/RADAR.md). The word part is Rocchio's (1971) feedback on TF-IDF, widened by the words of the nearest papers. The two
are standardised over the Snapshot and added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.errors import RadarError
from hub.radar import rules
from hub.radar.diversity import diverse, explored
from hub.radar.interests import Radar
from hub.radar.space import Floats, Space, counts_of, space, tfidf_rows
from hub.radar.wording import Said
from hub.selection import Search
from hub.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str]], Floats]
"""Texts to vectors (n_texts, dim) float32 in the Snapshot's space."""

SHRINKAGE = 10.0
"""Multiples of the mean variance that are added to the covariance's diagonal."""
NEGATIVE = 0.1
"""Weight of the disliked papers' mean in the vector part."""
NEAREST, NEAREST_WEIGHT, ENOUGH = 10, 0.5, 3
"""So many nearest papers join the liked ones' mean at this weight (pseudo-relevance feedback); beyond ``ENOUGH`` likes, less."""
WORDS = 0.3
"""Weight of the word part beside the vector part, both standardised."""
WORDS_NEAR, WORDS_AGAINST = 0.5, 0.3
"""Weights in the word part of the nearest papers' words and of the disliked papers' words; the liked ones' weigh 1."""
NEAR = 30


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
    """

    vector: Floats
    words: Floats
    own: Floats
    own_names: tuple[int | str, ...]
    scale: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Papers for a radar, best first.

    Parameters
    ----------
    rows
        (n,) row numbers of the Snapshot.
    scores
        (n,) float32; 0 is the average paper of the Snapshot, 1 one standard deviation above it.
    explore
        (n,) bool, True for a paper from outside the reader's topics.
    model
        What was learned; :mod:`hub.radar.why` explains by it.
    matches
        Rows that each rule raised, by the rule's name.
    notices
        What the reader should know about the list: a rule that lets nothing pass, papers that are not in the corpus.
    """

    rows: Rows
    scores: Floats
    explore: npt.NDArray[np.bool_]
    model: Model
    matches: dict[str, Rows] = field(default_factory=dict)
    notices: tuple[Said, ...] = ()


def rank(
    snapshot: Snapshot,
    radar: Radar,
    candidates: Rows,
    *,
    search: Search | None = None,
    embed: Embed | None = None,
    limit: int = 50,
    explore_every: int = 10,
) -> Ranking:
    """Return the best ``limit`` of ``candidates`` for a radar.

    Parameters
    ----------
    candidates
        (n,) row numbers that may be listed, such as those of the last month.
    search
        Full-text search, for the words of rules; needed when the radar has any.
    embed
        The Snapshot's embedder, for text and papers outside the corpus; without it their words alone count.
    explore_every
        One place in so many goes to a paper from outside the reader's topics; 0 for none.

    Raises
    ------
    RadarError
        When the radar is empty, or nothing of what it names is known here.
    """
    if radar.is_empty:
        raise RadarError(
            f"The radar {radar.name!r} has no interest yet: like a paper, add one of yours, follow a topic or name a word."
        )
    points = space(snapshot)
    hits, notices = rules.matches(snapshot, radar, search)
    model = learn(snapshot, points, radar, embed, hits)
    allowed, why_none = rules.passing(snapshot, radar, candidates, hits)
    known = [snapshot.row_of[i] for i in (*radar.positives, *radar.disliked) if i in snapshot.row_of]
    allowed = allowed[~np.isin(allowed, known)]
    scores = scored(points, model, allowed) + rules.raised(snapshot, radar, allowed, hits)
    order = np.argsort(-scores, kind="stable")
    ranked, kept = allowed[order], scores[order]
    rows, chosen = diverse(snapshot, points.vectors, ranked, kept, limit, known)
    explore = np.zeros(len(rows), dtype=bool)
    if explore_every:
        rows, chosen, explore = explored(snapshot, radar, (rows, chosen), (ranked, kept), explore_every)
    return Ranking(rows, chosen, explore, model, hits, (*notices, *why_none))


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
    stand_ins = hits["author"][:0] if guided else np.union1d(hits["author"][:NEAR], _holding(points, counts))
    targets = [points.vectors[liked], said, np.array(followed).reshape(-1, points.dim), points.vectors[stand_ins]]
    vector, near = _discriminant(points, np.vstack(targets), points.vectors[against])
    words = _feedback(points, liked, against, counts, near)
    own = np.vstack([points.vectors[liked], said[: len(texts)]])
    names: tuple[int | str, ...] = (*liked.tolist(), *(paper.title for paper in radar.own[: len(said)]))
    sample = slice(None, None, max(1, len(snapshot) // 20_000))
    dense, lexical = points.vectors[sample] @ vector, points.tfidf[sample] @ words
    return Model(vector, words, own, names, (*_spread(dense), *_spread(lexical)))


def scored(points: Space, model: Model, rows: Rows) -> Floats:
    """Return the scores (n,) float32 of rows: vector part and word part, each in standard deviations over the Snapshot."""
    middle, spread, word_middle, word_spread = model.scale
    every = len(rows) > len(points.vectors) // 2  # one product over all is quicker than gathering most rows first
    dense = (points.vectors @ model.vector)[rows] if every else points.vectors[rows] @ model.vector
    lexical = (points.tfidf @ model.words)[rows] if every else points.tfidf[rows] @ model.words
    parts = (dense - middle) / spread + WORDS * (lexical - word_middle) / word_spread
    return np.asarray(parts, dtype=np.float32)


def _discriminant(points: Space, toward: Floats, away: Floats) -> tuple[Floats, Rows]:
    target = toward[np.linalg.norm(toward, axis=1) > 0]
    if not len(target):
        return np.zeros(points.dim, dtype=np.float32), np.array([], dtype=np.int64)
    middle, inverse = spread_of(points)
    aim = target.mean(axis=0) - middle
    near = _nearest(points, target.mean(axis=0))
    if len(near):
        weight = NEAREST_WEIGHT * min(1.0, ENOUGH / len(target))
        aim = (aim + weight * (points.vectors[near[:NEAREST]].mean(axis=0) - middle)) / (1 + weight)
    if len(away):
        aim = aim - NEGATIVE * (away.mean(axis=0) - middle)
    return (inverse @ aim).astype(np.float32), near


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
    best = np.argsort(-held, kind="stable")[:NEAREST]
    return best[held[best] > 0]


def _followed(snapshot: Snapshot, radar: Radar) -> list[Rows]:
    topics = snapshot.papers["topic"].to_numpy()
    rows = (np.flatnonzero(topics == topic) for topic in radar.topics)
    return [found for found in rows if len(found)]


def _spread(values: Floats) -> tuple[float, float]:
    return (float(values.mean()), float(values.std()) or 1.0) if len(values) else (0.0, 1.0)
