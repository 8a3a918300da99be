"""What was known on a day: the terms in use by then, who has met whom, and the pairs that have not met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.bridges.forecast.vocabulary import Vocabulary
from hub.embed import Vectors
from hub.stats.neighbours import unit

LEAST = 8
"""Papers that must use a term by then, and three titles have it."""
TITLES = 3
MOST = 2500
"""Terms at most, those of most papers: pairs grow by the square."""
WITHIN = 0.6
"""A term that stands in a longer one in so large a share of its papers gives way to it."""
TELLING = 0.33
"""Share of the terms that are left out because their papers are about anything ("trade-off", "open source")."""
ALIKE = 80.0
"""Two terms spelled so much alike (0 to 100) are one thing in two spellings."""

Floats = npt.NDArray[np.float32]
Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Network:
    """Terms in use by the end of a month, and what they had to do with each other.

    ``terms`` (n,) columns of the vocabulary; ``papers`` (n,) of each; ``together`` (n, n) papers that use both; ``meaning``
    (n, dim) mean vectors of their papers, rows L2-normalised, dim 0 without vectors; ``recent`` (n,) log ratio of a term's share
    of the last three months to that before; ``pairs`` the pairs that had not met.
    """

    upto: int
    terms: npt.NDArray[np.int64]
    papers: Floats
    together: Floats
    meaning: Vectors
    recent: Floats
    pairs: Pairs


def network(words: Vocabulary, vectors: Vectors, month: int) -> Network:
    """Return the network of the papers before a month; nothing of later papers is looked at.

    Parameters
    ----------
    vectors
        (n_papers, dim) of the Snapshot's papers.
    month
        Months since 1970-01.
    """
    upto = words.upto(month)
    used = words.used[:upto]
    papers = np.asarray(used.sum(axis=0)).ravel()
    titled = np.asarray(words.titled[:upto].sum(axis=0)).ravel() if words.titled.shape[0] else papers
    kept = np.flatnonzero((papers >= LEAST) & (titled >= TITLES))
    kept = _longest(words, papers, kept)
    about = _meaning(used[:, kept], papers[kept], vectors, words.rows[:upto])
    if about.shape[1]:
        length = np.linalg.norm(about, axis=1)
        kept, about = (x[length >= np.quantile(length, TELLING)] for x in (kept, about)) if len(kept) > 1 else (kept, about)
    first = np.argsort(-papers[kept], kind="stable")[:MOST]
    kept, about = kept[first], unit(about[first])
    own = sparse.csr_matrix(used[:, kept])
    together = np.asarray((own.T @ own).todense(), dtype=np.float32)
    lately = words.month[:upto] >= month - 3
    now, before = (np.asarray(own[part].sum(axis=0)).ravel() + 1.0 for part in (lately, ~lately))
    recent = np.log(now / (lately.sum() + 1.0)) - np.log(before / ((~lately).sum() + 1.0))
    return Network(upto, kept, papers[kept], together, about, recent.astype(np.float32), _apart(words, kept, together))


def met(words: Vocabulary, known: Network, month: int) -> Floats:
    """Return how many papers after those of a network and before a month use both terms of each pair (n_pairs,)."""
    later = sparse.csr_matrix(words.used[known.upto : words.upto(month)][:, known.terms])
    return np.asarray((later.T @ later).todense(), dtype=np.float32)[known.pairs]


def _longest(words: Vocabulary, papers: Floats, kept: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Without the terms that mostly stand in a longer one: language models beside large language models."""
    place = {words.stems[i]: i for i in kept.tolist()}
    out: set[int] = set()
    for stems, i in place.items():
        for length in range(1, len(stems)):
            for start in range(len(stems) - length + 1):
                shorter = place.get(stems[start : start + length])
                if shorter is not None and papers[i] >= WITHIN * papers[shorter]:
                    out.add(shorter)
    return np.array([i for i in kept.tolist() if i not in out], dtype=np.int64)


def _meaning(used: sparse.csr_matrix, papers: Floats, vectors: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
    """The mean of the vectors of each term's papers about the mean of all: the shorter, the more they are about anything."""
    if not vectors.shape[1] or not len(rows):
        return np.zeros((used.shape[1], 0), dtype=np.float32)
    own = np.asarray(vectors[rows], dtype=np.float32)
    return np.asarray(used.T @ unit(own - own.mean(axis=0)) / np.maximum(papers, 1)[:, None], dtype=np.float32)


def _apart(words: Vocabulary, terms: npt.NDArray[np.int64], together: Floats) -> Pairs:
    """The pairs that no paper has together and that are two things: they share no word and are not spelled alike."""
    from rapidfuzz import fuzz, process

    n = len(terms)
    free = together == 0
    word: dict[str, list[int]] = {}
    for i, term in enumerate(terms.tolist()):
        for stem in {part for whole in words.stems[term] for part in whole.split("-")}:
            word.setdefault(stem, []).append(i)
    for own in word.values():
        free[np.ix_(own, own)] = False
    shown = [words.shown[term] for term in terms.tolist()]
    if n:
        free &= process.cdist(shown, shown, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=1) == 0
    first, second = np.nonzero(np.triu(free, 1))
    return first, second
