"""Commands of the topics room: fit, and what the topics are."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import numpy as np
import typer

from hub.cli import common
from hub.cli.common import AsJson, Fields, Since, Sources, Text, Topics, Until, emit, progress
from hub.settings import settings
from hub.snapshot import Snapshot

Embedder = Annotated[str, typer.Option("--embedder", help="An embedder; the best one that works here when not given.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed and papers give the same topics.")]
STEPS = {
    "embed": "Embedding papers",
    "terms": "Counting terms",
    "cluster": "Finding topics",
    "label": "Naming topics",
    "map": "Map",
}


def register(app: typer.Typer) -> None:
    """Add this room's commands to ``app``."""
    app.command()(fit)
    app.command()(topics)


def fit(embedder: Embedder = "", seed: Seed = 0, as_json: AsJson = False) -> None:
    """Embed the papers, find their topics and publish them."""
    from hub.embed import embedder as made
    from hub.topics.fit import fit as fit_all

    config = settings()
    model, why = made(embedder or config.embedder, config.home)
    if why:
        print(f"hub: {why}", file=sys.stderr)
    with progress("Topics") as bar:

        def tell(name: str, done: int, total: int) -> None:
            bar(done, total) if name == "embed" else bar(list(STEPS).index(name), len(STEPS))

        emit(fit_all(config.home, common.corpus(), model, seed, why, tell), as_json)


def topics(
    source: Sources = None, field: Fields = None, since: Since = "", until: Until = "", topic: Topics = None, text: Text = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the topics of the selected papers, largest first."""
    snapshot = common.current()
    chosen = common.selection(snapshot, source, field, since, until, topic, text)
    rows = chosen.rows(snapshot, common.corpus().search_ids)
    emit(topic_rows(snapshot, rows), as_json, ("topic", "name", "papers", "share", "parent"))


def topic_rows(snapshot: Snapshot, rows: np.ndarray) -> list[dict[str, Any]]:
    """Return a row for each topic that has papers among ``rows``: how many, and their share of all of them."""
    placed = snapshot.papers["topic"].to_numpy()[rows]
    counts = {int(t): int(n) for t, n in zip(*np.unique(placed[placed >= 0], return_counts=True), strict=True)}
    total = max(len(rows), 1)
    columns = ("topic", "name", "words", "papers", "parent")
    table = [dict(zip(columns, row, strict=True)) for row in zip(*(snapshot.topics[c].tolist() for c in columns), strict=True)]
    table = [row | {"words": list(row["words"]), "papers": counts[row["topic"]]} for row in table if row["topic"] in counts]
    table = [row | {"share": round(row["papers"] / total, 6)} for row in table]
    return sorted(table, key=lambda row: (-row["papers"], row["topic"]))
