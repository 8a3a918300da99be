"""The briefing's panel and the Briefings page, run by Streamlit's own test harness."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hub import briefing
from hub.briefing import Briefing, Request, Store
from hub.storage.selection import Selection
from tests.briefing.conftest import Hub
from tests.briefing.test_extractive import written
from tests.servers.llm import LlmServer, honest

PAGE = Path(__file__).resolve().parents[2] / "pages" / "briefings.py"


def panel() -> None:
    import streamlit as st

    from hub.storage.selection import Selection
    from hub.ui.briefings import sidebar

    st.session_state["selection"] = st.session_state.get("test.selection", Selection())
    bar, desk = st.container(), st.container()
    sidebar.panel(st.sidebar.container(), bar, desk)


@pytest.fixture
def home(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HUB_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUB_HOME", str(hub.home))
    return hub


def ran(app: AppTest) -> AppTest:
    app.run(timeout=60)
    assert not app.exception, app.exception
    return app


def test_the_button_writes_a_briefing_and_offers_it_as_markdown(home: Hub) -> None:
    app = ran(AppTest.from_function(panel))
    assert "Reads 48 of 60 papers" in " ".join(c.value for c in app.caption)
    app.button(key="briefing.write").click()
    ran(app)
    shown = " ".join(m.value for m in app.markdown)
    assert "## What is new" in shown and "## References" in shown and "-badge[" not in shown
    assert len(Store(home.home).search()) == 1
    assert app.get("download_button")


def test_the_panel_with_a_model_says_the_price_and_shows_who_wrote(
    home: Hub, llm: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("OPENAI_BASE_URL", llm.url), ("HUB_LLM_MODEL", "test-model"), ("OPENAI_API_KEY", "sk-very-secret"),
                        ("HUB_LLM_PRICE_IN", "1"), ("HUB_LLM_PRICE_OUT", "2")):  # fmt: skip
        monkeypatch.setenv(name, value)
    app = ran(AppTest.from_function(panel))
    assert "Up to 0.0" in " ".join(c.value for c in app.caption)
    app.button(key="briefing.write").click()
    ran(app)
    assert "Written by test-model" in [c.value for c in app.caption]
    assert "sk-very-secret" not in str(app)


def test_a_refusing_server_leaves_an_extractive_briefing(home: Hub, llm: LlmServer, monkeypatch: pytest.MonkeyPatch) -> None:
    llm.refusals = [401]
    for name, value in (("OPENAI_BASE_URL", llm.url), ("HUB_LLM_MODEL", "m"), ("OPENAI_API_KEY", "sk-very-secret")):
        monkeypatch.setenv(name, value)
    app = ran(AppTest.from_function(panel))
    app.button(key="briefing.write").click()
    ran(app)
    assert any("status 401" in m.value for m in app.markdown)


def test_an_empty_selection_says_so(home: Hub) -> None:
    app = AppTest.from_function(panel)
    app.session_state["test.selection"] = Selection(sources=("Nature",))
    ran(app)
    assert not app.button
    assert "Select some papers" in app.caption[0].value


def test_the_page_without_briefings_says_where_to_write_one(home: Hub) -> None:
    app = ran(AppTest.from_file(str(PAGE)))
    assert "“Write briefing” above" in app.info[0].value


def test_the_page_shows_text_ledger_and_comparison(home: Hub) -> None:
    first, second = written(home, Request()), written(home, Request(Selection(fields=("cs",))))
    app = ran(AppTest.from_file(str(PAGE)))
    assert len(app.selectbox(key="briefings.one").options) == 2
    assert any("## References" in m.value for m in app.markdown)
    app.session_state["briefings.view"] = "ledger"
    ran(app)
    assert len(app.expander) == len(second.ledger)
    app.session_state["briefings.view"] = "compare"
    ran(app)
    assert {m.label for m in app.metric} == {"Papers selected", "Cited in both", "Newly cited", "No longer cited"}
    app.text_input(key="briefings.query").input("dependency parsers rust")
    ran(app)
    assert len(app.selectbox(key="briefings.one").options) == 1
    assert first.key != second.key


def test_a_briefing_written_again_on_the_same_papers_is_the_same(home: Hub) -> None:
    written(home, Request())
    app = ran(AppTest.from_file(str(PAGE)))
    app.button(key="briefings.again").click()
    ran(app)
    assert any("Nothing has changed" in i.value for i in app.info)
    assert len(Store(home.home).search()) == 1


def test_a_deleted_briefing_is_gone(home: Hub) -> None:
    written(home, Request())
    app = ran(AppTest.from_file(str(PAGE)))
    app.button(key="briefings.delete").click()
    ran(app)
    assert Store(home.home).search() == []


def test_the_request_of_a_kept_briefing_comes_back_whole(home: Hub) -> None:
    from datetime import date

    from hub.ui.briefings.page import request_of

    asked = Request(
        Selection(("arXiv",), ("cs",), date(2026, 1, 1), date(2026, 12, 1), (2, 5), "treatment"), "Why?", "zh", "short", seed=4
    )
    made = written(home, asked)
    assert isinstance(Store(home.home).load(made.key), Briefing)
    assert request_of(Store(home.home).load(made.key)) == asked
    assert briefing.changes(made, made).diff == ""


def test_an_extractive_briefing_wears_no_badge_and_a_written_one_says_who_judged(
    home: Hub, llm: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("OPENAI_BASE_URL", llm.url), ("HUB_LLM_MODEL", "test-model"), ("OPENAI_API_KEY", "sk-very-secret")):
        monkeypatch.setenv(name, value)
    pieces = list(briefing.write(Request(length="short"), home.snapshot, home.corpus, home.settings(llm.url)))
    made = pieces[-1]
    assert isinstance(made, Briefing) and made.checker and 0.4 < made.checker_score < 1.0
    app = ran(AppTest.from_file(str(PAGE)))
    shown = " ".join(m.value for m in app.markdown)
    assert "green-badge[supported 24]" in shown
    assert f"Verdicts by: {made.checker}." in shown and "balanced accuracy" in shown
    app.text_input(key="briefings.change").input("shorter")
    ran(app)
    app.button(key="briefings.edit").click()
    ran(app)
    assert any("this is what changed" in s.value for s in app.success)
    assert {b.parent for b in Store(home.home).search()} == {"", made.key}


def test_what_the_checkers_differ_on_stands_alone_and_the_price_stands_before_each_click(
    home: Hub, llm: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("OPENAI_BASE_URL", llm.url), ("HUB_LLM_MODEL", "test-model"), ("OPENAI_API_KEY", "sk-very-secret"),
                        ("HUB_LLM_PRICE_IN", "1"), ("HUB_LLM_PRICE_OUT", "2")):  # fmt: skip
        monkeypatch.setenv(name, value)
    llm.script = lambda messages: honest(messages).replace("2. SUPPORTED", "2. PARTLY")
    *_, made = briefing.write(Request(length="short"), home.snapshot, home.corpus, home.settings(llm.url))
    assert isinstance(made, Briefing)
    app = ran(AppTest.from_file(str(PAGE)))
    prices = [c.value for c in app.caption if "tokens in" in c.value]
    assert len(prices) == 2 and all("Up to 0." in said for said in prices)
    app.session_state["briefings.view"] = "ledger"
    ran(app)
    assert len(app.expander) == len(made.ledger)
    app.toggle(key="briefings.disputed").set_value(True)
    ran(app)
    assert 0 < len(app.expander) == sum(e.disputed for e in made.ledger) < len(made.ledger)
    assert all("the checkers disagree" in e.note for e in made.ledger if e.disputed)
