"""A reader's test: the sentence in each figure's title is borne out by its data, also when they are shuffled, or is not there."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from hub import figures
from hub.figures.trends.compared import better
from hub.figures.trends.events import strongest
from hub.figures.trends.over_time import bump, grown, small_multiples
from hub.figures.trends.parts import percent
from hub.figures.trends.sides import message, two_sides
from hub.storage.selection import Selection
from hub.trends import two, views
from hub.trends.movers import Sure
from tests.trends import corpus

SEEDS = range(8)


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    made, _ = corpus.of_demo(0)
    return views.series_table(views.trends_of(made, np.arange(len(made)), chosen=Selection()))


def shuffled(table: pd.DataFrame, columns: list[str], seed: int) -> pd.DataFrame:
    """Return a table whose rows have swapped these of their columns."""
    order = np.random.default_rng(seed).permutation(len(table))
    return table.assign(**{column: table[column].to_numpy()[order] for column in columns})


@pytest.mark.parametrize("seed", SEEDS)
def test_what_changed_most_did(series: pd.DataFrame, seed: int) -> None:
    table = shuffled(series, ["shrunk", "low", "high", "share", "papers"], seed) if seed else series
    told = grown(table)
    assert figures.told(small_multiples(table, {}, pd.DataFrame({"day": pd.to_datetime([])}))) == told
    apart = {}
    for name, own in table[table["complete"] & table["low"].notna()].sort_values("start").groupby("name"):
        first, last = own.iloc[0], own.iloc[-1]
        if last["low"] > first["high"] or last["high"] < first["low"]:
            apart[name] = abs(np.log(last["shrunk"] / first["shrunk"])), percent(first["shrunk"]), percent(last["shrunk"])
    if not apart:
        assert told == ""
        return
    most = max(apart, key=lambda name: apart[name][0])
    assert told == f"{most} changed most: from {apart[most][1]} to {apart[most][2]} of the papers"


def test_no_change_is_told_where_nothing_moved(series: pd.DataFrame) -> None:
    assert grown(series.assign(shrunk=0.01, low=0.005, high=0.02)) == ""
    assert grown(series.iloc[:0]) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_who_leads_does_and_so_long(series: pd.DataFrame, seed: int) -> None:
    ranks = views.ranks(shuffled(series, ["shrunk", "share", "papers"], seed) if seed else series)
    told = figures.told(bump(ranks, pd.DataFrame({"day": pd.to_datetime([])})))
    whole = ranks[ranks["complete"] & ranks["rank"].notna()]
    lead = [own.loc[own["rank"] == own["rank"].min(), "name"].tolist() for _start, own in whole.groupby("start")]
    if len(lead[-1]) > 1:
        assert told == ""
        return
    if found := re.fullmatch("(.+) has the largest share in the last period", told):
        assert [found[1]] == lead[-1]
        assert found[1] not in lead[-2]
        return
    name, held, n = re.fullmatch(r"(.+) has the largest share, for (\d+) of (\d+) periods without a break", told).groups()  # type: ignore[union-attr]
    assert [name] == lead[-1]
    assert int(n) == len(lead)
    assert all(name in names for names in lead[-int(held) :])
    assert int(held) == len(lead) or name not in lead[-int(held) - 1]


def test_the_strongest_burst_is_alone() -> None:
    day = pd.to_datetime(["2026-01-01", "2026-02-01"])
    bursts = pd.DataFrame({"name": ["a", "b"], "weight": [3.0, 5.0], "since": day, "until": day + pd.Timedelta(days=6)})
    assert strongest(bursts) == "The strongest burst is b, from 2026-02-01 to 2026-02-07"
    assert strongest(bursts.assign(weight=[5.0, 3.0])) == "The strongest burst is a, from 2026-01-01 to 2026-01-07"
    assert strongest(bursts.assign(weight=4.0)) == ""
    assert strongest(bursts.iloc[:0]) == ""


@pytest.mark.parametrize(
    ("low", "high", "told"), [(0.4, 0.7, "grew more often than others (55 % against 20 %)"), (0.1, 0.7, ""), (0.0, 0.1, "less")]
)
def test_the_record_praises_nothing_that_chance_explains(low: float, high: float, told: str) -> None:
    row = {"rule": "outlook", "a": 0.55, "a_low": low, "a_high": high, "b": 0.5, "b_low": 0.3, "b_high": 0.7}
    said = better(pd.DataFrame([row, {**row, "rule": "chance", "a_low": 0.9}]), 0.2, 0.5)
    assert told in said
    assert bool(said) == bool(told)


@pytest.fixture(scope="module")
def sides() -> pd.DataFrame:
    made, _ = corpus.of_demo(0)
    fields = made.papers["field"].astype(str)
    one, other = (np.flatnonzero(fields == name) for name in fields.value_counts().index[:2])
    return two.compare(made, one, other)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_one_side_has_more_of_it_has(sides: pd.DataFrame, seed: int) -> None:
    table = shuffled(sides, ["name"], seed) if seed else sides
    told = message(table, "One", "Other")
    fig = two_sides(table, "One", "Other")
    assert figures.told(fig) == told
    assert fig.layout.yaxis.ticks == "outside" and fig.layout.yaxis.ticklen > fig.data[0].marker.size / 2  # covers no name
    found = re.findall(r"(One|Other) has more of (.+?) \(([\d.]+) % against ([\d.]+) %\)", told)
    sure = table[table["sure"] == Sure.SURE]
    assert len(found) == int((sure["ratio"] > 1).any()) + int((sure["ratio"] < 1).any())
    for side, name, mine, theirs in found:
        row = sure.set_index("name").loc[name]
        more, less = (row["share_one"], row["share_other"])[:: 1 if side == "One" else -1]
        assert more > less
        assert (percent(more), percent(less)) == (f"{mine} %", f"{theirs} %")


def test_halves_dealt_by_lot_do_not_differ() -> None:
    made, _ = corpus.of_demo(0)
    for seed in SEEDS:
        half = np.random.default_rng(seed).random(len(made)) < 0.5
        table = two.compare(made, np.flatnonzero(half), np.flatnonzero(~half))
        assert message(table, "One", "Other") == ""
        assert (table["low"] <= table["ratio"]).all()
        assert (table["ratio"] <= table["high"]).all()


def test_the_two_sides_may_be_swapped(sides: pd.DataFrame) -> None:
    made, _ = corpus.of_demo(0)
    fields = made.papers["field"].astype(str)
    one, other = (np.flatnonzero(fields == name) for name in fields.value_counts().index[:2])
    back = two.compare(made, other, one).set_index("topic").loc[sides["topic"]]
    assert np.allclose(back["share_one"], sides["share_other"])
    finite = np.isfinite(sides["ratio"]) & (sides["ratio"] > 0)
    assert np.allclose(1 / back["ratio"][finite.to_numpy()], sides["ratio"][finite])
    assert np.allclose(back["q"], sides["q"])


def test_a_share_is_what_it_is_within_what_both_have() -> None:
    days = [10] * 30 + [40] * 10 + [100] * 50
    made = corpus.make(
        days, [0] * 10 + [1] * 20 + [0] * 5 + [1] * 5 + [0] * 50, ["a"] * 20 + ["b"] * 10 + ["a", "b"] * 5 + ["a"] * 50
    )
    field = made.papers["field"].astype(str).to_numpy()
    table = two.compare(made, np.flatnonzero(field == "a"), np.flatnonzero(field == "b")).set_index("topic")
    months = made.days.astype("datetime64[D]").astype("datetime64[M]")
    common = [m for m in np.unique(months) if {"a", "b"} <= set(field[months == m])]
    inside = np.isin(months, common)
    topic = made.papers["topic"].to_numpy()
    assert table["papers_one"].sum() + table["papers_other"].sum() == inside.sum()
    weight = np.array(
        [1 / (1 / ((months == m) & (field == "a")).sum() + 1 / ((months == m) & (field == "b")).sum()) for m in common]
    )
    for side, column in (("a", "share_one"), ("b", "share_other")):
        shares = np.array([(topic[(months == m) & (field == side)] == 0).mean() for m in common])
        assert table.loc[0, column] == pytest.approx((weight * shares).sum() / weight.sum())


def test_papers_of_both_sides_count_on_neither() -> None:
    made, _ = corpus.of_demo(0)
    everything = np.arange(len(made))
    assert not len(two.compare(made, everything, everything))
    half = everything[: len(made) // 2]
    alone = two.compare(made, half, everything[len(made) // 2 :])
    assert two.compare(made, half, everything).equals(two.compare(made, half[:0], everything[len(made) // 2 :]))
    assert len(alone)
