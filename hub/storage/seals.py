"""Whether the files of the paper table are as they were written: LanceDB keeps no digest of them.

It reads a garbled length and asks for that much memory: one file of 200 papers took 18 GB before the system ended the process. So
each file that never changes once it is written is sealed with its size and a digest, and compared before the table is opened.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from hub.errors import CorpusError
from hub.storage import integrity

FILE = "seals.json"
MANIFESTS = "_versions/*.manifest"
UNCHANGING = ("data/*.lance", "_deletions/*", MANIFESTS)


def seal(table: Path) -> None:
    """Note the size and digest of each file of a table; of those that are noted already it stays as it was."""
    known, found = _noted(table), {}
    for pattern in UNCHANGING:
        for file in sorted(table.glob(pattern)):
            name = file.relative_to(table).as_posix()
            try:
                found[name] = known.get(name) or [file.stat().st_size, integrity.digest(file)]
            except FileNotFoundError:  # a version that another process cleans away
                continue
    if found != known:
        integrity.write(table / FILE, json.dumps(found, indent=0))


def compare(table: Path) -> None:
    """Look whether each file that is sealed and still there is as it was written, and whether the newest version is there.

    One that is gone was perhaps merged into another, and LanceDB tells of those that it misses; one that is closed too.

    Raises
    ------
    CorpusError
        Naming the first that is not.
    """
    noted = _noted(table)
    here = {name: seals for name, seals in noted.items() if os.access(table / name, os.R_OK)}
    wrong = [name for name in integrity.damaged(table, here) if (table / name).exists()]
    if wrong:
        raise _damaged(table, f"{wrong[0]} is not as it was written")
    sealed = [_age(name) for name in noted if name.endswith(".manifest")]
    there = [_age(file.name) for file in table.glob(MANIFESTS)]
    if sealed and (not there or min(there) > min(sealed)):
        raise _damaged(table, "its newest version is gone")


def _age(name: str) -> int:
    """Return the number in the name of a version, which falls from one to the next."""
    number = name.rpartition("/")[2].partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _damaged(table: Path, what: str) -> CorpusError:
    return CorpusError(
        f"The paper table {table} is damaged: {what}. Bring it back from a backup (`hub restore`); without one, move it away and"
        " start anew (`python -m hub gather --allow-loss`)."
    )


def _noted(table: Path) -> dict[str, Any]:
    """Return what is noted; nothing where the notes are gone or damaged: they are made anew with the next publish."""
    try:
        noted = json.loads((table / FILE).read_text("utf-8"))
        return {str(name): [int(size), str(digest)] for name, (size, digest) in noted.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
