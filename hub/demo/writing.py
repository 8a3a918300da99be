"""Titles and abstracts of the demo corpus: sentences of a style, filled with a topic's phrases."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from hub.demo.vocabulary import Topic, styles

PAIRS = {"problems": "PO", "things": "TU", "methods": "MN", "data": "DE", "measures": "QR"}
"""The slots that each list of phrases fills; two different phrases of it in one paper."""
PARTS = ("open", "gap", "do", "math", "see", "find", "close")
WORDS = (84, 122)
"""An abstract grows by whole sentences until it has a number of words drawn from this range."""
MATH_SHARE = {"theory": 0.8, "method": 0.35, "experiment": 0.35, "cohort": 0.35, "society": 0.35}


def title_and_abstract(topic: Topic, travelled: bool, rng: np.random.Generator) -> tuple[str, str]:
    """Return the text of one paper of ``topic``; ``travelled`` when it is of a field that the topic came to later."""
    name = topic.style_then if travelled else topic.style
    style = styles()[name]
    slots = _slots(topic, travelled, rng)
    findings = _shuffled(topic.words["findings"], rng)
    order = {part: _shuffled(sentences, rng) for part, sentences in style.items()}
    body: dict[str, list[str]] = {part: [] for part in PARTS}
    if topic.words["math"] and rng.random() < MATH_SHARE[name]:
        body["math"] = [pick(topic.words["math"], rng)]
    wanted = rng.integers(*WORDS)
    for part in ("open", "do", "see", "find", "close", "gap", "see", "find", "do", "find", "see"):
        if len(body[part]) < len(order[part]) and (len(body["close"]) == 0 or _length(body) < wanted):
            sentence = order[part][len(body[part])]
            if part != "find" or sentence.count("{F}") + sentence.count("{G}") <= len(findings):
                body[part].append(_filled(sentence, slots | _numbers(name, rng), findings))
    return _filled(order["title"][0], slots, []), _joined([sentence for part in PARTS for sentence in body[part]])


def pick(items: Sequence[str], rng: np.random.Generator) -> str:
    """Return one of ``items``, each as likely."""
    return items[int(rng.integers(len(items)))]


def _shuffled(items: Sequence[str], rng: np.random.Generator) -> list[str]:
    return [items[i] for i in rng.permutation(len(items))]


def _slots(topic: Topic, travelled: bool, rng: np.random.Generator) -> dict[str, str]:
    slots: dict[str, str] = {}
    for name, letters in PAIRS.items():
        later = topic.words.get(f"{name}_then") if travelled else None
        slots |= dict(zip(letters, _shuffled(later or topic.words[name], rng), strict=False))
    return slots


def _numbers(style: str, rng: np.random.Generator) -> dict[str, str]:
    count = int(rng.integers(200, 6000)) if style in ("cohort", "society") else int(rng.integers(1, 90)) * 10
    return {
        "p": f"{rng.uniform(2, 38):.1f}",
        "k": f"{count:,}",
        "r": f"{rng.uniform(1.2, 4.8):.2f}",
        "y": str(rng.integers(3, 12)),
    }


def _filled(sentence: str, slots: dict[str, str], findings: list[str]) -> str:
    """Return a sentence with its slots filled; each finding is told once and leaves ``findings``."""
    text = re.sub(r"\{(\w)\}", lambda match: findings.pop() if match[1] in "FG" else slots[match[1]], sentence)
    return text[0].upper() + text[1:]


def _joined(sentences: Sequence[str]) -> str:
    """Return the abstract; the label of a part ("Results:") stands at its first sentence alone."""
    seen: set[str] = set()
    kept = []
    for sentence in sentences:
        label, found, rest = sentence.partition(": ")
        text = rest if found and " " not in label and label in seen else sentence
        seen.add(label)
        kept.append(text[0].upper() + text[1:])
    return " ".join(kept)


def _length(body: dict[str, list[str]]) -> int:
    return sum(len(sentence.split()) for sentences in body.values() for sentence in sentences)
