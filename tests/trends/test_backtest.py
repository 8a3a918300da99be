"""The back-test: it must not see the future, and must tell a rule that knows from one that guesses."""

import numpy as np
import pandas as pd
import pytest

from hub.errors import NotEnoughPapers
from hub.trends import backtest, baselines, outlook
from hub.trends.forecast import forecast
from hub.trends.months import Months


def made(seed: int = 0, months: int = 20, topics: int = 120, moving: bool = True) -> Months:
    rng = np.random.default_rng(seed)
    drift = rng.normal(0, 0.25 if moving else 0.0, (topics, 1)) * np.arange(months) / 3
    rate = 8 * np.exp(np.clip(drift - drift.mean(), -3, 3))
    papers = rng.poisson(rate).astype(float)
    return Months(papers[:, None, :], papers.sum(0)[None, :], np.arange(topics) % 10)


def test_no_rule_sees_the_future():
    whole = made()
    origin = 12
    changed = Months(whole.papers.copy(), whole.totals.copy(), whole.parent)
    changed.papers[:, :, origin:] = changed.papers[::-1, :, origin:]
    for rule in (*backtest.RULES.values(), lambda known: outlook.outlook(known).rank):
        assert np.array_equal(rule(whole.until(origin)), rule(changed.until(origin)))


def test_what_a_rank_rests_on_at_an_origin_does_not_change_with_later_months():
    whole = made()
    short, long = backtest.backtest(whole.until(14)), backtest.backtest(whole)
    early = long.picks[long.picks["origin"] <= 11].reset_index(drop=True)
    assert short.picks["score"].to_numpy() == pytest.approx(early["score"].to_numpy())


def test_the_outlook_beats_chance_and_says_how_sure_it_is():
    record = backtest.backtest(made())
    table = record.table.set_index("rule")
    assert table.loc["outlook", "a"] > table.loc["chance", "a_high"]
    assert (record.calibration["stated"] - record.calibration["true"]).abs().mean() < 0.1


def test_without_any_movement_the_other_half_of_papers_leaves_nothing_to_find():
    first, second = backtest.halves(made(moving=False))
    record = backtest.backtest(first, judge=second)
    table = record.table.set_index("rule")
    assert table.loc["outlook", "a_low"] <= record.base_a <= table.loc["outlook", "a_high"]
    assert table.loc["last/previous ratio", "b_low"] <= record.base_b <= table.loc["last/previous ratio", "b_high"]


def test_halves_deal_out_every_paper_once():
    whole = made()
    first, second = backtest.halves(whole)
    assert np.array_equal(first.papers + second.papers, whole.papers)
    assert np.array_equal(first.totals + second.totals, whole.totals)
    assert min(first.papers.min(), second.papers.min()) >= 0


def test_bertrend_popularity_adds_and_decays():
    counts = np.array([[4.0, 3.0, 0.0, 0.0, 2.0]])
    months = Months(counts[:, None, :], np.full((1, 5), 10.0), np.zeros(1, int))
    p = baselines.bertrend_popularity(months)[0]
    assert p[:2].tolist() == [4, 7]
    assert p[2] == pytest.approx(7 * np.exp(-0.01))
    assert p[3] == pytest.approx(7 * np.exp(-0.01) * np.exp(-0.04))
    assert p[4] == pytest.approx(p[3] + 2)


def test_too_few_months_are_refused_with_what_to_do():
    with pytest.raises(NotEnoughPapers, match="11 complete months"):
        backtest.backtest(made(months=10))


def test_a_small_topic_is_drawn_towards_no_change_and_a_large_one_is_believed():
    months = 18
    rise = np.exp(np.linspace(0, 1.2, months))
    rng = np.random.default_rng(0)
    steady = rng.poisson(20, (80, months)).astype(float)
    papers = np.vstack([np.round(1.5 * rise), np.round(60 * rise), steady])
    expected = np.tile(papers.mean(1, keepdims=True), months)
    found = forecast(papers, expected, np.ones(len(papers)), 3)
    coming = (found.mean * found.weight).sum(1)
    assert 0 < coming[0] < coming[1]
    assert coming[1] == pytest.approx(np.log(rise[-1] / rise.mean()), abs=0.25)
    assert np.abs(coming[2:]).mean() < 0.1


def test_chances_of_more_papers_are_those_of_poisson_when_nothing_moves():
    rng = np.random.default_rng(1)
    papers = rng.poisson(30, (200, 24)).astype(float)
    found = forecast(papers, np.full(papers.shape, 30.0), np.ones(200), 3)
    chance = found.chance_above(np.full(200, 90.0), np.full(200, 90.0), np.ones(200))
    assert chance.mean() == pytest.approx(0.5, abs=0.05)
    assert (found.chance_above(np.full(200, 150.0), np.full(200, 90.0), np.ones(200)) < 0.05).all()


def test_the_interval_of_many_origins_of_one_topic_is_wider_than_that_of_many_topics():
    origins = np.repeat(np.arange(10), 10)
    one = pd.DataFrame({"topic": np.tile(np.arange(10), 10), "origin": origins})
    many = pd.DataFrame({"topic": np.arange(100), "origin": origins})
    values = (np.arange(100) % 10 < 5).astype(float)
    width = [high - low for low, high in (backtest._interval(frame, values) for frame in (one, many))]
    assert width[0] > 1.5 * width[1]
