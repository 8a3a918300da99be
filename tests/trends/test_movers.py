"""What rises and falls: the change that a call rests on, how sure it is, and a title that its data bear out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hub.figures.trends.movers import NAMED, message
from hub.figures.trends.movers import movers as drawn
from hub.trends import Trends, trends
from hub.trends.movers import LEAST_PAPERS, Sure, changes, movers
from tests.trends import corpus

UP, DOWN = {"emerging", "rising", "bursting"}, {"fading", "gone"}


@pytest.fixture(scope="module")
def found() -> Trends:
    made, _ = corpus.of_demo(0)
    return trends(made, np.arange(len(made)))


def test_calls_and_changes_never_contradict(found: Trends) -> None:
    told = found.table.drop(columns="by").join(changes(found.table))
    assert (told.loc[told["call"].isin(UP), "change"] > 1).all()
    assert (told.loc[told["call"].isin(DOWN), "change"] < 1).all()
    assert set(told.loc[told["call"] != "steady", "sure"]) == {Sure.SURE}
    assert Sure.SURE not in set(told.loc[told["call"] == "steady", "sure"])
    known = told[told["change"].notna() & np.isfinite(told["change"])]
    assert (known["low"] <= known["change"] * (1 + 1e-9)).all()
    assert (known["change"] <= known["high"] * (1 + 1e-9)).all()


def test_movers_are_the_surest_first_and_rest_on_enough_papers(found: Trends) -> None:
    table = movers(found, most=5)
    assert len(table) <= 10
    assert (table["papers_now"] + table["papers_before"] >= LEAST_PAPERS).all()
    for own in (table[table["change"] > 1], table[table["change"] < 1]):
        rank = own["sure"].map(list(Sure).index).to_numpy()
        assert (np.diff(rank) >= 0).all()
    assert table["change"].gt(1).to_numpy()[: int(table["change"].gt(1).sum())].all()


def test_the_title_names_only_what_surely_changed(found: Trends) -> None:
    table = movers(found)
    told = message(table)
    sure = table[table["sure"] == Sure.SURE]
    named = [*sure.loc[sure["change"] > 1, "name"].head(NAMED), *sure.loc[sure["change"] < 1, "name"].head(NAMED)]
    assert named
    assert all(name[:20] in told for name in named)
    assert not any(name in told for name in table.loc[table["sure"] != Sure.SURE, "name"])


def test_reshuffled_papers_move_no_topic_surely() -> None:
    made, _ = corpus.of_demo(0)
    order = np.random.default_rng(0).permutation(len(made))
    papers = made.papers.copy()
    for column in ("topic", "second", "subtopic"):
        papers[column] = papers[column].to_numpy()[order]
    table = movers(trends(replace(made, papers=papers), np.arange(len(made))))
    assert (table["sure"] == Sure.SURE).sum() <= 1
    assert "Surely" not in message(table[table["sure"] != Sure.SURE])


def test_nothing_to_compare_says_so_and_draws() -> None:
    none = pd.DataFrame(columns=["topic", "name", "change", "low", "high", "sure", "papers_now", "papers_before"])
    assert message(none) == "Nothing can be compared yet"
    assert drawn(none, np.zeros((0, 0)), []).layout.meta["alt"]
