"""Every page, run as a reader would: full, with a selection that matches nothing, and with no data at all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))


def opened(page: str, **query: str | list[str]) -> AppTest:
    """Return the app after the reader has opened ``page`` with ``query`` in the address."""
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"../../pages/{page}.py")
    return app.run()


def counted(app: AppTest) -> int:
    """Return how many papers the bar says are selected."""
    said = next(m.value for m in app.markdown if re.match(r"\*\*[\d,]+ (papers?|篇论文)", m.value))
    return int(re.sub(r"\D", "", said.split("papers")[0].split("篇")[0]))


def words(app: AppTest) -> str:
    """Return all that the page says."""
    kinds = (app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.fixture
def full(demo_home: Path, hub_home: Path) -> None:
    """Let the settings name the demo papers in a folder of this test's own."""
    shutil.copytree(demo_home, hub_home, dirs_exist_ok=True)


@pytest.mark.parametrize("page", PAGES)
def test_a_full_page_shows_and_says_that_its_papers_are_synthetic(full: None, page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.error
    assert "synthetic" in words(app)
    assert app.title


@pytest.mark.parametrize("page", PAGES)
def test_a_selection_that_matches_nothing_is_no_empty_page(full: None, page: str) -> None:
    app = opened(page, q="zyzzyva quokka")
    assert not app.exception
    assert not app.error
    assert len(words(app)) > 60


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_data_says_so(hub_home: Path, page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.error
    assert len(words(app)) > 20


def test_the_filters_of_the_address_are_the_selection(full: None) -> None:
    def sources(app: AppTest) -> set[str]:
        app.segmented_control(key="papers.view").set_value("table").run()
        return {label.split(" (")[0] for label in app.dataframe[0].value["source"]}

    assert sources(opened("papers", source="bioRxiv")) == {"bioRxiv"}
    assert len(sources(opened("papers"))) > 3


def test_another_selection_begins_with_its_first_page_and_with_no_pick_of_the_one_before(full: None) -> None:
    app = opened("papers")
    app.session_state["papers.page"] = 3
    app.run()
    app.segmented_control(key="papers.view").set_value("table").run()
    table = app.dataframe[0].proto.id.split("-", 2)[2]
    assert table.startswith("papers.table.")
    app.session_state[table] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    assert [b.label for b in app.button if b.key == "papers.radar"] == ["Start a radar from these 2"]
    app.multiselect(key="field").set_value(["Physics"]).run()
    assert [b.label for b in app.button if b.key == "papers.radar"] == ["Start a radar from these"]
    app.segmented_control(key="papers.view").set_value("cards").run()
    assert app.session_state["papers.page"] == 1
    assert not app.exception


def test_the_rows_of_a_query_are_kept_for_each_language(full: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.storage.selection import Selection
    from hub.ui import data

    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(data, "_rows", lambda *key: asked.append(key[:3]) or np.zeros(0, dtype=np.int64))
    for lang in ("en", "zh"):
        monkeypatch.setattr(data, "language", lambda lang=lang: lang)
        data.rows_of(Selection(text="topic:x"))
    assert asked[0] != asked[1]


def test_the_language_can_be_changed(full: None) -> None:
    app = opened("papers")
    app.button_group(key="lang").set_value("zh").run()
    assert app.title[0].value == "论文"


@pytest.mark.parametrize(("lang", "why"), [("en", "not kept here any more"), ("zh", "已不再保存")])
def test_marked_papers_that_are_not_kept_are_said_so_and_leave_the_address(full: None, lang: str, why: str) -> None:
    st.cache_data.clear()
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=120)
    app.query_params["set"] = "0123456789abcdef"
    app.session_state["lang"] = lang
    app.switch_page("../../pages/papers.py").run()
    assert not app.exception
    assert why in app.toast[0].value
    assert "set" not in app.query_params
    everything = opened("papers")
    assert counted(app) == counted(everything)
    assert not app.run().toast


def test_a_filter_of_the_address_that_names_nothing_is_said_so_and_the_others_hold(full: None) -> None:
    app = opened("papers", source=["bioRxiv", "Nowhere <b>Press</b>"], topic="999999 gone")
    assert not app.exception
    told = "\n".join(toast.value for toast in app.toast)
    assert "Nowhere" in told
    assert "<b>" not in told
    assert "999999" in told
    assert app.multiselect(key="source").value == ["bioRxiv"]
    assert not opened("papers", source="bioRxiv").toast


def test_what_is_published_within_a_run_waits_for_the_next(hub_home: Path) -> None:
    from hub.storage import publishing
    from hub.storage import snapshot as snapshots

    def both() -> None:
        import os
        from pathlib import Path

        import streamlit as st

        from hub.storage import publishing
        from hub.storage import snapshot as snapshots
        from hub.ui import data

        data.pin()
        before = data.snapshot().version
        none = snapshots.empty()
        publishing.publish(Path(os.environ["HUB_HOME"]), none.papers, none.topics, none.themes)
        st.text("same" if data.snapshot().version == before else "mixed")

    none = snapshots.empty()
    publishing.publish(hub_home, none.papers, none.topics, none.themes)
    page = AppTest.from_function(both, default_timeout=60).run()
    assert not page.exception
    assert page.text[0].value == "same"
