"""Who gives the verdicts here, and how it did on claims that others labelled: what a reader must know to weigh a verdict."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = ("words, numbers and negations", 0.51)
"""The checker without a model, and its balanced accuracy (docs/BRIEFINGS.md); chance is 0.5."""
CARD = Path(__file__).parent / "verifier" / "weights" / "verifier.json"


def checker(card: Path = CARD) -> tuple[str, float]:
    """Return the checker's name and its mean balanced accuracy on the public sets of ``python -m bench verifier``.

    The trained verifier counts once its card states the figure (``balanced_accuracy``).
    """
    if card.exists():
        told = json.loads(card.read_text("utf-8"))
        if "balanced_accuracy" in told:
            return str(told["id"]), float(told["balanced_accuracy"])
    return WORDS
