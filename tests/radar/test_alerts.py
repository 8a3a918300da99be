"""Alerts: a change of state is raised once, with its evidence; how things were at first is not news."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from hub.i18n.messages import LANGUAGES, speaker
from hub.radar.delivery.alerts import check, raised, seen, unseen
from hub.radar.delivery.changes import Signals
from hub.radar.model import Radar
from hub.radar.service import signals
from hub.radar.store import RadarStore
from hub.storage.snapshot import Snapshot

NO_BRIDGES, NO_CANDIDATES = pd.DataFrame({"id": []}), pd.DataFrame({"members": []})
RADAR = Radar("x", topics=(1,), fields=("Medicine",))
PAPER = "arXiv:2606.10005"


def later(snapshot: Snapshot, name: str, /, **changes: object) -> Snapshot:
    """Return the next version of a Snapshot, in which ``PAPER`` has changed."""
    papers = snapshot.papers.copy()
    for column, value in changes.items():
        papers.loc[papers["id"] == PAPER, column] = value
    return dataclasses.replace(snapshot, version=name, papers=papers)


def known(call: str = "", bridges: pd.DataFrame = NO_BRIDGES, candidates: pd.DataFrame = NO_CANDIDATES) -> Callable[[], Signals]:
    calls = {1: (call, lambda say: say("q = {q}", q=call))} if call else {}
    return lambda: Signals(calls, bridges, candidates)


def look(
    store: RadarStore, snapshot: Snapshot, call: str = "steady", bridges: pd.DataFrame = NO_BRIDGES
) -> list[tuple[str, str]]:
    found = check(store, RADAR, snapshot, known(call, bridges), kept=[PAPER], near_topics=[1])
    return [(alert.kind, alert.evidence["en"]) for alert in found]


@pytest.fixture
def store(tmp_path: Path) -> RadarStore:
    store = RadarStore(tmp_path)
    store.save(RADAR)
    return store


def test_the_first_look_raises_nothing(store: RadarStore, snapshot: Snapshot) -> None:
    bridge = pd.DataFrame([{"id": PAPER, "home": "Biology", "away": "Medicine", "away_share": 0.7, "cosine": 0.8}])
    assert look(store, later(snapshot, "1", journal="Nature"), "bursting", bridge) == []


def test_a_followed_topic_that_turns_up_is_raised_once(store: RadarStore, snapshot: Snapshot) -> None:
    look(store, later(snapshot, "1"))
    assert look(store, later(snapshot, "2"), "bursting") == [("topic", "q = bursting")]
    assert look(store, later(snapshot, "3"), "bursting") == []
    assert look(store, later(snapshot, "4"), "fading") == []
    assert len(raised(store, "x")) == 1


def test_a_topic_that_rises_again_is_raised_again(store: RadarStore, snapshot: Snapshot) -> None:
    calls = ["steady", "rising", "steady", "rising"]
    found = [look(store, later(snapshot, str(i)), call) for i, call in enumerate(calls)]
    assert [len(alerts) for alerts in found] == [0, 1, 0, 1]


def test_a_kept_preprint_that_is_published_or_renewed_is_raised_once(store: RadarStore, snapshot: Snapshot) -> None:
    look(store, later(snapshot, "1"))
    found = look(store, later(snapshot, "2", journal="Nature", doi="10.1/n", version=2))
    assert found == [
        ("published", "The record now names Nature, DOI 10.1/n."),
        ("version", "Version 2; it was 1 when last looked at."),
    ]
    assert look(store, later(snapshot, "3", journal="Nature", doi="10.1/n", version=2)) == []


def test_a_new_bridge_to_my_field_and_a_new_topic_are_raised(store: RadarStore, snapshot: Snapshot) -> None:
    topics = snapshot.topics
    before = dataclasses.replace(snapshot, version="1", topics=topics[topics["topic"] != 2])
    look(store, before)
    bridges = pd.DataFrame([{"id": "arXiv:2606.20001", "home": "Physics", "away": "Medicine", "away_share": 0.7, "cosine": 0.8}])
    found = check(store, RADAR, later(snapshot, "2"), known(bridges=bridges), near_topics=[2, 2])
    assert [alert.kind for alert in found] == ["new-topic", "bridge"]
    assert "robots" in found[0].title["en"] and "70%" in found[1].evidence["en"]
    assert check(store, RADAR, later(snapshot, "3"), known(bridges=bridges), near_topics=[2, 2]) == []


def test_a_candidate_topic_near_my_interests_is_raised_once(store: RadarStore, snapshot: Snapshot) -> None:
    mine = ["arXiv:2606.10001", "arXiv:2606.10002"]
    far = {"name": "far", "members": ["arXiv:2606.30001", "arXiv:2606.30002", "arXiv:2606.30003"]}
    born = {"name": "folding by light", "members": [*mine, "arXiv:2606.10003"]}

    def raised_by(version: str, *candidates: dict[str, object]) -> list[str]:
        at = later(snapshot, version)
        found = check(store, RADAR, at, known(candidates=pd.DataFrame(candidates or {"members": []})), listed=mine)
        return [f"{alert.kind}: {alert.title['en']} {alert.evidence['en']}" for alert in found]

    assert raised_by("1", far) == []
    (said,) = raised_by("2", far, born)
    assert said.startswith("candidate: A candidate topic near your interests: folding by light.") and "2 of them" in said
    grown = born | {"members": [*born["members"], "arXiv:2606.10009"]}
    assert raised_by("3", grown, far) == []


def test_every_alert_is_said_in_every_language(store: RadarStore, snapshot: Snapshot) -> None:
    look(store, later(snapshot, "1"))
    look(store, later(snapshot, "2", journal="Nature", doi="10.1/n", version=2), "bursting")
    alerts = raised(store, "x")
    assert [alert.kind for alert in alerts] == ["topic", "published", "version"]
    for alert in alerts:
        assert set(alert.title) == set(alert.evidence) == set(LANGUAGES)
        assert alert.said("zh") != alert.said("en")


def test_alerts_are_counted_until_they_were_looked_at(store: RadarStore, snapshot: Snapshot) -> None:
    look(store, later(snapshot, "1"))
    look(store, later(snapshot, "2"), "rising")
    assert unseen(store, "x") == 1
    seen(store, "x")
    assert unseen(store, "x") == 0
    look(store, later(snapshot, "3"), "bursting")
    assert unseen(store, "x") == 1


def test_an_unchanged_snapshot_asks_nobody(store: RadarStore, snapshot: Snapshot) -> None:
    look(store, later(snapshot, "1"))

    def asked() -> Signals:
        raise AssertionError("asked again for the same snapshot")

    assert check(store, RADAR, later(snapshot, "1"), asked) == []


def test_a_radar_that_wants_none_raises_none(store: RadarStore, snapshot: Snapshot) -> None:
    quiet = RADAR.replace(alerts=False)
    look(store, later(snapshot, "1"))
    assert check(store, quiet, later(snapshot, "2"), known("rising")) == []


def test_the_other_rooms_answer(snapshot: Snapshot) -> None:
    found = signals(snapshot)
    assert set(found.calls) <= set(range(6)) and found.calls
    assert all(call and why(speaker("zh")) for call, why in found.calls.values())
