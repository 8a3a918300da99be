"""Who may do what: the one gate before whatever writes, spends or starts something.

The functions of hub that do so call :func:`require`; a page asks :func:`may` to leave out what would be refused. Who is asking
is not handed through every function: the process says how to find out (:func:`ask`). A command, cron and the worker are the
owner's; the web process asks for the reader whose page runs, and what it does for no page says for whom (:func:`acting`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from hub.errors import NotAllowed
from hub.i18n.messages import Said

LOCAL = "local"
"""The reader's id on a machine without login."""


class Action(StrEnum):
    """What may be allowed or not. Reading is always allowed."""

    SOURCES = "sources"
    """Add a source, take one out, turn one on or off, or have one read for a preview."""
    START = "start"
    """Start the worker: a gather, a fit."""
    CURATE = "curate"
    """Rename, merge, hide, pin or define topics, for all readers."""
    SPEND = "spend"
    """Ask the language model, which costs."""
    KEEP = "keep"
    """Keep radars, thumbs, notes and briefings of one's own."""
    MAIL = "mail"
    """Have digests mailed to an address of one's own."""
    MARK = "mark"
    """Keep papers marked on the map as a set that an address names; the oldest sets go."""


class Role(StrEnum):
    """What somebody is to this hub."""

    OWNER = "owner"
    """Sits at the machine: a command, the worker, or a page of an app that only this machine reaches."""
    ADMIN = "admin"
    """Is signed in, and named by ``HUB_ADMINS``."""
    CURATOR = "curator"
    """Is signed in, and named by ``HUB_CURATORS``."""
    READER = "reader"
    """Is signed in."""
    VISITOR = "visitor"
    """Reached an app that serves others and is not signed in, or cannot be."""


_OWN = frozenset({Action.KEEP, Action.MAIL, Action.MARK})
_SHARED = frozenset({Action.CURATE, Action.SPEND, Action.START})
ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset(Action),
    Role.CURATOR: _OWN | _SHARED,
    Role.READER: _OWN,
    Role.VISITOR: frozenset({Action.MARK}),
}
"""The whole of the rules, beside that a reader keeps things in their own folder only."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks. ``id`` names the folder of what is theirs."""

    role: Role
    id: str = ""


OWNER = Reader(Role.OWNER, LOCAL)
VISITOR = Reader(Role.VISITOR)


def may(action: Action, reader: Reader | None = None, *, of: str = "") -> bool:
    """Return whether a reader may do something: the one who is asking, unless one is given.

    Parameters
    ----------
    of
        The id of the reader whose things are concerned, for :attr:`Action.KEEP` and :attr:`Action.MAIL`.

    Examples
    --------
    >>> may(Action.CURATE, OWNER), may(Action.CURATE, VISITOR)
    (True, False)
    >>> may(Action.KEEP, Reader(Role.READER, "ada"), of="ada"), may(Action.KEEP, Reader(Role.READER, "ada"), of="ben")
    (True, False)
    """
    reader = asking() if reader is None else reader
    own = not of or reader.role is Role.OWNER or of == reader.id
    return own and action in ALLOWED[reader.role]


def require(action: Action, reader: Reader | None = None, *, of: str = "") -> None:
    """Do nothing where :func:`may` says yes.

    Raises
    ------
    NotAllowed
        With what is not allowed, and why.
    """
    reader = asking() if reader is None else reader
    if not may(action, reader, of=of):
        raise NotAllowed(Said(REFUSED if reader.role is Role.VISITOR else NO_ROLE, what=WHAT[action]))


REFUSED = "This is not allowed here: {what}. Sign in, or do it on the machine that AcademicHub runs on."
NO_ROLE = "Your role does not allow this: {what}. Whoever runs this hub gives roles."
WHAT: Mapping[Action, Said] = {
    Action.SOURCES: Said("changing the sources"),
    Action.START: Said("starting the worker"),
    Action.CURATE: Said("deciding about topics"),
    Action.SPEND: Said("asking the language model"),
    Action.KEEP: Said("keeping radars, notes and briefings"),
    Action.MAIL: Said("having digests mailed"),
    Action.MARK: Said("marking papers"),
}
"""Each action in words."""


def asking() -> Reader:
    """Return who is asking now."""
    return _acting.get() or _who.ask()


@contextmanager
def acting(reader: Reader) -> Iterator[None]:
    """Let the body, and the threads that it is handed to, ask as ``reader``: for what the web process does for no page."""
    token = _acting.set(reader)
    try:
        yield
    finally:
        _acting.reset(token)


_acting: ContextVar[Reader | None] = ContextVar("acting", default=None)


class _Who:
    ask: Callable[[], Reader] = staticmethod(lambda: OWNER)


_who = _Who()


def ask(whom: Callable[[], Reader]) -> None:
    """Say, once a process, how to find out who is asking; without it, it is the owner."""
    _who.ask = whom


def is_loopback(host: str | None) -> bool:
    """Return whether an address, or a host as a browser names it, is this machine's own; no address means all of them.

    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost:8501", "[::1]:8501", "0.0.0.0", "")]
    [True, True, True, False, False]
    """
    name = (host or "").strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0] if name.count(":") == 1 else name
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
