"""Shelves in one database that replicas share: PostgreSQL over SQLAlchemy and pg8000, or SQLite for processes of one machine.

One table holds all documents by place and name. A lock is one transaction: of PostgreSQL an advisory lock that ends with it, so
that a process which dies holds none; of SQLite the write lock. What the body writes is there as a whole or not at all.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from hub.errors import SharedDataError
from hub.i18n.messages import Said
from hub.storage.shelf import WAIT_S

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

KINDS = ("postgresql", "sqlite")
MISSING = "HUB_DATABASE needs packages that are not installed ({why}): pip install 'academichub[cluster]'."
NO_ANSWER = "The database of HUB_DATABASE does not answer ({why}). Start it, or correct HUB_DATABASE."
ODD = "HUB_DATABASE names no database that can be used ({why}): write postgresql://user:password@host/name or sqlite:////folder/file."
POOL, MORE = 5, 15
"""Connections that stay open, and those that many readers at once may have beside them."""
_within: ContextVar[tuple[str, Connection] | None] = ContextVar("within", default=None)


class Rows:
    """A shelf whose documents are rows of a database; see :class:`hub.storage.shelf.Shelf`."""

    def __init__(self, url: str, place: str) -> None:
        self._url, self.place = url, place

    def names(self, ending: str = "") -> list[str]:
        """Return the names that end so, sorted."""
        return sorted(name for (name,) in self._found(("name",), ending))

    def by_use(self, ending: str) -> list[str]:
        """Return the names that end so, the last written or touched first."""
        return [name for name, _ in sorted(self._found(("name", "used"), ending), key=lambda row: (-row[1], row[0]))]

    def documents(self, ending: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of the documents whose name ends so, sorted."""
        yield from sorted((name, bytes(data)) for name, data in self._found(("name", "data"), ending))

    def read(self, name: str) -> bytes | None:
        """Return a document, None where there is none."""
        found = self._one("data", name)
        return None if found is None else bytes(found)

    def write(self, name: str, data: bytes) -> None:
        """Write a document, in place of the one of that name."""
        from sqlalchemy.dialects import postgresql, sqlite

        table, now = _table(), time.time_ns()
        row = {"place": self.place, "name": name, "data": data, "changed": now, "used": now}
        insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[_engine(self._url).dialect.name](table)
        later = {column: insert.excluded[column] for column in ("data", "changed", "used")}
        with _writing(self._url) as connection:
            connection.execute(insert.values(row).on_conflict_do_update(index_elements=["place", "name"], set_=later))

    def touch(self, name: str) -> None:
        """Note that a document was used; nothing where there is none."""
        self._change(name, lambda table: table.update().values(used=time.time_ns()))

    def stamp(self, name: str) -> str:
        """Return what changes with each write of a document; empty where there is none."""
        found = self._one("changed", name)
        return "" if found is None else str(found)

    def remove(self, name: str) -> None:
        """Remove a document; nothing where there is none."""
        self._change(name, lambda table: table.delete())

    def rename(self, old: str, new: str) -> None:
        """Give a document another name."""
        self._change(old, lambda table: table.update().values(name=new))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other writers who ask for this lock away while the body runs; an error in it takes back what it wrote."""
        with _writing(self._url) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_S:.0f}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_number(self.place)})")
            token = _within.set((self._url, connection))
            try:
                yield
            finally:
                _within.reset(token)

    def look(self) -> None:
        """Raise where the database cannot be reached."""
        self._one("used", "")

    def _found(self, columns: tuple[str, ...], ending: str) -> list[Any]:
        from sqlalchemy import select

        table = _table()
        asked = select(*(table.c[column] for column in columns)).where(table.c.place == self.place)
        if ending:
            asked = asked.where(table.c.name.endswith(ending, autoescape=True))
        with _reading(self._url) as connection:
            return list(connection.execute(asked))

    def _one(self, column: str, name: str) -> Any:
        from sqlalchemy import select

        table = _table()
        asked = select(table.c[column]).where(table.c.place == self.place, table.c.name == name)
        with _reading(self._url) as connection:
            return connection.execute(asked).scalar_one_or_none()

    def _change(self, name: str, made: Callable[[Table], Any]) -> None:
        table = _table()
        with _writing(self._url) as connection:
            connection.execute(made(table).where(table.c.place == self.place, table.c.name == name))


def below(url: str, room: str, ending: str = "") -> list[tuple[str, str]]:
    """Return what :func:`hub.storage.shelf.below` does, in one question."""
    from sqlalchemy import select

    table = _table()
    asked = select(table.c.place, table.c.name).where(table.c.place.startswith(f"{room}/", autoescape=True))
    if ending:
        asked = asked.where(table.c.name.endswith(ending, autoescape=True))
    with _reading(url) as connection:
        return sorted((place.removeprefix(f"{room}/"), name) for place, name in connection.execute(asked))


@contextmanager
def alone(url: str, name: str, wait_s: float) -> Iterator[bool]:
    """Hold a lock of all machines while the body runs, on a connection of its own, so that whoever dies holds none.

    Yields whether it is held: not where another process holds it for ``wait_s`` seconds more. Processes that share SQLite share a
    machine: they have the lock of its data folder, and it is always theirs.
    """
    with told(), _engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name != "postgresql":
            yield True
            return
        until, number = time.monotonic() + wait_s, lock_number(name)
        while not (held := connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({number})").scalar()):
            if time.monotonic() > until:
                break
            time.sleep(0.1)
        try:
            yield bool(held)
        finally:
            if held:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({number})")


def lock_number(name: str) -> int:
    """Return the number by which PostgreSQL knows the lock of this name: 64 bits with a sign."""
    return int.from_bytes(blake2b(f"academichub {name}".encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    """Yield a connection that each statement stands for itself on, or the one of the lock that is held."""
    held = _within.get()
    if held is not None and held[0] == url:
        yield held[1]
        return
    with told(), _engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    """Yield a connection whose transaction ends well with the body, or the one of the lock that is held."""
    held = _within.get()
    if held is not None and held[0] == url:
        yield held[1]
        return
    with told(), _engine(url).begin() as connection:
        yield connection


@contextmanager
def told() -> Iterator[None]:
    """Say in a sentence what the database said."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as e:
        why = str(getattr(e, "orig", None) or e).splitlines()[0][:200]
        raise SharedDataError(Said(NO_ANSWER, why=why)) from e


def _engine(url: str) -> Engine:
    return _connected(url, os.getpid())  # a process that was forked must not speak over its parent's connections


@lru_cache(maxsize=8)
def _connected(url: str, pid: int) -> Engine:
    try:
        from sqlalchemy import create_engine, event
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as e:
        raise SharedDataError(Said(MISSING, why=e)) from e
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as e:
        raise SharedDataError(Said(ODD, why=str(e).replace(url, "…"))) from e
    kind = address.drivername.partition("+")[0]
    kind = "postgresql" if kind == "postgres" else kind
    if kind not in KINDS:
        raise SharedDataError(Said(ODD, why=kind))
    if kind == "sqlite":
        engine = create_engine(address, connect_args={"timeout": WAIT_S})
        event.listen(engine, "connect", _plain_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        try:
            engine = create_engine(
                address.set(drivername="postgresql+pg8000").difference_update_query(("sslmode", "sslrootcert")),
                connect_args={"timeout": WAIT_S} | _tls(dict(address.query)), pool_pre_ping=True,
                pool_size=POOL, max_overflow=MORE,
            )  # fmt: skip
        except ImportError as e:
            raise SharedDataError(Said(MISSING, why=e)) from e
    with told(), engine.begin() as connection:
        if kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_number('table')})")  # two that start at once
        _table().metadata.create_all(connection)
    return engine


def _plain_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where they are told to, not before the first write
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tls(query: dict[str, Any]) -> dict[str, Any]:
    """Return what pg8000 takes for libpq's ``sslmode``: encrypted, and from ``verify-ca`` on with a known certificate."""
    mode = str(query.get("sslmode", "prefer"))
    if mode in ("disable", "allow", "prefer"):
        return {}
    context = ssl.create_default_context(cafile=query.get("sslrootcert"))
    if mode == "require":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif mode == "verify-ca":
        context.check_hostname = False
    return {"ssl_context": context}


@lru_cache(maxsize=1)
def _table() -> Table:
    from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table

    return Table(
        "documents", MetaData(), Column("place", String, primary_key=True), Column("name", String, primary_key=True),
        Column("data", LargeBinary, nullable=False), Column("changed", BigInteger, nullable=False),
        Column("used", BigInteger, nullable=False),
    )  # fmt: skip
