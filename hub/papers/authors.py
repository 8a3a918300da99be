"""Names of authors out of what sources write: lists, one line for all, family name first, links."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.papers.cleaning import clean

_INITIALS = re.compile(r"^(?:[A-Z]\.?[ -]?){1,4}$|^[A-Z][a-z]?\.(?:[ -]?[A-Z][a-z]?\.)*$")
_AND = re.compile(r"(?<!\s)\s+(?:and|&)\s+|,\s*and\s+")
_SUFFIX = re.compile(r"^(?:Jr|Sr|II|III|IV|PhD|MD|M\.D|Ph\.D)\.?$", re.I)
_INITIAL_LAST = re.compile(r"\b[A-Z]\.$")
_HAS_LETTER = re.compile(r"[^\W_]")
MOST, LONGEST = 20_000, 100_000
"""Names of one paper, and characters of a line that holds them all: the largest collaborations have 5,000 members."""
_LEAD = re.compile(r"^(?:by|authors?(?:\(s\))?)\s*:?\s+", re.I)


class WholeName(str):
    """A name that is written as it is to be shown: a group's, with commas of its own, or a person's, given name first."""

    __slots__ = ()


def author_names(raw: Sequence[str], *, commas: bool = True) -> tuple[str, ...]:
    """Return the names of a paper's authors, given name first, in the order of the paper.

    A line that holds all authors is split; so is ``commas`` False for sources that write "Family, Given" one a line.

    >>> author_names(["Naser Mansour, Sidahmed Benabderrahmane, Ameer Rahwan"])
    ('Naser Mansour', 'Sidahmed Benabderrahmane', 'Ameer Rahwan')
    >>> author_names(["Mohr, S.", "Engell, A. D."]), author_names(["Brosseau, C., Zhao, Z."])
    (('S. Mohr', 'A. D. Engell'), ('C. Brosseau', 'Z. Zhao'))
    """
    cleaned = [WholeName(clean(text)) if isinstance(text, WholeName) else clean(text[:LONGEST]) for text in raw[:MOST]]
    names: list[str] = []
    for text in cleaned:
        if isinstance(text, WholeName):
            names.append(str(text))
        elif text and _HAS_LETTER.search(text):
            names += _split(text, alone=len(cleaned) == 1 and commas)
    return tuple(dict.fromkeys(name for name in names if name))


def _split(text: str, alone: bool) -> list[str]:
    whole, lead = text.strip(" ,;"), _LEAD.match(text)
    text = text[lead.end() if lead else 0 :].strip(" ,;.")
    if whole.endswith(".") and _INITIAL_LAST.search(whole):
        text += "."
    if ";" in text:
        return [name for part in text.split(";") for name in _split(part, alone=False)]
    if not alone:
        return [_given_first(text)]
    parts = [part.strip() for chunk in _AND.split(text) for part in chunk.split(",") if part.strip()]
    if len(parts) >= 2 and len(parts) % 2 == 0 and all(_INITIALS.match(given) for given in parts[1::2]):
        return [f"{given} {family}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) == 2 and "," in text and " " not in parts[0]:
        return [_given_first(text)]
    return _with_suffixes(parts)


def _with_suffixes(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.match(part):
            names[-1] += f" {part}"
        else:
            names.append(part)
    return names


def _given_first(name: str) -> str:
    if "," not in name:
        return name.strip()
    family, _, given = (part.strip() for part in name.partition(","))
    if "," in given or not given:
        return " ".join(name.replace(",", " ").split())
    return f"{family} {given}" if _SUFFIX.match(given) else f"{given} {family}"
