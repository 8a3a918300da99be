"""Names of topics broken into lines, for labels and cells."""

from __future__ import annotations

import re
import unicodedata


def wrapped(name: str, width: int) -> list[str]:
    """Return a name in lines: broken between words and between Chinese characters, never within a word.

    Parameters
    ----------
    name
        A name in Latin or Chinese letters, or in both.
    width
        Width of a line in Latin letters; a Chinese one takes two. Only a longer word is wider.

    >>> wrapped("Physics-informed neural network", 20)
    ['Physics-informed', 'neural network']
    >>> wrapped("计算机科学 · Communication systems", 14)
    ['计算机科学 ·', 'Communication', 'systems']
    """
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef]", name.strip()):
        if line and _width((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
