"""Where the words of a query stand in a text, in whatever form, and which sentence answers best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from hub.papers.chinese import ASKING, HAN, STOP, cut, places
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

    A Chinese query is marked word by word, as it is searched for.

    >>> spans("Speculative decoding, decoded fast", ["decode", "speculative"])
    [(0, 20), (22, 29)]
    >>> spans("预测药物的相互作用", ["药物相互作用"])
    [(2, 4), (5, 9)]
    """
    if not words or not text:
        return []
    tokens = _tokens(text)
    found: list[tuple[int, int]] = []
    for wanted in _wanted(words):
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
    wanted = {part for parts in _wanted(words) for part in parts}
    held = [len(wanted & {token for token, _start, _end in _tokens(sentence)}) for sentence in told]
    return told[held.index(max(held))] if told else ""


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Return the stems of a text with where each stands: Chinese runs by their words and those inside them."""
    found = []
    for match in _WORD.finditer(text):
        for part, start, end in _parts(match[0]):
            at = match.start() + start
            if HAN.fullmatch(part):
                found += [(word, at + begin, at + stop) for word, begin, stop in places(part)]
            else:
                found.append((stem(part), at, match.start() + end))
    return found


def _parts(word: str) -> list[tuple[str, int, int]]:
    """Return a word cut where Chinese characters begin and end: ``GNN模型`` is two."""
    if word.isascii():
        return [(word, 0, len(word))]
    edges = sorted({0, len(word), *(edge for run in HAN.finditer(word) for edge in run.span())})
    return [(word[start:end], start, end) for start, end in pairwise(edges)]


def _wanted(words: Sequence[str]) -> list[list[str]]:
    """Return the stems of each word or phrase; each Chinese word stands for itself, those that name nothing left out."""
    wanted: list[list[str]] = []
    for phrase in words:
        parts = [part for word in _WORD.findall(phrase) for part, _start, _end in _parts(word)]
        if not any(map(HAN.fullmatch, parts)):
            wanted.append([stem(part) for part in parts])
            continue
        single = [piece for part in parts for piece in (cut(part) if HAN.fullmatch(part) else [stem(part)])]
        wanted += [[piece] for piece in single if piece not in STOP and piece not in ASKING] or [[piece] for piece in single]
    return wanted
