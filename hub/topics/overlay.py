"""Names and marks that people gave to topics, laid over a Snapshot as it is read: they show at once.

A merge or a definition moves papers and needs a new Snapshot; a name, a hidden or a pinned topic does not. Whatever is published
next takes them in too (:func:`hub.topics.curation.applied`), so that a Snapshot read without this module is late, never wrong.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from hub.permissions import Action, require
from hub.storage import snapshot as snapshots
from hub.storage.snapshot import Snapshot
from hub.topics import curation
from hub.topics.curation import Curation, CurationError
from hub.topics.facts import READER

Mark = Literal["hidden", "pinned"]
MARKS: tuple[Mark, ...] = ("hidden", "pinned")
AS_GIVEN = ("name", "name_zh", "named_by", "statistical")


def stamp(home: Path) -> str:
    """Return what changes whenever a decision does; empty while nobody decided anything."""
    return curation.kept(home).stamp(curation.FILE)


def load(home: Path, version: str | None = None) -> Snapshot:
    """Return a Snapshot, the current one unless ``version`` names another, with the names and marks of now.

    Its ``version`` tells the decisions apart too, so that what was computed with an older name is not shown again.

    Raises
    ------
    SnapshotError
        When none was published yet, or it cannot be read.
    """
    return decided(snapshots.load(home, version), home, stamp(home))


def decided(now: Snapshot, home: Path, since: str) -> Snapshot:
    """Return a Snapshot that was read already as :func:`load` does; ``since`` is the :func:`stamp` of the decisions.

    Decisions that cannot be read (:func:`fault`) leave it with the names and marks that it was published with.
    """
    if not since:
        return now
    shown = now if fault(home) else laid_over(now, curation.load(home))
    return replace(shown, version=f"{now.version}.{since}")


def decisions(home: Path) -> Curation:
    """Return the decisions of now; none where they cannot be read (:func:`fault`), which stops no page."""
    return Curation() if fault(home) else curation.load(home)


def fault(home: Path) -> CurationError | None:
    """Return why the decisions cannot be read, None when they can."""
    try:
        curation.load(home)
    except CurationError as e:
        return e
    return None


def laid_over(now: Snapshot, decisions: Curation) -> Snapshot:
    """Return a Snapshot whose topics bear the names and marks of ``decisions``, the model's own names where there are none."""
    model = now.table("model_topics")
    if model is None:
        return now
    topics = now.topics.copy()
    own = model.set_index("topic")
    given = topics["topic"].isin(own.index)
    for column in AS_GIVEN:
        topics[column] = topics[column].where(~given, topics["topic"].map(own[column]))
    named = topics["topic"].isin([*decisions.names])
    topics["name"] = topics["name"].where(~named, topics["topic"].map(decisions.names))
    topics["name_zh"], topics["named_by"] = topics["name_zh"].where(~named, ""), topics["named_by"].where(~named, READER)
    for mark in MARKS:
        topics[mark] = topics["topic"].isin(getattr(decisions, mark))
    return replace(now, topics=topics)


def rename(home: Path, topic: int, name: str) -> Curation:
    """Give a topic a name that every refit keeps, an empty one takes it back; return all decisions.

    Raises
    ------
    CurationError
        When another topic bears the name already.
    """
    require(Action.CURATE)
    name, now = name.strip(), decided(snapshots.load(home, columns=("id",)), home, stamp(home))
    if name.casefold() in {n.casefold() for t, n in now.topic_names.items() if t != topic}:
        raise CurationError(f"Another topic is called {name!r} already: merge the two, or choose another name.")

    def renamed(before: Curation) -> Curation:
        others = {t: n for t, n in before.names.items() if t != topic}
        return replace(before, names=others | ({topic: name} if name else {}))

    return curation.change(home, renamed)[1]


def mark(home: Path, topic: int, kind: Mark, *, on: bool) -> Curation:
    """Mark a topic as ``"hidden"`` or ``"pinned"``, or take the mark off; return all decisions."""
    require(Action.CURATE)

    def marked(before: Curation) -> Curation:
        topics = sorted({*getattr(before, kind)} - {topic} | ({topic} if on else set()))
        return replace(before, hidden=topics) if kind == "hidden" else replace(before, pinned=topics)

    return curation.change(home, marked)[1]
