"""Search that answers: words with operators, phrases, fields and meaning over one Snapshot, ranked, with what else was meant.

``query`` reads what a reader typed; ``match`` finds the papers that pass it, exactly; ``rank`` orders them by words, title and
meaning; ``find`` puts these together. ``spelling`` says what was meant, ``facets`` what a selection holds, ``highlight`` why a
paper is there, ``similar`` what is like it, ``near`` what is like a text. docs/SEARCH.md has the rules and what was measured.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from hub.embed.queries import embed_with
from hub.search.find import Found, find
from hub.search.near import Near, near_text
from hub.storage.corpus import Corpus
from hub.storage.selection import Search
from hub.storage.snapshot import Snapshot

__all__ = ["Found", "Near", "answer", "find", "near", "searcher"]


def answer(query: str, snapshot: Snapshot, corpus: Corpus, home: Path) -> Found:
    """Return what a query finds, its meaning read by the model that made the Snapshot's vectors where that is here."""
    return find(query, snapshot, corpus, embed_with(str(snapshot.meta.get("embedder", "")), home, query))


def near(text: str, snapshot: Snapshot, corpus: Corpus, home: Path, among: npt.NDArray[np.int64] | None = None) -> Near:
    """Return what is near a text (:func:`hub.search.near.near_text`), its meaning read by the model of the Snapshot's vectors."""
    return near_text(text, snapshot, corpus, embed_with(str(snapshot.meta.get("embedder", "")), home, text), among)


def searcher(snapshot: Snapshot, corpus: Corpus, home: Path) -> Search:
    """Return what answers the text of a :class:`hub.storage.selection.Selection`."""

    def rows(query: str) -> npt.NDArray[np.int64]:
        return answer(query, snapshot, corpus, home).rows

    return rows
