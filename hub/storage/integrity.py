"""Files that are whole or not there: written beside, flushed, renamed; and told by a digest whether they are still as written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

PIECE, PIECES = 8192, 32
"""A digest reads so many pieces of so many bytes, evenly spread with the head and the tail: 256 KiB of a file of any size."""


def write(file: Path, data: bytes | str, *, private: bool = False) -> None:
    """Write a file whole: after a kill, a full disk or a power cut the former one is there, or the new one.

    ``private``: only its owner may read it.

    Raises
    ------
    OSError
        When it cannot be written; the former file is as it was.
    """
    target = Path(os.path.realpath(file))  # a link stays a link
    if target.exists() and not target.is_file():  # /dev/stdout, a pipe: nothing to replace
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        return
    umask = os.umask(0)
    os.umask(umask)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}-", suffix=".tmp")
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(data.encode() if isinstance(data, str) else data)
            out.flush()
            os.fsync(out.fileno())
        draft.chmod(0o600 if private else mode)
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync(target.parent)


def sync(place: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk before anything that comes later."""
    if os.name == "nt" and place.is_dir():
        return  # Windows cannot open a folder
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def held(lock: Path) -> bool:
    """Return whether a process holds a lock now. Who looks holds it for a moment; two who look at once do not see each other."""
    if not lock.parent.is_dir():
        return False
    try:
        with FileLock(lock, timeout=0.05, poll_interval=0.01):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that only can be read from: nobody could hold it
        return False


def sealed(folder: Path) -> dict[str, list[Any]]:
    """Put all files of a folder on the disk; return the size in bytes and the digest of each."""
    files = sorted(file for file in folder.iterdir() if file.is_file())
    for file in files:
        sync(file)
    return {file.name: [file.stat().st_size, digest(file)] for file in files}


def digest(file: Path) -> str:
    """Return a digest of up to :data:`PIECES` pieces of a file: of a small file all of it."""
    size, made = file.stat().st_size, blake2b(digest_size=16)
    with file.open("rb") as data:
        if size <= PIECE * PIECES:
            made.update(data.read())
        else:
            for i in range(PIECES):
                data.seek(i * (size - PIECE) // (PIECES - 1))
                made.update(data.read(PIECE))
    return made.hexdigest()


def damaged(folder: Path, seals: Mapping[str, Any]) -> list[str]:
    """Return the names of the files that are missing or not as :func:`sealed` saw them."""
    return [name for name, (size, seal) in seals.items() if not _is_whole(folder / name, size, seal)]


def _is_whole(file: Path, size: int, seal: str) -> bool:
    try:
        return file.stat().st_size == size and digest(file) == seal
    except OSError:
        return False
