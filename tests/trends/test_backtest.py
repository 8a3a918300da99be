"""The back-test: it must not see the future, and must tell a rule that knows from one that guesses."""

import numpy as np
import pytest

from hub.errors import NotEnoughPapers
from hub.trends import backtest, outlook
from hub.trends.outlook import Months


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
    for rule in (*backtest.RULES.values(), outlook.features):
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
    p = backtest.bertrend_popularity(months)[0]
    assert p[:2].tolist() == [4, 7]
    assert p[2] == pytest.approx(7 * np.exp(-0.01))
    assert p[3] == pytest.approx(7 * np.exp(-0.01) * np.exp(-0.04))
    assert p[4] == pytest.approx(p[3] + 2)


def test_too_few_months_are_refused_with_what_to_do():
    with pytest.raises(NotEnoughPapers, match="11 complete months"):
        backtest.backtest(made(months=10))
