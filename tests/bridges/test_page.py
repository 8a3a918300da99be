"""The Bridges page and its figures: full, with nothing selected, with no data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from hub import demo, figures
from hub.bridges import field_by_field, tables, topic_by_field, topic_diversity
from hub.figures import bridges as drawn
from hub.storage import publishing
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from tests.ui.alone import alone

VIEWS = {"bridges": "", "ahead": "", "fields": "", "topics": "widely", "moving": "Methods that travel"}


@pytest.fixture(scope="module")
def home(planted: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bridges")
    corpus = Corpus(str(folder / "corpus"))
    corpus.upsert(demo.papers(until=date(2026, 6, 30)))
    papers = papers_frame(corpus)
    papers["topic"] = planted.papers["topic"].to_numpy()
    publishing.publish(folder, papers, planted.topics, planted.themes, vectors=np.asarray(planted.vectors), extra=tables(planted))
    return folder


def page(home: Path, monkeypatch: pytest.MonkeyPatch, view: str = "fields", chosen: Selection | None = None) -> AppTest:
    monkeypatch.setenv("HUB_HOME", str(home))
    app = alone("bridges")
    app.session_state["bridges.view"] = view
    if chosen:
        app.session_state["selection"] = chosen
    return app.run()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws(home: Path, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    app = page(home, monkeypatch, view)
    assert not app.exception
    shown = [element.value for element in [*app.subheader, *app.caption, *app.markdown]]
    if VIEWS[view]:
        assert any(VIEWS[view] in text for text in shown)
    if view == "moving":
        assert any("transport" in text and "since" in text for text in shown)


def test_nothing_selected_says_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(home, monkeypatch, chosen=Selection(since=date(2031, 1, 1)))
    assert not app.exception
    assert "No paper passes these filters together" in app.info[0].value


def test_no_data_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(tmp_path, monkeypatch)
    assert not app.exception
    assert app.info


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_carry_alt_text_and_lead_to_their_papers(planted: Snapshot, theme: figures.Theme) -> None:
    rows = np.arange(len(planted))
    topics, fields = topic_by_field(planted, rows), field_by_field(planted, rows)
    matrix = drawn.topic_matrix(topics, theme=theme)
    cells = {tuple(cell) for cell in matrix.data[-1].customdata}
    largest = topics.groupby("topic")["papers"].sum().nlargest(drawn.TOPICS_SHOWN).index
    wanted = topics[topics["topic"].isin(largest)]
    assert cells == set(zip(wanted["topic"], wanted["group"], strict=True))
    flow = drawn.flows(fields, theme=theme)
    assert sum(flow.data[0].link.value) == fields.nlargest(24, "linked")["linked"].sum()
    for fig in (
        matrix,
        flow,
        drawn.field_matrix(fields, theme=theme),
        drawn.diversity(topic_diversity(planted, rows), theme=theme),
    ):
        assert len(figures.alt(fig)) > 30


def test_figures_without_data_say_so() -> None:
    for draw in (drawn.topic_matrix, drawn.field_matrix, drawn.flows, drawn.diversity):
        assert figures.alt(draw(pd.DataFrame())).endswith(".")
