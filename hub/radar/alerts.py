"""Alerts: what changed state, as opposed to what is new. Quiet by default; each is raised once, with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from hub.radar.interests import Radar
from hub.radar.store import RadarStore
from hub.snapshot import Snapshot

GOING_UP = ("emerging", "rising", "bursting")
"""Calls of :mod:`hub.trends` that a followed topic is announced for."""
KEPT = 200
"""Alerts that are kept to be shown."""
BRIDGES_AT_ONCE, TOPIC_PAPERS = 3, 2
"""New bridges that one look raises at most; papers of a radar's list that make a new topic a near one."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of state.

    Parameters
    ----------
    key
        Names the change; the same change is raised once.
    kind
        ``topic``, ``new-topic``, ``bridge``, ``published`` or ``version``.
    title, evidence
        What changed, and what shows it.
    subject
        The id of the paper, or the number of the topic, that changed.
    at
        When it was raised, ISO.
    """

    key: str
    kind: str
    title: str
    evidence: str
    subject: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """What other rooms know, as the alerts need it.

    Parameters
    ----------
    calls
        Of each topic its call and the sentence that says why: ``{topic: (call, why)}``.
    bridges
        Bridge papers, strongest first: columns ``id``, ``home``, ``away``, ``away_share``, ``cosine``.
    """

    calls: Mapping[int, tuple[str, str]]
    bridges: pd.DataFrame


def check(
    store: RadarStore, radar: Radar, snapshot: Snapshot, signals: Callable[[], Signals], *, kept: Iterable[str] = (),
    near_topics: Iterable[int] = (), now: datetime | None = None,
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
    """
    name = f"{store.token(radar.name)}.alerts"
    before = store.state(name)
    if not radar.alerts or not len(snapshot) or before.get("snapshot") == snapshot.version:
        return []
    known = signals()
    near = {topic for topic, papers in Counter(near_topics).items() if papers >= TOPIC_PAPERS} | set(radar.topics)
    stamp = (now or datetime.now(UTC)).isoformat(timespec="seconds")

    def edit(state: dict[str, Any]) -> list[Alert]:
        first = "snapshot" not in state
        found = [
            *_calls(state, radar, snapshot, known.calls),
            *_new_topics(state, snapshot, near, first),
            *_bridges(state, radar, snapshot, known.bridges, near, first),
            *_papers(state, snapshot, kept),
        ]
        raised = {alert["key"] for alert in state.get("raised", [])} | set(state.get("keys", []))
        new = [Alert(**{**asdict(alert), "at": stamp}) for alert in found if alert.key not in raised]
        state["raised"] = [*(asdict(alert) for alert in new), *state.get("raised", [])][:KEPT]
        state["keys"] = sorted(raised | {alert.key for alert in new})
        state["snapshot"] = snapshot.version
        return new

    return store.change_state(name, edit)


def raised(store: RadarStore, name: str) -> list[Alert]:
    """Return the alerts that were raised for a radar, the latest first."""
    return [Alert(**alert) for alert in store.state(f"{store.token(name)}.alerts").get("raised", [])]


def _calls(state: dict[str, Any], radar: Radar, snapshot: Snapshot, calls: Mapping[int, tuple[str, str]]) -> Iterator[Alert]:
    last = state.get("calls", {})
    followed = {topic: calls[topic] for topic in radar.topics if topic in calls}
    for topic, (call, why) in followed.items():
        before = last.get(str(topic))
        if before is not None and before != call and call in GOING_UP:
            title = f"{snapshot.topic_names.get(topic, topic)} is {call} (it was {before})."
            yield Alert(f"topic:{topic}:{call}:{snapshot.version}", "topic", title, why, str(topic))
    state["calls"] = {str(topic): call for topic, (call, _why) in followed.items()}


def _new_topics(state: dict[str, Any], snapshot: Snapshot, near: set[int], first: bool) -> Iterator[Alert]:
    known = set(state.get("topics", []))
    sizes = dict(zip(snapshot.topics["topic"].tolist(), snapshot.topics["papers"].tolist(), strict=True))
    for topic in [] if first else sorted(near & set(sizes) - known):
        title = f"A new topic near your interests: {snapshot.topic_names.get(topic, topic)}."
        evidence = f"It was not there at the last look; {sizes[topic]:,} papers are in it, some of them on this radar's list."
        yield Alert(f"new-topic:{topic}", "new-topic", title, evidence, str(topic))
    state["topics"] = sorted(known | set(sizes))


def _bridges(
    state: dict[str, Any], radar: Radar, snapshot: Snapshot, bridges: pd.DataFrame, near: set[int], first: bool
) -> Iterator[Alert]:
    known, said = set(state.get("bridges", [])), 0
    topics = snapshot.papers["topic"].to_numpy()
    for bridge in bridges.to_dict("records"):
        paper_id = str(bridge["id"])
        row = snapshot.row_of.get(paper_id)
        mine = row is not None and (int(topics[row]) in near or str(bridge["away"]) in radar.fields)
        if row is None or first or paper_id in known or not mine or said >= BRIDGES_AT_ONCE:
            continue
        said += 1
        title = f"A new bridge from {bridge['home']} to {bridge['away']}: {snapshot.papers['title'].iat[row]}"
        evidence = (f"{bridge['away_share']:.0%} of its nearest papers are in {bridge['away']}; the nearest has cosine "
                    f"{bridge['cosine']:.2f}.")  # fmt: skip
        yield Alert(f"bridge:{paper_id}", "bridge", title, evidence, paper_id)
    state["bridges"] = sorted(set(bridges["id"].astype(str))) if len(bridges) else []


def _papers(state: dict[str, Any], snapshot: Snapshot, kept: Iterable[str]) -> Iterator[Alert]:
    last, now = state.get("papers", {}), {}
    for paper_id in dict.fromkeys(kept):
        row = snapshot.row_of.get(paper_id)
        if row is None:
            continue
        paper = snapshot.papers.iloc[row]
        form = {"version": int(paper["version"]), "journal": str(paper["journal"] or ""), "doi": str(paper["doi"] or "")}
        now[paper_id], before = form, last.get(paper_id)
        if before is None:
            continue
        if form["journal"] and not before["journal"]:
            evidence = f"The record now names {form['journal']}" + (f", DOI {form['doi']}." if form["doi"] else ".")
            yield Alert(f"published:{paper_id}", "published", f"Published: {paper['title']}", evidence, paper_id)
        if form["version"] > before["version"]:
            evidence = f"Version {form['version']}; it was {before['version']} when last looked at."
            title = f"A new version of {paper['title']}"
            yield Alert(f"version:{paper_id}:{form['version']}", "version", title, evidence, paper_id)
    state["papers"] = {**last, **now}
