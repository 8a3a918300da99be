"""One reader's radar put together: the list, its alerts and its digest, for the command line, the feed and the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from hub.corpus import Corpus
from hub.radar.alerts import Alert, Signals, check
from hub.radar.interests import Radar
from hub.radar.listing import Listing, listing
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.radar.vectors import embed_with
from hub.selection import Selection
from hub.snapshot import Snapshot


def listed(
    store: RadarStore, radar: Radar, snapshot: Snapshot, corpus: Corpus, home: Path, *, since: date | None = None,
    limit: int = 50, explore_every: int = 10, hidden: Sequence[str] = ("archived",), abstracts: bool = False,
    last_visit: datetime | None = None,
) -> Listing:  # fmt: skip
    """Return what a radar of ``store`` lists now (:func:`hub.radar.listing.listing`)."""
    return listing(
        snapshot, radar, search=corpus.search_ids, embed=embed_with(store, snapshot, home), statuses=Reading(store).statuses(),
        hidden=hidden, last_visit=last_visit, since=since, limit=limit, explore_every=explore_every,
        abstracts=corpus.abstracts if abstracts else None,
    )  # fmt: skip


def alerts(store: RadarStore, radar: Radar, snapshot: Snapshot, found: Listing) -> list[Alert]:
    """Return the alerts that a saved radar raises for this Snapshot, each once."""
    names = {name: topic for topic, name in snapshot.topic_names.items()}
    near = [names[paper.topic] for paper in found.papers if paper.topic in names]
    watched = (*radar.liked, *Reading(store).saved())
    return check(store, radar, snapshot, lambda: signals(snapshot), kept=watched, near_topics=near)


def signals(snapshot: Snapshot) -> Signals:
    """Return the topics' calls and the bridge papers of a Snapshot."""
    from hub.trends.rows import trend_rows
    from hub.trends.table import trends

    rows = Selection().rows(snapshot)
    calls = (
        {row["topic"]: (row["call"], row["why"]) for row in trend_rows(trends(snapshot, rows))} if len(snapshot.topics) else {}
    )
    bridges = snapshot.table("bridge_papers")
    return Signals(calls, pd.DataFrame({"id": []}) if bridges is None else bridges)
