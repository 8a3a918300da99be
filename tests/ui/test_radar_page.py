"""The Radar page: from nothing to a list, thumbs and status kept, bad input said in words, each reader alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hub.radar.model import OwnPaper, Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.ui.reader import identity

ROOT = Path(__file__).resolve().parents[2]


def shown(**state: Any) -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages" / "radar.py"), default_timeout=60)
    for key, value in state.items():
        page.session_state[key] = value
    return page.run()


def texts(page: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (page.markdown, page.info, page.caption, page.success) for e in kind)


def test_from_nothing_to_a_list_by_two_likes(own_home: Path) -> None:
    page = shown()
    assert len(page.checkbox) == 12 and not page.exception
    page.text_input(key="radar.begin.name").set_value("mine")
    page.checkbox[0].check()
    page.checkbox[1].check()
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    assert len(RadarStore(own_home).radar("mine").liked) == 2
    assert "papers for this radar" in texts(page) and "Near your" in texts(page)


def test_a_radar_without_interest_says_how_to_begin(own_home: Path) -> None:
    page = shown()
    page.text_input(key="radar.begin.name").set_value("mine")
    page.button(key="radar.begin.make").click().run()
    assert page.exception  # a RadarError, which the shell shows as a message
    assert RadarStore(own_home).names() == []


def test_thumbs_and_status_are_kept(own_home: Path) -> None:
    store = RadarStore(own_home)
    store.save(Radar("ice", topics=(0,)))
    page = shown()
    chosen = next(group for group in page.button_group if str(group.key).startswith("radar.status."))
    paper_id = str(chosen.key).removeprefix("radar.status.")
    chosen.set_value("archived").run()
    assert Reading(store).statuses() == {paper_id: "archived"}
    thumb = page.feedback[0]
    liked = str(thumb.key).removeprefix("radar.thumb.")
    thumb.set_value(1).run()
    assert store.radar("ice").liked == (liked,)
    assert not page.exception


@pytest.mark.parametrize("view", ["interests", "saved", "changes", "share"])
def test_every_view_of_a_radar_draws(own_home: Path, view: str) -> None:
    RadarStore(own_home).save(Radar("ice", topics=(0,), liked=("arXiv:2606.00001",), disliked=("arXiv:2606.10001",)))
    page = shown(**{"radar.view": view})
    assert not page.exception
    if view == "share":
        assert RadarStore(own_home).token("ice") in page.code[0].value


def test_a_radar_that_lost_its_last_interest_says_how_to_go_on(own_home: Path) -> None:
    RadarStore(own_home).save(Radar("lost", disliked=("arXiv:2606.00001",)))
    page = shown()
    assert not page.exception and "has no interest yet" in texts(page)


def test_a_list_that_is_empty_says_why(own_home: Path) -> None:
    RadarStore(own_home).save(Radar("none", must=("glacier", "quasar")))
    assert "No paper passes the rules" in texts(shown())


def through_the_shell(language: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=60)
    page.session_state["lang"] = language
    return page.run().switch_page("../../pages/radar.py").run()


@pytest.mark.parametrize(("language", "says"), [("en", "has no interest yet"), ("zh", "还没有任何兴趣")])
def test_bad_input_is_said_in_the_readers_language(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("HUB_AUTO_START", "0")
    page = through_the_shell(language)
    page.text_input(key="radar.begin.name").set_value("mine")
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    assert says in page.error[0].value
    assert RadarStore(own_home).names() == []


def test_papers_found_by_words_begin_a_radar(own_home: Path) -> None:
    page = shown()
    page.text_input(key="radar.begin.name").set_value("mine")
    page.text_input(key="radar.begin.query").set_value("quasar halo").run()
    picks = [box for box in page.checkbox if str(box.key).startswith("radar.begin.pick.")]
    picks[0].check().run()
    page.text_input(key="radar.begin.query").set_value("enzyme").run()
    assert next(box for box in page.checkbox if box.key == picks[0].key).value, "a pick stays while other words are tried"
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    assert RadarStore(own_home).radar("mine").seeds == (str(picks[0].key).removeprefix("radar.begin.pick."),)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("all.bib", "\n".join(f"@misc{{k{i}, title={{Paper number {i}}}, year=2020}}" for i in range(5000)), "4000 left out"),
        ("bad.bib", "@article{a, title={Ice}}\n@article{b, year=2020}\n@article{c, title={No end", "2 broken"),
    ],
)
def test_a_file_is_taken_in_and_every_entry_is_accounted_for(own_home: Path, name: str, content: str, says: str) -> None:
    page = shown()
    page.text_input(key="radar.begin.name").set_value("mine")
    page.file_uploader(key="radar.begin.file").set_value((name, content.encode(), "text/plain"))
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    assert says in texts(page)
    assert "papers for this radar" in texts(page)


def test_a_name_that_is_everyones_is_said_on_the_page(own_home: Path) -> None:
    RadarStore(own_home).save(Radar("wang", authors=("Wei Wang",), topics=(1,)))
    assert "too many to be one person" in texts(shown())


def test_rules_that_contradict_change_nothing(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AUTO_START", "0")
    store = RadarStore(own_home)
    store.save(Radar("ice", must=("glacier",), never=("snow",)))
    page = through_the_shell("en")
    page.button_group(key="radar.view").set_value("interests").run()
    must = next(box for box in page.multiselect if box.label == "Words that every paper must hold")
    must.set_value(["glacier", "snow"])
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception and "contradict each other: 'snow'" in page.error[0].value
    assert store.radar("ice").must == ("glacier",)


def test_papers_can_be_taken_out_again(own_home: Path) -> None:
    store = RadarStore(own_home)
    store.save(Radar("ice", liked=("arXiv:2606.00001", "arXiv:2606.00002"), own=(OwnPaper("k", "Mine"),)))
    page = shown(**{"radar.view": "interests"})
    page.session_state["radar.edit.papers"] = {"selection": {"rows": [0, 2], "columns": [], "cells": []}}
    page.run()
    page.button(key="radar.edit.out").click().run()
    assert not page.exception
    assert store.radar("ice").liked == ("arXiv:2606.00002",) and store.radar("ice").own == ()


def test_a_note_is_kept_and_shown(own_home: Path) -> None:
    store = RadarStore(own_home)
    store.save(Radar("ice", topics=(0,)))
    page = shown()
    note = next(area for area in page.text_area if str(area.key).startswith("radar.note."))
    note.set_value("read *twice*").run()
    paper_id = str(note.key).removeprefix("radar.note.")
    assert Reading(store).notes() == {paper_id: "read *twice*"}
    assert "read \\*twice\\*" in texts(shown())


def test_an_identity_is_a_folder_of_its_own() -> None:
    claims = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "1"}
    ids = {identity(claims), identity({**claims, "sub": "2"}), identity({**claims, "iss": "https://other.example.org"})}
    assert len(ids) == 3 and "local" not in ids
    assert identity(claims) == identity({**claims, "name": "Ada", "email": "ada@example.org"})
    with pytest.raises(Exception, match="neither a subject nor"):
        identity({"is_logged_in": True})
