"""What a feed would bring, before it is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hub.errors import PaperError
from hub.paper import Paper
from hub.settings import Settings
from hub.sources.feed import read_feed
from hub.sources.http import Client, Patience
from hub.sources.record import Reject, paper_of


@dataclass(frozen=True, slots=True)
class Preview:
    """The papers of a feed, how many entries are other things, and why entries would be rejected."""

    name: str
    papers: list[Paper]
    not_papers: int
    rejected: list[Reject]


def preview(home: Path, config: Settings, url: str, *, patience: Patience | None = None) -> Preview:
    """Return what the feed at ``url`` would bring; nothing is kept.

    Raises
    ------
    SourceError
        When the address is no public web address (unless HUB_ALLOW_PRIVATE_URLS is set) or cannot be read.
    """
    with Client(home, config, added=True, patience=patience) as client:
        fetched = client.get(url)
    papers, rejected = [], []
    for entry in read_feed(fetched.data if fetched else b"", url):
        if isinstance(entry, Reject):
            rejected.append(entry)
            continue
        try:
            papers.append(paper_of(entry, today=date.today()))
        except PaperError as e:
            rejected.append(Reject(entry.where, e.reason))
    kept = [paper for paper in papers if paper.kind == "paper"]
    return Preview(papers[0].source if papers else "", kept, len(papers) - len(kept), rejected)
