"""Whether the papers are joined, indexed and published as they are now: then an import that brought nothing has nothing to do.

The paper table's own number of its last write tells it, kept beside the papers once all was done. A run that was stopped
before left none, or one of an earlier write, so the next run does what is due, whether it brings papers or not.
"""

from __future__ import annotations

from pathlib import Path

import hub
from hub.errors import SnapshotError
from hub.storage import snapshot
from hub.storage.corpus import Corpus

NOTE = "finished"
"""The corpus keeps under this name which release finished which write, and in which version of the Snapshot."""


def finished(home: Path, corpus: Corpus) -> bool:
    """Return whether nothing was written since :func:`note`, and pages can show that Snapshot or a newer one whole."""
    state, _, published = corpus.noted(NOTE).rpartition(" ")
    if state != written(corpus) or not (home / "snapshots" / published).is_dir():
        return False
    try:
        shown = snapshot.load(home, columns=("id",))
    except SnapshotError:
        return False
    return not shown.instead_of and not shown.damaged and shown.version >= published and corpus.is_indexed


def note(corpus: Corpus, state: str, published: str) -> None:
    """Keep that all papers as of ``state`` (see :func:`written`) are joined, indexed and in the Snapshot ``published``."""
    corpus.note(NOTE, f"{state} {published}")


def written(corpus: Corpus) -> str:
    """Return what tells this state of the paper table from every other: ask for it before the papers are published."""
    return f"{hub.__version__} {corpus.version} {len(corpus)}"
