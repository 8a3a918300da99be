"""What a reader meant where no paper holds what was typed: "did you mean"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.papers.chinese import HAN
from hub.search.find import FEW, Found
from hub.search.match import Index, folded
from hub.search.query import words_of
from hub.storage.kept import kept
from hub.storage.snapshot import Snapshot

LEAST = 4
"""Letters of a word at least: nearly every shorter one is a letter away from another."""
TRIED = 4
"""Candidates for a word whose papers are counted."""
SELDOM, RARE = 3, 20
"""Up to how many papers use a word that may itself be a slip, and how many times more often the word that was meant is used."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """How many papers use each word in title, authors or terms; and the words by their number of letters."""

    counts: dict[str, int]
    by_length: dict[int, list[str]]


def did_you_mean(found: Found, snapshot: Snapshot, index: Index) -> str:
    """Return the query with its unknown words put right, empty where there is nothing to put right.

    Only a query that fewer than :data:`hub.search.find.FEW` papers pass is looked at. A word is put right by the known word
    that is nearest by letters (optimal string alignment: a letter more, less, other, or two exchanged) and, of those, by the
    one that most papers hold together with the other words. Chinese is left as it is: a character more or other is another
    word, not a slip.
    """
    if int(found.every.sum()) >= FEW:
        return ""
    known = vocabulary(snapshot)
    text, changed = found.text, False
    asked = list(dict.fromkeys(part for word in words_of(found.tree) for part in re.findall(r"[^\W\d_]+", word)))
    for word in asked:
        own = known.counts.get(folded(word), 0)
        if len(word) < LEAST or own > SELDOM or HAN.search(word):
            continue
        options = [option for option in _near(folded(word), known) if known.counts[option] > RARE * own]
        if not options or (own and len(found.rows) and not found.widened):
            continue
        others = [part for part in asked if part != word]
        best = max(options[:TRIED], key=lambda option: _worth(option, word, others, known, index))
        text = re.sub(rf"\b{re.escape(word)}\b", best, text)
        asked = [best if part == word else part for part in asked]
        changed = True
    return text if changed else ""


def _worth(option: str, word: str, others: list[str], known: Vocabulary, index: Index) -> tuple[int, int, int]:
    together = min(3, len(index.holding(" ".join([option, *others]), limit=3)[0]))
    return together, -OSA.distance(option, folded(word)), known.counts[option]


def _near(word: str, known: Vocabulary) -> list[str]:
    """Return known words at most two letters away (one from a short word), the nearest and then the most used first."""
    most = 1 if len(word) < 6 else 2
    names = [name for length in range(len(word) - most, len(word) + most + 1) for name in known.by_length.get(length, ())]
    close = process.extract(word, names, scorer=OSA.distance, score_cutoff=most, limit=50)
    ranked = sorted((distance, -known.counts[name], name) for name, distance, _ in close if name != word)
    return [name for _distance, _count, name in ranked]


def vocabulary(snapshot: Snapshot) -> Vocabulary:
    """Return the words of a Snapshot's papers: made once for each version, 2 s for 100,000 papers."""
    return kept(snapshot.papers, "vocabulary", lambda: _vocabulary(snapshot))


def _vocabulary(snapshot: Snapshot) -> Vocabulary:
    counts: Counter[str] = Counter()
    for column in ("title", "authors"):
        for value in snapshot.papers[column].astype(str):
            counts.update({word for word in re.findall(r"[^\W\d_]{3,}", folded(value)) if not HAN.search(word)})
    sums = np.asarray(snapshot.terms.counts.sum(axis=0)).ravel()
    for term, count in zip(snapshot.terms.words, sums, strict=True):
        if " " not in term and not HAN.search(term):
            counts[str(term)] = max(counts[str(term)], int(count))
    by_length: dict[int, list[str]] = {}
    for name in sorted(counts):
        by_length.setdefault(len(name), []).append(name)
    return Vocabulary(dict(counts), by_length)
