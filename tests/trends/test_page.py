"""The Trends page: full, with an empty selection, with no data; and what its figures say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hub import figures
from hub.figures import trends as drawn
from hub.storage import publishing
from hub.storage.selection import Selection
from hub.trends import hindcast, trends, views
from hub.trends.backtest import backtest, months_of
from hub.trends.movers import movers
from hub.ui.trends.page import picked_row
from tests.trends import corpus
from tests.ui.alone import alone

VIEWS = ("multiples", "bump", "terms", "record")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    made, _ = corpus.of_demo(0)
    record = backtest(months_of(made)[0])
    about = {"base_a": record.base_a, "base_b": record.base_b, "origins": record.origins, "topics": 9}
    tables = {
        **hindcast.tables(made),
        "record": record.table.assign(**about, until=made.papers["published"].min()),
        "record_calibration": record.calibration,
    }
    publishing.publish(folder, made.papers, made.topics, made.themes, extra=tables)
    return folder


def run(home: Path, monkeypatch: pytest.MonkeyPatch, chosen: Selection | None = None, view: str = "multiples") -> AppTest:
    monkeypatch.setenv("HUB_HOME", str(home))
    app = alone("trends")
    app.session_state["selection"] = chosen or Selection()
    app.session_state["trends.view"] = view
    return app.run()


@pytest.mark.parametrize("view", VIEWS)
def test_every_figure_is_drawn(home: Path, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    page = run(home, monkeypatch, view=view)
    assert not page.exception
    assert page.title[0].value == "Trends"
    assert "emerging" in set(page.dataframe[0].value["call"])


def clicked(row: int, column: str) -> dict[str, object]:
    return {"selection": {"rows": [], "columns": [], "cells": [(row, column)]}}


def test_a_click_on_a_cell_opens_the_papers_of_its_topic(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(home))
    app = alone("trends")
    app.session_state["selection"], app.session_state["trends.table"] = Selection(), clicked(1, "why")
    page = app.run()
    assert not page.exception
    ranking = next(shown.value for shown in page.dataframe if "ratio" in shown.value)
    assert f"Papers of {ranking['name'].iloc[1]}" in [heading.value for heading in page.subheader]


def what_emerges() -> None:
    """The tables of a page on which a group and a term emerge."""
    from datetime import date

    import pandas as pd
    import streamlit as st

    from hub.trends.emergence import Emergence
    from hub.ui.trends.tables import emerging

    row = {
        "term": "a term",
        "name": "a group",
        "papers": [2, 0],
        "unplaced": 0.0,
        "words": ["a"],
        "call": "emerging",
        "members": 2,
    }
    row |= {"papers_now": 2, "papers_before": 0, "ratio": 2.0, "ratio_low": 1.0, "q": 0.01, "first": date(2026, 1, 1)}
    picked = emerging(Emergence(pd.DataFrame([row]), pd.DataFrame([row])), pd.DataFrame(columns=["kind"]))
    st.text(f"{picked.name}: {picked.rows.tolist()}" if picked else "nothing")


@pytest.mark.parametrize(
    ("key", "told"), [("trends.groups", "a group: [0, 2]"), ("trends.terms", "a term: [0, 2]"), ("none", "nothing")]
)
def test_a_click_on_what_emerges_picks_its_papers(key: str, told: str) -> None:
    app = AppTest.from_function(what_emerges)
    app.session_state[key] = clicked(0, "ratio")
    page = app.run()
    assert not page.exception
    assert page.text[0].value == told


def test_an_empty_selection_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(home, monkeypatch, Selection(since=date(1990, 1, 1), until=date(1990, 2, 1)))
    assert not page.exception
    assert "No paper passes these filters together" in page.info[0].value


def test_no_data_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(tmp_path, monkeypatch)
    assert not page.exception
    assert "There are no papers yet" in page.info[0].value


def test_every_figure_has_words_for_those_who_do_not_see_it() -> None:
    made, _ = corpus.of_demo(0)
    rows = np.arange(len(made))
    found = trends(made, rows)
    series = views.series_table(found)
    record = backtest(months_of(made)[0])
    calls = dict(zip(found.table["topic"], found.table["call"], strict=True))
    for fig in (
        drawn.small_multiples(series, calls, found.breaks),
        drawn.bump(views.ranks(series), found.breaks),
        drawn.movers(movers(found), found.series.share[movers(found)["row"]], list(found.periods.dates)),
        drawn.burst_timeline(found.bursts, found.breaks),
        drawn.precision(record.table, record.base_a, record.base_b, {}),
    ):
        assert figures.alt(fig)


def test_intervals_hold_the_share_and_narrow_with_papers() -> None:
    made, _ = corpus.of_demo(0)
    small = views.series_table(trends(made, np.arange(len(made))))
    assert (small["low"] <= small["shrunk"]).all()
    assert (small["shrunk"] <= small["high"]).all()
    large, _ = corpus.of_demo(0, count=6000)
    wide = (small["high"] - small["low"]).mean()
    assert (lambda s: (s["high"] - s["low"]).mean())(views.series_table(trends(large, np.arange(len(large))))) < wide


@pytest.mark.parametrize(
    ("selection", "row"),
    [
        ({"rows": [], "columns": [], "cells": [(2, "name")]}, 2),
        ({"rows": [1], "columns": [], "cells": []}, 1),
        ({"rows": [1], "columns": [], "cells": [(2, "name")]}, 2),
        ({"rows": [], "columns": [], "cells": []}, None),
        ({"rows": [7], "columns": [], "cells": []}, None),
    ],
)
def test_a_click_on_any_cell_picks_its_row(selection: dict[str, object], row: int | None) -> None:
    assert picked_row({"selection": selection}, length=5) == row
