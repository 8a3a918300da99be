"""Papers and topics that stand between fields: bridge papers, which the radar asks for, novel combinations, the same problem."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd

from hub.bridges.evidence import NOWHERE, count, groups, topic_codes
from hub.bridges.movement import directions
from hub.bridges.neighbours import neighbours
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

BRIDGE_SHARE = 0.5
SHOWN = 3
WORDS = 30


def bridge_papers(
    snapshot: Snapshot, found: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None, share: float = BRIDGE_SHARE
) -> pd.DataFrame:
    """Return the papers with at least ``share`` of their nearest papers in one domain other than their own.

    Papers of no domain of their own ("Other") are not bridges, for they have no home to be away from, and neighbours
    there do not count.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``home`` and ``away`` (domains), ``away_share`` and ``home_share`` of its nearest papers,
        ``nearest`` (ids of the nearest papers of the away domain), ``cosine`` (of the nearest of them); the largest share,
        then the highest cosine first.
    """
    rows, near, cosine = found or neighbours(snapshot)
    domain, domains = snapshot.codes("domain")
    n = len(domains)
    if not n:
        return pd.DataFrame(columns=list(BRIDGE_COLUMNS))
    table = np.zeros((len(rows), n + 1))
    np.add.at(table, (np.repeat(np.arange(len(rows)), near.shape[1]), domain[near].ravel()), 1 / near.shape[1])
    other = [i for i, name in enumerate(domains) if name == NOWHERE] + [n]
    away_table = table.copy()
    away_table[:, other] = 0
    own = domain[rows]
    away_table[np.arange(len(rows)), own] = 0
    away = away_table.argmax(axis=1)
    best = away_table[np.arange(len(rows)), away]
    kept = np.flatnonzero((best >= share) & ~np.isin(own, other) & (own >= 0))
    ids = snapshot.papers["id"].to_numpy()
    found_rows = []
    for i in kept:
        there = np.flatnonzero(domain[near[i]] == away[i])
        found_rows.append((ids[rows[i]], domains[own[i]], domains[away[i]], float(best[i]), float(table[i, own[i]]),
                           [str(x) for x in ids[near[i, there[:SHOWN]]]], float(cosine[i, there[0]])))  # fmt: skip
    frame = pd.DataFrame(found_rows, columns=list(BRIDGE_COLUMNS))
    return frame.sort_values(["away_share", "cosine", "id"], ascending=[False, False, True], ignore_index=True)


BRIDGE_COLUMNS = ("id", "home", "away", "away_share", "home_share", "nearest", "cosine")


def novelty(snapshot: Snapshot, rows: Rows, percentile: float = 10) -> pd.Series:
    """Return each selected paper's novelty by id: minus the log of a low percentile of its pairs' commonness.

    Papers with no pair have none and are left out. High is novel (Lee et al. 2015).
    """
    together, single, _ = _pairs(snapshot, rows)
    ids = snapshot.papers["id"].to_numpy()
    values = {}
    for row, items in zip(rows, _items(snapshot, rows), strict=True):
        commonness = [together[a, b] * len(rows) / (single[a] * single[b]) for a, b in combinations(items, 2)]
        if commonness:
            values[str(ids[row])] = -float(np.log(np.percentile(commonness, percentile)))
    return pd.Series(values, dtype=float).sort_values(ascending=False, kind="stable")


def _items(snapshot: Snapshot, rows: Rows) -> list[list[str]]:
    papers = snapshot.papers.iloc[rows]
    listed = [c.split() or [f] for c, f in zip(papers["categories"].astype(str), papers["field"].astype(str), strict=True)]
    topics = papers["topic"].to_numpy()
    return [
        sorted({*filter(None, named), *([f"topic:{topic}"] if topic >= 0 else [])})
        for named, topic in zip(listed, topics, strict=True)
    ]


def _pairs(snapshot: Snapshot, rows: Rows) -> tuple[Counter[tuple[str, str]], Counter[str], dict[tuple[str, str], list[str]]]:
    together: Counter[tuple[str, str]] = Counter()
    single: Counter[str] = Counter()
    holders: dict[tuple[str, str], list[str]] = {}
    for paper_id, items in zip(snapshot.papers["id"].to_numpy()[rows], _items(snapshot, rows), strict=True):
        single.update(items)
        for pair in combinations(items, 2):
            together[pair] += 1
            if len(holders.setdefault(pair, [])) < 10:
                holders[pair].append(str(paper_id))
    return together, single, holders


def same_problem(
    snapshot: Snapshot, rows: Rows, near: float = 0.9, overlap_max: float = 0.1, papers_min: int = 8
) -> pd.DataFrame:
    """Return pairs of topics of different domains that are near in meaning and share few of their words.

    Of all pairs of topics of different main domains, those in the nearest tenth by the cosine of their mean vectors that
    share at most ``overlap_max`` of their leading words and fewer than pairs of like cosine do (a straight line through all).

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b`` (topic ids), ``name_a``, ``name_b``, ``domain_a``, ``domain_b``, ``cosine``, ``nearer_than`` (share of the
        pairs that are less near), ``overlap`` (shared leading words / all), ``shared`` (those words), ``surprise``
        (how much closer than their words let expect); most surprising first.
    """
    group = groups(snapshot)
    topic, ids = topic_codes(snapshot)
    placed = rows[topic[rows] >= 0]
    vectors = np.asarray(snapshot.vectors)
    columns = ["a", "b", "name_a", "name_b", "domain_a", "domain_b", "cosine", "nearer_than", "overlap", "shared", "surprise"]
    table = count(topic[placed], group.codes[placed], len(ids), len(group.names))
    sizes = np.bincount(topic[placed], minlength=len(ids))
    kept: Rows = np.flatnonzero((sizes >= papers_min) & (table.sum(axis=1) > 0))
    if len(kept) < 3 or not vectors.shape[1]:
        return pd.DataFrame(columns=columns)
    centres = directions(topic[placed], vectors[placed], len(ids))[kept]
    main = table[kept].argmax(axis=1)
    words = [_leading(snapshot, int(ids[t])) for t in kept]
    i, j = np.triu_indices(len(kept), 1)
    apart = main[i] != main[j]
    i, j = i[apart], j[apart]
    if len(i) < 3:
        return pd.DataFrame(columns=columns)
    cosine = (centres @ centres.T)[i, j]
    overlap = np.array([len(words[x] & words[y]) / max(len(words[x] | words[y]), 1) for x, y in zip(i, j, strict=True)])
    slope = np.polyfit(overlap, cosine, 1) if overlap.std() > 0 else np.array([0.0, cosine.mean()])
    surprise = cosine - np.polyval(slope, overlap)
    rank = cosine.argsort(kind="stable").argsort(kind="stable") / len(cosine)
    chosen = np.flatnonzero((rank >= near) & (overlap <= overlap_max) & (surprise > 0))
    topic_id = [int(ids[t]) for t in kept]
    name = [snapshot.topic_names[t] for t in topic_id]
    found = [
        (topic_id[x], topic_id[y], name[x], name[y], group.names[main[x]], group.names[main[y]], float(cosine[c]), float(rank[c]),
         float(overlap[c]), sorted(words[x] & words[y]), float(surprise[c]))
        for c in chosen for x, y in [(i[c], j[c])]
    ]  # fmt: skip
    return pd.DataFrame(found, columns=columns).sort_values(
        ["surprise", "a", "b"], ascending=[False, True, True], ignore_index=True
    )


def _leading(snapshot: Snapshot, topic: int) -> set[str]:
    """Return the single words among a topic's leading terms."""
    terms: list[str] = list(snapshot.topics["words"].to_numpy()[(snapshot.topics["topic"] == topic).to_numpy()][0])
    return {word for term in terms[:WORDS] for word in str(term).casefold().split()}
