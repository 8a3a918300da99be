"""Query by example: what is near a text of any length, the newest of it, and who works on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.errors import SelectionError
from hub.i18n.messages import Said
from hub.papers.chinese import HAN, STOP, spoken
from hub.papers.sentences import STOPWORDS, sentences
from hub.search.match import Index, folded, rows_of
from hub.search.meaning import Embed, Floats, cosines, is_paper, nearest_first
from hub.storage.kept import kept
from hub.storage.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
NEAR = 50
"""Papers that count as near: of these come the newest, and the authors."""
TOKENS = 240
"""Tokens of a passage by estimate: an embedder reads 256 and drops the rest."""
PER_WORD = 1.35
"""Tokens that a word of abstracts makes on average; a Chinese character is one."""
LONGEST = 40_000
"""Characters that are read: some sixty passages, which take two or three seconds."""
WORDS = 40
"""Words of a text that are looked for where nothing can embed it: those that tell most."""
AUTHORS = 10
BY_WORDS = "The text was compared by its words, since no model that reads meaning is here for these papers."
CUT = "Only the first {n:,} characters of the text were read."


@dataclass(frozen=True, eq=False)
class Near:
    """What is near a text.

    Parameters
    ----------
    rows
        (n,) of the Snapshot, nearest first.
    cosine
        (n,) float32, how near in meaning; NaN where the text was compared by its words.
    newest
        (n,) the same rows, the newest first.
    authors
        Names with their rows among these, those of most papers first.
    passages
        How many parts of the text were read.
    by_meaning
        False where no model is here to embed the text: words were compared.
    cut
        Whether the text is longer than :data:`LONGEST` and its end was not read.
    """

    rows: Rows
    cosine: Floats
    newest: Rows
    authors: tuple[tuple[str, Rows], ...]
    passages: int
    by_meaning: bool
    cut: bool

    def told(self) -> list[Said]:
        """Return what a reader should know of how the text was read."""
        told = [] if self.by_meaning else [Said(BY_WORDS)]
        return [*told, Said(CUT, n=LONGEST)] if self.cut else told


def near_text(
    text: str, snapshot: Snapshot, index: Index, embed: Embed | None = None, among: Rows | None = None, most: int = NEAR
) -> Near:
    """Return the papers nearest to a text: an abstract, a draft, a proposal.

    A long text is read in passages, and a paper is as near as it is to the nearest of them. Where nothing can embed it, the
    words that tell most of it are searched for (BM25).

    Parameters
    ----------
    among
        Rows to choose from; all papers unless told.

    Raises
    ------
    SelectionError
        When the text has no words.
    """
    read = text[:LONGEST]
    parts = passages(read)
    if not parts:
        raise SelectionError(Said("There is no text to compare with: paste an abstract, a draft or a proposal."))
    allowed = is_paper(snapshot)
    if among is not None:
        inside = np.zeros(len(snapshot), dtype=bool)
        inside[among] = True
        allowed = allowed & inside
    by_meaning = embed is not None and bool(snapshot.vectors.shape[1])
    if embed is not None and by_meaning:
        every = nearest_passage(snapshot, np.asarray(embed(parts), dtype=np.float32))
        rows = nearest_first(every, allowed & (every > 0), most)
        cosine = every[rows]
    else:
        found = rows_of(snapshot, index.holding(" ".join(telling(read, snapshot)), every=False)[0])
        rows = found[allowed[found]][:most]
        cosine = np.full(len(rows), np.nan, dtype=np.float32)
    newest = rows[np.argsort(-snapshot.days[rows], kind="stable")]
    return Near(rows, cosine, newest, _authors(snapshot, rows), len(parts), by_meaning, len(text) > LONGEST)


def nearest_passage(snapshot: Snapshot, vectors: Floats) -> Floats:
    """Return the cosine (n_papers,) of each paper with the nearest of the passages' vectors (n_passages, dim).

    Their mean is near what a draft does not say where its parts are on several matters (docs/SEARCH.md).
    """
    best = cosines(snapshot, vectors[0])
    for vector in vectors[1:]:
        best = np.maximum(best, cosines(snapshot, vector))
    return best


def passages(text: str) -> list[str]:
    """Return a text as passages of whole sentences that an embedder can read to their end; a longer sentence is cut.

    >>> passages("Maps are drawn. Routes follow.")
    ['Maps are drawn. Routes follow.']
    """
    made: list[list[str]] = []
    room = 0.0
    for sentence in (part for told in sentences(text) for part in _short(told)):
        cost = _tokens(sentence)
        if not made or cost > room:
            made.append([])
            room = TOKENS
        made[-1].append(sentence)
        room -= cost
    return [" ".join(part) for part in made if re.search(r"\w", " ".join(part))]


def _tokens(text: str) -> float:
    return PER_WORD * len(re.findall(r"\S+", HAN.sub(" ", text))) + sum(map(len, HAN.findall(text)))


def _short(sentence: str) -> list[str]:
    """A sentence in parts that fit: most are one; tables and lists without a full stop are not."""
    if _tokens(sentence) <= TOKENS:
        return [sentence]
    half = len(sentence) // 2
    at = sentence.rfind(" ", 1, half)
    at = at if at > 0 else half
    return [*_short(sentence[:at].strip()), *_short(sentence[at:].strip())] if half else [sentence]


def telling(text: str, snapshot: Snapshot) -> list[str]:
    """Return the words of a text that tell most (TF-IDF over the papers), at most :data:`WORDS`."""
    said = [word for word in re.findall(r"\w[\w-]+", spoken(folded(text))) if word not in STOPWORDS and word not in STOP]
    words, counts = np.unique(np.array(said, dtype=object).astype(str), return_counts=True)
    known = kept(snapshot.papers, "papers of words", lambda: _papers_of_words(snapshot))
    held = np.array([known.get(word, 0) for word in words.tolist()], dtype=np.float64)
    weight = np.where(held > 0, (1 + np.log(np.maximum(counts, 1))) * np.log((1 + len(snapshot)) / (1 + held)), 0)
    return [str(words[i]) for i in np.argsort(-weight, kind="stable")[:WORDS]]


def _papers_of_words(snapshot: Snapshot) -> dict[str, int]:
    held = np.bincount(snapshot.terms.counts.indices, minlength=len(snapshot.terms.words))
    return {folded(str(word)): int(n) for word, n in zip(snapshot.terms.words, held, strict=True) if " " not in word}


def _authors(snapshot: Snapshot, rows: Rows) -> tuple[tuple[str, Rows], ...]:
    """The authors with most of the rows, those of nearer papers first among equals."""
    by_name: dict[str, list[int]] = {}
    for row, names in zip(rows.tolist(), snapshot.papers["authors"].iloc[rows].astype(str), strict=True):
        for name in dict.fromkeys(filter(None, names.split("; "))):
            by_name.setdefault(name, []).append(row)
    first: Sequence[tuple[str, list[int]]] = sorted(by_name.items(), key=lambda item: -len(item[1]))[:AUTHORS]
    return tuple((name, np.array(of, dtype=np.int64)) for name, of in first)
