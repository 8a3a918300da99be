"""Small tables on disk that hold plain values only: what others put into their folder cannot run as code when it is read."""

from __future__ import annotations

import io
import logging
import pickle
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import diskcache
from diskcache.core import MODE_PICKLE
from filelock import FileLock

log = logging.getLogger(__name__)
ASIDE = ".damaged-"
"""What the name of a table that was moved aside has after its own."""
_looked_at: set[str] = set()


class _Writer(pickle.Pickler):
    """Writes members of enumerations and sentences of :class:`hub.i18n.messages.Said` as the plain text that they are."""

    def reducer_override(self, value: Any) -> Any:
        return (str, (str.__str__(value),)) if isinstance(value, str) and type(value) is not str else NotImplemented


class _Reader(pickle.Unpickler):
    """Reads numbers, texts, bytes, lists, tuples, sets and dicts; whatever names anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "str"):
            return str
        raise pickle.UnpicklingError(f"it names {module}.{name}")


class PlainDisk(diskcache.Disk):
    """How diskcache keeps values, without pickles that can name code."""

    def put(self, key: Any) -> Any:
        """Return a key as the table keeps it."""
        return super().put(key)

    def get(self, key: Any, raw: bool) -> Any:
        """Return the key that the table keeps."""
        return super().get(key, raw) if raw else _read(io.BytesIO(key))

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Return size, mode, file and value as the table keeps them."""
        if read or type(value) in (bytes, str, int, float):
            return super().store(value, read, key=key)
        buffer = io.BytesIO()
        _Writer(buffer, self.pickle_protocol).dump(value)
        size, _mode, file, kept = super().store(buffer.getvalue(), False, key=key)
        return size, MODE_PICKLE, file, kept

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        """Return the value that the table keeps; None for one that is not plain."""
        if mode != MODE_PICKLE:
            return super().fetch(mode, filename, value, read)
        if value is not None:
            return _read(io.BytesIO(value))
        with (Path(self._directory) / str(filename)).open("rb") as file:
            return _read(file)


def table(folder: Path, **settings: Any) -> diskcache.Cache:
    """Return the table that lies in a folder; a damaged one is moved aside, with a word in the log, and a new one made.

    What these tables hold comes anew: answers, visits, what the worker did last.
    """
    try:
        return _whole(folder, settings)
    except sqlite3.DatabaseError as e:
        if isinstance(e, sqlite3.OperationalError):  # locked, read-only, full: it is not the table that is wrong
            raise
    with FileLock(folder.parent / f".{folder.name}.lock"):
        try:
            return _whole(folder, settings)  # another process has done it
        except sqlite3.DatabaseError as e:
            aside = folder.with_name(f"{folder.name}{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
            folder.rename(aside)
            log.warning("%s is damaged (%s): it was moved to %s, and what it held comes anew", folder, e, aside.name)
        return diskcache.Cache(str(folder), disk=PlainDisk, **settings)


def _whole(folder: Path, settings: dict[str, Any]) -> diskcache.Cache:
    """Open a table, the first time in this process after a look at all of its pages."""
    file = folder / "cache.db"
    if str(folder) not in _looked_at and file.exists():
        with closing(sqlite3.connect(file, timeout=60)) as known:
            (said,) = known.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise sqlite3.DatabaseError(said)
    _looked_at.add(str(folder))
    try:
        return diskcache.Cache(str(folder), disk=PlainDisk, **settings)
    except sqlite3.DatabaseError:
        _looked_at.discard(str(folder))
        raise


def _read(file: IO[bytes]) -> Any:
    try:
        return _Reader(file).load()
    except Exception as e:  # noqa: BLE001 - whatever stands there instead of a value is none
        log.warning("a value in a table of the data folder is not plain and was not read: %s", e)
        return None
