"""Names of topics broken into lines, for labels and cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence


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


def shortened(name: str, width: int) -> str:
    """Return the words of a name that fit a line of a width as :func:`wrapped` counts it, with a mark where some do not.

    >>> shortened("Gravitational-wave detectors and sources", 30), shortened("Memes", 30)
    ('Gravitational-wave detectors…', 'Memes')
    >>> shortened("Physics-informed neural network", 8), shortened("计算机科学 · Communication systems", 12)
    ('Physics…', '计算机科学…')
    """
    if _width(name) <= width:
        return name
    line = wrapped(name, width - 1)[0]
    while _width(line) > width - 1:
        line = line[:-1]
    return re.sub(r"(?:\W|\s(?:and|of|in|for|with|on|the|to))+$", "", line) + "…"


def labels(names: Sequence[str], width: int) -> list[str]:
    """Return names shortened to a width, those in full that would look like another: categories of an axis must not merge.

    >>> labels(["Graph networks", "Graph kernels", "Solar wind in space"], 12)
    ['Graph networks', 'Graph kernels', 'Solar wind…']
    """
    short = {name: shortened(name, width) for name in names}
    seen = Counter(short.values())
    return [name if seen[short[name]] > 1 else short[name] for name in names]


def folded(name: str, width: int, lines: int = 2) -> str:
    """Return a name as a label of at most so many lines of a width, the last one shortened.

    >>> folded("Galaxy formation and stellar populations", 18)
    'Galaxy formation<br>and stellar…'
    """
    parts = wrapped(name, width)
    return "<br>".join([*parts[: lines - 1], *([shortened(" ".join(parts[lines - 1 :]), width)] if len(parts) >= lines else [])])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
