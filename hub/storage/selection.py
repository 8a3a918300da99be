"""A Selection: which papers the reader looks at. Everything a page shows is computed from one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.errors import SelectionError
from hub.papers.fields import canonical_field
from hub.storage.paper_sets import PaperSet
from hub.storage.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
"""Row numbers of a Snapshot's papers (n,)."""
Search = Callable[[str], Collection[Any]]
"""A query in; the papers that it finds out, as an array of the Snapshot's rows (:func:`hub.search.searcher`) or as their ids."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A set of papers, named by filters; an empty filter lets everything through.

    Parameters
    ----------
    sources
        ``arXiv``, ``bioRxiv``, ``Nature``...
    fields
        Fields (``cs.CL``), arXiv archives (``cs``) or domains (``Biology``); a paper passes that is in any of them.
    since, until
        First and last day of publication, both included.
    topics
        Topic ids.
    text
        A query as a reader types it (:func:`hub.search.query.parse`).
    kinds
        Kinds of record; papers unless said otherwise.
    papers
        Papers that the reader marked one by one or on the map.
    """

    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    topics: tuple[int, ...] = ()
    text: str = ""
    kinds: tuple[str, ...] = ("paper",)
    papers: PaperSet | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise SelectionError(f"The selection starts on {self.since} but ends on {self.until}: swap the two dates.")

    def rows(self, snapshot: Snapshot, search: Search | None = None) -> npt.NDArray[np.int64]:
        """Return the row numbers (n_selected,) of the Snapshot's papers that pass every filter, newest first.

        ``search`` answers :attr:`text` and is needed only when there is one.
        """
        keep = np.ones(len(snapshot), dtype=bool)
        if self.kinds:
            keep &= _among(snapshot, "kind", self.kinds)
        if self.sources:
            keep &= _among(snapshot, "source", self.sources)
        if self.fields:
            keep &= _in_fields(snapshot, self.fields)
        if self.since:
            keep &= snapshot.days >= (self.since - date(1970, 1, 1)).days
        if self.until:
            keep &= snapshot.days <= (self.until - date(1970, 1, 1)).days
        if self.topics:
            keep &= np.isin(snapshot.papers["topic"].to_numpy(), list(self.topics))
        if self.papers is not None:
            marked = np.zeros(len(snapshot), dtype=bool)
            marked[[row for row in map(snapshot.row_of.get, self.papers.ids) if row is not None]] = True
            keep &= marked
        if self.text.strip():
            if search is None:
                raise SelectionError("This selection has a text query, which needs the corpus to answer it.")
            keep &= _answered(snapshot, search(self.text))
        return np.flatnonzero(keep)

    def described(self) -> Mapping[str, Any]:
        """Return the filters that are set, as plain values for a file's front matter or a log."""
        values: dict[str, Any] = {
            "sources": list(self.sources),
            "fields": list(self.fields),
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
            "topics": list(self.topics),
            "text": self.text.strip(),
            "set": self.papers.key if self.papers else None,
        }
        return {name: value for name, value in values.items() if value}


def _answered(snapshot: Snapshot, found: Collection[Any]) -> npt.NDArray[np.bool_]:
    if not isinstance(found, np.ndarray):
        return snapshot.papers["id"].isin(found).to_numpy()  # type: ignore[no-any-return]
    passes = np.zeros(len(snapshot), dtype=bool)
    passes[found] = True
    return passes


def _among(snapshot: Snapshot, column: str, wanted: Collection[str]) -> npt.NDArray[np.bool_]:
    codes, values = snapshot.codes(column)
    allowed = np.array([value in wanted for value in values] + [False])  # the last one answers code -1, no value
    return allowed[codes]


def _in_fields(snapshot: Snapshot, wanted: Collection[str]) -> npt.NDArray[np.bool_]:
    codes, values = snapshot.codes("field")
    wanted = {*wanted, *map(canonical_field, wanted)}  # an address of a former release may name a collector's folder
    allowed = np.array([v in wanted or v.split(".")[0] in wanted for v in values] + [False])
    return allowed[codes] | _among(snapshot, "domain", wanted)
