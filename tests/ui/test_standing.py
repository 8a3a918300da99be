"""Papers that no longer stand: out of every count, and one choice away on the Papers page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hub.papers.model import Paper
from hub.papers.status import Status
from hub.settings import settings
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from tests.chinese import left_in_english
from tests.ui.test_pages import opened, words


@pytest.fixture
def marked(hub_home: Path) -> Path:
    """A hub with papers of which one was retracted, one withdrawn and one corrected."""
    one = Paper("doi:10.5555/a1", "Bees dance by night", "We show it.", ("Eva Lind",), date(2026, 3, 1), "Bee Letters")
    papers = [one, replace(one, id="doi:10.5555/a2", title="Wasps dance by day"),
              replace(one, id="doi:10.5555/a3", title="Garlic cures bees", kind="retracted", status=Status.RETRACTED),
              replace(one, id="doi:10.5555/a4", title="Onions cure bees", kind="retracted", status=Status.WITHDRAWN),
              replace(one, id="doi:10.5555/a5", title="Ants count steps", status=Status.CORRECTED)]  # fmt: skip
    corpus = Corpus(settings().corpus_path)
    corpus.upsert(papers)
    corpus.optimize()
    republish(hub_home, corpus)
    return hub_home


def told(app: AppTest) -> str:
    return "\n".join([words(app), *(link.proto.label for link in app.get("page_link"))])


def test_a_retracted_paper_is_hidden_until_it_is_asked_for(marked: Path) -> None:
    app = opened("papers")
    assert "Garlic" not in told(app) and "Ants count steps" in told(app)
    pills = next(group for group in app.button_group if group.key == "standing")
    assert list(pills.options) == ["retracted", "withdrawn", "under concern", "corrected"]
    pills.set_value(Status.RETRACTED).run()
    assert not app.exception
    said = told(app)
    assert "Garlic cures bees" in said and "red-badge" in said and "Onions" not in said and "Bees dance" not in said
    assert "left out of topics, trends, briefings and radars" in said
    app.button(key="papers.standing.off").click().run()
    assert not app.exception
    assert "Garlic" not in told(app) and "Bees dance by night" in told(app)


def test_a_selection_of_which_nothing_stands_still_shows_what_was_retracted(marked: Path) -> None:
    app = opened("papers", standing="withdrawn", q="onions")
    assert not app.exception
    assert "cure bees**" in told(app)


def test_the_choice_is_in_the_readers_language(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.ui.i18n.language", lambda: "zh")
    app = opened("papers", standing="corrected")
    assert not app.exception
    said = told(app)
    assert "Ants count steps" in said and "仅显示标记为" in said
    assert [line for line in left_in_english(said) if "mark" in line.lower()] == []
