"""Does a passage support a claim? Words, vectors, numbers, negations and strength, without a language model.

A claim is aligned with the best passage of what it cites. Too little in common: unsupported. A number, a negation or a
direction that differs where the two align: unsupported, whatever else agrees. More certainty than the passage has: partly.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hub.briefing.model import Verdict
from hub.papers.sentences import STOPWORDS, WORD, content, numbers, plain, sentences, stem, words

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
SUPPORTED = 0.62
PARTLY = 0.45
NEGATIONS = words(
    """not no never none neither nor cannot without lack lacks lacking lacked fail fails failed failing unable absence absent
    hardly rarely seldom scarcely insufficient nothing n't impossible inability unlikely cease ceases ceased"""
)
NOT_NEGATIVE = re.compile(r"\bnot only\b|\bnon?-?trivial\b|\bno less than\b|\bwhether or not\b|\bnot yet\b", re.IGNORECASE)
OPPOSITES = tuple(
    tuple(frozenset(stem(w) for w in side.split()) for side in pair.split("|"))
    for pair in (
        "increase rise grow raise enhance elevate boost|decrease fall decline reduce drop diminish lower shrink",
        "higher greater larger bigger more|lower smaller fewer less",
        "improve outperform surpass exceed|worsen underperform degrade deteriorate impair",
        "better best superior|worse worst inferior",
        "strong stronger strongly|weak weaker weakly",
        "positive positively|negative negatively",
        "fast faster quick quicker accelerate speed|slow slower decelerate delay",
        "above|below", "before|after", "early earlier|late later", "maximum maximal maximize|minimum minimal minimize",
        "support confirm corroborate|contradict refute challenge reject", "stable stability|unstable instability",
        "possible feasible|impossible infeasible", "similar same identical|different dissimilar distinct",
        "convex|nonconvex concave", "gain|loss", "upper|lower", "finite|infinite", "linear|nonlinear", "present|absent",
        "promote activate stimulate facilitate|inhibit suppress block prevent hinder", "common|rare", "sufficient|insufficient",
        "success succeed successful|failure fail", "easy easier simple|difficult hard harder", "long longer|short shorter",
        "robust|fragile brittle", "efficient effective|inefficient ineffective", "dependent|independent", "hot|cold", "high|low",
    )
)  # fmt: skip
HEDGES = words(
    """may might could can suggest suggests suggesting suggested possible possibly potential potentially likely perhaps
    appear appears appeared seem seems preliminary tentative probably plausible hypothesize hypothesise conjecture
    believe indicate indicates tend tends some often sometimes partially partly approximately roughly nearly almost
    mostly typically generally usually expected"""
)
BOOSTERS = words(
    """prove proves proven proved always all every everyone everything entirely completely fully totally guarantee guarantees
    guaranteed definitively definitive conclusively conclusive undoubtedly certainly unquestionably universally
    universal solves solved eliminates eliminated perfect perfectly never-failing invariably revolutionary
    revolutionizes breakthrough cures cure unprecedented only first ever any impossible absolutely ultimate
    establishes beyond doubt regardless irrefutable irrefutably without-exception causes cause settle settles
    once-and-for-all unconditionally"""
)
UNIVERSAL = words("all every always each any none never entire")
PARTIAL = words("some many most several few often sometimes typically usually generally frequently certain half")
CAUSAL = words("cause causes caused causing drives driven")
CORRELATIONAL = frozenset(stem(w) for w in words("associated association correlate correlated correlation linked related"))
_MARK = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the passage it rests on, how much they share (0 to 1), and why in plain words."""

    verdict: Verdict
    passage: str
    score: float
    note: str = ""


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
    """

    def __init__(self, texts: dict[str, Text], embed: Embed | None = None) -> None:
        self.texts = texts
        self._embed = embed
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        seen = Counter(word for text in texts.values() for word in text.all_stems)
        self._weight = {word: math.log(1 + (len(texts) + 1) / (n + 0.5)) for word, n in seen.items()}
        self._rare = math.log(1 + (len(texts) + 1) / 0.5)

    def judge(self, claim: str, cited: Sequence[str]) -> Judgement:
        """Return the best verdict that one of the cited texts gives, or that they give together."""
        found = [self._one(claim, self.texts[mark]) for mark in cited]
        if len(cited) > 1:
            union = Text(" ".join(self.texts[m].title for m in cited), " ".join(" ".join(self.texts[m].sentences) for m in cited))
            best = max(found, key=_rank)
            joint = self._one(claim, union)
            if joint.verdict == "supported" and best.verdict != "supported":
                found.append(Judgement("partly", best.passage, joint.score, "supported only by its papers taken together"))
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
        """Embed all that these claims need in one go."""
        if self._embed is None:
            return
        needed = {c for c, marks in claims if not any(quoted(c, self.texts[m]) for m in marks)}
        needed |= {p for c, marks in claims if c in needed for m in marks for p in self.texts[m].single}
        self._fill(sorted(needed - self._vectors.keys()))

    def _fill(self, texts: Sequence[str]) -> None:
        if texts and self._embed is not None:
            self._vectors |= dict(zip(texts, self._embed(list(texts)), strict=True))

    def _one(self, claim: str, text: Text) -> Judgement:
        exact = quoted(claim, text)
        if exact:
            return Judgement("supported", exact, 1.0)
        asked = content(claim)
        if not asked:
            return Judgement("unsupported", text.passages[0], 0.0, "nothing in it that could be checked")
        recalls = [self._recall(asked, stems) for stems in text.stems]
        cosines = self._cosines(claim, text)
        shares = [0.6 * r + 0.4 * c for r, c in zip(recalls, cosines, strict=True)] if cosines else recalls
        # a sentence is preferred to the pair that holds it unless the pair has clearly more
        best = max(range(len(shares)), key=lambda i: shares[i] - 0.02 * (i >= len(text.single)))
        passage, score = text.passages[best], 0.85 * shares[best] + 0.15 * self._recall(asked, text.all_stems)
        return Judgement(*self._verdict(claim, passage, text, score))

    def _verdict(self, claim: str, passage: str, text: Text, score: float) -> tuple[Verdict, str, float, str]:
        wrong = differing_number(claim, passage, text.numbers)
        if wrong:
            return "unsupported", passage, score, wrong
        if score < PARTLY:
            return "unsupported", passage, score, "the cited text does not say this"
        flipped = differing_negation(claim, passage) or differing_direction(claim, passage)
        if flipped:
            return "unsupported", passage, score, flipped
        strong = overclaimed(claim, passage, text.whole)
        if strong:
            return "partly", passage, score, strong
        if score < SUPPORTED:
            return "partly", passage, score, "the cited text says only part of this"
        return "supported", passage, score, ""

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
    marked = re.findall(r"“([^”]{12,})”", claim)
    outside = re.sub(r"“[^”]{12,}”", " ", claim)
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


def _marks(text: str) -> list[str]:
    text = re.sub(r"\[F?\d[\dF,;\s–-]*\]", " ", plain(text))
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"n't\b", " not", text)
    return _MARK.findall(text)


def _number(mark: str) -> float | None:
    values = numbers(mark)
    return values[0] if len(values) == 1 and (mark[-1].isdigit() or mark.isalpha()) else None


def differing_number(claim: str, passage: str, known: frozenset[float]) -> str:
    """Return what is wrong with the claim's numbers, "" when nothing is: one the text lacks, or one in another's place.

    >>> differing_number("It rose by 12% in 30 cells.", "It rose by 21% in 30 cells.", frozenset({21.0, 30.0}))
    'it says 12, which the cited text does not'
    >>> differing_number("from 5 mice to 9 rats", "It went from 9 mice to 5 rats", frozenset({5.0, 9.0}))
    'where it says 5, the cited text says 9'
    """
    for value in numbers(claim):
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
