"""Alerts: what changed state, as opposed to what is new. Quiet by default; each is raised once, with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from hub.radar.delivery.changes import (
    TOPIC_PAPERS,
    Alert,
    Signals,
    bridges_reached,
    calls,
    candidates_born,
    new_topics,
    papers_changed,
)
from hub.radar.model import Radar
from hub.radar.store import RadarStore
from hub.storage.snapshot import Snapshot

KEPT = 200
"""Alerts that are kept to be shown."""


def check(
    store: RadarStore, radar: Radar, snapshot: Snapshot, signals: Callable[[], Signals], *, kept: Iterable[str] = (),
    near_topics: Iterable[int] = (), listed: Collection[str] = (), now: datetime | None = None,
) -> list[Alert]:  # fmt: skip
    """Return the alerts that a radar raises now, and note them so that none is raised again.

    The first check of a radar, and of anything that is followed later, takes note of how things are and raises nothing.

    Parameters
    ----------
    signals
        Asked only when this Snapshot was not checked before.
    kept
        Ids of papers whose versions are watched: saved and liked ones.
    near_topics
        Topics of the papers on the radar's list, one entry a paper.
    listed
        Ids of the papers on the radar's list.
    """
    name = _file(store, radar.name)
    before = store.state(name)
    if not radar.alerts or not len(snapshot) or before.get("snapshot") == snapshot.version:
        return []
    known = signals()
    near = {topic: papers for topic, papers in Counter(near_topics).items() if papers >= TOPIC_PAPERS}
    near = dict.fromkeys(radar.topics, 0) | near
    stamp = (now or datetime.now(UTC)).isoformat(timespec="seconds")

    def edit(state: dict[str, Any]) -> list[Alert]:
        first = "snapshot" not in state
        found = [
            *calls(state, radar, snapshot, known.calls),
            *new_topics(state, snapshot, near, first),
            *candidates_born(state, known.candidates, listed, first),
            *bridges_reached(state, radar, snapshot, known.bridges, near, first),
            *papers_changed(state, snapshot, kept),
        ]
        raised = {alert["key"] for alert in state.get("raised", [])} | set(state.get("keys", []))
        new = [replace(alert, at=stamp) for alert in found if alert.key not in raised]
        state["raised"] = [*(asdict(alert) for alert in new), *state.get("raised", [])][:KEPT]
        state["keys"] = sorted(raised | {alert.key for alert in new})
        state["snapshot"] = snapshot.version
        return new

    return store.change_state(name, edit)


def raised(store: RadarStore, name: str) -> list[Alert]:
    """Return the alerts that were raised for a radar, the latest first."""
    return [Alert(**alert) for alert in store.state(_file(store, name)).get("raised", [])]


def unseen(store: RadarStore, name: str) -> int:
    """Return how many alerts were raised since the reader last looked at them (:func:`seen`)."""
    state = store.state(_file(store, name))
    return sum(alert["key"] not in state.get("seen", []) for alert in state.get("raised", []))


def seen(store: RadarStore, name: str) -> None:
    """Note that the reader has looked at the alerts of a radar."""

    def edit(state: dict[str, Any]) -> None:
        state["seen"] = [alert["key"] for alert in state.get("raised", [])]

    if unseen(store, name):
        store.change_state(_file(store, name), edit)


def _file(store: RadarStore, name: str) -> str:
    return f"{store.token(name)}.alerts"
