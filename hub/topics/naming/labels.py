"""Names of topics: few terms that carry the meaning, no two topics alike.

The candidates are BERTopic's c-TF-IDF terms. As in KeyBERT (Grootendorst 2020) a term counts more when the papers that
use it lie near the topic's centre, and maximal marginal relevance (Carbonell & Goldstein 1998) keeps the chosen ones
apart. A term gets its vector from the papers that use it, so that no further text is embedded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.embed import Vectors
from hub.storage.snapshot import Terms

if TYPE_CHECKING:
    from bertopic import BERTopic

MAX_TERMS = 3
WORDS = 10
PAIR_BONUS = 1.3
"""How much more a two-word term weighs: it carries meaning that its words alone do not."""
COMMON = 0.25
"""Share of a topic's papers from which a term no longer counts for more by being common."""
CORE = 30
"""Papers nearest a topic's centre that its name must fit."""
BLOCK = 8192
"""Papers that are compared with their topics' centres in one go."""

Weighted = Sequence[tuple[str, float]]


def ranked_words(model: BERTopic, terms: Terms, vectors: Vectors, n: int = WORDS) -> list[list[str]]:
    """Return ``n`` terms of each topic, the ones for its name first.

    Parameters
    ----------
    model
        A fitted BERTopic whose documents are the rows of ``terms`` and ``vectors``.
    """
    topic = np.asarray(model.topics_)
    k = int(topic.max()) + 1
    column = {word: i for i, word in enumerate(terms.words.tolist())}
    used = (terms.counts > 0).astype(np.float32)
    member = sparse.csr_matrix((np.ones(len(topic), np.float32), (topic, np.arange(len(topic)))), (k, len(topic)))
    share = sparse.csr_matrix(sparse.diags(1.0 / np.maximum(np.bincount(topic, minlength=k), 1)) @ (member @ used))
    candidates = [[column[w] for w, s in model.topic_representations_[t] if w and s > 0] for t in range(k)]
    asked = sorted({c for own in candidates for c in own})
    place = {c: i for i, c in enumerate(asked)}
    centred = vectors - vectors.mean(axis=0) if len(vectors) > 1 else vectors
    term_vectors = _unit(np.asarray(used[:, asked].T @ centred))
    topic_vectors = _unit(np.asarray(member @ centred))
    closeness = np.empty(len(centred))
    for begin in range(0, len(centred), BLOCK):
        part = slice(begin, begin + BLOCK)
        closeness[part] = np.einsum("ij,ij->i", _unit(centred[part]), topic_vectors[topic[part]])
    spread = _topics_using(share)
    result = []
    for t in range(k):
        own = np.flatnonzero(topic == t)
        core = own[np.argsort(-closeness[own], kind="stable")[:CORE]]
        in_core = np.asarray(used[core].mean(axis=0)).ravel()
        weights = dict(model.topic_representations_[t])
        in_topic: dict[str, float] = {}
        in_name: dict[str, float] = {}
        for c in candidates[t]:
            word = str(terms.words[c])
            near = float(term_vectors[place[c]] @ topic_vectors[t])
            rare = 1.0 / (1.0 + spread[c] / 6.0)
            score = weights[word] * (0.5 + max(near, 0.0)) * rare * (PAIR_BONUS if " " in word else 1.0)
            in_topic[word] = score * min(1.0, float(share[t, c]) / COMMON)
            in_name[word] = score * float(in_core[c])
        of = {word: place[column[word]] for word in in_topic}
        first = _apart([], in_name, term_vectors, of, MAX_TERMS)
        said = {part for word in first for part in _parts(word)}
        further = [w for w in topic_words(_sorted(in_topic), len(in_topic)) if not set(_parts(w)) <= said]
        result.append(_apart(first, {w: in_topic[w] for w in further}, term_vectors, of, n))
    return result


def _sorted(score: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(score.items(), key=lambda pair: (-pair[1], pair[0]))


def _topics_using(share: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    """In how many topics a term is as common as half its best, beyond the first: a word of many topics names none."""
    best = np.asarray(share.max(axis=0).todense()).ravel()
    high = share.data >= 0.5 * best[share.indices]
    return np.maximum(np.bincount(share.indices[high], minlength=share.shape[1]) - 1.0, 0.0)


def _unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _apart(
    chosen: list[str],
    score: dict[str, float],
    vectors: npt.NDArray[np.floating],
    place: dict[str, int],
    n: int,
    weight: float = 0.75,
) -> list[str]:
    """Add to the chosen words until there are ``n``, by maximal marginal relevance; without any, no two share a part."""
    chosen, naming = list(chosen), not chosen
    top = max(score.values(), default=1.0) or 1.0
    left = [word for word, _ in _sorted(score)]
    while left and len(chosen) < n:

        def gain(word: str) -> float:
            nearest = max((float(vectors[place[word]] @ vectors[place[c]]) for c in chosen), default=0.0)
            return weight * score[word] / top - (1 - weight) * nearest

        best = max(left, key=gain)
        chosen.append(best)
        left = [w for w in left if w != best and not (naming and set(_parts(w)) & set(_parts(best)))]
    return chosen


def topic_words(ranked: Weighted, n: int = WORDS) -> list[str]:
    """Return the ``n`` weightiest terms, leaving out a word that a chosen or nearly as weighty two-word term says.

    >>> topic_words([("neural", 1.0), ("neural network", 0.9), ("network", 0.8), ("graph", 0.7)])
    ['neural network', 'graph']
    """
    weight = {word: w for word, w in ranked if word}
    parts = {word: _parts(word) for word in weight}
    said: set[str] = set()
    kept: list[str] = []
    pairs = [(set(p), weight[word]) for word, p in parts.items() if len(p) > 1]
    for word, w in weight.items():
        own = parts[word]
        if len(own) == 1 and any(own[0] in pair and v >= 0.6 * w for pair, v in pairs):
            continue
        if set(own) <= said:
            continue
        kept.append(word)
        said.update(own)
        if len(kept) == n:
            break
    return kept


def _parts(word: str) -> tuple[str, ...]:
    return tuple(_stem(part) for part in word.lower().split())


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def distinct_names(words: Sequence[Sequence[str]]) -> list[str]:
    """Return one name a topic: its first terms, and further ones until no two topics are named alike.

    >>> distinct_names([["graph", "tree"], ["graph", "tree", "cut"]])
    ['graph, tree', 'graph, tree, cut']
    """
    length = [min(MAX_TERMS, max(1, len(own))) for own in words]
    names = [_name(own, n) for own, n in zip(words, length, strict=True)]
    for i, own in enumerate(words):
        others = {name.casefold() for j, name in enumerate(names) if j != i}
        while names[i].casefold() in others and length[i] < len(own):
            length[i] += 1
            names[i] = _name(own, length[i])
        number = 2
        base = names[i]
        while names[i].casefold() in others:
            names[i] = f"{base} ({number})"
            number += 1
    return names


def _name(words: Sequence[str], n: int) -> str:
    return ", ".join(words[:n]) or "papers without words"
