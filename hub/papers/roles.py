"""What each sentence of an abstract does: states a problem, a task, an idea or a result.

A linear model over words, the sentence's place and how its neighbours begin; ``bench/_roles_train.py`` makes its weights and
docs/BRIEFINGS.md says how well they hold. Headings that authors set themselves ("Methods:", "Results.") are believed first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from hub.papers.sentences import sentences

Role = Literal["problem", "task", "idea", "result"]
ROLES: tuple[Role, ...] = ("problem", "task", "idea", "result")
"""What is wrong or unknown; what the paper sets out to do; how it does it; what came of it."""
WEIGHTS = Path(__file__).with_name("roles.npz")
HEADINGS: Mapping[str, Role] = {
    "background": "problem", "context": "problem", "introduction": "problem", "motivation": "problem", "problem": "problem",
    "aim": "task", "aims": "task", "objective": "task", "objectives": "task", "purpose": "task", "goal": "task",
    "method": "idea", "methods": "idea", "methodology": "idea", "approach": "idea", "design": "idea",
    "materials and methods": "idea", "result": "result", "results": "result", "findings": "result", "main results": "result",
    "conclusion": "result", "conclusions": "result", "interpretation": "result", "significance": "result",
}  # fmt: skip
"""What stands under each heading of a structured abstract."""
_HEADING = re.compile(r"(" + "|".join(sorted(HEADINGS, key=len, reverse=True)) + r")\s*[:.]\s*", re.IGNORECASE)
_WORD = re.compile(r"[\w'%-]+")
_OPENING = 4
_WHERE = re.compile(
    r"https?://|\bgithub\b|\b(?:codes?|data|datasets?|software|library|implementation|weights|checkpoints|demos?|website|page|suite)\b"
    r"[^.]{0,60}?\b(?:available|accompan(?:y|ies)|released?|open[- ]?sourced?|(?:made|be) public)\b",
    re.IGNORECASE,
)
"""Where code or data can be had: it closes many abstracts, where results stand, and tells nothing of what was found."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence of an abstract, what it does, and how sure that is (0 to 1)."""

    sentence: str
    role: Role
    share: float
    shares: tuple[float, ...] = ()
    """Of each of :data:`ROLES`, in that order."""


def labelled(abstract: str) -> list[Labelled]:
    """Return the sentences of an abstract in order, each with its role; headings are taken off.

    >>> [said.role for said in labelled("Aims. We measure dust. Methods. We use ALMA. Results. Dust is cold.")]
    ['task', 'idea', 'result']
    """
    texts: list[str] = []
    headed: list[Role | None] = []
    under: Role | None = None
    for sentence in sentences(abstract):
        heading = _HEADING.match(sentence)
        if heading and (heading.end() == len(sentence) or heading.group().rstrip().endswith(":")):
            under = HEADINGS[heading.group(1).lower()]
            sentence = sentence[heading.end() :]
        if sentence:
            texts.append(sentence)
            headed.append(under)
    shares = _shares(texts)
    found = []
    for text, role, share in zip(texts, headed, shares, strict=True):
        if role is not None:
            share = (share + 9.0 * np.eye(len(ROLES))[ROLES.index(role)]) / 10.0
        best = int(np.argmax(share))
        found.append(Labelled(text, ROLES[best], float(share[best]), tuple(share.tolist())))
    return found


def told(abstract: str, least: float = 0.5) -> dict[Role, str]:
    """Return the sentence that tells each role best; a role that no sentence has with a share of ``least`` is left out.

    No sentence stands for two roles, and none that says where to get code or data stands for any.

    >>> told("")
    {}
    """
    found = labelled(abstract)
    pairs = sorted(((said.shares[r], -at, r) for at, said in enumerate(found) for r in range(len(ROLES))), reverse=True)
    chosen: dict[Role, str] = {}
    taken: set[int] = set()
    for share, at, r in pairs:
        if share >= least and ROLES[r] not in chosen and at not in taken and not _WHERE.search(found[-at].sentence):
            chosen[ROLES[r]] = found[-at].sentence
            taken.add(at)
    return {role: chosen[role] for role in ROLES if role in chosen}


def features(texts: Sequence[str], at: int) -> dict[str, float]:
    """Return the features of the sentence ``at`` of an abstract: its word n-grams, how it and its neighbours begin, its place."""
    place = at / max(1, len(texts) - 1)
    found = {
        "bias": 1.0, "place": place, f"sixth:{int(place * 5.999)}": 1.0, f"from start:{min(at, 2)}": 1.0,
        f"from end:{min(len(texts) - 1 - at, 2)}": 1.0, "length": min(3.0, len(texts[at]) / 150),
    }  # fmt: skip
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    for kind, tokens, weight in (
        ("w", _tokens(texts[at]), 1.0),
        ("o", _tokens(texts[at])[:_OPENING], 0.7),
        ("b", _tokens(before)[:_OPENING] or ["<none>"], 0.4),
        ("a", _tokens(after)[:_OPENING] or ["<none>"], 0.4),
    ):
        grams = {" ".join(tokens[i : i + n]) for n in (1, 2, 3) for i in range(len(tokens) - n + 1)}
        found |= {f"{kind}:{gram}": weight / max(1.0, len(grams)) ** 0.5 for gram in grams}
    return found


def _tokens(text: str) -> list[str]:
    return _WORD.findall(re.sub(r"\d+(?:[.,]\d+)*", "0", re.sub(r"\$[^$]*\$", " maths ", text.lower())))


def _shares(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return (n_sentences, 4) shares of the roles, rows sum to 1."""
    names, weights = _model()
    scores = np.zeros((len(texts), len(ROLES)))
    for at in range(len(texts)):
        for name, value in features(texts, at).items():
            row = names.get(name)
            if row is not None:
                scores[at] += value * weights[row]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=0.0))
    return scores / scores.sum(axis=1, keepdims=True)


@lru_cache(maxsize=1)
def _model() -> tuple[dict[str, int], npt.NDArray[np.float64]]:
    with np.load(WEIGHTS) as file:
        names = bytes(file["names"]).decode().split("\n")
        return {name: row for row, name in enumerate(names)}, file["weights"].astype(np.float64)
