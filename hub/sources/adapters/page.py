"""What every adapter yields: pages of entries, with what is needed to go on after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from hub.errors import SourceError
from hub.i18n.messages import Said
from hub.sources.record import Record, Reject

if TYPE_CHECKING:
    from hub.sources.catalogue import Source
    from hub.sources.web.client import Client, Fetched

STRANGE = "{service}'s answer is not what its manual says. Try again later."
"""What is wrong when an answer is not in a service's own form."""
Cursor = Mapping[str, Any]
"""Plain values (they are kept on disk) from which an adapter goes on after a page; empty at the start and at the end."""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of the source; where to go on; how many there are in all.

    ``total`` is what the source says (0: it does not), counted from the start of the reading, or, when ``estimated``, about that
    many: good for a progress bar, not for telling whether something is missing. ``instead`` says why this comes from elsewhere
    than the source's own address; ``feed_day`` is the day that a feed gives itself.
    """

    entries: list[Record | Reject]
    cursor: Cursor = field(default_factory=dict)
    total: int = 0
    fetched: Fetched | None = None
    estimated: bool = False
    instead: str = ""
    feed_day: str = ""


class Listed(NamedTuple):
    """One answer of a service that lists: its entries, the address of the next answer (empty at the end), how many in all."""

    entries: list[Record | Reject]
    following: str
    total: int
    empty: bool | None = None
    """Whether the service gave nothing at all, where what it gave was chosen from; else no entries are none."""


def listing(
    source: Source, client: Client, cursor: Cursor, first: str, read: Callable[[dict[str, Any], str], Listed],
    *, headers: Mapping[str, str] | None = None,
) -> Iterator[Page]:  # fmt: skip
    """Yield the pages of a service that answers in JSON, from ``first`` on or from where ``cursor`` left off.

    Raises
    ------
    SourceError
        When an answer is not in the service's form, or its next page lies on another host.
    """
    at, done = str(cursor.get("next") or first), int(cursor.get("done", 0))
    while at:
        fetched = client.get(at, interval_s=source.interval_s, headers=headers)
        if fetched is None:
            return
        try:
            listed = read(dict(orjson.loads(fetched.data)), at)
        except (orjson.JSONDecodeError, ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
            raise SourceError(Said(STRANGE, service=source.name), url=at) from e
        done += len(listed.entries)
        is_over = not listed.entries if listed.empty is None else listed.empty
        following = "" if is_over else listed.following
        if following and urlsplit(following).netloc != urlsplit(first).netloc:
            raise SourceError(Said(STRANGE, service=source.name), url=following)
        cursor = {"next": following, "done": done} if following else {}
        yield Page(listed.entries, cursor, listed.total, fetched)
        at = following
