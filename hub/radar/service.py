"""One reader's radar put together: the list, its alerts and its digest, for the command line, the feed and the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pandas as pd

from hub.i18n.messages import Say
from hub.radar.delivery.alerts import check
from hub.radar.delivery.changes import Alert, Signals
from hub.radar.listing import Listing, listing
from hub.radar.model import Radar
from hub.radar.ranking.vectors import embed_with
from hub.radar.reading import Reading
from hub.radar.recap import markdown as as_markdown
from hub.radar.recap import recap
from hub.radar.store import RadarStore
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot


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


def alerts(
    store: RadarStore, radar: Radar, snapshot: Snapshot, found: Listing, known: Callable[[], Signals] | None = None
) -> list[Alert]:
    """Return the alerts that a saved radar raises for this Snapshot, each once.

    Parameters
    ----------
    found
        What the radar lists now: topics and candidates with papers in it are near.
    known
        What other rooms know, where it was asked for before; else it is computed when needed.
    """
    names = {name: topic for topic, name in snapshot.topic_names.items()}
    near = [names[paper.topic] for paper in found.papers if paper.topic in names]
    watched = (*radar.liked, *Reading(store).saved())
    return check(store, radar, snapshot, known or (lambda: signals(snapshot)), kept=watched, near_topics=near,
                 listed={paper.id for paper in found.papers})  # fmt: skip


def recap_text(radar: Radar, snapshot: Snapshot, since: date, known: Callable[[], Signals] | None = None) -> str:
    """Return the recap of a radar's topics since a day as its digest holds it; empty where nothing changed in them."""
    found = recap(snapshot, radar, lambda: (known() if known else signals(snapshot)).calls, since=since)
    return as_markdown(found, snapshot, radar.language) if found.topics else ""


def signals(snapshot: Snapshot) -> Signals:
    """Return the topics' calls, the bridge papers and the candidate topics of a Snapshot."""
    from hub.trends.calls import why
    from hub.trends.table import trends

    calls: dict[int, tuple[str, Callable[[Say], str]]] = {}
    if len(snapshot.topics):
        found = trends(snapshot, Selection().rows(snapshot))
        for record in found.table.to_dict("records"):
            row = {str(name): value for name, value in record.items()}
            calls[int(row["topic"])] = (str(row["call"]), partial(why, row, found.weeks))
    bridges, candidates = snapshot.table("bridge_papers"), snapshot.table("candidates")
    return Signals(
        calls,
        pd.DataFrame({"id": []}) if bridges is None else bridges,
        pd.DataFrame({"members": []}) if candidates is None else candidates,
    )
