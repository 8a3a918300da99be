"""Small tables on disk that hold plain values only: what others put into their folder cannot run as code when it is read."""

from __future__ import annotations

import io
import logging
import pickle
from pathlib import Path
from typing import IO, Any

import diskcache
from diskcache.core import MODE_PICKLE

log = logging.getLogger(__name__)


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
    """Return the table that lies in a folder."""
    return diskcache.Cache(str(folder), disk=PlainDisk, **settings)


def _read(file: IO[bytes]) -> Any:
    try:
        return _Reader(file).load()
    except Exception as e:  # noqa: BLE001 - whatever stands there instead of a value is none
        log.warning("a value in a table of the data folder is not plain and was not read: %s", e)
        return None
