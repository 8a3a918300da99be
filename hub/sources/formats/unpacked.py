"""A file's bytes as they come out of gzip, within limits."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from hub.errors import RejectCode
from hub.i18n.messages import Said

PACKED_WELL, MOST_UNPACKED = 100_000_000, 200
"""A gzip file that unpacks to more than this many bytes and times its size is a bomb: papers pack four- to tenfold."""
LONGEST_LINE = 10_000_000


class Unpacked(io.RawIOBase):
    """A file's bytes, unpacked if they are gzip, whatever it is called: up to a limit, and up to where it breaks off."""

    def __init__(self, path: Path) -> None:
        self._packed = path.open("rb")
        start = self._packed.read(2)
        self._packed.seek(0)
        self._most = max(PACKED_WELL, path.stat().st_size * MOST_UNPACKED)
        is_packed = start == b"\x1f\x8b"
        self._stream: IO[bytes] = gzip.GzipFile(fileobj=self._packed) if is_packed else self._packed  # type: ignore[assignment]
        self._read = 0
        self.wrong: tuple[Said, RejectCode] | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` with the next bytes; 0 at the end, and where nothing more can be read (:attr:`wrong` says why)."""
        if self.wrong:
            return 0
        try:
            part = self._stream.read1(len(buffer)) if hasattr(self._stream, "read1") else self._stream.read(len(buffer))
        except EOFError:
            self.wrong = (
                Said("the file breaks off: what stands before was read; copy it again to get it whole"),
                RejectCode.CUT_OFF,
            )
            return 0
        except (OSError, zlib.error) as e:
            self.wrong = Said("the file cannot be read to its end ({why})", why=str(e)), RejectCode.UNREADABLE
            return 0
        self._read += len(part)
        if self._stream is not self._packed and self._read > self._most:
            most = MOST_UNPACKED
            self.wrong = (
                Said("it unpacks to more than {most} times its size, which can be an attack", most=most),
                RejectCode.TOO_LARGE,
            )
            return 0
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._packed.close()
        super().close()


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream; one that is longer than may be comes as its start, without an end."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
        yield line
