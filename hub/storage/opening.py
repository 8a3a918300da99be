"""The paper table of a data folder that is in use: one that should be there is never made anew in silence."""

from __future__ import annotations

from pathlib import Path

from hub.errors import CorpusError
from hub.i18n.messages import Said
from hub.storage import losses, snapshot
from hub.storage.corpus import Corpus


def corpus(home: Path, path: str, *, builds_index: bool = True) -> Corpus:
    """Open the paper table of ``home``, or make it where nothing was published yet.

    ``builds_index`` is what :class:`~hub.storage.corpus.Corpus` takes.

    Raises
    ------
    CorpusError
        When it cannot be opened, or is gone or empty though the Snapshot has papers.
    """
    shown = 0 if losses.are_allowed() else snapshot.told(home)["papers"]
    if shown and "://" not in path and not (Path(path) / "papers.lance").exists():
        raise _gone(path, shown)
    table = Corpus(path, builds_index=builds_index)
    if shown and not len(table):
        raise _gone(path, shown)
    return table


def _gone(path: str, shown: int) -> CorpusError:
    return CorpusError(
        Said(
            "The paper table {path} is gone or empty, though pages show {papers} papers. Bring it back from a backup"
            " (`hub restore`), or set HUB_CORPUS to where it lies. To start anew without those papers,"
            " run `python -m hub gather --allow-loss`.",
            path=path,
            papers=shown,
        )
    )
