"""What is being written, or was when its writer was stopped: found by its name, and swept away once nobody can be writing it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

PLACES = ("", "snapshots", "sets", "sets/visitors", "briefings", "briefings/*", "radars", "radars/*", "models", "models/*",
          "corpus/papers.lance")  # fmt: skip
NAMES = (".*.tmp", "*.draft", ".draft-*", ".probe-*")
OLD_S = 3600.0


def drafts(home: Path) -> list[Path]:
    """Return files and folders of a data folder that are not finished."""
    return sorted({file for place in PLACES for name in NAMES for file in home.glob(f"{place}/{name}".lstrip("/"))})


def sweep(home: Path, older_s: float = OLD_S) -> list[Path]:
    """Remove what nobody has written to for ``older_s`` seconds; return what went.

    Of a Snapshot's draft the newest file counts: the folder itself does not change while a large file grows.
    """
    now, gone = time.time(), []
    for draft in drafts(home):
        try:
            files = [draft, *draft.iterdir()] if draft.is_dir() else [draft]
            if now - max(file.stat().st_mtime for file in files) < older_s:
                continue
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()
        except FileNotFoundError:  # another process sweeps too, or the writer is done
            continue
        gone.append(draft)
    return gone
