"""Sets of papers that a reader marked: kept by their content, so that an address names one in sixteen letters.

A set holds ids, not places on a map, and so means the same papers after every refit. It lies on the shelf ``sets``; the
:data:`KEPT` last used ones stay. Visitors' sets lie apart, so that theirs push out no other's.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from hub.errors import SelectionError
from hub.i18n.messages import Said
from hub.permissions import Action, Role, asking, require
from hub.storage.shelf import Shelf, shelf

KEPT = 500
ENDING = ".txt.gz"
_KEY = re.compile(r"[0-9a-f]{16}")


class PaperSetMissing(SelectionError):
    """No set of marked papers of this name is kept here."""


@dataclass(frozen=True, slots=True)
class PaperSet:
    """Papers by their ids. Two sets of the same papers are equal and have the same ``key``."""

    key: str
    ids: tuple[str, ...] = field(repr=False, compare=False)


def paper_set(ids: Iterable[str]) -> PaperSet:
    """Return the set of these papers.

    >>> paper_set(["b", "a"]) == paper_set(["a", "b", "a"])
    True
    """
    unique = tuple(sorted(set(ids)))
    return PaperSet(blake2b("\n".join(unique).encode(), digest_size=8).hexdigest(), unique)


def keep(home: Path, ids: Iterable[str]) -> PaperSet:
    """Write the set of these papers to the data folder and return it.

    Raises
    ------
    SelectionError
        When there is no paper among them.
    """
    require(Action.MARK)
    made = paper_set(ids)
    if not made.ids:
        raise SelectionError(Said("A set needs at least one paper: mark an area that holds some."))
    kept, name = shelf(home, "sets/visitors" if asking().role is Role.VISITOR else "sets"), f"{made.key}{ENDING}"
    if not kept.stamp(name):
        kept.write(name, gzip.compress("\n".join(made.ids).encode(), 3, mtime=0))
    kept.touch(name)
    for old in kept.by_use(ENDING)[KEPT:]:
        kept.remove(old)
    return made


def names(home: Path) -> list[str]:
    """Return the names of the sets that are kept, the last used first."""
    return [name.removesuffix(ENDING) for name in shelf(home, "sets").by_use(ENDING)]


def load(home: Path, key: str) -> PaperSet:
    """Return the set that an address names.

    Raises
    ------
    PaperSetMissing
        When there is none of that name.
    SelectionError
        When its file is damaged.
    """
    kept, name = _of(home, key), f"{key}{ENDING}"
    file = f"sets/{name}"
    try:
        data = kept.read(name) if kept else None
        if kept is None or data is None:
            raise FileNotFoundError(key)
        made = paper_set(gzip.decompress(data).decode().splitlines())
    except FileNotFoundError as e:
        raise PaperSetMissing(Said("These marked papers are not kept here any more: mark them anew on the map.")) from e
    except (OSError, EOFError, ValueError) as e:
        raise SelectionError(
            Said("{file} is damaged ({error}): mark the papers anew on the map.", file=file, error=str(e))
        ) from e
    if made.key != key:
        raise SelectionError(Said("{file} does not hold what its name says: mark the papers anew on the map.", file=file))
    kept.touch(name)
    return made


def _of(home: Path, key: str) -> Shelf | None:
    """Return the shelf that holds a set; None where none does, or no set has such a name."""
    shelves = (shelf(home, place) for place in ("sets", "sets/visitors")) if _KEY.fullmatch(key) else ()
    return next((kept for kept in shelves if kept.stamp(f"{key}{ENDING}")), None)
