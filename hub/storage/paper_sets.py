"""Sets of papers that a reader marked: kept by their content, so that an address names one in sixteen letters.

A set holds ids, not places on a map, and so means the same papers after every refit. It lies in ``HUB_HOME/sets``; the
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
from hub.storage import integrity

KEPT = 500
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
    folder = home / "sets" / ("visitors" if asking().role is Role.VISITOR else "")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{made.key}.txt.gz"
    if not file.exists():
        integrity.write(file, gzip.compress("\n".join(made.ids).encode(), 3, mtime=0))
    file.touch()
    by_use = sorted(folder.glob("*.txt.gz"), key=lambda file: file.stat().st_mtime)
    for old in by_use[:-KEPT]:
        old.unlink(missing_ok=True)
    return made


def names(home: Path) -> list[str]:
    """Return the names of the sets that are kept, the last used first."""
    files = sorted((home / "sets").glob("*.txt.gz"), key=lambda file: (-file.stat().st_mtime_ns, file.name))
    return [file.name.removesuffix(".txt.gz") for file in files]


def load(home: Path, key: str) -> PaperSet:
    """Return the set that an address names.

    Raises
    ------
    PaperSetMissing
        When there is none of that name.
    SelectionError
        When its file is damaged.
    """
    file = _file(home, key) if _KEY.fullmatch(key) else None
    try:
        if file is None:
            raise FileNotFoundError(key)
        made = paper_set(gzip.decompress(file.read_bytes()).decode().splitlines())
    except FileNotFoundError as e:
        raise PaperSetMissing(Said("These marked papers are not kept here any more: mark them anew on the map.")) from e
    except (OSError, EOFError, ValueError) as e:
        raise SelectionError(
            Said("{file} is damaged ({error}): mark the papers anew on the map.", file=str(file), error=str(e))
        ) from e
    if made.key != key:
        raise SelectionError(Said("{file} does not hold what its name says: mark the papers anew on the map.", file=str(file)))
    file.touch()
    return made


def _file(home: Path, key: str) -> Path:
    file = home / "sets" / f"{key}.txt.gz"
    return file if file.exists() else home / "sets" / "visitors" / file.name
