"""Names of topics: few terms that carry the meaning, no two topics alike."""

from __future__ import annotations

from collections.abc import Sequence

MAX_TERMS = 3
Weighted = Sequence[tuple[str, float]]


def topic_words(ranked: Weighted, n: int = 10) -> list[str]:
    """Return the ``n`` weightiest terms, leaving out a word that an earlier or nearly as weighty two-word term says."""
    weight = {word: w for word, w in ranked if word}
    kept: list[str] = []
    for word, w in weight.items():
        longer = [
            other for other, v in weight.items() if other != word and v >= 0.6 * w and word.lower() in other.lower().split()
        ]
        said = {part for other in kept for part in other.lower().split()}
        if longer and " " not in word:
            continue
        if set(word.lower().split()) <= said:
            continue
        kept.append(word)
        if len(kept) == n:
            break
    return kept


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
