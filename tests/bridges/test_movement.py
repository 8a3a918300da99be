from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.bridges import closer_fields, closer_topics, topic_diversity, travels
from hub.bridges.evidence import windows
from hub.stats.rates import growth
from hub.storage.snapshot import Snapshot, empty
from tests.bridges.conftest import demo_snapshot

CROSSING = set(demo.truth().query("course == 'cross'")["topic"])


def every(snapshot: Snapshot) -> np.ndarray:
    return np.arange(len(snapshot))


def test_methods_planted_to_travel_are_found_with_their_fields_and_dates(planted: Snapshot) -> None:
    found = travels(planted, every(planted))
    assert set(found["name"]) <= CROSSING
    assert len(found) >= len(CROSSING) - 1
    truth = demo.truth()
    for row in found.to_dict("records"):
        moved = truth[(truth["topic"] == row["name"]) & truth["travelled"]]
        assert row["destination"] in set(moved["domain"])
        assert row["origin"] in set(truth[(truth["topic"] == row["name"]) & ~truth["travelled"]]["domain"])
        assert row["born"] < row["seen"]
        assert row["seen"] > pd.Timestamp("2025-11-01")  # they turn at 0.4 to 0.5 of July 2025 to June 2026


def test_where_nothing_moves_nothing_is_claimed(flat: Snapshot) -> None:
    rows = every(flat)
    assert travels(flat, rows).empty
    assert closer_fields(flat, rows).empty
    assert closer_topics(flat, rows).empty
    assert not topic_diversity(flat, rows)["call"].isin(["widening", "narrowing"]).any()


def test_fields_that_a_method_reaches_come_closer(planted: Snapshot) -> None:
    found = closer_fields(planted, every(planted))
    pairs = {frozenset((row["a"], row["b"])): row["names"] for row in found.to_dict("records")}
    assert "transport" in pairs[frozenset(("Biology", "Mathematics"))]
    assert "diffusion" in pairs[frozenset(("Biology", "Computer science"))]
    assert all(set(names) & CROSSING for names in pairs.values())


def test_topics_that_reach_new_fields_widen(planted: Snapshot) -> None:
    table = topic_diversity(planted, every(planted))
    assert set(table.loc[table["call"] == "widening", "name"]) <= CROSSING
    assert (table["call"] == "widening").sum() >= 4
    assert not (table["call"] == "narrowing").any()


def test_a_collector_that_starts_late_is_no_travel(planted: Snapshot) -> None:
    """Papers of a source that only the later half has: its topics were not born there, and did not travel there."""
    papers = planted.papers.copy()
    late = (papers["published"] >= "2026-01-15") & (papers["topic"] == 0)
    late &= np.arange(len(papers)) % 2 == 0
    for column, value in (("source", "New server"), ("field", "New field"), ("domain", "Medicine")):
        papers[column] = papers[column].astype(str).mask(late, value).astype("category")
    changed = Snapshot("x", papers, planted.topics, planted.themes, {}, None, np.asarray(planted.vectors), planted.terms)
    assert late.sum() > 10
    assert 0 not in set(travels(changed, every(changed))["topic"])
    assert windows(changed, every(changed)).left_out >= late.sum()


def test_two_topics_that_move_toward_each_other_are_found() -> None:
    base = demo_snapshot(planted=False)
    names = {name: topic for topic, name in base.topic_names.items()}
    a, b = names["cell-atlas"], names["batteries"]
    vectors = np.asarray(base.vectors).copy()
    topic = base.papers["topic"].to_numpy()
    meeting = vectors[topic == b].mean(axis=0) + vectors[topic == a].mean(axis=0)
    late = (base.papers["published"] >= "2026-01-01").to_numpy() & np.isin(topic, [a, b])
    vectors[late] += 3 * meeting
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    moved = Snapshot("x", base.papers, base.topics, base.themes, {}, None, vectors, base.terms)
    found = closer_topics(moved, every(moved))
    assert {frozenset((row.a, row.b)) for row in found.itertuples()} >= {frozenset((a, b))}
    assert found.iloc[0][["a", "b"]].tolist() == sorted((a, b))


def test_growth_keeps_the_strata_apart() -> None:
    """Each stratum has the same rate in both halves; only their sizes change. Pooled, that would look like growth."""
    k_late, n_late, k_early, n_early = (np.array(x) for x in ([90, 1], [900, 100], [10, 9], [100, 900]))
    pooled = growth(*(np.array([x.sum()]) for x in (k_late, n_late, k_early, n_early)))
    apart = growth(k_late, n_late, k_early, n_early)
    assert pooled[1] < 1e-6
    assert apart[0] == pytest.approx(1)
    assert apart[1] > 0.3


def test_a_short_or_empty_selection_claims_nothing(planted: Snapshot) -> None:
    rows = np.flatnonzero(planted.papers["published"] >= "2026-06-20")
    assert not windows(planted, rows).comparable
    assert travels(planted, rows).empty
    assert closer_fields(planted, rows).empty
    assert travels(empty(), np.zeros(0, dtype=np.int64)).empty
    assert closer_topics(planted, rows).empty
