"""Which documents readers keep, so that one that is gone is missed.

A folder that lost files looks like one that never had them. ``inventory.log`` of the data folder notes each document of radars,
briefings and sets when it is new (``+``) and when the app itself removes it (``-``); ``hub doctor`` compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from hub.storage import integrity

FILE, LOCK = "inventory.log", ".inventory.lock"
ROOMS = ("radars", "briefings", "sets")
"""The rooms of readers' own things; beside them people's decisions lie in the data folder itself."""
PASSING = (".npz", ".lock", ".tmp", ".draft")
"""Endings of what is made again, or is being written."""
VISITORS = "sets/visitors"
"""Sets of visitors are kept for a while only."""
WAIT_S = 20.0


def kept(name: str) -> bool:
    """Return whether a document, by its path in the data folder, is one that a reader would miss.

    >>> kept("radars/local/a1.json"), kept("radars/local/vectors-m.npz"), kept("curation.json"), kept("sets/visitors/a.txt.gz")
    (True, False, False, False)
    """
    room, _, rest = name.partition("/")
    last = name.rpartition("/")[2]
    passing = last.startswith(".") or name.endswith(PASSING) or name.startswith(f"{VISITORS}/")
    return room in ROOMS and bool(rest) and not passing


def note(home: Path, name: str, *, there: bool) -> None:
    """Note that a document is new, or was removed as it was meant to be.

    What cannot be noted is no reason to lose a document: the next worker takes it up (:func:`renew`).
    """
    if not kept(name):
        return
    with suppress(OSError), FileLock(home / LOCK, timeout=WAIT_S), (home / FILE).open("a", encoding="utf-8") as log:
        log.write(f"{'+' if there else '-'}{name}\n")


def gone(home: Path) -> list[str]:
    """Return the documents, by their paths in the data folder, that were kept and that nobody removed through the app."""
    return sorted(name for name in _noted(home) if not (home / name).is_file())


def renew(home: Path, *, forget: bool = False) -> None:
    """Write the list anew, a line a document: what is there, and unless ``forget`` what is gone.

    Raises
    ------
    OSError
        When the data folder cannot be written to.
    """
    with FileLock(home / LOCK, timeout=WAIT_S):
        names = {*_there(home), *(() if forget else _noted(home))}
        written = "".join(f"+{name}\n" for name in sorted(names))
        if written != _read(home):
            integrity.write(home / FILE, written, private=True)


def _there(home: Path) -> Iterator[str]:
    for room in ROOMS:
        yield from (
            name for file in (home / room).rglob("*") if kept(name := file.relative_to(home).as_posix()) and file.is_file()
        )


def _read(home: Path) -> str:
    return (home / FILE).read_text("utf-8", errors="replace") if (home / FILE).is_file() else ""


def _noted(home: Path) -> set[str]:
    names: set[str] = set()
    for line in _read(home).splitlines():
        (names.add if line[:1] == "+" else names.discard)(line[1:])
    return {name for name in names if kept(name)}
