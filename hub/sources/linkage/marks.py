"""Papers that a notice is about: marked as retracted, withdrawn, under concern or corrected, whichever came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hub.papers.identity import folded
from hub.papers.model import Kind, Paper
from hub.papers.status import Status, gravest
from hub.sources.record import ABOUT_TITLE
from hub.storage.corpus import Corpus, parts

VERSION_OF = "version-of"
LEAST_WORDS, LEAST_LETTERS, LEAST_CHARACTERS = 4, 30, 8
"""A title of fewer words, and fewer letters (or characters, in Chinese), names no paper for sure."""
_STATUSES = frozenset(str(status) for status in Status if status)


def named_by(relation: str, what: str) -> str:
    """Return the id that a relation of this kind names, or an empty text.

    >>> named_by("version-of doi:10.1000/x", "version-of"), named_by("retracted doi:10.1000/x", "version-of")
    ('doi:10.1000/x', '')
    """
    kind, _, target = relation.partition(" ")
    return target if kind == what else ""


def mark(corpus: Corpus) -> int:
    """Give the papers that notices in the corpus are about their status; return how many changed.

    A notice names its paper by DOI, or by its title: then the paper is of the same source.
    """
    by_id: dict[str, list[Status]] = defaultdict(list)
    by_title: dict[tuple[str, str], list[Status]] = defaultdict(list)
    for source, status, target in _notices(corpus):
        if target.startswith(ABOUT_TITLE):
            by_title[compact(target.removeprefix(ABOUT_TITLE)), source].append(status)
        else:
            by_id[target].append(status)
    for paper_id, name in _titled(corpus) if by_title else ():
        by_id[paper_id] += by_title.get(name, [])
    changed = 0
    for some in parts([name for name, found in by_id.items() if found], 1000):
        papers = corpus.papers(some)
        marked = [with_status(paper, gravest([paper.status, *by_id[paper.id]])) for paper in papers]
        writes = [paper for paper, before in zip(marked, papers, strict=True) if paper != before]
        if writes:
            corpus.put(writes)
        changed += len(writes)
    return changed


def filled(batch: pa.RecordBatch, key: str, name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the ``key`` and the list ``name`` of each row whose list is not empty: few are, so the others are not read."""
    some = batch.filter(pc.fill_null(pc.greater(pc.list_value_length(batch[name]), 0), False))
    yield from zip(some[key].to_pylist(), some[name].to_pylist(), strict=True)


def _notices(corpus: Corpus) -> Iterator[tuple[str, Status, str]]:
    for batch in corpus.scan(["source", "relations"]):
        for source, relations in filled(batch, "source", "relations"):
            for relation in relations:
                kind, _, target = relation.partition(" ")
                if kind in _STATUSES and (not target.startswith(ABOUT_TITLE) or compact(target.removeprefix(ABOUT_TITLE))):
                    yield source, Status(kind), target


def _titled(corpus: Corpus) -> Iterator[tuple[str, tuple[str, str]]]:
    names = ("id", "title", "source", "kind")
    for batch in corpus.scan(names):
        for paper_id, title, source, kind in zip(*(batch[name].to_pylist() for name in names), strict=True):
            if kind in (Kind.PAPER, Kind.VERSION, Kind.RETRACTED):
                yield paper_id, (compact(title), source)


def compact(title: str) -> str:
    """Return a title as it is looked for: its letters and digits alone; empty when it is too short to name a paper."""
    words = folded(title)
    plain = "".join(words)
    long = len(words) >= LEAST_WORDS or len(plain) >= LEAST_LETTERS or (not plain.isascii() and len(plain) >= LEAST_CHARACTERS)
    return plain if long else ""


def with_status(paper: Paper, status: Status) -> Paper:
    """Return a paper with a status, and of the kind that follows from it."""
    kind = "retracted" if status.is_void and paper.kind == Kind.PAPER else paper.kind
    return paper.replace(status=status, kind=kind)
