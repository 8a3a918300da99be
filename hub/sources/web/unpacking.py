"""Compressed answers, unpacked a little at a time, so that a small answer cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from hub.errors import SourceError
from hub.i18n.messages import Said

PIECE = 1 << 16
"""So many bytes at most come out at a time, whatever the ratio."""
WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class Unpacker:
    """Unpacks one answer: ``gzip``, ``deflate`` or nothing; an answer that was packed twice is refused.

    RFC 9110, 8.4: several codings may be applied in turn; no honest server does, and each multiplies what comes out.
    """

    def __init__(self, coding: str, host: str) -> None:
        names = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1 or any(name not in WINDOWS for name in names):
            raise SourceError(Said("{host} packs its answer in a way that is not read ({how}).", host=host, how=", ".join(names)))
        self._host = host
        self._window = WINDOWS[names[0]] if names else 0
        self._stream = zlib.decompressobj(self._window) if self._window else None

    def __call__(self, part: bytes) -> Iterator[bytes]:
        """Yield what ``part`` unpacks to, in pieces of at most 64 KiB."""
        if self._stream is None:
            yield part
            return
        try:
            while part:
                if self._stream.eof:  # gzip files may be joined end to end. RFC 1952, 2.2
                    self._stream = zlib.decompressobj(self._window)
                piece = self._stream.decompress(part, PIECE)
                part = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
                if piece:
                    yield piece
            while not self._stream.eof and (piece := self._stream.decompress(b"", PIECE)):
                yield piece
        except zlib.error as e:
            raise SourceError(Said("{host}: its compressed answer cannot be unpacked.", host=self._host)) from e

    def finish(self) -> None:
        """Raise a SourceError when the answer ended in the middle."""
        if self._stream is not None and not self._stream.eof:
            raise SourceError(Said("{host}: its compressed answer cannot be unpacked.", host=self._host))
