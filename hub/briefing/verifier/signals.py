"""Signals of words and of the model about one claim, and the logistic layer that weighs them into one probability."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hub.briefing.verifier.lexicon import ALIKE
from hub.briefing.verifier.reader import FOLDER, Reading
from hub.papers.sentences import STOPWORDS, WORD, stem

NAMES = ("reads", "doubt", "number", "negation", "direction", "surer", "name", "lacking", "shared")
"""What the layer weighs: the model's log-odds of support, those of its most doubtful word, whether each rule
found something, whether a name is lacking, the share of content words that are, and the words in common weighed by rarity."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules of words found wrong with a claim, each "" for nothing; words the text lacks; names among these."""

    number: str
    negation: str
    direction: str
    surer: str
    lacking: tuple[str, ...]
    names: tuple[str, ...]
    share: float
    """Share of the claim's content words that the text lacks in every form."""
    score: float
    """Words in common with the best passage, weighed by how rare they are (0 to 1)."""


def lacking(claim: str, known: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Return the content words of a claim that a text lacks, the names among them, and their share.

    A word is there when a form of it or a word of the same meaning is.

    Parameters
    ----------
    claim
        One sentence.
    known
        Stems of the text.

    Examples
    --------
    >>> lacking("The DAX fell while bonds gained", frozenset({"fall", "bond", "gain"}))
    (('DAX', 'fell'), ('DAX',), 0.5)
    """
    asked = [w for w in WORD.findall(claim) if w.lower() not in STOPWORDS and len(w) > 1]
    missing = tuple(w for w in asked if not _held(stem(w), known))
    names = tuple(w for w in missing if re.search(r"[A-Z]", w[1:]) or (w[0].isupper() and not claim.startswith(w)))
    return missing, names, len(missing) / max(1, len(asked))


def _held(word: str, known: frozenset[str]) -> bool:
    if word in known or ALIKE.get(word, frozenset()) & known:
        return True
    return len(word) >= 5 and any(w[:5] == word[:5] and abs(len(w) - len(word)) <= 4 for w in known)


def values(found: Found, reading: Reading) -> tuple[float, ...]:
    """Return the signals in the order of :data:`NAMES`."""
    flags = [float(bool(x)) for x in (found.number, found.negation, found.direction, found.surer, found.names)]
    return (_log_odds(reading.supports), -_log_odds(reading.doubt), *flags, found.share, found.score)


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


@dataclass(frozen=True, slots=True)
class Layer:
    """A logistic layer, fitted on public pairs that the model was not trained on, and from which probability on it is support."""

    weights: tuple[float, ...]
    bias: float
    supported: float

    def probability(self, found: Found, reading: Reading) -> float:
        """Return how likely the cited text bears the claim out, calibrated on those pairs."""
        total = self.bias + sum(w * v for w, v in zip(self.weights, values(found, reading), strict=True))
        return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def layer() -> Layer:
    """Return the layer that goes with the weights."""
    about: Mapping[str, float] = json.loads((FOLDER / "layer.json").read_text("utf-8"))
    return Layer(tuple(about[name] for name in NAMES), about["bias"], about["supported"])
