"""The terms of titles and the papers that use them: what may meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.papers.model import Kind
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.topics.naming.phrases import title_phrases
from hub.topics.naming.terms import singular

Stems = tuple[str, ...]
USED = 5
"""Papers that must use a term before it is looked at."""


@dataclass(frozen=True)
class Vocabulary:
    """Terms as titles write them, and the papers that use them in title or abstract.

    ``rows`` (n,) row numbers of the Snapshot's papers, the oldest first; ``month`` (n,) months since 1970-01; ``used``
    CSR (n, n_terms) of ones; ``shown`` and ``stems`` of each term; ``titled`` CSR (n, n_terms), those whose title has the term.
    """

    rows: Rows
    month: npt.NDArray[np.int64]
    used: sparse.csr_matrix
    titled: sparse.csr_matrix
    shown: list[str]
    stems: list[Stems]

    @property
    def titled_all(self) -> sparse.csr_matrix:
        """``titled`` with as many rows as papers, also where only the oldest were known."""
        missing = len(self.rows) - self.titled.shape[0]
        return (
            sparse.vstack([self.titled, sparse.csr_matrix((missing, self.titled.shape[1]))]).tocsr() if missing else self.titled
        )

    def upto(self, month: int) -> int:
        """Return how many papers there were before a month."""
        return int(np.searchsorted(self.month, month))


def vocabulary(snapshot: Snapshot, known: int | None = None) -> Vocabulary:
    """Return the terms of a Snapshot's papers: noun phrases of titles with two words or more, acronyms and joined words.

    A paper uses a term when each two words that follow each other in the term do so in its title or abstract.

    Parameters
    ----------
    known
        Only so many papers, the oldest, say which words are nouns and which phrases there are; all unless given.
    """
    rows = np.flatnonzero((snapshot.papers["kind"] == Kind.PAPER).to_numpy())
    if not snapshot.terms.counts.shape[1]:
        rows = rows[:0]
    rows = rows[np.lexsort((rows, snapshot.days[rows]))]
    month = snapshot.papers["published"].to_numpy()[rows].astype("datetime64[M]").astype(np.int64)
    titles = [" ".join(str(title).split()) for title in snapshot.papers["title"].to_numpy()[rows]]
    phrases = title_phrases(titles[:known])
    words = [str(word) for word in snapshot.terms.words]
    forms = {word.casefold(): 1 for word in words if " " not in word}

    def stems_of(phrase: str) -> Stems:
        return tuple(singular(word, forms) for word in phrase.casefold().split())

    column = {stems_of(word): i for i, word in enumerate(words)}
    counts, place = sparse.csc_matrix(snapshot.terms.counts), np.full(len(snapshot), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    in_titles = sparse.csc_matrix(phrases.used)
    found: dict[Stems, int] = {}
    for i in np.argsort(-np.diff(in_titles.indptr), kind="stable").tolist():  # the commonest form is shown
        stems = stems_of(str(phrases.shown[i]))
        if len(stems) > 1 or _telling(words[column[stems]] if stems in column else ""):
            found.setdefault(stems, i)
    using: list[Rows] = []
    titled: list[Rows] = []
    kept: list[Stems] = []
    for stems, i in found.items():
        pairs = [stems] if len(stems) < 3 else [stems[k : k + 2] for k in range(len(stems) - 1)]
        if not all(pair in column for pair in pairs):
            continue
        own = _rows(counts, column[pairs[0]])
        for pair in pairs[1:]:
            own = np.intersect1d(own, _rows(counts, column[pair]), assume_unique=True)
        own = np.sort(place[own])
        own = own[own >= 0]
        if len(own) >= USED:
            kept.append(stems)
            using.append(own)
            titled.append(_rows(in_titles, i))
    shown = [_written(str(phrases.shown[found[stems]]), stems, words, column) for stems in kept]
    return Vocabulary(rows, month, _matrix(using, len(rows)), _matrix(titled, len(rows)), shown, kept)


def _rows(matrix: sparse.csc_matrix, column: int) -> Rows:
    return np.sort(matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]]).astype(np.int64)


def _matrix(rows: Sequence[Rows], n: int) -> sparse.csr_matrix:
    columns = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
    flat = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    return sparse.csr_matrix((np.ones(len(flat), np.float32), (flat, columns)), (n, len(rows)))


def _telling(word: str) -> bool:
    """Whether a single word is a term of its own: an acronym, or joined by a hyphen (CRISPR, chain-of-thought)."""
    return sum(c.isupper() for c in word) >= 2 or ("-" in word and len(word) > 8)


def _written(phrase: str, stems: Stems, words: Sequence[str], column: dict[Stems, int]) -> str:
    """A phrase with the capitals that its words have elsewhere: Monte Carlo, LLM agents."""
    parts = []
    for word, stem in zip(phrase.split(), stems, strict=True):
        seen = words[column[(stem,)]] if (stem,) in column else word
        parts.append(seen if seen.casefold() == word else seen + word[len(seen) :] if word.startswith(seen.casefold()) else word)
    return " ".join(parts)
