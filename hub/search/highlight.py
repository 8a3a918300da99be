"""Where the words of a query stand in a text, in whatever form, and which sentence answers best."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.papers.sentences import sentences
from hub.search.match import folded

_WORD = re.compile(r"\w+")
_ENDINGS = re.compile(r"(?:ational|ations?|ingly|ings?|edly|ed|ies|ied|es|s|er|ers|ly|e|y|ity|ities|ic|al|ive|ment|ments)$")
SHORT = 3
"""Letters of a stem at least: what is cut from a shorter word leaves too little to compare."""


def stem(word: str) -> str:
    """Return a word without accents and endings: enough to see that two forms are one word where both are shown.

    >>> {stem(word) for word in ("decode", "decoding", "Decoded", "decodes")}, stem("was")
    ({'decod'}, 'was')
    """
    plain = folded(word)
    cut = _ENDINGS.sub("", plain)
    return cut if len(cut) >= SHORT else plain


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words and phrases stand in ``text``, as (start, end), in order; neighbours are one.

    >>> spans("Speculative decoding, decoded fast", ["decode", "speculative"])
    [(0, 20), (22, 29)]
    """
    if not words or not text:
        return []
    tokens = [(stem(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for wanted in ([stem(part) for part in _WORD.findall(word)] for word in words):
        size = len(wanted)
        found += [
            (tokens[at][1], tokens[at + size - 1][2])
            for at in range(len(tokens) - size + 1 if size else 0)
            if all(tokens[at + i][0] == part for i, part in enumerate(wanted))
        ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def best_sentence(text: str, words: Sequence[str]) -> str:
    """Return the sentence that holds most of the words, the first of equals; the first of all where none holds any.

    >>> best_sentence("We study maps. Sparse maps route tokens. Done.", ["token", "map"])
    'Sparse maps route tokens.'
    """
    told = sentences(text)
    wanted = {stem(part) for word in words for part in _WORD.findall(word)}
    held = [len(wanted & {stem(token) for token in _WORD.findall(sentence)}) for sentence in told]
    return told[held.index(max(held))] if told else ""
