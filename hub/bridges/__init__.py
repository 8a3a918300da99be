"""Bridges: where fields meet, which methods travel, and which terms will meet.

Pure functions of a Snapshot and of the selected rows; each table works alone and each row can say why it is there
(:mod:`hub.bridges.sentences`). The worker adds :func:`tables` to a Snapshot after a fit; docs/BRIDGES.md has the methods
and how they were checked against arXiv's cross-lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from hub.bridges import sentences
from hub.bridges.cards import cards, cards_for
from hub.bridges.diversity import topic_diversity
from hub.bridges.forecast import published
from hub.bridges.forecast.published import distinct
from hub.bridges.forecast.vocabulary import vocabulary
from hub.bridges.matrices import field_by_field, topic_by_field
from hub.bridges.movement import closer_fields, closer_topics, travels
from hub.bridges.neighbours import LATER, neighbours, paper_links
from hub.bridges.pairs import bridge_papers, novelty, same_problem
from hub.errors import NotEnoughPapers
from hub.papers.model import Kind
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

__all__ = ["bridge_papers", "cards", "cards_of", "closer_fields", "closer_topics", "closer_topics_of", "distinct",
           "field_by_field", "meetings", "novelty", "report", "same_problem", "tables", "topic_by_field",
           "topic_diversity", "travels"]  # fmt: skip

SMALL = 8_000


def tables(snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    """Return the tables that take long, for the worker to publish with a fitted Snapshot.

    Returns
    -------
    dict
        ``paper_links`` (in which fields each paper's nearest papers lie), ``bridge_papers``, ``closer_topics``, ``bridge_cards``,
        and where the months suffice the forecast (:mod:`hub.bridges.forecast.published`); none when too few papers have vectors.
    """
    try:
        found = neighbours(snapshot)
    except NotEnoughPapers:
        return {}
    every = np.flatnonzero(snapshot.papers["kind"] == Kind.PAPER)
    words = vocabulary(snapshot)
    return {
        "paper_links": paper_links(snapshot, *found[:2]),
        "bridge_papers": bridge_papers(snapshot, found),
        "closer_topics": closer_topics(snapshot, every),
        "bridge_cards": cards(snapshot, words),
        **published.tables(snapshot, words),
    }


def cards_of(snapshot: Snapshot, rows: Rows) -> pd.DataFrame:
    """Return the bridges of which both sides have selected papers, the strongest first: the worker's table, or computed here."""
    return cards_for(_kept(snapshot, "bridge_cards", cards), snapshot, rows)


def meetings(snapshot: Snapshot, rows: Rows) -> pd.DataFrame:
    """Return the pairs of terms that will meet, of which both have a paper among the selected; empty without a forecast."""
    table = snapshot.table("meetings")
    if table is None:
        return pd.DataFrame(columns=list(published.COLUMNS))
    here = set(snapshot.papers["id"].to_numpy()[rows].tolist())
    both = [bool(here & set(a)) and bool(here & set(b)) for a, b in zip(table["ids_a"], table["ids_b"], strict=True)]
    return table[np.array(both, dtype=bool)].reset_index(drop=True)


def closer_topics_of(snapshot: Snapshot, rows: Rows) -> pd.DataFrame:
    """Return the topics of the selection that came closer to another one, over the whole corpus."""
    every = np.flatnonzero(snapshot.papers["kind"] == Kind.PAPER)
    table = _kept(snapshot, "closer_topics", lambda snapshot: closer_topics(snapshot, every))
    here = set(snapshot.papers["topic"].to_numpy()[rows].tolist())
    return table[table["a"].isin(here) & table["b"].isin(here)].reset_index(drop=True)


def report(snapshot: Snapshot, rows: Rows, by: str = "domain", limit: int = 20) -> dict[str, Any]:
    """Return everything this room finds in a selection, as plain rows; each finding carries its ``why``.

    Parameters
    ----------
    by
        What a field is in the matrices: ``"domain"`` or ``"field"``.
    limit
        At most so many rows of each list of findings; the matrices are whole.
    """
    names = snapshot.topic_names
    bridges = cards_of(snapshot, rows)
    bridges = bridges.assign(**{f"{side}_name": [names.get(int(t), "") for t in bridges[side]] for side in ("home", "guest")})
    found: dict[str, tuple[pd.DataFrame, Callable[..., str]]] = {
        "bridges": (bridges, sentences.card),
        "meetings": (meetings(snapshot, rows), sentences.meeting),
        "diversity": (topic_diversity(snapshot, rows, by), sentences.diversity),
        "travels": (travels(snapshot, rows, by), sentences.travel),
        "closer_fields": (closer_fields(snapshot, rows, by), sentences.closer_fields),
        "closer_topics": (closer_topics_of(snapshot, rows), sentences.closer_topics),
        "same_problem": (same_problem(snapshot, rows), sentences.same_problem),
    }
    listed = {
        key: [_plain(row) | {"why": why(row)} for row in _records(table.head(limit))] for key, (table, why) in found.items()
    }
    return {
        "selected": len(rows),
        "topic_field": [_plain(row) for row in _records(topic_by_field(snapshot, rows, by))],
        "field_field": [_plain(row) for row in _records(field_by_field(snapshot, rows, by))],
        "found": {key: len(table) for key, (table, _) in found.items()},
        **listed,
    }


def _kept(snapshot: Snapshot, name: str, make: Callable[[Snapshot], pd.DataFrame]) -> pd.DataFrame:
    table = snapshot.table(name)
    if table is not None:
        return table
    if len(snapshot) > SMALL:
        raise NotEnoughPapers(LATER, have=0, need=len(snapshot))
    return make(snapshot)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row that JSON can hold: no number that is none or endless, days as ISO dates."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, float) and not np.isfinite(value):
            plain[key] = None
        elif isinstance(value, pd.Timestamp):
            plain[key] = value.date().isoformat()
        else:
            plain[key] = value.tolist() if isinstance(value, np.ndarray) else value
    return plain
