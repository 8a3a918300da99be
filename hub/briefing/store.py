"""Finished briefings, one JSON document each: written once, listed, searched, compared, deleted."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.briefing.markdown import parts_of
from hub.briefing.model import Briefing
from hub.errors import BriefingError
from hub.permissions import LOCAL, Action, require
from hub.storage import shelf as shelves

"""The reader of a hub without login."""
_KEY = re.compile(r"[0-9a-f]{8,64}")
_READER = re.compile(r"[a-z0-9]{1,64}")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between an older and a newer briefing: papers by title, counts, and the text as a diff."""

    papers_in: tuple[str, ...]
    papers_out: tuple[str, ...]
    papers_kept: int
    selected: tuple[int, int]
    facts_in: tuple[str, ...]
    facts_out: tuple[str, ...]
    diff: str


class Store:
    """The briefings of one reader.

    Parameters
    ----------
    home
        The data folder; briefings lie in its folder ``briefings``, those of a signed-in reader in a folder of their own in it.
    reader
        ``local``, or the hash of a signed-in reader's identity (:func:`hub.ui.reader.identity`); nothing of another reader
        can be reached from here.

    Raises
    ------
    BriefingError
        When ``reader`` could name another folder.
    """

    def __init__(self, home: Path, reader: str = LOCAL) -> None:
        if not _READER.fullmatch(reader):
            raise BriefingError(f"{reader!r} is not a reader: use 'local' or the hash of an identity.")
        self.reader = reader
        self.place = "briefings" if reader == LOCAL else f"briefings/{reader}"
        self._shelf = shelves.shelf(home, self.place, private=True)

    def save(self, briefing: Briefing) -> None:
        """Write a briefing in one step, over one of the same key."""
        require(Action.KEEP, of=self.reader)
        self._shelf.write(_name(briefing.key), json.dumps(briefing.to_dict(), ensure_ascii=False, default=str).encode())

    def load(self, key: str) -> Briefing:
        """Return a briefing.

        Raises
        ------
        BriefingError
            When there is none of this key, or its file is damaged.
        """
        name = _name(key)
        try:
            data = self._shelf.read(name)
            if data is None:
                raise BriefingError(f"There is no briefing {key}: it was deleted, or never written.")
            return Briefing.from_dict(json.loads(data.decode()))
        except (OSError, ValueError, KeyError, TypeError) as e:
            raise BriefingError(f"The briefing {key} cannot be read ({e}): delete it and write it anew.") from e

    def has(self, key: str) -> bool:
        """Return whether there is a briefing of this key."""
        return bool(self._shelf.stamp(_name(key)))

    def delete(self, key: str) -> None:
        """Remove a briefing; one that is not there is no error."""
        require(Action.KEEP, of=self.reader)
        self._shelf.remove(_name(key))

    def search(self, query: str = "") -> list[Briefing]:
        """Return the briefings whose text holds every word of ``query``, newest first; damaged files are left out."""
        words = query.casefold().split()
        found = [b for b in self._all() if all(word in b.markdown.casefold() for word in words)]
        return sorted(found, key=lambda b: b.made, reverse=True)

    def damaged(self) -> list[str]:
        """Return the keys of those that cannot be read, for the page to name."""
        return [key for key in self._keys() if self._read(key) is None]

    def _all(self) -> Iterator[Briefing]:
        yield from filter(None, map(self._read, self._keys()))

    def _keys(self) -> list[str]:
        return [name.removesuffix(".json") for name in self._shelf.names(".json")]

    def _read(self, key: str) -> Briefing | None:
        try:
            return self.load(key)
        except BriefingError:
            return None


def _name(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BriefingError(f"{key!r} is not the key of a briefing.")
    return f"{key}.json"


def changes(older: Briefing, newer: Briefing) -> Changes:
    """Return what changed from ``older`` to ``newer``; papers are compared by id, facts by their text."""
    before, after = {s.id: s.title for s in older.references}, {s.id: s.title for s in newer.references}
    said, says = [f.text for f in older.facts], [f.text for f in newer.facts]
    lines = difflib.unified_diff(_text(older), _text(newer), older.made, newer.made, lineterm="", n=1)
    return Changes(
        tuple(after[i] for i in after if i not in before),
        tuple(before[i] for i in before if i not in after),
        len(before.keys() & after.keys()),
        (older.selected, newer.selected),
        tuple(text for text in says if text not in said),
        tuple(text for text in said if text not in says),
        "\n".join(lines),
    )


def _text(briefing: Briefing) -> list[str]:
    """The body without its citation numbers, which change with every new paper."""
    return [re.sub(r"\[F?\d+\]", "", line).rstrip() for line in parts_of(briefing)[0].splitlines()]
