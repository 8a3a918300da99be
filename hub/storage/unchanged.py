"""Files of a new version that are as the version before has them: linked to it rather than written anew.

Every byte is compared, as a digest of pieces (:mod:`hub.storage.integrity`) says little of a table in which one number changed. A
file that is linked has one place on the disk for all versions that hold it, until the last of them goes.
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

PIECE = 1 << 20


class Draft(io.RawIOBase):
    """A file that is written from the first byte on in which it differs from a ``former`` one; linked where none does.

    Use it in a ``with``; what was written is there once that ends.

    Parameters
    ----------
    file
        Where it shall lie; there is none yet.
    former
        What it is compared with; nothing where there is no such file or it cannot be read.
    """

    def __init__(self, file: Path, former: Path | None = None) -> None:
        super().__init__()
        self.is_same = False
        self._file, self._former, self._at = file, former, 0
        self._same: BinaryIO | None = _opened(former)
        self._out: BinaryIO | None = None if self._same else file.open("wb")

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Take in the next bytes; return how many."""
        size = memoryview(data).nbytes
        if size:
            given = np.frombuffer(data, dtype=np.uint8)
            if self._same is not None and not _goes_on(self._same, given):
                self._part()
            if self._out is not None:
                self._out.write(given.data)
            self._at += size
        return size

    def close(self) -> None:
        """Link the former file where nothing differed."""
        if self.closed:
            return
        try:
            if self._same is not None and self._same.read(1):  # it is longer
                self._part()
            if self._same is not None:
                assert self._former is not None
                self._same.close()
                link(self._former, self._file)
                self.is_same = True
            elif self._out is not None:
                self._out.close()
        finally:
            super().close()

    def _part(self) -> None:
        """Copy what was the same so far; from here on everything is written."""
        assert self._same is not None
        self._out = self._file.open("wb")
        self._same.seek(0)
        left = self._at
        while left and (piece := self._same.read(min(PIECE, left))):
            self._out.write(piece)
            left -= len(piece)
        self._same.close()
        self._same = None


def link(former: Path, file: Path) -> None:
    """Give a file a second name; copy it where the file system, or who owns it, allows no second one."""
    try:
        os.link(former, file)
    except OSError:
        shutil.copyfile(former, file)


def _opened(former: Path | None) -> BinaryIO | None:
    try:
        return former.open("rb", buffering=0) if former else None  # type: ignore[return-value]
    except OSError:
        return None


def _goes_on(same: BinaryIO, given: np.ndarray) -> bool:
    for begin in range(0, len(given), PIECE):
        wanted = given[begin : begin + PIECE]
        found = np.frombuffer(same.read(len(wanted)), dtype=np.uint8)
        if len(found) != len(wanted) or not np.array_equal(found, wanted):
            return False
    return True
