"""The recap: what changed in a reader's topics since they were here: new papers, calls of hub.trends, new authors and venues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from hub.i18n.messages import Said, Say, counted, speaker, spoken
from hub.papers.addresses import web_address
from hub.papers.markdown import literal
from hub.papers.model import Kind
from hub.radar.listing import first_day, window
from hub.radar.model import Radar, folded
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.trends.calls import Call

DAYS = 7
"""How far back a recap goes for a reader who was not here before."""
TOPICS, PAPERS, NAMES = 8, 3, 5
"""Topics of a recap, and papers and names that are told of each, at most; the rest is counted."""
MOVED = (Call.EMERGING, Call.RISING, Call.BURSTING, Call.FADING, Call.GONE)
"""Calls of :mod:`hub.trends` that are told: a steady topic has not changed."""
NO_TOPICS = "This radar has no topics yet: follow one under Interests, or like a paper of one."
NOTHING = "Nothing new in your {n} topics since {since}."

Calls = Mapping[int, tuple[str, Callable[[Say], str]]]
"""Of each topic its call, and what says in a language why (:class:`hub.radar.delivery.changes.Signals`)."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An author or a venue with no earlier paper in a topic, and the ids of the new ones, the newest first."""

    name: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRecap:
    """What changed in one topic.

    Parameters
    ----------
    papers
        Ids of the new papers, the newest first.
    call, why
        The topic's call where it is one of :data:`MOVED`, and what says in a language why; empty and None else.
    authors, venues
        Those new to the topic, with most of the new papers first; none of a topic that has no earlier paper.
    """

    topic: int
    name: str
    papers: tuple[str, ...]
    call: str
    why: Callable[[Say], str] | None
    authors: tuple[Newcomer, ...]
    venues: tuple[Newcomer, ...]


@dataclass(frozen=True, slots=True)
class Recap:
    """What changed since a day: the topics with something to tell, of ``looked_at`` topics of the reader's."""

    since: date
    topics: tuple[TopicRecap, ...]
    looked_at: int

    def told(self) -> list[Said]:
        """Return why there is nothing to tell, where there is not."""
        if self.topics:
            return []
        return [Said(NOTHING, n=self.looked_at, since=self.since)] if self.looked_at else [Said(NO_TOPICS)]


def recap(
    snapshot: Snapshot, radar: Radar, calls: Callable[[], Calls], last_visit: datetime | None = None, since: date | None = None
) -> Recap:
    """Return what changed in the topics that a radar follows, and in those of the papers it likes.

    Parameters
    ----------
    calls
        Asked only where the radar has topics.
    last_visit
        New is what came into the corpus after this moment.
    since
        First day of what is new, where there is no ``last_visit``; seven days before the newest paper unless told.
    """
    mine = topics_of(snapshot, radar)
    day = last_visit.date() if last_visit else since or first_day(snapshot, DAYS)
    if not mine:
        return Recap(day, (), 0)
    new = np.zeros(len(snapshot), dtype=bool)
    new[_came_after(snapshot, last_visit) if last_visit else window(snapshot, day)] = True
    topics, known = snapshot.papers["topic"].to_numpy(), calls()
    found = (_topic(snapshot, topic, np.flatnonzero(topics == topic), new, known) for topic in mine)
    return Recap(day, tuple([one for one in found if one.papers or one.call][:TOPICS]), len(mine))


def topics_of(snapshot: Snapshot, radar: Radar) -> list[int]:
    """Return the topics that a radar follows, then those of the papers it likes, those of most such papers first."""
    topics = snapshot.papers["topic"].to_numpy()
    liked = topics[[snapshot.row_of[i] for i in radar.positives if i in snapshot.row_of]]
    names, counts = np.unique(liked[liked >= 0], return_counts=True)
    ordered = [*radar.topics, *names[np.argsort(-counts, kind="stable")].tolist()]
    return [topic for topic in dict.fromkeys(ordered) if topic in snapshot.topic_names]


def _came_after(snapshot: Snapshot, moment: datetime) -> Rows:
    added = snapshot.papers["added"].to_numpy("datetime64[s]")
    late = added > np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")
    return np.flatnonzero(late & (snapshot.papers["kind"] == Kind.PAPER).to_numpy()).astype(np.int64)


def _topic(snapshot: Snapshot, topic: int, rows: Rows, new: np.ndarray, calls: Calls) -> TopicRecap:
    fresh, before = rows[new[rows]], rows[~new[rows]]  # rows stand newest first
    call, why = calls.get(topic, ("", None))
    told = call if call in MOVED else ""
    ids = snapshot.papers["id"]
    return TopicRecap(
        topic, snapshot.topic_names[topic], tuple(ids.iloc[fresh].astype(str)), told, why if told else None,
        _newcomers(snapshot, "authors", fresh, before), _newcomers(snapshot, "source", fresh, before),
    )  # fmt: skip


def _newcomers(snapshot: Snapshot, column: str, fresh: Rows, before: Rows) -> tuple[Newcomer, ...]:
    """Names that stand in ``fresh`` and not in ``before``, those of most papers first."""
    if not len(before):
        return ()
    values, ids = snapshot.papers[column], snapshot.papers["id"].to_numpy()
    known = {folded(name) for line in values.iloc[before].astype(str) for name in line.split("; ")}
    by_name: dict[str, list[str]] = {}
    for row, line in zip(fresh.tolist(), values.iloc[fresh].astype(str), strict=True):
        for name in dict.fromkeys(line.split("; ")):
            if name and folded(name) not in known:
                by_name.setdefault(name, []).append(str(ids[row]))
    ordered = sorted(by_name.items(), key=lambda item: -len(item[1]))
    return tuple(Newcomer(name, tuple(papers)) for name, papers in ordered)


def markdown(found: Recap, snapshot: Snapshot, lang: str = "en", level: int = 2) -> str:
    """Return a recap as Markdown under a heading of ``level``; titles and names cannot break out of their place."""
    say = speaker(lang)
    lines = [f"{'#' * level} {literal(say('What changed in your topics since {since}', since=found.since))}", ""]
    lines += [f"{literal(spoken(told, lang))}\n" for told in found.told()]
    for one in found.topics:
        facts = [
            counted(lang, len(one.papers), "{n:,} new paper", "{n:,} new papers"),
            *([say(one.call), one.why(say)] if one.why else []),
        ]
        lines += [f"**{literal(one.name)}**: {literal(' · '.join(facts))}", ""]
        lines += [f"- {_linked(snapshot, paper)}" for paper in one.papers[:PAPERS]]
        for label, names in ((say("New authors there"), one.authors), (say("New venues there"), one.venues)):
            if names:
                lines.append(f"- {literal(label)}: {'; '.join(_with_papers(snapshot, name) for name in names[:NAMES])}")
        lines.append("")
    return "\n".join(lines)


def _with_papers(snapshot: Snapshot, name: Newcomer) -> str:
    return f"{literal(name.name)} ({', '.join(_linked(snapshot, paper) for paper in name.papers[:PAPERS])})"


def _linked(snapshot: Snapshot, paper_id: str) -> str:
    paper = snapshot.papers.iloc[snapshot.row_of[paper_id]]
    title, url = literal(str(paper["title"])), web_address(str(paper["url"]))
    return f"[{title}](<{url}>)" if url else title
