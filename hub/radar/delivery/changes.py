"""What changed state since a radar was last looked at: each change as an alert with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hub.i18n.messages import LANGUAGES, Said, Say, speaker, spoken
from hub.radar.model import Radar
from hub.storage.snapshot import Snapshot
from hub.trends.calls import Call

GOING_UP = (Call.EMERGING, Call.RISING, Call.BURSTING)
"""Calls of :mod:`hub.trends` that a followed topic is announced for."""
BRIDGES_AT_ONCE, TOPIC_PAPERS = 3, 2
"""New bridges that one look raises at most; papers of a radar's list that make a new topic a near one."""
BORN = "It was not there at the last look; {papers:,} papers are in it, {near} of them on this radar's list."
WAITING = "{papers} new papers that no topic explains yet are near each other; {near} of them are on this radar's list."
GONE = {"retracted": "Retracted: {title}", "withdrawn": "Withdrawn: {title}", "concern": "Under concern: {title}"}
"""What is said of a kept paper that no longer stands, by its status."""
NEAREST_THERE = "{share} of its nearest papers are in {away}; the nearest has cosine {cosine:.2f}."


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of state.

    Parameters
    ----------
    key
        Names the change; the same change is raised once.
    kind
        ``topic``, ``new-topic``, ``candidate``, ``bridge``, ``published``, ``version``, ``retracted``, ``withdrawn`` or
        ``concern``.
    title, evidence
        What changed, and what shows it, in each language: ``{"en": ..., "zh": ...}``.
    subject
        The id of the paper, or the number of the topic, that changed.
    at
        When it was raised, ISO.
    """

    key: str
    kind: str
    title: Mapping[str, str]
    evidence: Mapping[str, str]
    subject: str
    at: str = ""

    def said(self, lang: str) -> tuple[str, str]:
        """Return title and evidence in a language."""
        return self.title[lang], self.evidence[lang]


@dataclass(frozen=True, slots=True)
class Signals:
    """What other rooms know, as the alerts need it.

    Parameters
    ----------
    calls
        Of each topic its call, and what says in a language why: ``{topic: (call, why)}``.
    bridges
        Bridge papers, strongest first: columns ``id``, ``home``, ``away``, ``away_share``, ``cosine``.
    candidates
        Groups of papers that no topic explains yet: columns ``name``, ``papers``, ``members`` (ids).
    """

    calls: Mapping[int, tuple[str, Callable[[Say], str]]]
    bridges: pd.DataFrame
    candidates: pd.DataFrame


def _alert(key: str, kind: str, title: Said, evidence: Said | Callable[[Say], str], subject: str) -> Alert:
    titles = {lang: spoken(title, lang) for lang in LANGUAGES}
    whys = {lang: spoken(evidence, lang) if isinstance(evidence, Said) else evidence(speaker(lang)) for lang in LANGUAGES}
    return Alert(key, kind, titles, whys, subject)


def calls(
    state: dict[str, Any], radar: Radar, snapshot: Snapshot, known: Mapping[int, tuple[str, Callable[[Say], str]]]
) -> Iterator[Alert]:
    """Yield the followed topics whose call turned to one of :data:`GOING_UP`."""
    last = state.get("calls", {})
    followed = {topic: known[topic] for topic in radar.topics if topic in known}
    for topic, (call, why) in followed.items():
        before = last.get(str(topic))
        if before is not None and before != call and call in GOING_UP:
            name = snapshot.topic_names.get(topic, topic)
            title = Said("{name}: now {call}, before {was}.", name=name, call=Said(call), was=Said(before))
            yield _alert(f"topic:{topic}:{call}:{snapshot.version}", "topic", title, why, str(topic))
    state["calls"] = {str(topic): call for topic, (call, _why) in followed.items()}


def new_topics(state: dict[str, Any], snapshot: Snapshot, near: Mapping[int, int], first: bool) -> Iterator[Alert]:
    """Yield the topics that were born near the radar's interests."""
    known = set(state.get("topics", []))
    sizes = dict(zip(snapshot.topics["topic"].tolist(), snapshot.topics["papers"].tolist(), strict=True))
    for topic in [] if first else sorted(near.keys() & sizes.keys() - known):
        title = Said("A new topic near your interests: {name}.", name=snapshot.topic_names.get(topic, topic))
        evidence = Said(BORN, papers=sizes[topic], near=near[topic])
        yield _alert(f"new-topic:{topic}", "new-topic", title, evidence, str(topic))
    state["topics"] = sorted(known | set(sizes))


def candidates_born(state: dict[str, Any], candidates: pd.DataFrame, listed: Collection[str], first: bool) -> Iterator[Alert]:
    """Yield the candidate topics that were not there before and hold papers of the radar's list.

    Candidates are numbered anew each time; one is known when half of its papers were in any before.
    """
    known = set(state.get("candidates", []))
    for candidate in candidates.to_dict("records"):
        members = [str(paper) for paper in candidate["members"]]
        mine = sum(paper in listed for paper in members)
        if first or mine < TOPIC_PAPERS or 2 * sum(paper in known for paper in members) >= len(members):
            continue
        title = Said("A candidate topic near your interests: {name}.", name=candidate["name"])
        evidence = Said(WAITING, papers=len(members), near=mine)
        yield _alert(f"candidate:{min(members)}", "candidate", title, evidence, min(members))
    state["candidates"] = sorted({str(paper) for members in candidates.get("members", ()) for paper in members} | known)


def bridges_reached(
    state: dict[str, Any], radar: Radar, snapshot: Snapshot, bridges: pd.DataFrame, near: Mapping[int, int], first: bool
) -> Iterator[Alert]:
    """Yield the new bridge papers in a topic of the radar or towards one of its fields."""
    known, said = set(state.get("bridges", [])), 0
    topics = snapshot.papers["topic"].to_numpy()
    for bridge in bridges.to_dict("records"):
        paper_id = str(bridge["id"])
        row = snapshot.row_of.get(paper_id)
        mine = row is not None and (int(topics[row]) in near or str(bridge["away"]) in radar.fields)
        if row is None or first or paper_id in known or not mine or said >= BRIDGES_AT_ONCE:
            continue
        said += 1
        home, away = Said(str(bridge["home"])), Said(str(bridge["away"]))
        title = Said("A new bridge from {home} to {away}: {title}", home=home, away=away, title=snapshot.papers["title"].iat[row])
        evidence = Said(NEAREST_THERE, share=f"{bridge['away_share']:.0%}", away=away, cosine=bridge["cosine"])
        yield _alert(f"bridge:{paper_id}", "bridge", title, evidence, paper_id)
    state["bridges"] = sorted(set(bridges["id"].astype(str))) if len(bridges) else []


def papers_changed(state: dict[str, Any], snapshot: Snapshot, kept: Iterable[str]) -> Iterator[Alert]:
    """Yield the kept papers that were published in a journal, have a new version, or were retracted or withdrawn."""
    last, now = state.get("papers", {}), {}
    for paper_id in dict.fromkeys(kept):
        row = snapshot.row_of.get(paper_id)
        if row is None:
            continue
        paper = snapshot.papers.iloc[row]
        form = {"version": int(paper["version"]), "journal": str(paper["journal"] or ""), "doi": str(paper["doi"] or "")}
        form["status"] = str(paper.get("status", "") or "")
        now[paper_id], before = form, last.get(paper_id)
        if before is None:
            continue
        if form["journal"] and not before["journal"]:
            told = "The record now names {journal}, DOI {doi}." if form["doi"] else "The record now names {journal}."
            title = Said("Published: {title}", title=paper["title"])
            yield _alert(f"published:{paper_id}", "published", title, Said(told, **form), paper_id)
        if form["status"] in GONE and form["status"] != before.get("status", ""):
            told = GONE[form["status"]]
            title = Said(told, title=paper["title"])
            evidence = Said("Its source marks it so: check what you took from it.")
            yield _alert(f"{form['status']}:{paper_id}", form["status"], title, evidence, paper_id)
        if form["version"] > before["version"]:
            evidence = Said("Version {now}; it was {was} when last looked at.", now=form["version"], was=before["version"])
            title = Said("A new version of {title}", title=paper["title"])
            yield _alert(f"version:{paper_id}:{form['version']}", "version", title, evidence, paper_id)
    state["papers"] = {**last, **now}
