"""Terms that jump are called within weeks of their first paper; terms that always were there are not."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hub.storage import publishing
from hub.storage import snapshot as snapshots
from hub.storage.snapshot import Snapshot, Terms
from hub.trends import emergence as emergences
from hub.trends import hindcast
from hub.trends.coverage import coverage
from hub.trends.emergence import emergence
from tests.trends import corpus


def made(seed: int = 0, new_from: int = 21) -> Snapshot:
    rng = np.random.default_rng(seed)
    n = 6000
    day = rng.integers(0, 365, n)
    snapshot = corpus.make(day, rng.integers(0, 10, n), ["cs.LG"] * n)
    ago = snapshot.days.max() - snapshot.days
    counts = (rng.random((n, 200)) < 0.03).astype(float)
    counts[:, 7] = (rng.random(n) < 0.06) & (ago < new_from)
    papers = snapshot.papers.assign(unplaced=(counts[:, 7] > 0))
    words = np.array([f"term {i}" for i in range(200)])
    return dataclasses.replace(snapshot, papers=papers, _terms=Terms(sparse.csr_matrix(counts), words))


def test_a_new_term_is_called_three_weeks_after_its_first_paper():
    snapshot = made()
    found = emergence(snapshot, np.arange(len(snapshot)))
    assert found.terms["term"].tolist() == ["term 7"]
    row = found.terms.iloc[0]
    assert row["q"] < 0.05
    assert row["papers_before"] == 0
    assert row["unplaced"] == 1
    assert (snapshot.papers["published"].max() - row["first"]).days <= 21


def test_papers_of_a_term_are_those_of_each_stratum_and_week(monkeypatch):
    monkeypatch.setattr(emergences, "BLOCK", 700)  # several parts
    snapshot = made()
    ago, strata = emergences.weeks_ago(snapshot), coverage(snapshot).strata
    rows = np.flatnonzero(ago >= 0)[::2]
    found = emergences.weekly(snapshot, rows, ago)
    used = snapshot.terms.counts.toarray()[rows] > 0
    for term in (0, 7, 50):
        own = rows[used[:, found.column[term]]]
        told = found.of(term)
        assert told.sum() == len(own) > 0
        for week in range(found.weeks):
            for stratum in range(len(told)):
                assert told[stratum, week] == ((ago[own] == week) & (strata[own] == stratum)).sum()
        assert found.within(slice(3, 9))[term].tolist() == told[:, 3:9].sum(1).tolist()


@pytest.mark.parametrize("term", [0, 7])
def test_the_comparison_of_quarters_is_asked_for_each_week_after_a_call(term):
    snapshot = made(new_from=150)
    ago = emergences.weeks_ago(snapshot)
    found = emergences.weekly(snapshot, np.flatnonzero(ago >= 0), ago)
    counts, totals, days = found.of(list(found.column).index(term)), found.totals, float("nan")
    for later in range(20, -1, -1):  # week by week, as it is told
        now, before = slice(later, later + hindcast.FOLLOWING), slice(later + hindcast.FOLLOWING, later + 2 * hindcast.FOLLOWING)
        table = emergences.evidence(
            counts[None, :, now].sum(2), counts[None, :, before].sum(2), totals[:, now].sum(1), totals[:, before].sum(1)
        )
        if table["p"].iloc[0] < 0.001 and table["ratio"].iloc[0] > 1:
            days = 7.0 * (20 - later)
            break
    assert np.isnan(days) == (term == 0)
    assert hindcast._quarter_calls(counts, totals, 20) == pytest.approx(days, nan_ok=True)
    assert np.isnan(hindcast._quarter_calls(counts, 0 * totals, 20))


def test_earlier_calls_that_lasted_are_counted_as_held(tmp_path):
    snapshot = made(new_from=180)
    calls = hindcast.term_calls(snapshot)
    assert calls["name"].tolist() == ["term 7"]
    assert calls["held"].all()
    assert (calls["called"] - calls["first"]).dt.days.between(0, 35).all()
    publishing.publish(tmp_path, snapshot.papers, snapshot.topics, snapshot.themes, extra={"record_calls": calls})
    held = hindcast.calls_held(snapshots.load(tmp_path)).set_index("kind")
    assert held.loc["term", ["called", "held"]].tolist() == [1, 1]
    assert held.loc["term", "low"] < 0.5  # one call that held says little


def test_a_call_that_fell_back_is_not_counted_as_held():
    snapshot = made(new_from=180)
    ago = snapshot.days.max() - snapshot.days
    counts = snapshot.terms.counts.tolil()
    counts[:, 7] = 0
    counts[np.flatnonzero(ago // 7 == 20)[::4], 7] = 1  # one loud week, then nothing
    calls = hindcast.term_calls(dataclasses.replace(snapshot, _terms=Terms(sparse.csr_matrix(counts), snapshot.terms.words)))
    assert calls["name"].tolist() == ["term 7"]
    assert not calls["held"].any()


def test_a_growing_group_that_no_topic_holds_emerges_and_an_old_one_waits(tmp_path):
    snapshot = made()
    days = (snapshot.days.max() - snapshot.days).astype(int)
    ids = snapshot.papers["id"].to_numpy()
    fresh, old = ids[np.flatnonzero(days < 20)[:12]], ids[np.flatnonzero(days > 100)[:12]]
    waiting = pd.DataFrame({"candidate": [0, 1], "name": ["fresh", "old"], "words": [["f"], ["o"]], "papers": [12, 12],
                            "members": [fresh.tolist(), old.tolist()]})  # fmt: skip
    publishing.publish(tmp_path, snapshot.papers, snapshot.topics, snapshot.themes, extra={"candidates": waiting})
    now = snapshots.load(tmp_path)
    groups = emergence(now, np.arange(len(now))).groups.set_index("name")
    assert groups["call"].to_dict() == {"fresh": "emerging", "old": "waiting"}
    assert groups.loc["fresh", "papers_before"] == 0
    assert ids[groups.loc["old", "papers"]].tolist() == sorted(old, key=lambda i: now.row_of[i])
    some = np.flatnonzero(days < 20)
    assert set(emergence(now, some).groups["name"]) <= {"fresh"}


def test_without_terms_nothing_is_called():
    snapshot = corpus.make(list(range(100)), [0] * 100, ["cs.LG"] * 100)
    assert emergence(snapshot, np.arange(100)).terms.empty
