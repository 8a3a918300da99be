"""Where readers' own things lie, as documents by name: in the data folder, or in one database that several web processes share.

A shelf is one place, such as ``radars/local``. Where ``HUB_DATABASE`` names a database every shelf of this hub is there
(:mod:`hub.storage.database`); else it is a folder of the data folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from hub.errors import SharedDataError
from hub.i18n.messages import Said
from hub.settings import settings
from hub.storage import integrity, inventory

WAIT_S = 20.0
"""How long a writer waits for another one of the same shelf."""


class Shelf(Protocol):
    """Documents of one place, each whole or not there."""

    def names(self, ending: str = "") -> list[str]:
        """Return the names that end so, sorted."""

    def by_use(self, ending: str) -> list[str]:
        """Return the names that end so, the last written or touched first."""

    def documents(self, ending: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of the documents whose name ends so, sorted."""

    def read(self, name: str) -> bytes | None:
        """Return a document, None where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Write a document, in place of the one of that name."""

    def touch(self, name: str) -> None:
        """Note that a document was used; nothing where there is none."""

    def stamp(self, name: str) -> str:
        """Return what changes with each write of a document; empty where there is none."""

    def remove(self, name: str) -> None:
        """Remove a document; nothing where there is none."""

    def rename(self, old: str, new: str) -> None:
        """Give a document another name."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep other writers who ask for this lock away while the body runs."""

    def look(self) -> None:
        """Raise where the place cannot be read at all, which would look like an empty one."""


class Folder:
    """A shelf that is a folder.

    Parameters
    ----------
    private
        Whether the folder and its files are for their owner alone.
    lock
        The name of the file that writers lock.
    home
        The data folder, whose inventory notes what is new and what is removed; None where nothing is written.
    """

    def __init__(self, folder: Path, *, private: bool = False, lock: str = ".lock", home: Path | None = None) -> None:
        self.folder, self._private, self._lock_name, self._home = folder, private, lock, home

    def names(self, ending: str = "") -> list[str]:
        """Return the names that end so, sorted."""
        return sorted(file.name for file in self._files(ending))

    def by_use(self, ending: str) -> list[str]:
        """Return the names that end so, the last written or touched first."""
        return [file.name for file in sorted(self._files(ending), key=lambda file: (-file.stat().st_mtime_ns, file.name))]

    def documents(self, ending: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of the documents whose name ends so, sorted."""
        for name in self.names(ending):
            with suppress(FileNotFoundError):  # removed, or under another name, since it was listed
                yield name, (self.folder / name).read_bytes()

    def read(self, name: str) -> bytes | None:
        """Return a document, None where there is none."""
        try:
            return (self.folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a document, in place of the one of that name."""
        self._make()
        new = not (self.folder / name).exists()
        integrity.write(self.folder / name, data, private=self._private)
        if new:
            self._note(name, there=True)

    def touch(self, name: str) -> None:
        """Note that a document was used; nothing where there is none."""
        if (self.folder / name).exists():
            (self.folder / name).touch()

    def stamp(self, name: str) -> str:
        """Return what changes with each write of a document; empty where there is none."""
        file = self.folder / name
        return str(file.stat().st_mtime_ns) if file.exists() else ""

    def remove(self, name: str) -> None:
        """Remove a document; nothing where there is none."""
        self._note(name, there=False)
        (self.folder / name).unlink(missing_ok=True)

    def rename(self, old: str, new: str) -> None:
        """Give a document another name."""
        self._note(old, there=False)
        (self.folder / old).rename(self.folder / new)
        self._note(new, there=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other writers who ask for this lock away while the body runs."""
        self._make()
        with FileLock(self.folder / self._lock_name, timeout=WAIT_S):
            yield

    def look(self) -> None:
        """Raise where the place cannot be read at all, which would look like an empty one."""
        if self.folder.exists():
            list(self.folder.iterdir())

    def _note(self, name: str, *, there: bool) -> None:
        if self._home is not None:
            inventory.note(self._home, (self.folder / name).relative_to(self._home).as_posix(), there=there)

    def _files(self, ending: str) -> list[Path]:
        return [file for file in self.folder.glob(f"*{ending}") if not file.name.startswith(".")]

    def _make(self) -> None:
        if self._private:
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
        else:
            self.folder.mkdir(parents=True, exist_ok=True)


def shelf(home: Path, place: str, *, private: bool = False, lock: str = ".lock") -> Shelf:
    """Return the shelf of a place such as ``briefings``; an empty one is the data folder itself.

    ``private`` and ``lock`` are what :class:`Folder` takes.

    Raises
    ------
    SharedDataError
        When ``HUB_DATABASE`` names a database that cannot be reached.
    """
    if url := settings().database.get_secret_value():
        from hub.storage import database

        return database.Rows(url, place)
    return Folder(home / place, private=private, lock=lock, home=home)


def below(home: Path, room: str, ending: str = "") -> list[tuple[str, str]]:
    """Return the place below a room and the name of each document there: of ``radars`` each reader and their files."""
    if url := settings().database.get_secret_value():
        from hub.storage import database

        return database.below(url, room, ending)
    root = home / room
    folders = sorted(place for place in root.iterdir() if place.is_dir()) if root.is_dir() else []
    return [(folder.name, name) for folder in folders for name in Folder(folder).names(ending)]


def within(home: Path, room: str) -> list[str]:
    """Return the places below a room, sorted: of ``radars`` each reader, also one who has none any more."""
    if settings().database.get_secret_value():
        return sorted({place for place, _name in below(home, room)})
    root = home / room
    return sorted(place.name for place in root.iterdir()) if root.exists() else []


DECISIONS = "curation.json"


def share(home: Path) -> dict[str, int]:
    """Copy what the data folder keeps of readers into the database; what that has of the same name stays, being newer.

    Returns
    -------
    dict
        How many documents were ``copied`` and how many were ``there_already``.

    Raises
    ------
    SharedDataError
        When ``HUB_DATABASE`` names none, or one that cannot be reached.
    """
    if not settings().database.get_secret_value():
        raise SharedDataError(Said("Set HUB_DATABASE to the database that readers' own things are to be copied into."))
    done = {"copied": 0, "there_already": 0}
    folders = [place for room in inventory.ROOMS for place in (home / room, *sorted((home / room).rglob("*"))) if place.is_dir()]
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith(".")]
    for file in [*files, *([home / DECISIONS] if (home / DECISIONS).exists() else [])]:
        place = "" if file.parent == home else file.parent.relative_to(home).as_posix()
        kept = shelf(home, place)
        with kept.lock():
            there = bool(kept.stamp(file.name))
            if not there:
                kept.write(file.name, file.read_bytes())
        done["there_already" if there else "copied"] += 1
    return done
