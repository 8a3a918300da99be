"""Does a passage support a claim? Words, vectors, numbers, negations and strength, and a small model that reads both.

A claim is aligned with the best passage of what it cites. Too little in common: unsupported. A number, a negation or a
direction that differs where the two align, or a name that the text lacks: unsupported. More certainty than the passage has:
partly. Where the verifier's model is at hand (:mod:`hub.briefing.verifier`), what words find supported it must find likely too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hub.briefing.model import Verdict
from hub.briefing.verifier.lexicon import NEGATIONS
from hub.briefing.verifier.passages import chosen
from hub.briefing.verifier.reader import Reader, Reading
from hub.briefing.verifier.rules import differing_direction, differing_negation, differing_number, overclaimed
from hub.briefing.verifier.signals import Found, lacking, layer
from hub.papers.sentences import content, numbers, plain, sentences

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
SUPPORTED = 0.62
PARTLY = 0.45


class Reason(StrEnum):
    """Why a verdict is what it is."""

    QUOTED = "quoted"
    SHARED = "shared"
    READ = "read"
    NUMBER = "number"
    NEGATION = "negation"
    DIRECTION = "direction"
    SURER = "surer"
    NAME = "name"
    DOUBTED = "doubted"
    PART = "part"
    TOGETHER = "together"
    ABSENT = "absent"
    EMPTY = "empty"


CONTRADICTED = frozenset({Reason.NUMBER, Reason.NEGATION, Reason.DIRECTION, Reason.EMPTY})
"""Reasons for which a sentence is struck out rather than marked."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the passage it rests on, how much they share (0 to 1), why as a code and in plain words.

    ``probability`` is how likely the cited text bears the claim out, where the verifier read it; else None.
    """

    verdict: Verdict
    passage: str
    score: float
    reason: Reason
    note: str = ""
    probability: float | None = None


class Text:
    """A cited text, cut into passages: its title, each sentence, and each two that follow each other."""

    def __init__(self, title: str, body: str) -> None:
        self.title = title
        self.sentences = sentences(body)
        self.single = [title or body, *self.sentences]
        self.passages = [*self.single, *(f"{a} {b}" for a, b in zip(self.sentences, self.sentences[1:], strict=False))]
        self.whole = f"{title}. {body}"

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """Content stems of each passage."""
        return [frozenset(content(passage)) for passage in self.passages]

    @cached_property
    def all_stems(self) -> frozenset[str]:
        """Content stems of the whole."""
        return frozenset(content(self.whole))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Every number of the whole."""
        return frozenset(numbers(self.whole))

    @cached_property
    def squeezed(self) -> str:
        """The whole as one run of letters and digits, for finding quotations."""
        return squeeze(self.whole)


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``, in lower case.

    >>> squeeze("A “quote”: $x^2$ -- it is")
    'aquotex2itis'
    """
    return "".join(c for c in plain(text).lower() if c.isalnum())


class Judge:
    """Judges claims against cited texts; knows how telling each word is among all the texts of the evidence.

    Parameters
    ----------
    texts
        The evidence, by its citation mark.
    embed
        Gives vectors of sentences; without it only words are compared.
    reader
        The verifier's model, which may doubt what words find supported; without it words alone decide.
    """

    def __init__(self, texts: dict[str, Text], embed: Embed | None = None, reader: Reader | None = None) -> None:
        self.texts = texts
        self._embed = embed
        self._reader = reader
        self._read: dict[tuple[str, tuple[str, ...]], Reading] = {}
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        seen = Counter(word for text in texts.values() for word in text.all_stems)
        self._weight = {word: math.log(1 + (len(texts) + 1) / (n + 0.5)) for word, n in seen.items()}
        self._rare = math.log(1 + (len(texts) + 1) / 0.5)

    def judge(self, claim: str, cited: Sequence[str]) -> Judgement:
        """Return the best verdict that one of the cited texts gives, or that they give together."""
        found = [self._one(claim, self.texts[mark]) for mark in cited]
        if len(cited) > 1:
            union = self._union(cited)
            best = max(found, key=_rank)
            joint = self._one(claim, union)
            if joint.verdict == "supported" and best.verdict != "supported":
                found.append(
                    Judgement("partly", best.passage, joint.score, Reason.TOGETHER, "supported only by its papers taken together")
                )
        return max(found, key=_rank)

    def nearest(self, claim: str, but: Sequence[str] = ()) -> tuple[str, float]:
        """Return the mark of the text that shares most words with a claim, and how much (0 to 1)."""
        asked = content(claim)
        scores = {mark: self._recall(asked, text.all_stems) for mark, text in self.texts.items() if mark not in but}
        if not scores or not asked:
            return "", 0.0
        best = max(scores, key=lambda mark: scores[mark])
        return best, scores[best]

    def prepare(self, claims: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Embed and read all that these claims need in one go."""
        open_ = [(c, marks) for c, marks in claims if not any(quoted(c, self.texts[m]) for m in marks)]
        if self._embed is not None:
            needed = {c for c, _ in open_} | {p for _, marks in open_ for m in marks for p in self.texts[m].single}
            self._fill(sorted(needed - self._vectors.keys()))
        if self._reader is not None:
            texts = [(c, text) for c, marks in open_ for text in self._bodies(marks)]
            pairs = list(dict.fromkeys((c, _read_of(c, text)) for c, text in texts if content(c)))
            self._read |= dict(zip(pairs, self._reader.read(pairs), strict=True))

    def _bodies(self, marks: Sequence[str]) -> list[Text]:
        return [*(self.texts[m] for m in marks), *([self._union(marks)] if len(marks) > 1 else [])]

    def _union(self, marks: Sequence[str]) -> Text:
        return Text(" ".join(self.texts[m].title for m in marks), " ".join(" ".join(self.texts[m].sentences) for m in marks))

    def _reading(self, claim: str, text: Text) -> Reading | None:
        if self._reader is None:
            return None
        pair = (claim, _read_of(claim, text))
        if pair not in self._read:
            self._read[pair] = self._reader.read([pair])[0]
        return self._read[pair]

    def _fill(self, texts: Sequence[str]) -> None:
        if texts and self._embed is not None:
            self._vectors |= dict(zip(texts, self._embed(list(texts)), strict=True))

    def _one(self, claim: str, text: Text) -> Judgement:
        exact = quoted(claim, text)
        if exact:
            return Judgement("supported", exact, 1.0, Reason.QUOTED)
        if not content(claim):
            return Judgement("unsupported", text.passages[0], 0.0, Reason.EMPTY, "nothing in it that could be checked")
        passage, found = self.examined(claim, text)
        return self._verdict(claim, passage, text, found)

    def examined(self, claim: str, text: Text) -> tuple[str, Found]:
        """Return the passage that a claim aligns with best, and what words show of the claim beside it."""
        asked = content(claim)
        recalls = [self._recall(asked, stems) for stems in text.stems]
        cosines = self._cosines(claim, text)
        shares = [0.6 * r + 0.4 * c for r, c in zip(recalls, cosines, strict=True)] if cosines else recalls
        # a sentence is preferred to the pair that holds it unless the pair has clearly more
        best = max(range(len(shares)), key=lambda i: shares[i] - 0.02 * (i >= len(text.single)))
        passage, score = text.passages[best], 0.85 * shares[best] + 0.15 * self._recall(asked, text.all_stems)
        return passage, Found(
            differing_number(claim, passage, text.numbers, text.whole), differing_negation(claim, passage),
            differing_direction(claim, passage), overclaimed(claim, passage, text.whole),
            *lacking(claim, text.all_stems, text.whole), score,
        )  # fmt: skip

    def _verdict(self, claim: str, passage: str, text: Text, found: Found) -> Judgement:
        score = found.score
        reading = self._reading(claim, text)
        likely = layer().probability(found, reading) if reading is not None else None

        def made(verdict: Verdict, reason: Reason, note: str = "") -> Judgement:
            return Judgement(verdict, passage, score, reason, note, likely)

        if found.number:
            return made("unsupported", Reason.NUMBER, found.number)
        if score < PARTLY:
            return made("unsupported", Reason.ABSENT, "the cited text does not say this")
        for reason, wrong in ((Reason.NEGATION, found.negation), (Reason.DIRECTION, found.direction)):
            if wrong:
                return made("unsupported", reason, wrong)
        if found.names:
            return made("unsupported", Reason.NAME, f"it names {found.names[0]}, which the cited text does not")
        if found.surer:
            return made("partly", Reason.SURER, found.surer)
        if score < SUPPORTED:
            return made("partly", Reason.PART, "the cited text says only part of this")
        if likely is not None and reading is not None and likely < layer().supported:
            return made("partly", Reason.DOUBTED, f'the verifier doubts that the cited text says this ("{reading.word}")')
        return made("supported", Reason.SHARED if likely is None else Reason.READ)

    def _recall(self, asked: Sequence[str], within: frozenset[str]) -> float:
        total = sum(self._weight.get(w, self._rare) for w in asked)
        held = sum(self._weight.get(w, self._rare) * _has(w, within) for w in asked)
        return held / total if total else 0.0

    def _cosines(self, claim: str, text: Text) -> list[float]:
        if self._embed is None:
            return []
        self._fill(sorted({claim, *text.single} - self._vectors.keys()))
        single = np.stack([self._vectors[p] for p in text.single])
        both = single[1:-1] + single[2:]  # two sentences in a row: their mean stands in for a vector of its own
        both = both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
        return np.clip(np.vstack([single, both]) @ self._vectors[claim], 0, 1).tolist()


def _read_of(claim: str, text: Text) -> tuple[str, ...]:
    passages = [*([text.title] if text.title else []), *text.sentences] or text.single
    return tuple(passages[i] for i in chosen(claim, passages))


def _rank(judgement: Judgement) -> tuple[int, float]:
    return {"supported": 2, "partly": 1}.get(judgement.verdict, 0), judgement.score


def _has(word: str, within: frozenset[str]) -> float:
    if word in within:
        return 1.0
    if len(word) >= 6 and any(w[:6] == word[:6] for w in within):
        return 0.8
    return 0.0


def quoted(claim: str, text: Text) -> str:
    """Return the passage that ``claim`` quotes word for word, or "" when it quotes none.

    All of the claim must stand in the text, or all that is between its quotation marks, with at most a byline beside it.
    """
    marked = re.findall(r"“([^“”]{12,})”", claim)
    outside = re.sub(r"“[^“”]{12,}”", " ", claim)
    if (
        marked
        and len(content(outside)) <= 12
        and not numbers(outside)
        and not re.search(r"\b(?:" + "|".join(NEGATIONS - {"n't"}) + r")\b", outside.lower())
    ):
        parts = marked
    else:
        parts = [claim]
    if all(len(squeeze(p)) > 10 and squeeze(p) in text.squeezed for p in parts):
        return next((p for p in text.passages if squeeze(parts[0]) in squeeze(p)), text.passages[0])
    return ""
