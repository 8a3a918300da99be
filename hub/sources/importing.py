"""From entries to the corpus: every entry is added, an update, a duplicate, not a paper, or rejected with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hub import spread
from hub.papers.model import Kind, Paper
from hub.sources.formats.files import files_in, read_file
from hub.sources.record import Record, Reject, odd, paper_of
from hub.storage.corpus import Corpus, Counts, parts

BATCH = 5000
Progress = Callable[[int, int], None]


@dataclass
class Summary:
    """What became of the entries that were seen; the counts add up to ``seen``."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    not_papers: int = 0
    rejected: list[Reject] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many entries there were."""
        return self.added + self.updated + self.duplicates + self.not_papers + len(self.rejected)

    def add(self, counts: Counts) -> None:
        """Count what an upsert of papers did."""
        self.added += counts.added
        self.updated += counts.updated
        self.duplicates += counts.duplicates

    def __iadd__(self, other: Summary) -> Summary:
        """Add what became of further entries."""
        self.add(Counts(other.added, other.updated, other.duplicates))
        self.not_papers += other.not_papers
        self.rejected += other.rejected
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as the command line prints it."""
        return {
            "seen": self.seen,
            "added": self.added,
            "updated": self.updated,
            "duplicates": self.duplicates,
            "not_papers": self.not_papers,
            "rejected": [{"where": reject.where, "why": reject.why, "code": reject.code} for reject in self.rejected],
        }


def take(
    entries: Iterable[Record | Reject],
    corpus: Corpus,
    *,
    today: date | None = None,
    seen: Progress | None = None,
    settle: Callable[[list[Paper]], list[Paper]] | None = None,
) -> Summary:
    """Clean entries and put them into the corpus, a batch at a time; return what became of each.

    ``today`` is the day on which a live source was read (see :func:`hub.sources.record.paper_of`). ``settle`` decides what of
    the papers may be written (see :func:`hub.sources.claims.settled`).
    """
    summary = Summary()
    for papers, rejected in spread.mapped(cleaned, ((batch, today) for batch in parts(entries, BATCH))):
        summary.rejected += rejected
        papers = settle(papers) if settle else papers
        summary.add(corpus.upsert(paper for paper in papers if paper.kind == Kind.PAPER))
        others = [paper for paper in papers if paper.kind != Kind.PAPER]
        corpus.upsert(others)
        summary.not_papers += len(others)
        if seen:
            seen(summary.seen, 0)
    return summary


def cleaned(part: tuple[list[Record | Reject], date | None]) -> tuple[list[Paper], list[Reject]]:
    """Return the papers of some entries, and those that became none: a cluster's work."""
    papers: list[Paper] = []
    rejected: list[Reject] = []
    entries, today = part
    for entry in entries:
        if isinstance(entry, Reject):
            rejected.append(entry)
            continue
        try:
            papers.append(paper_of(entry, today=today))
        except Exception as e:  # noqa: BLE001 - one odd value costs one entry
            rejected.append(odd(entry.where, e))
    return papers, rejected


def import_paths(paths: list[Path], corpus: Corpus, *, seen: Progress | None = None) -> Summary:
    """Import files, and the files in folders; return what became of each entry.

    Raises
    ------
    SourceError
        When a path is not there. What is wrong inside a file is a reject of the summary.
    """
    files = list(files_in(paths))  # all of them first: a path that is not there must stop the import before it begins
    return take((entry for file in files for entry in read_file(file)), corpus, seen=seen)
