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


def lacking(claim: str, known: frozenset[str], whole: str = "") -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Return the content words of a claim that a text lacks, the names among them, and their share.

    A word is there when a form of it or a word of the same meaning is; a name also when the text spells it otherwise, has its
    parts, or has the words that it abbreviates.

    Parameters
    ----------
    claim
        One sentence.
    known
        Stems of the text.
    whole
        The text.

    Examples
    --------
    >>> lacking("The DAX fell while bonds gained", frozenset({"fall", "bond", "gain"}))
    (('DAX', 'fell'), ('DAX',), 0.5)
    >>> lacking("Learning L2 with $C_0$", frozenset({"learn"}), "How L2 is learnt, by $C_0$")[1]
    ()
    >>> lacking("KLF4 and HIV-positive ASD", frozenset({"hiv"}), "Klf-4, HIV, positive, autism spectrum disorders")[1]
    ()
    """
    asked = [w for w in WORD.findall(claim) if w.lower() not in STOPWORDS and len(w) > 1]
    missing = tuple(w for w in asked if not _held(stem(w), known))
    capital = [w for w in _NAME.findall(claim) if re.search(r"[A-Z]", w[1:]) or (w[0].isupper() and not claim.startswith(w))]
    names = tuple(w for w in capital if w.lower() not in STOPWORDS and len(w) > 1 and not _named(w, known, whole))
    return missing, names, len(missing) / max(1, len(asked))


_NAME = re.compile(r"[^\W\d_]\w*(?:['’/-]\w+)*")


def _named(name: str, known: frozenset[str], whole: str) -> bool:
    run, initials, spelt = _runs(whole)
    bare = re.sub(r"(?<=\w\w)(?:['’]s|s)$", "", name)
    low = re.sub(r"[^a-z0-9]", "", bare.lower())
    if (
        name.lower().strip("_") in spelt
        or _held(stem(name), known)
        or (len(low) >= 4 and low in run)
        or (len(low) >= 3 and bare.isupper() and low in initials)
    ):
        return True
    parts = [p for p in re.split(r"['’/-]", name) if p and not p.isdigit()]
    return "-" in name and all(p.lower() in STOPWORDS or _named(p, known, whole) for p in parts)


@lru_cache(maxsize=512)
def _runs(whole: str) -> tuple[str, str, frozenset[str]]:
    """Letters and digits of a text as one run, the initials of its words, and its words as a name would be cut out (L2, W_0)."""
    low = whole.lower()
    initials = "".join(w[0] for w in re.findall(r"[a-z]+", low))
    return re.sub(r"[^a-z0-9]", "", low), initials, frozenset(w.strip("_") for w in _NAME.findall(low))


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
