"""Naming by a language model, started from the Topics page: a real worker, a real server over HTTP, real refusals."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hub import llm
from hub.storage import snapshot
from hub.topics.naming import llm as llm_names
from hub.ui import i18n
from hub.worker import jobs
from tests.servers.llm import LlmServer, serving
from tests.topics.conftest import fitted_home
from tests.topics.test_llm_names import good

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted_home(tmp_path_factory.mktemp("to-name"), 180)


@pytest.fixture
def home(fitted: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(fitted, hub_home, dirs_exist_ok=True)
    monkeypatch.setenv("HUB_HOME", str(hub_home))
    return hub_home


def configured(monkeypatch: pytest.MonkeyPatch, server: LlmServer) -> None:
    for name, value in {
        "HUB_LLM_MODEL": "tester", "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-secret",
        "HUB_LLM_PRICE_IN": "1", "HUB_LLM_PRICE_OUT": "2",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def opened(lang: str = "en") -> AppTest:
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=120)
    app.session_state["topics.form"] = "outline"
    app.session_state["lang"] = lang
    return app.switch_page("../../pages/topics.py").run()


def words(app: AppTest) -> str:
    return "\n".join(e.value for kind in (app.markdown, app.caption, app.info, app.warning, app.error) for e in kind)


def started(app: AppTest, home: Path) -> jobs.Job:
    """Press both buttons and return the job once it came to its end."""
    app.button(key="topics.naming.ask").click().run()
    app.button(key="topics.naming.start").click().run()
    for _ in range(300):
        job = jobs.current(home)
        if job is not None and not job.at_work:
            return job
        time.sleep(0.2)
    raise AssertionError("the worker did not come to an end")


def test_without_a_model_there_is_nothing_to_press(home: Path) -> None:
    app = opened()
    assert not app.exception
    assert not [button for button in app.button if str(button.key).startswith("topics.naming")]


def test_the_cost_is_told_first_then_the_worker_names_and_the_page_says_what_came(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot.load(home)
    groups = len(before.topics) + len(before.themes) + len(before.subtopics)
    with serving(LlmServer(good)) as server:
        configured(monkeypatch, server)
        app = opened()
        assert not [button for button in app.button if button.key == "topics.naming.start"]
        app.button(key="topics.naming.ask").click().run()
        assert f"asked for {groups} names" in words(app)
        assert "cost about 0.00" in words(app)
        assert server.asked == []
        ended = started(app, home)
    assert ended.state == "done", (ended.error, (home / "worker.log").read_text())
    app.run()
    assert not app.exception
    named = snapshot.load(home)
    assert set(named.topics["named_by"]) == {"tester"}
    assert f"gave {groups} of {groups} names ({groups} in Chinese)" in words(app)
    assert str(groups) in app.toast[0].value
    assert not app.run().toast
    assert app.subheader[0].value.replace("\\", "") in named.topic_names.values()
    assert opened("zh").subheader[0].value.endswith("的研究")
    app.button(key="topics.naming.ask").click().run()
    assert "has a name by a model already" in words(app)
    app.toggle(key="topics.naming.anew").set_value(True).run()
    app.button(key="topics.naming.ask").click().run()
    assert f"asked for {groups} names" in words(app)


@pytest.mark.parametrize(("lang", "advice"), [("en", "check OPENAI_API_KEY"), ("zh", "请检查 OPENAI_API_KEY")])
def test_a_refusal_is_said_in_the_reader_s_language_and_without_the_key(
    home: Path, monkeypatch: pytest.MonkeyPatch, lang: str, advice: str
) -> None:
    before = snapshot.load(home).topic_names
    with serving(LlmServer(good, refusals=[401] * 9)) as server:
        configured(monkeypatch, server)
        app = opened(lang)
        assert started(app, home).state == "failed"
    app.run()
    assert not app.exception
    assert advice in app.error[0].value.replace("\\", "")
    assert "sk-secret" not in words(app)
    assert not app.warning  # the line of every page is for what gathers papers
    assert snapshot.load(home).topic_names == before
    assert app.button(key="topics.naming.ask")


def test_names_that_stay_out_are_counted_with_their_reasons(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(LlmServer(good, cut_after=150)) as server:
        configured(monkeypatch, server)
        app = opened("zh")
        ended = started(app, home)
    assert ended.state == "done", (ended.error, (home / "worker.log").read_text())
    app.run()
    assert "没有给出名称" in words(app)


def test_while_the_worker_is_at_work_nothing_can_be_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(LlmServer(good)) as server:
        configured(monkeypatch, server)
        app = opened()
        app.button(key="topics.naming.ask").click().run()
        with jobs.exclusive(home, "gather"):
            app.button(key="topics.naming.start").click().run()
            assert "worker is busy" in words(app) or "worker is at work" in words(app)
        assert server.asked == []


def test_what_the_model_s_client_and_the_checks_say_has_its_chinese_text() -> None:
    said = {*llm.REFUSED.values(), llm.OVER_BUDGET}
    group = llm_names.Group("t1", ("qubit",), "qubit", (), "", frozenset({"qubit"}))
    said |= {llm_names.checked(en, "", group, {"taken"})[1] for en in ("", "x" * 99, "<b>", "papers", "Taken", "Tuscany")}
    assert len(said) == 12
    assert sorted(said - i18n.catalogue("zh").keys()) == []
