"""Calls on corpora whose truth is known, and what must never be called."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from hub.storage.selection import Selection
from hub.trends import CALLS, select, trends
from hub.trends.rows import trend_rows
from tests.trends import corpus


def found(seed: int, planted: bool = True) -> pd.DataFrame:
    snapshot, truth = corpus.of_demo(seed, planted=planted)
    result = trends(snapshot, np.arange(len(snapshot)))
    table = result.table.set_index("topic").join(truth)
    table["burst_found"] = table.index.isin(result.bursts.loc[result.bursts["p"] < 0.05, "topic"])
    return table


def test_planted_courses_are_called_and_steady_ones_are_not():
    table = pd.concat([found(seed) for seed in range(2)])
    right = {
        "rise": table["call"].isin(["rising", "emerging", "bursting"]),
        "fade": table["call"].isin(["fading", "gone"]),
        "emerge": table["call"].isin(["emerging", "rising", "bursting"]),
        "burst": table["burst_found"],
    }
    hits = np.concatenate([ok[table["course"] == course] for course, ok in right.items()])
    assert hits.mean() >= 0.9
    called = table[table["call"] != "steady"]
    assert called["course"].isin(["steady", "cross"]).mean() <= 0.1


def test_nothing_is_called_where_nothing_is_planted():
    table = found(0, planted=False)
    assert (table["call"] != "steady").mean() <= 0.05


def test_a_source_that_stops_is_marked_and_no_trend():
    rng = np.random.default_rng(0)
    kept = pd.DataFrame({"day": rng.integers(0, 365, 8000), "field": "cs.CV", "topic": rng.integers(0, 20, 8000)})
    ends = pd.DataFrame({"day": rng.integers(40, 365, 8000), "field": "cs.CL", "topic": rng.integers(20, 40, 8000)})
    papers = pd.concat([kept, ends])
    snapshot = corpus.make(papers["day"], papers["topic"], papers["field"])
    result = trends(snapshot, np.arange(len(snapshot)))
    assert (result.table["call"] == "steady").all()
    stop = result.breaks[result.breaks["kind"].isin(["stop", "drop"]) & (result.breaks["stream"] == "arXiv (cs.CL)")]
    assert len(stop) == 1
    assert abs((stop["day"].iloc[0] - pd.Timestamp("2026-05-22")).days) <= 7
    last = result.series.share[20:, -1]
    assert np.isnan(last).all(), "June says nothing about topics of cs.CL alone"


def test_what_is_left_of_a_stopped_source_does_not_speak_for_its_topics():
    rng = np.random.default_rng(0)
    kept = pd.DataFrame({"day": rng.integers(0, 365, 9000), "field": "cs.CV", "topic": rng.integers(0, 20, 9000)})
    ends = pd.DataFrame({"day": rng.integers(100, 365, 3000), "field": "math.AP", "topic": 20})
    trickle = pd.DataFrame({"day": rng.integers(91, 182, 25), "field": "cs.CV", "topic": 20})
    papers = pd.concat([kept, ends, trickle])
    snapshot = corpus.make(papers["day"], papers["topic"], papers["field"])
    row = trends(snapshot, np.arange(len(snapshot))).table.set_index("topic").loc[20]
    assert row["call"] == "steady"
    assert "not covered" in row["why"]


def test_a_topic_that_doubles_inside_a_stopping_source_is_still_found():
    rng = np.random.default_rng(0)
    day = rng.integers(0, 365, 12_000)
    field = np.where(rng.random(12_000) < 0.5, "cs.CV", "cs.CL")
    keep = (field == "cs.CV") | (day > 40)
    topic = np.where(rng.random(12_000) < np.where(day < 91, 0.08, 0.04), 0, rng.integers(1, 25, 12_000))
    snapshot = corpus.make(day[keep], topic[keep], field[keep])
    table = trends(snapshot, np.arange(len(snapshot))).table.set_index("topic")
    assert table.loc[0, "call"] in ("rising", "bursting")
    assert 1.5 < table.loc[0, "ratio"] < 2.7


def test_a_new_topic_is_emerging_and_a_lost_one_is_gone():
    rng = np.random.default_rng(0)
    day = rng.integers(0, 365, 6000)
    topic = rng.integers(2, 30, 6000)
    topic[(day < 80) & (rng.random(6000) < 0.05)] = 0
    topic[(day > 120) & (rng.random(6000) < 0.05)] = 1
    snapshot = corpus.make(day, topic, ["cs.LG"] * 6000)
    calls = trends(snapshot, np.arange(len(snapshot))).table.set_index("topic")["call"]
    assert calls[0] == "emerging"
    assert calls[1] == "gone"
    assert set(calls) <= set(CALLS)


def test_the_order_of_papers_does_not_matter_and_shares_sum_to_one():
    snapshot, _ = corpus.of_demo(1)
    rows = np.arange(len(snapshot))
    one = trends(snapshot, rows)
    assert one.table["papers"].sum() == len(snapshot)
    assert np.allclose(one.series.papers.sum(0), one.series.totals)
    if len(one.breaks) == 0:
        assert np.allclose(np.nansum(one.series.share, axis=0), 1)


def test_text_and_topics_leave_what_shares_are_shares_of():
    snapshot, _ = corpus.of_demo(1)
    whole = select(snapshot, Selection()).table.set_index("topic")
    part = select(snapshot, Selection(topics=(3,))).table.set_index("topic")
    assert list(part.index) == [3]
    assert part.loc[3, "share_now"] == pytest.approx(whole.loc[3, "share_now"])


def test_levels_of_the_tree_keep_every_paper():
    snapshot, _ = corpus.of_demo(1)
    themes = trends(snapshot, np.arange(len(snapshot)), level=1)
    assert sorted(themes.table["topic"]) == [1000, 1001, 1002]
    assert themes.table["papers"].sum() == len(snapshot)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_too_few_papers_make_no_call(n):
    snapshot = corpus.make(list(range(n)), [0] * n, ["cs.CL"] * n)
    result = trends(snapshot, np.arange(n))
    assert (result.table["call"] == "steady").all()
    assert len(trend_rows(result)) == min(n, 1)


def test_the_incomplete_last_period_is_marked():
    snapshot = corpus.make(list(range(100)), [0] * 100, ["cs.CL"] * 100, until="2026-06-14")
    result = trends(snapshot, np.arange(100))
    assert result.periods.complete.tolist()[-2:] == [True, False]


def test_many_small_feeds_that_start_together_are_no_emerging_topic() -> None:
    rng = np.random.default_rng(0)
    old, per_feed, feeds = 6000, 24, 12
    days = np.r_[rng.integers(0, 400, old), rng.integers(0, 56, per_feed * feeds)]
    topics = np.r_[rng.integers(0, 10, old), np.full(per_feed * feeds, 10)]
    made = corpus.make(days, topics, ["cs.LG"] * old + ["econ"] * (per_feed * feeds))
    sources = pd.Series(["arXiv"] * old + [f"feed {i % feeds}" for i in range(per_feed * feeds)])
    number = made.papers["id"].str[1:].astype(int)
    made = dataclasses.replace(made, papers=made.papers.assign(source=pd.Categorical(sources.to_numpy()[number])))
    found = trends(made, np.arange(len(made)))
    assert set(found.table["call"]) == {"steady"}
    assert found.breaks["kind"].tolist() == ["start"] * feeds
