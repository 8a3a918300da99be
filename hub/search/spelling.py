"""What a reader meant where no paper holds what was typed: "did you mean"."""

from __future__ import annotations

import re
from collections import Counter
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.search.find import FEW, Found
from hub.search.match import Index, folded
from hub.search.query import words_of
from hub.storage.snapshot import Snapshot

LEAST = 4
"""Letters of a word at least: nearly every shorter one is a letter away from another."""
TRIED = 4
"""Candidates for a word whose papers are counted."""
RARE = 20
"""How many times more often than a word itself another must be used before it is what was meant."""

_VOCABULARIES: WeakKeyDictionary[Snapshot, tuple[dict[str, int], list[str], npt.NDArray[np.int64]]] = WeakKeyDictionary()


def did_you_mean(found: Found, snapshot: Snapshot, index: Index) -> str:
    """Return the query with its unknown words put right, empty where there is nothing to put right.

    Only a query that fewer than :data:`hub.search.find.FEW` papers pass is looked at. A word is put right by the known word
    that is nearest by letters (optimal string alignment: a letter more, less, other, or two exchanged) and, of those, by the
    one that most papers hold together with the other words.
    """
    if int(found.every.sum()) >= FEW:
        return ""
    counts = _vocabulary(snapshot)[0]
    text, changed = found.text, False
    asked = [part for word in words_of(found.tree) for part in re.findall(r"[^\W\d_]+", word)]
    for word in asked:
        own = counts.get(folded(word), 0)
        if len(word) < LEAST:
            continue
        options = [option for option in _near(folded(word), snapshot) if counts[option] > RARE * own]
        if not options or (own and len(_holding(text, index)) > 0):
            continue
        others = [part for part in asked if part != word]
        best = max(options[:TRIED], key=lambda option: _worth(option, word, others, counts, index))
        text = re.sub(rf"\b{re.escape(word)}\b", best, text)
        asked = [best if part == word else part for part in asked]
        changed = True
    return text if changed else ""


def _worth(option: str, word: str, others: list[str], counts: dict[str, int], index: Index) -> tuple[int, int, int]:
    together = min(3, len(index.holding(" ".join([option, *others]), limit=3)[0]))
    return together, -OSA.distance(option, folded(word)), counts[option]


def _holding(text: str, index: Index) -> list[str]:
    return index.holding(" ".join(re.findall(r"\w+", text)), limit=1)[0]


def _near(word: str, snapshot: Snapshot) -> list[str]:
    """Return known words at most two letters away (one from a short word), the nearest and then the most used first."""
    counts, names, _ = _vocabulary(snapshot)
    most = 1 if len(word) < 6 else 2
    close = process.extract(word, names, scorer=OSA.distance, score_cutoff=most, limit=50)
    ranked = sorted(((distance, -counts[name], name) for name, distance, _ in close if name != word))
    return [name for _distance, _count, name in ranked]


def _vocabulary(snapshot: Snapshot) -> tuple[dict[str, int], list[str], npt.NDArray[np.int64]]:
    """Return how many titles, terms and author names hold each word: made once for a Snapshot, 2 s for 100,000 papers."""
    if snapshot not in _VOCABULARIES:
        counts: Counter[str] = Counter()
        for column in ("title", "authors"):
            for value in snapshot.papers[column].astype(str):
                counts.update(set(re.findall(r"[^\W\d_]{3,}", folded(value))))
        sums = np.asarray(snapshot.terms.counts.sum(axis=0)).ravel()
        for term, count in zip(snapshot.terms.words, sums, strict=True):
            if " " not in term:
                counts[str(term)] += int(count)
        names = sorted(counts)
        _VOCABULARIES[snapshot] = (dict(counts), names, np.array([counts[name] for name in names]))
    return _VOCABULARIES[snapshot]
