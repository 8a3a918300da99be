"""Synonyms, antonyms and siblings from WordNet's own files (wndb(5WN)); Debian's package wordnet-base holds them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

FOLDER = Path("/usr/share/wordnet")
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


class WordNet:
    """Words that may stand for a word, that mean its opposite, or that are another of its kind."""

    def __init__(self, folder: Path = FOLDER) -> None:
        if not (folder / "data.noun").exists():
            raise FileNotFoundError(f"WordNet is not in {folder}: install Debian's package wordnet-base.")
        self._words: dict[str, list[str]] = {}
        self._opposite: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = defaultdict(list)
        self._senses: dict[tuple[str, str], list[str]] = {}
        opposed: list[tuple[str, str, int, int]] = []
        for part, letter in PARTS.items():
            for line in (folder / f"data.{part}").read_text("latin-1").splitlines():
                if line.startswith(" "):
                    continue
                fields = line.split("|", 1)[0].split()
                key, count = letter + fields[0], int(fields[3], 16)
                self._words[key] = [re.sub(r"\(\w+\)$", "", w) for w in fields[4 : 4 + 2 * count : 2]]
                at = 4 + 2 * count
                self._above[key] = []
                for i in range(int(fields[at])):
                    sign, offset, pos, where = fields[at + 1 + 4 * i : at + 5 + 4 * i]
                    other = ("a" if pos == "s" else pos) + offset
                    if sign == "!":
                        opposed.append((key, other, int(where[:2], 16), int(where[2:], 16)))
                    elif sign == "@":
                        self._above[key].append(other)
                        self._below[other].append(key)
            for line in (folder / f"index.{part}").read_text("latin-1").splitlines():
                if line.startswith(" "):
                    continue
                fields = line.split()
                senses = int(fields[2])
                self._senses[fields[0], letter] = [letter + o for o in fields[-senses:]]
        for key, other, ours, theirs in opposed:
            self._opposite[self._words[key][ours - 1].lower()].add(self._words[other][theirs - 1].lower())

    @lru_cache(maxsize=65536)  # noqa: B019  one object lives as long as the run
    def synonyms(self, word: str) -> tuple[str, ...]:
        """Single words whose first sense is the first sense of ``word``."""
        letter = self.known(word)
        senses = self._senses.get((word, letter), [])
        return tuple(
            other
            for other in (self._words[senses[0]] if senses else ())
            if other.isalpha() and other.islower() and other != word
            and self.known(other) == letter and self._senses[other, letter][0] == senses[0]
        )  # fmt: skip

    @lru_cache(maxsize=65536)  # noqa: B019
    def opposites(self, word: str) -> tuple[str, ...]:
        """Single words of opposite meaning."""
        return tuple(sorted(o for o in self._opposite.get(word, ()) if o.isalpha()))

    @lru_cache(maxsize=65536)  # noqa: B019
    def siblings(self, word: str) -> tuple[str, ...]:
        """Nouns of one kind with ``word`` in its first sense, none of which means the same."""
        senses = self._senses.get((word, "n"), [])
        if not senses:
            return ()
        same = {w for s in senses for w in self._words[s]}
        found: list[str] = []
        for above in self._above[senses[0]]:
            for below in self._below[above]:
                found += [w for w in self._words[below][:1] if w.isalpha() and w.islower() and w not in same]
        return tuple(dict.fromkeys(found))

    @lru_cache(maxsize=65536)  # noqa: B019
    def known(self, word: str) -> str:
        """The kind of word that ``word`` most often is (``n``, ``v``, ``a``, ``r``), "" when WordNet lacks it."""
        return (
            max(PARTS.values(), key=lambda p: len(self._senses.get((word, p), ())) or -1)
            if any((word, p) in self._senses for p in PARTS.values())
            else ""
        )


def forms(word: str) -> list[tuple[str, str]]:
    """Return the base forms that a word may have, each with the ending that was taken off.

    >>> forms("studies")[0], forms("increased")[-1], forms("using")[-1]
    (('studies', ''), ('increase', 'ed'), ('use', 'ing'))
    """
    found = [(word, "")]
    for ending, kept in (("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")):
        if word.endswith(ending) and len(word) - len(ending) >= 2 and not word.endswith("ss"):
            found.append((word[: -len(ending)] + kept, {"ies": "s", "es": "s", "ied": "ed"}.get(ending, ending)))
    return found


def inflected(base: str, ending: str) -> str:
    """Return a base form with the ending of another word.

    >>> inflected("study", "s"), inflected("raise", "ing"), inflected("reach", "s")
    ('studies', 'raising', 'reaches')
    """
    if ending == "":
        return base
    if ending == "s":
        if re.search(r"[^aeiou]y$", base):
            return base[:-1] + "ies"
        return base + ("es" if re.search(r"(?:s|x|z|ch|sh)$", base) else "s")
    if base.endswith("e"):
        return base[:-1] + ending
    if ending == "ed" and re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ied"
    return base + ending
