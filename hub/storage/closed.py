"""What in the data folder its owner cannot use: closed to them, or a file where a folder belongs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hub.plain_disk import ASIDE

FOLDERS = (
    "corpus",
    "snapshots",
    "models",
    "radars",
    "briefings",
    "sets",
    "sources",
    "http",
    "abstracts",
    "llm",
    "jobs",
    "caches",
)
"""What must be a folder where it is there."""


def closed(home: Path) -> list[Path]:
    """Return what cannot be read or, of folders, not be written to; of a closed folder not what lies in it."""
    found, places = [], [home]
    for place in places:
        if not os.access(place, os.R_OK | (os.W_OK | os.X_OK if place.is_dir() else 0)):
            found.append(place)
        if place.is_dir() and os.access(place, os.R_OK | os.X_OK):
            places += [below for below in sorted(place.iterdir()) if not below.is_symlink()]
    return found


def out_of_place(home: Path) -> list[Path]:
    """Return files that lie where a folder must be."""
    names = [*FOLDERS, *(f"radars/{place.name}" for place in _below(home / "radars"))]
    return [home / name for name in names if (home / name).is_file()]


def opened(home: Path) -> list[str]:
    """Open what is closed and move aside what is out of place; return what was done, a line each."""
    done = []
    for _ in range(20):  # what lay in a closed folder is seen when that is open
        now = closed(home)
        if not now:
            break
        for place in now:
            try:
                place.chmod(place.stat().st_mode | (0o700 if place.is_dir() else 0o600))
                done.append(f"opened {place} to its owner")
            except OSError as e:  # another user's
                return [*done, f"not mended: {place} is not yours ({e.strerror})"]
    for place in out_of_place(home):
        aside = place.with_name(f"{place.name}{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        place.rename(aside)
        done.append(f"moved {place}, a file where a folder belongs, to {aside.name}")
    return done


def _below(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK) else []
