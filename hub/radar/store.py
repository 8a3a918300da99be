"""The radars that are kept: one shelf a reader, one document a radar, each written whole under a lock."""

from __future__ import annotations

import hmac
import io
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from hub.errors import RadarError
from hub.i18n.messages import Said
from hub.permissions import LOCAL, Action, require
from hub.radar.document import from_json, to_json
from hub.radar.model import Radar, folded
from hub.storage import shelf as shelves

T = TypeVar("T")
MOST = 100
"""Radars of one reader."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
"""A radar's id: 24 random bytes; whoever knows it may read the radar's feed."""
READER = re.compile(r"[a-z0-9]{1,64}")


class RadarStore:
    """The radars of one reader, on the shelf ``radars/<reader>``.

    Parameters
    ----------
    home
        The data folder (``HUB_HOME``).
    reader
        ``local``, or the hash of a signed-in reader's identity; nothing of another reader can be reached from here.

    Raises
    ------
    RadarError
        When ``reader`` could name another folder.
    """

    def __init__(self, home: Path, reader: str = LOCAL) -> None:
        if not READER.fullmatch(reader):
            raise RadarError(Said("{reader!r} is not a reader: use 'local' or the hash of an identity.", reader=reader))
        self.reader = reader
        self._shelf = shelves.shelf(home, f"radars/{reader}", private=True)
        self.of_all = shelves.shelf(home, "radars", private=True, lock=".asked.lock")
        """What is kept of all readers together."""

    def names(self) -> list[str]:
        """Return the names of this reader's radars, sorted."""
        return sorted((radar.name for radar in self._all().values()), key=str.casefold)

    def tokens(self) -> list[str]:
        """Return the ids of this reader's radars, also of those whose files are damaged."""
        return [name.removesuffix(".json") for name in self._shelf.names(".json")]

    def radar(self, name: str) -> Radar:
        """Return the radar of this name.

        Raises
        ------
        RadarError
            When there is none; the message names those there are.
        """
        return self._all()[self.token(name)]

    def token(self, name: str) -> str:
        """Return the unguessable id of a radar: the secret part of its feed's address."""
        for token, radar in self._all().items():
            if folded(radar.name) == folded(name):
                return token
        if not self.names():
            raise RadarError(
                Said("There is no radar {name!r}, nor any other yet. Make it on the Radar page or import its file.", name=name)
            )
        raise RadarError(Said("There is no radar {name!r} (there are: {names}). Make it on the Radar page or import its file.",
                              name=name, names=", ".join(self.names())))  # fmt: skip

    def named(self, token: str) -> Radar | None:
        """Return this reader's radar of an id, None when there is none."""
        if not TOKEN.fullmatch(token):
            return None
        try:
            data = self._shelf.read(f"{token}.json")
        except OSError as e:
            raise _damaged(token, e) from e
        return None if data is None else _radar(token, data)

    def save(self, radar: Radar, *, name: str | None = None) -> str:
        """Write a radar, in place of the one called ``name`` (its own name unless told); return its id.

        Raises
        ------
        RadarError
            When the radar would take the name of another one.
        """
        require(Action.KEEP, of=self.reader)
        with self._lock():
            return self._save(radar, radar.name if name is None else name)

    def change(self, name: str, edit: Callable[[Radar], Radar]) -> Radar:
        """Read a radar, edit it and write it back, with no other write in between; return the new one."""
        require(Action.KEEP, of=self.reader)
        with self._lock():
            radar = edit(self.radar(name))
            self._save(radar, name)
        return radar

    def begin(self, radar: Radar) -> str:
        """Write a reader's first radar; return its name, or that of the first one where another window made it meanwhile."""
        require(Action.KEEP, of=self.reader)
        with self._lock():
            names = self.names()
            if not names:
                self._save(radar, radar.name)
        return names[0] if names else radar.name

    def remove(self, name: str) -> None:
        """Delete a radar with what was read and raised in it; its feed's address answers nothing from then on."""
        require(Action.KEEP, of=self.reader)
        with self._lock():
            token = self.token(name)
            for file in self._of(token):
                self._shelf.remove(file)

    def renew_token(self, name: str) -> str:
        """Give a radar another id, so that its old feed address answers nothing; return the new one."""
        require(Action.KEEP, of=self.reader)
        with self._lock():
            old, new = self.token(name), secrets.token_urlsafe(24)
            for file in self._of(old):
                self._shelf.rename(file, file.replace(old, new, 1))
        return new

    def state(self, file: str) -> dict[str, Any]:
        """Return a JSON object kept beside the radars (``reading``, or ``<id>.alerts``), empty before it is written."""
        name = f"{file}.state"
        try:
            data = self._shelf.read(name)
            value = {} if data is None else json.loads(data.decode())
            if not isinstance(value, dict):
                raise ValueError("it holds no object")
        except (OSError, ValueError, RecursionError) as e:
            raise RadarError(
                Said("{file} in the radar folder is damaged ({why}). Restore it from a copy or delete it.", file=name, why=e)
            ) from e
        return value

    def fault(self) -> RadarError | None:
        """Return why this reader's radars, or what they did with papers, cannot be read; None when all can."""
        try:
            self._shelf.look()
            self._all()
            for name in self._shelf.names(".state"):
                self.state(name.removesuffix(".state"))
        except RadarError as e:
            return e
        except OSError as e:
            return RadarError(Said("The folder {folder} cannot be read: {why}", folder=str(e.filename), why=e.strerror))
        return None

    def change_state(self, file: str, edit: Callable[[dict[str, Any]], T]) -> T:
        """Let ``edit`` change the object in place, with no other write in between; return what it returns."""
        require(Action.KEEP, of=self.reader)
        with self._lock():
            value = self.state(file)
            result = edit(value)
            self._write(f"{file}.state", json.dumps(value, ensure_ascii=False))
        return result

    def read_bytes(self, name: str) -> bytes | None:
        """Return a document of the reader's, None where there is none."""
        return self._shelf.read(name)

    def write_bytes(self, name: str, fill: Callable[[IO[bytes]], object]) -> None:
        """Let ``fill`` write a document of the reader's; it takes the old one's place only when it is whole."""
        require(Action.KEEP, of=self.reader)
        out = io.BytesIO()
        fill(out)
        self._shelf.write(name, out.getvalue())

    # -- the documents ---------------------------------------------------------------------------------------------

    def _all(self) -> dict[str, Radar]:
        found, name = {}, ""
        try:
            for name, data in self._shelf.documents(".json"):
                token = name.removesuffix(".json")
                found[token] = _radar(token, data)
        except OSError as e:
            raise _damaged(Path(e.filename or name).stem, e) from e
        return found

    def _of(self, token: str) -> list[str]:
        return [name for name in self._shelf.names() if name.startswith(token)]

    def _save(self, radar: Radar, replaces: str) -> str:
        if radar.mail:
            require(Action.MAIL, of=self.reader)
        known = {folded(r.name): token for token, r in self._all().items()}
        token = known.get(folded(replaces))
        taken = known.get(folded(radar.name))
        if taken is not None and taken != token:
            raise RadarError(Said("There is a radar {name!r} already: choose another name.", name=radar.name))
        if token is None and len(known) >= MOST:
            raise RadarError(Said("There are {n} radars already, which is the most: remove one first.", n=len(known)))
        token = token or secrets.token_urlsafe(24)
        self._write(f"{token}.json", to_json(radar))
        return token

    def _write(self, name: str, text: str) -> None:
        self.write_bytes(name, lambda out: out.write(text.encode()))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with self._shelf.lock():
            yield


def _radar(token: str, data: bytes) -> Radar:
    try:
        return from_json(data.decode())
    except (RadarError, ValueError, TypeError) as e:
        raise _damaged(token, e) from e


def _damaged(token: str, why: Exception) -> RadarError:
    return RadarError(Said("The radar file {file} is damaged: {why}", file=f"{token[:6]}….json", why=why))


def readers(home: Path) -> list[str]:
    """Return the readers who have a place for radars, for the worker alone: no page asks for other readers."""
    return [reader for reader in shelves.within(home, "radars") if READER.fullmatch(reader)]


def find(home: Path, token: str) -> tuple[RadarStore, Radar] | None:
    """Return the store and the radar of an id, whoever's it is; None when nobody has it.

    Every id is compared, each in constant time, so that how long it takes tells nothing of how much of a guess was right.
    """
    if not TOKEN.fullmatch(token):
        return None
    known = [(reader, name) for reader, name in shelves.below(home, "radars", ".json") if READER.fullmatch(reader)]
    held = [reader for reader, name in known if hmac.compare_digest(name.encode(), f"{token}.json".encode())]
    store = RadarStore(home, held[0]) if held else None
    radar = store.named(token) if store else None
    return (store, radar) if store and radar else None
