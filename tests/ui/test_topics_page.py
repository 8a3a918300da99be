"""The Topics page as a reader uses it: its forms, the brush, what a mark on the map holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hub.figures import viewport
from hub.storage import snapshot
from hub.ui.topics.map import clamped, marked_rows
from hub.ui.topics.map_view import reported
from tests.figures.atlas import atlas_snapshot

ROOT = Path(__file__).resolve().parents[2]
D = date


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with three topics published."""
    made = atlas_snapshot(200)
    snapshot.publish(tmp_path, made.papers, made.topics, made.themes, vectors=made.vectors)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    monkeypatch.setenv("HUB_AUTO_START", "0")
    return tmp_path


def opened(**state: object) -> AppTest:
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=120)
    for key, value in state.items():
        app.session_state[key.replace("__", ".")] = value
    app.switch_page("../../pages/topics.py")
    return app.run()


@pytest.mark.parametrize("form", ["map", "treemap", "icicle", "outline"])
def test_each_form_shows_with_the_card_of_the_largest_topic(home: Path, form: str) -> None:
    app = opened(topics__form=form)
    assert not app.exception
    assert not app.error
    largest = snapshot.load(home).topics.sort_values("papers").iloc[-1]
    picked = app.selectbox(key="topics.topic")
    assert picked.value == largest["topic"]
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Papers"] == str(largest["papers"])


def test_another_topic_changes_the_card(home: Path) -> None:
    app = opened(topics__form="outline")
    app.selectbox(key="topics.topic").select(1).run()
    assert not app.exception
    assert "gene expression" in [sub.value for sub in app.subheader]
    assert "model, language" in "\n".join(m.value for m in app.markdown).replace("\\", "")


@pytest.mark.parametrize(
    ("brush", "before", "kept"),
    [
        (None, None, (D(2026, 1, 1), D(2026, 6, 1))),
        ((D(2026, 2, 1), D(2026, 3, 1)), (D(2026, 2, 1), D(2026, 3, 1)), (D(2026, 1, 1), D(2026, 6, 1))),
        ((D(2026, 2, 1), D(2026, 3, 1)), (D(2026, 1, 1), D(2026, 6, 1)), (D(2026, 2, 1), D(2026, 3, 1))),
        ((D(2025, 2, 1), D(2026, 3, 1)), (D(2025, 1, 1), D(2026, 6, 1)), (D(2026, 1, 1), D(2026, 3, 1))),
    ],
)
def test_the_brush_follows_the_selection_unless_the_reader_set_it(brush: object, before: object, kept: object) -> None:
    assert clamped(brush, before, (D(2026, 1, 1), D(2026, 6, 1))) == kept  # type: ignore[arg-type]


def test_a_mark_holds_all_papers_in_it_and_a_click_the_one_clicked() -> None:
    made = atlas_snapshot(200)
    rows = np.arange(200)
    box = {"selection": {"box": [{"x": [-1, 1], "y": [1, -1]}], "lasso": [], "points": []}}
    assert np.array_equal(marked_rows(made, rows, box), viewport.inside(made, rows, [-1, 1], [-1, 1]))
    click = {"selection": {"box": [], "lasso": [], "points": [{"customdata": [7]}, {"customdata": 3}, {"x": 0}]}}
    assert marked_rows(made, rows, click).tolist() == [3, 7]  # type: ignore[union-attr]
    assert marked_rows(made, rows, {"selection": {"box": [], "lasso": [], "points": []}}) is None


@pytest.mark.parametrize("view", [None, {}, {"x0": 1, "x1": 0, "y0": 0, "y1": 1, "width": 5, "height": 5}, {"x0": "a"}])
def test_a_view_that_makes_no_sense_is_not_used(view: object) -> None:
    st.session_state["test.view"] = type("State", (), {"view": view})()
    assert reported("test.view") is None
    st.session_state["test.view"] = type(
        "State", (), {"view": {"x0": 0, "x1": 1, "y0": 0, "y1": 1, "width": 300, "height": 200}}
    )()
    assert reported("test.view") == viewport.View(0, 1, 0, 1, 300, 200)
