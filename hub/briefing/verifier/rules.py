"""What a claim says otherwise than a passage, where words alone show it: numbers, negations, directions, strength."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from hub.briefing.verifier.lexicon import (
    BOOSTERS,
    CAUSAL,
    CORRELATIONAL,
    HEDGES,
    NEGATIONS,
    NOT_NEGATIVE,
    OPPOSITES,
    PARTIAL,
    UNIVERSAL,
)
from hub.papers.sentences import STOPWORDS, WORD, content, numbers, plain, stem

_MARK = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|-?\d+(?:\.\d+)?")


def _marks(text: str) -> list[str]:
    text = re.sub(r"\[F?\d[\dF,;\s–-]*\]", " ", plain(text))
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"n't\b", " not", text)
    return _MARK.findall(text)


def _number(mark: str) -> float | None:
    values = numbers(mark)
    return values[0] if len(values) == 1 and (mark[-1].isdigit() or mark.isalpha()) else None


def differing_number(claim: str, passage: str, known: frozenset[float], whole: str = "") -> str:
    """Return what is wrong with the claim's numbers, "" when nothing is: one the text lacks, or one in another's place.

    A number within a name ("COVID-19") is one the text lacks only if ``whole`` has the name with another number.

    >>> differing_number("It rose by 12% in 30 cells.", "It rose by 21% in 30 cells.", frozenset({21.0, 30.0}))
    'it says 12, which the cited text does not'
    >>> differing_number("from 5 mice to 9 rats", "It went from 9 mice to 5 rats", frozenset({5.0, 9.0}))
    'where it says 5, the cited text says 9'
    """
    within = {float(m[2]) for m in _NUMBERED.finditer(plain(claim)) if not _numbered(m[1], whole or passage)}
    for value in numbers(claim):
        if value in within:
            continue
        if not any(_same(value, other) for other in known):
            return f"it says {value:g}, which the cited text does not"
    ours, theirs = _marks(claim), _marks(passage)
    values = [_number(m) for m in ours], [_number(m) for m in theirs]
    shapes = [
        ["#" if v is not None else stem(m) for m, v in zip(ms, vs, strict=True)]
        for ms, vs in zip((ours, theirs), values, strict=True)
    ]
    for block in SequenceMatcher(None, shapes[0], shapes[1], autojunk=False).get_matching_blocks():
        if block.size < 3:
            continue
        for i in range(block.size):
            a, b = values[0][block.a + i], values[1][block.b + i]
            if a is None or b is None or _same(a, b):
                continue
            around = values[1][max(0, block.b + i - 4) : block.b + i + 5]
            # one beside it was left out: both sides still agree
            slipped = b not in values[0] and a in around and values[0].count(a) <= values[1].count(a)
            if not slipped:
                return f"where it says {a:g}, the cited text says {b:g}"
    return ""


_NUMBERED = re.compile(r"\b([A-Za-z]{2,})-(\d+(?:\.\d+)?)\b")


def _numbered(name: str, text: str) -> bool:
    return bool(re.search(rf"\b{name}[- ]?\d", plain(text), re.IGNORECASE))


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-6) or math.isclose(a, b * 100, rel_tol=1e-6) or math.isclose(a * 100, b, rel_tol=1e-6)


def _cues(text: str) -> list[tuple[int, list[str]]]:
    """Positions of negations, each with the content stems that follow it closely."""
    marks = _marks(NOT_NEGATIVE.sub(" ", text))
    found = []
    for at, mark in enumerate(marks):
        if mark.lower() in NEGATIONS or mark.lower().endswith("n't"):
            near = [stem(m) for m in marks[at + 1 : at + 8] if m.lower() not in STOPWORDS and m.lower() not in NEGATIONS]
            found.append((at, near[:3]))
    return found


def differing_negation(claim: str, passage: str) -> str:
    """Return what is wrong where one side denies what the other says, "" when both agree.

    >>> differing_negation("The drug does not reduce mortality.", "The drug reduces mortality in adults.")
    'it denies what the cited text says'
    >>> differing_negation("The drug reduces mortality.", "The drug fails to reduce mortality.")
    'the cited text denies this'
    >>> differing_negation("The drug did not cut mortality.", "No cut of mortality was seen.")
    ''
    """
    ours, theirs = _cues(claim), _cues(passage)
    claim_words, passage_words = set(content(claim)), set(content(passage))
    for _, near in ours:
        if not any(set(near) & set(other) for _, other in theirs) and (not near or set(near) & passage_words):
            if len(ours) <= len(theirs) and not near:
                continue
            return "it denies what the cited text says"
    for _, near in theirs:
        if near and set(near[:2]) <= claim_words and not any(set(near) & set(other) for _, other in ours):
            if len(theirs) <= len(ours):
                continue
            return "the cited text denies this"
    return ""


def differing_direction(claim: str, passage: str) -> str:
    """Return what is wrong where the claim turns a direction of the passage around, "" when it does not.

    >>> differing_direction("Heat lowers the yield.", "Heat raises the yield of all crops.")
    'it turns the direction of the cited text around'
    """
    ours, theirs = [stem(m) for m in _marks(claim)], [stem(m) for m in _marks(passage)]
    for a, b in _exchanged(ours, theirs):
        if any(a in side and b in other for pair in OPPOSITES for side, other in (pair, pair[::-1])):
            return "it turns the direction of the cited text around"
    for pair in OPPOSITES:
        for side, other in (pair, pair[::-1]):
            here = [i for i, w in enumerate(ours) if w in side]
            there = [j for j, w in enumerate(theirs) if w in other]
            if not here or not there or any(w in side for w in theirs) or any(w in other for w in ours):
                continue
            if bool(_cues(claim)) != bool(_cues(passage)):
                continue
            if any(_near(ours, i) & _near(theirs, j) for i in here for j in there):
                return "it turns the direction of the cited text around"
    return ""


def _exchanged(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[str, str]]:
    """Return the words that stand in each other's place where the texts agree around them."""
    blocks = SequenceMatcher(None, list(ours), list(theirs), autojunk=False).get_opcodes()
    return [
        pair
        for tag, i1, i2, j1, j2 in blocks
        if tag == "replace" and i2 - i1 == j2 - j1 <= 3
        for pair in zip(ours[i1:i2], theirs[j1:j2], strict=True)
    ]


def _near(stems: Sequence[str], at: int) -> set[str]:
    around = [w for w in [*stems[max(0, at - 3) : at], *stems[at + 1 : at + 4]] if len(w) > 2]
    return {w for w in around if w not in _STOPSTEMS}


_STOPSTEMS = frozenset(stem(w) for w in STOPWORDS)


def overclaimed(claim: str, passage: str, whole: str) -> str:
    """Return what makes the claim stronger than its source, "" when nothing does.

    >>> overclaimed("The drug always works.", "The drug may work.", "The drug may work.")
    'it is more certain than the cited text ("always")'
    """
    ours = [w.lower() for w in WORD.findall(plain(claim))]
    theirs = {w.lower() for w in WORD.findall(plain(passage))}
    everywhere = {w.lower() for w in WORD.findall(plain(whole))}
    stems = {stem(w) for w in theirs}
    for word in ours:
        if word in BOOSTERS and word not in theirs and stem(word) not in stems and word not in everywhere:
            return f'it is more certain than the cited text ("{word}")'
    for a, b in _exchanged(ours, [w.lower() for w in WORD.findall(plain(passage))]):
        if a in UNIVERSAL and b in PARTIAL:
            return f'it says "{a}" where the cited text says "{b}"'
    if set(ours) & CAUSAL and not theirs & CAUSAL and stems & CORRELATIONAL:
        return "it makes a cause of what the cited text calls an association"
    strong = {"may", "might", "could", "suggest", "suggests", "suggested", "suggesting", "possibly", "potentially", "preliminary",
              "perhaps", "conjecture", "hypothesize", "seems", "seem", "appears", "appear"}  # fmt: skip
    dropped = theirs & strong
    if dropped and not set(ours) & HEDGES:
        return f'it leaves out how careful the cited text is ("{sorted(dropped)[0]}")'
    return ""
