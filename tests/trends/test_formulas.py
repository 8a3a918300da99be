"""The formulas against the values of ../shared/FORMULAS.md, and against the libraries that have them one series at a time."""

import numpy as np
import pymannkendall
import pytest
from scipy import stats

from hub.stats import mann_kendall, rates
from hub.trends import burst


def test_rate_ratio_of_two_windows():
    w = rates.windows([[14]], [[20]], [2000], [6000])
    assert round(float(w.share_now[0] / w.share_before[0]), 2) == 2.10
    assert round(float(rates.p_more(w)[0]), 4) == 0.0281
    low, high = rates.interval(w)
    exact = stats.binomtest(14, 34, 0.25).proportion_ci(0.95, "exact")
    odds = 6000 / 2000
    assert low[0] == pytest.approx(exact.low / (1 - exact.low) * odds)
    assert high[0] == pytest.approx(exact.high / (1 - exact.high) * odds)


def test_q_values():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    assert rates.q_values(p).round(4).tolist() == [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0846, 0.205]


def test_mann_kendall_and_sen():
    z, p, slope = mann_kendall.mann_kendall([[3, 4, 6, 5, 8, 9, 12, 15]])
    assert (round(z[0], 3), round(p[0], 5), slope[0]) == (3.093, 0.00198, 1.55)


def test_mann_kendall_of_many_is_that_of_each():
    series = np.random.default_rng(0).poisson(3, (12, 20))  # ties and zeros in plenty
    z, p, slope = mann_kendall.mann_kendall(series)
    for i, one in enumerate(series):
        expected = pymannkendall.original_test(one)
        assert (z[i], p[i], slope[i]) == pytest.approx((expected.z, expected.p, expected.slope))


def test_kleinberg_burst():
    states, saved = burst.burst_states([[2, 3, 2, 3, 12, 14, 11, 3]], [100] * 8)
    assert states.astype(int).tolist() == [[0, 0, 0, 0, 1, 1, 1, 0]]
    found = burst.bursts(states, saved)
    assert (found.first[0], found.last[0], round(float(found.weight[0]), 3)) == (4, 6, 7.501)


def test_burst_path_is_the_cheapest_of_all():
    rng = np.random.default_rng(1)
    r, d = rng.poisson(4, (5, 8)), np.full(8, 60)
    states, saved = burst.burst_states(r, d)
    for i in range(5):
        paths = (np.arange(256)[:, None] >> np.arange(8)) & 1
        climbs = (np.diff(np.pad(paths, ((0, 0), (1, 0))), axis=1) == 1).sum(1)
        costs = climbs * np.log(8) - paths @ saved[i]
        assert costs.min() == pytest.approx((np.diff(np.r_[0, states[i]]) == 1).sum() * np.log(8) - saved[i][states[i]].sum())


def test_beta_binomial_is_the_binomial_without_excess():
    w = rates.windows([[14]], [[20]], [2000], [6000])
    assert rates.p_more(w, 1.0011)[0] == pytest.approx(rates.p_more(w)[0], abs=1e-3)
    assert rates.p_more(w, 2.0)[0] > 2 * rates.p_more(w)[0]


@pytest.mark.parametrize("excess", [1.5, 3.0])
def test_over_dispersed_counts_do_not_make_growth(excess):
    rng = np.random.default_rng(2)
    mean = 30.0
    weekly = rng.negative_binomial(mean / 13 / (excess - 1), 1 / excess, (4000, 26)).astype(float)
    spread = rates.dispersion(weekly, np.full(weekly.shape, mean / 13))
    assert spread.mean() == pytest.approx(excess, rel=0.1)
    w = rates.windows(weekly[:, 13:].sum(1)[:, None], weekly[:, :13].sum(1)[:, None], [1000], [1000])
    assert (rates.p_more(w, spread) < 0.05).mean() <= 0.06
    assert (rates.p_more(w, 1.0) < 0.05).mean() > 0.07  # what the plain test would call


def test_a_stratum_of_one_window_says_nothing():
    k1, k0 = [[20, 90]], [[10, 0]]
    alone = rates.windows([[20]], [[10]], [1000], [1000])
    both = rates.windows(k1, k0, [1000, 500], [1000, 0])
    assert both.share_now[0] == alone.share_now[0]
    assert rates.p_more(both)[0] == rates.p_more(alone)[0]
    nothing = rates.windows([[5]], [[0]], [100], [0])
    assert np.isnan(nothing.share_now[0])
    assert rates.p_more(nothing)[0] == 1


def test_topics_with_windows_of_their_own_are_compared_as_one_by_one():
    random = np.random.default_rng(0)
    k1, k0 = random.integers(0, 30, (2, 6, 3))
    n1, n0 = k1 + random.integers(0, 900, (6, 3)), k0 + random.integers(0, 900, (6, 3))
    n0[2, 1] = k0[2, 1] = 0  # a stratum that this topic's window before does not have
    together = rates.windows(k1, k0, n1, n0)
    for row in range(6):
        alone = rates.windows(k1[[row]], k0[[row]], n1[row], n0[row])
        assert rates.p_more(together)[row] == pytest.approx(rates.p_more(alone)[0], rel=1e-12)
        assert together.share_now[row] / together.share_before[row] == pytest.approx(alone.share_now[0] / alone.share_before[0])


def test_a_stream_that_grows_is_no_growth_of_its_topics():
    w = rates.windows([[200, 10]], [[20, 10]], [10_000, 1000], [1000, 1000])  # shares 2 % and 1 % all the time
    assert w.share_now[0] == pytest.approx(w.share_before[0])
    assert rates.p_more(w)[0] > 0.4
