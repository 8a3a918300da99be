"""Text files that are too large to be held whole, read a part at a time: each part ends where an entry does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from hub.sources.record import Record, Reject

Entries = Iterator[Record | Reject]
PartReader = Callable[[bytes, str, int], Entries]
"""Reads a part of a file, given the file's name and how many lines stand before the part."""
Parts = Callable[[], Iterator[bytes]]
"""Gives the parts of a file once more, for what has to be looked up in all of it."""
PART = 16 << 20
LARGE = 32 << 20
"""Bytes from which a text is read in parts."""
TRIES = 100_000
"""Line ends that are looked at for one that is the end of a row."""
_WIDE = re.compile(rb"^(?:\xff\xfe|\xfe\xff)|^[^\0]{0,200}\0")


class Form(NamedTuple):
    """A form of text: what tells it, what begins to read it, and the first bytes of an entry's line (none: a table's rows)."""

    fits: Callable[[str], bool]
    begin: Callable[[Parts], PartReader]
    starts: tuple[bytes, ...] = ()


def is_wide(data: bytes) -> bool:
    """Whether a text is in UTF-16 or UTF-32, in which no single byte ends a line."""
    return _WIDE.match(data[:400]) is not None


class Reads(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""


def parts_of(stream: Reads, starts: tuple[bytes, ...], size: int = 0) -> Iterator[bytes]:
    """Yield the bytes of a stream in parts of about ``size`` (else :data:`PART`), each up to a new entry, or a row's end.

    >>> import io
    >>> list(parts_of(io.BytesIO(b"TY  - A\\nER  -\\nTY  - B\\nER  -\\n"), (b"TY ",), 20))
    [b'TY  - A\\nER  -\\n', b'TY  - B\\nER  -\\n']
    >>> list(parts_of(io.BytesIO(b'a,"b\\nc"\\nd,e\\n'), (), 9))
    [b'a,"b\\nc"\\n', b'd,e\\n']
    """
    kept = b""
    while block := stream.read(size or PART):
        kept += block
        cut = _last_entry(kept, starts) if starts else _last_row(kept)
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
    if kept:
        yield kept


def _last_entry(data: bytes, starts: tuple[bytes, ...]) -> int:
    """Return where the last entry begins; 0 where only one does."""
    return max(data.rfind(b"\n" + start) for start in starts) + 1


def _last_row(data: bytes) -> int:
    """Return where the last line ends before which no quote is open; 0 where none does."""
    end, open_ = len(data), data.count(b'"') % 2
    for _ in range(TRIES):
        at = data.rfind(b"\n", 0, end)
        if at < 0:
            return 0
        open_ ^= data.count(b'"', at, end) % 2
        if not open_:
            return at + 1
        end = at
    return 0


def read_parts(parts: Iterator[bytes], read: PartReader, where: str) -> Entries:
    """Yield the entries of a file, part by part."""
    before = 0
    for part in parts:
        yield from read(part, where, before)
        before += part.count(b"\n")
