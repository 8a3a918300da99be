"""Papers that were stored by a former release, cleaned by the rules of this one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from hub.papers.cleaning import clean_abstract, clean_title
from hub.papers.kinds import kind_of
from hub.papers.model import Paper
from hub.papers.status import gravest, status_of
from hub.storage.corpus import Corpus, parts

RULE = "3"
"""Counts the changes of the rules of cleaning: papers that were cleaned by another one are cleaned anew."""
NOTE = "cleaned"
"""The corpus keeps under this name by which rule its papers were last cleaned."""
AT_ONCE = 1000
_SUSPECT = re.compile(
    r"[\\&<{]|\s[,.;:)\]]|[(\[]\s|^\W*(?:abstract|summary|no |data sharing|n/a|none|résumé|摘)|withdr|retract|撤", re.I
)
"""One of these stands in every text that cleaning changes: most papers need no more looking."""


def is_due(corpus: Corpus) -> bool:
    """Whether the papers were cleaned by the rules of a former release."""
    return corpus.noted(NOTE) != RULE


def reclean(corpus: Corpus) -> dict[str, int]:
    """Clean what is stored by today's rules; return how many papers changed in title, abstract, kind and status, and in all.

    Cleaning twice changes nothing the second time. Ids stay; vectors are made anew only of texts that changed.
    """
    counts = Counter(dict.fromkeys(("looked at", "title", "abstract", "kind", "status", "changed"), 0))
    for ids in parts(_suspects(corpus, counts), AT_ONCE):
        papers = corpus.papers(ids)
        changed = []
        for paper in papers:
            cleaned = recleaned(paper)
            differs = [name for name in ("title", "abstract", "kind", "status") if getattr(cleaned, name) != getattr(paper, name)]
            if differs:
                counts.update([*differs, "changed"])
                changed.append(cleaned)
        if changed:
            corpus.put(changed)
    corpus.note(NOTE, RULE)
    return dict(counts)


def _suspects(corpus: Corpus, counts: Counter[str]) -> Iterator[str]:
    found: list[str] = []
    for batch in corpus.scan(["id", "title", "abstract", "source", "kind"]):
        columns = (batch[name].to_pylist() for name in ("id", "title", "abstract", "source", "kind"))
        for paper_id, title, abstract, source, kind in zip(*columns, strict=True):
            counts["looked at"] += 1
            if _SUSPECT.search(abstract) or _SUSPECT.search(title) or kind_of(title, (), "", source, abstract) != kind:
                found.append(paper_id)
    yield from found  # the table is written to only after it was read


def recleaned(paper: Paper) -> Paper:
    """Return a paper as its text would be cleaned today; a kind that its source gave by a type of its own is kept.

    >>> from datetime import date
    >>> old = Paper("a", "On tea ( Camellia )", "Abstract We show \\\\textbf{it} .", (), date(2026, 1, 1), "Tea Letters")
    >>> recleaned(old).title, recleaned(old).abstract
    ('On tea (Camellia)', 'We show it.')
    """
    title, abstract = clean_title(paper.title) or paper.title, clean_abstract(paper.abstract)
    kind = paper.kind
    if kind == "paper":
        kind = kind_of(title, (), paper.doi, paper.source, abstract)
    status = gravest([paper.status, status_of(title, abstract)]) if kind in ("paper", "retracted", "version") else paper.status
    if status.is_void and kind == "paper":
        kind = "retracted"
    return paper.replace(title=title, abstract=abstract, kind=kind, status=status)
