"""The answer to a query: which papers pass, in what order, and what else is near in meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.papers.chinese import telling
from hub.search.match import Index, folded, matching, rows_of
from hub.search.meaning import Embed, Floats, cosines, is_paper, nearest_first, query_vector
from hub.search.query import LONGEST, And, Node, is_plain, parse, words_of
from hub.storage.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
POOL = 1000
"""Papers that words, and meaning, rank; beyond them a common word's papers stand by their date."""
RRF = 60
"""How fast a rank loses weight in reciprocal rank fusion (Cormack, Clarke & Buettcher 2009)."""
FEW = 3
"""Fewer papers than this that hold every word of a question, and those that hold most of it or mean it are taken in."""
WIDENED = 50
LEAST_WORDS = 3
"""Words that a question has; fewer name a thing, which is there or is not."""
MOST_WORDS = 120
"""Words of a pasted text that are looked for."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a query finds in a Snapshot.

    Parameters
    ----------
    text, tree
        The query, as typed and as read.
    rows
        (n_found,) of the Snapshot, newest first.
    score
        (n_found,) float32, larger for what answers better; 0 for what only passes.
    cosine
        (n_found,) float32, how near in meaning; NaN where there is no meaning to compare with.
    every
        (n_found,) bool, whether the paper holds every word; all are True unless the query was ``widened``.
    near
        Rows of papers that do not pass and are nearest in meaning, nearest first.
    """

    text: str
    tree: Node
    rows: Rows
    score: Floats
    cosine: Floats
    every: npt.NDArray[np.bool_]
    near: Rows

    @property
    def words(self) -> list[str]:
        """The words and phrases that were looked for."""
        return words_of(self.tree)

    @property
    def widened(self) -> bool:
        """Whether papers are in that do not hold every word, because fewer than :data:`FEW` do."""
        return not bool(self.every.all())

    def by_relevance(self, among: Rows) -> Rows:
        """Return those of ``among`` that were found, the best answer first, then the newest."""
        here = np.isin(self.rows, among)
        return self.rows[here][np.argsort(-self.score[here], kind="stable")]


def find(text: str, snapshot: Snapshot, index: Index, embed: Embed | None = None, *, near: int = 20) -> Found:
    """Return what a query finds.

    Papers that pass are those that :func:`hub.search.match.matching` names. A question in plain words that fewer than
    :data:`FEW` papers pass is widened to the :data:`WIDENED` that answer it best. Ranks by words (BM25) and by meaning are
    fused; a paper whose title is the query comes first.
    """
    text = text[:LONGEST]
    tree = parse(text)
    passes = matching(tree, snapshot, index)
    words = words_of(tree)
    asked = " ".join(" ".join(words).split()[:MOST_WORDS])
    best = rows_of(snapshot, index.holding(asked, every=False, limit=POOL)[0]) if asked else np.zeros(0, dtype=np.int64)
    papers = is_paper(snapshot)
    vector = query_vector(_spoken(text, tree, asked), snapshot, embed, best)
    cosine = cosines(snapshot, vector) if vector is not None else np.full(len(snapshot), np.nan, dtype=np.float32)
    score = _fused(len(snapshot), best, cosine)
    titled = _so_titled(snapshot, best, text)
    score[titled] += 1.0
    every = passes.copy()
    few = is_plain(tree) and len(telling(asked)) >= LEAST_WORDS and int((passes & papers).sum()) < FEW
    if few and not passes[titled].any():
        passes = passes | _top(np.where(papers, score, 0.0), WIDENED)
    rows = np.flatnonzero(passes)
    others = papers & ~passes & (cosine > 0)  # none where there is no meaning: a comparison with NaN is False
    return Found(text, tree, rows, score[rows], cosine[rows], every[rows], nearest_first(cosine, others, near))


def _spoken(text: str, tree: Node, asked: str) -> str:
    """A question as it was asked where it has no operators: a model reads its small words too."""
    return text if is_plain(tree) and tree != And(()) else asked


def _fused(n: int, best: Rows, cosine: Floats) -> Floats:
    score = np.zeros(n, dtype=np.float32)
    score[best] += 1.0 / (RRF + 1 + np.arange(len(best), dtype=np.float32))
    if n and not np.isnan(cosine[0]):
        nearest = nearest_first(cosine, np.ones(n, dtype=bool), POOL)
        score[nearest] += 1.0 / (RRF + 1 + np.arange(len(nearest), dtype=np.float32))
    return score


def _so_titled(snapshot: Snapshot, best: Rows, text: str) -> Rows:
    """Return those of the best rows whose title is what was typed."""
    asked = _bare(text)
    some = best[:100]
    titles = snapshot.papers["title"].iloc[some]  # the whole column as objects takes 50 ms for 100,000 papers
    return np.array(
        [row for row, title in zip(some, titles, strict=True) if asked and _bare(str(title)) == asked], dtype=np.int64
    )


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(text)))


def _top(score: npt.NDArray[np.floating], count: int) -> npt.NDArray[np.bool_]:
    chosen = np.argsort(-score, kind="stable")[:count]
    made = np.zeros(len(score), dtype=bool)
    made[chosen[score[chosen] > 0]] = True
    return made
