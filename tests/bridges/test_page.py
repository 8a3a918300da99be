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
from hub.bridges.forecast.published import COLUMNS
from hub.figures import bridges as drawn
from hub.storage import publishing
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot
from tests.bridges.test_cards import planted as carded
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


def test_cards_and_meetings_are_drawn_where_there_are_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = carded()
    ids = made.papers["id"].tolist()
    pairs = [("transport", "kind1"), ("optimal transport", "kind1"), ("transport", "kind2")]
    rows = [(a, b, "Physics", "Economics", 10, 9, 0.2 - 0.01 * n, ["matter"], ids[:2], ids[60:62], 3, pd.Timestamp("2026-02-28"))
            for n, (a, b) in enumerate(pairs)]  # fmt: skip
    extra = tables(made) | {"meetings": pd.DataFrame(rows, columns=list(COLUMNS))}
    topics = made.topics.assign(papers=60, parent=-1, x=0.0, y=0.0, words=[["matter"]] * 4)
    publishing.publish(tmp_path, made.papers, topics, made.themes, vectors=np.asarray(made.vectors), extra=extra)
    app = page(tmp_path, monkeypatch, "bridges")
    assert not app.exception
    assert any("Optimal transport" in element.value and "Topic 1" in element.value for element in app.markdown)
    app = page(tmp_path, monkeypatch, "ahead")
    assert not app.exception
    told = [element.value for element in app.markdown if "two papers or more" in element.value]
    assert sum("kind1" in text for text in told) == 1 and sum("kind2" in text for text in told) == 1
