"""A radar's list as pages, feeds, digests and the command line show it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from hub.i18n.messages import Said
from hub.papers.model import Kind, source_label
from hub.radar.model import Radar
from hub.radar.ranking.learn import Embed
from hub.radar.ranking.rank import rank
from hub.radar.ranking.why import Reason, reasons
from hub.storage.selection import Search, Selection
from hub.storage.snapshot import Snapshot

DAYS = 30
"""How far back a list goes unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper of a radar's list; ``score`` is in standard deviations above the average paper."""

    id: str
    title: str
    authors: tuple[str, ...]
    published: date
    updated: date | None
    source: str
    field: str
    url: str
    topic: str
    score: float
    explore: bool
    new: bool
    status: str
    reasons: tuple[Reason, ...]
    abstract: str = ""

    @property
    def source_label(self) -> str:
        """The source with its field, as it is shown."""
        return source_label(self.source, self.field)


@dataclass(frozen=True, slots=True)
class Listing:
    """A radar's list, best first.

    Parameters
    ----------
    since
        First day of the papers that were ranked.
    candidates
        How many papers were ranked.
    notices
        What the reader should know; says why when ``papers`` is empty.
    """

    radar: Radar
    papers: tuple[Listed, ...]
    since: date
    candidates: int
    notices: tuple[Said, ...]


def listing(
    snapshot: Snapshot,
    radar: Radar,
    *,
    search: Search | None = None,
    embed: Embed | None = None,
    statuses: dict[str, str] | None = None,
    hidden: Collection[str] = ("archived",),
    last_visit: datetime | None = None,
    since: date | None = None,
    limit: int = 50,
    explore_every: int = 10,
    abstracts: Callable[[list[str]], dict[str, str]] | None = None,
) -> Listing:
    """Return what a radar lists now.

    Parameters
    ----------
    statuses
        What the reader did with papers (:meth:`hub.radar.reading.Reading.statuses`).
    hidden
        Statuses that are not listed.
    last_visit
        Papers that came into the corpus after this moment are marked new; all of them at the first visit.
    since
        First day; 30 days before the newest paper unless told.
    abstracts
        Ids to abstracts, where the list is to carry them (:meth:`hub.storage.corpus.Corpus.abstracts`).

    Raises
    ------
    RadarError
        When the radar is empty or cannot be used.
    """
    statuses = statuses or {}
    since = since or first_day(snapshot)
    inside = window(snapshot, since)
    done = {paper_id for paper_id, status in statuses.items() if status in hidden}
    rows = np.setdiff1d(inside, [snapshot.row_of[i] for i in done if i in snapshot.row_of]).astype(np.int64)
    ranking = rank(snapshot, radar, rows, search=search, embed=embed, limit=limit, explore_every=explore_every)
    why = reasons(snapshot, radar, ranking)
    texts = abstracts(snapshot.papers["id"].iloc[ranking.rows].astype(str).tolist()) if abstracts else {}
    papers = tuple(
        _listed(snapshot, row, score, explore, because, statuses, last_visit, texts)
        for row, score, explore, because in zip(
            ranking.rows.tolist(), ranking.scores.tolist(), ranking.explore.tolist(), why, strict=True
        )
    )
    return Listing(radar, papers, since, len(rows), (*ranking.notices, *_why_empty(papers, inside, rows, since)))


def first_day(snapshot: Snapshot, days: int = DAYS) -> date:
    """Return the first day of a list: so many days before the newest paper that is not dated ahead of today."""
    today = (date.today() - date(1970, 1, 1)).days
    past = snapshot.days[snapshot.days <= today]
    newest = int(past.max()) if len(past) else today
    return date(1970, 1, 1) + timedelta(days=newest - days)


def window(snapshot: Snapshot, since: date) -> npt.NDArray[np.int64]:
    """Return the rows that appeared since a day, or came into the corpus later than its first papers and since that day."""
    rows = Selection(since=since).rows(snapshot)
    if not len(snapshot):
        return rows
    added = snapshot.papers["added"].to_numpy("datetime64[s]")
    late = (
        (added > added.min() + np.timedelta64(1, "D")) & (added >= np.datetime64(since)) & (snapshot.papers["kind"] == Kind.PAPER)
    )
    return np.union1d(rows, np.flatnonzero(late.to_numpy())).astype(np.int64)


def _listed(
    snapshot: Snapshot,
    row: int,
    score: float,
    explore: bool,
    why: tuple[Reason, ...],
    statuses: dict[str, str],
    last_visit: datetime | None,
    texts: dict[str, str],
) -> Listed:
    paper = snapshot.papers.iloc[row]
    paper_id = str(paper["id"])
    updated = paper["updated"]
    return Listed(
        paper_id, str(paper["title"]), tuple(filter(None, str(paper["authors"]).split("; "))), paper["published"].date(),
        updated.date() if updated == updated and updated is not None else None, str(paper["source"]),
        str(paper["field"]) if paper["field"] == paper["field"] else "", str(paper["url"]),
        snapshot.topic_names.get(int(paper["topic"]), ""), round(score, 3), explore,
        last_visit is None or paper["added"].timestamp() > last_visit.timestamp(), statuses.get(paper_id, "unread"), why,
        texts.get(paper_id, ""),
    )  # fmt: skip


def _why_empty(papers: tuple[Listed, ...], inside: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], since: date) -> list[Said]:
    if papers:
        return []
    if not len(inside):
        return [Said("No paper since {since} is in the corpus. Refresh the sources or look further back.", since=since)]
    if not len(rows):
        return [Said("All {n:,} papers since {since} are read or archived. Look further back.", n=len(inside), since=since)]
    return []
