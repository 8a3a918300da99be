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
from tests.ui.alone import alone

ROOT = Path(__file__).resolve().parents[2]


def shown(**state: Any) -> AppTest:
    page = alone("radar")
    for key, value in state.items():
        page.session_state[key] = value
    return page.run()


def texts(page: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (page.markdown, page.info, page.caption, page.success) for e in kind)


def judge(page: AppTest, place: int, thumb: int) -> str:
    chosen = page.feedback[place]
    chosen.set_value(thumb).run()
    return str(chosen.key).removeprefix("radar.begin.thumb.")


def test_from_nothing_to_a_list_by_two_likes(own_home: Path) -> None:
    page = shown()
    assert len(page.feedback) == 6 and not page.exception
    assert page.button(key="radar.begin.make").disabled
    liked = [judge(page, 0, 1), judge(page, 1, 1)]
    refused = judge(page, 2, 0)
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    store = RadarStore(own_home)
    (name,) = store.names()
    assert store.radar(name).liked == tuple(liked) and store.radar(name).disliked == (refused,)
    assert "papers for this radar" in texts(page) and "which you liked" in texts(page)


def test_a_thumb_is_kept_while_others_are_judged(own_home: Path) -> None:
    page = shown()
    liked = judge(page, 0, 1)
    page.button(key="radar.begin.others").click().run()
    others = {str(thumb.key).removeprefix("radar.begin.thumb.") for thumb in page.feedback}
    assert len(others) == 6 and liked not in others
    page.text_input(key="radar.begin.name").set_value("mine").run()
    page.button(key="radar.begin.make").click().run()
    assert RadarStore(own_home).radar("mine").liked == (liked,)


def test_words_in_the_box_bring_papers_to_judge_and_a_list(own_home: Path) -> None:
    page = shown()
    page.chat_input(key="radar.begin.box").set_value("quasar halo redshift").run()
    assert not page.exception and "Are these what you mean" in texts(page)
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    store = RadarStore(own_home)
    assert store.names() == ["quasar halo redshift"] and store.radar("quasar halo redshift").text == "quasar halo redshift"


def test_ids_in_the_box_are_papers_and_what_is_unknown_is_said(own_home: Path) -> None:
    page = shown()
    page.chat_input(key="radar.begin.box").set_value("arXiv:2606.00001 10.1234/nothing").run()
    assert not page.exception and "1 paper of yours" in texts(page) and "10\\.1234" in texts(page)
    page.button(key="radar.begin.forget").click().run()
    assert "paper of yours" not in texts(page) and page.button(key="radar.begin.make").disabled


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


@pytest.mark.parametrize("view", ["recap", "interests", "saved", "changes", "share"])
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


@pytest.mark.parametrize(("language", "says"), [("en", "choose another name"), ("zh", "请换一个名称")])
def test_bad_input_is_said_in_the_readers_language(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("HUB_AUTO_START", "0")
    RadarStore(own_home).save(Radar("mine", topics=(0,)))
    page = through_the_shell(language)
    page.toggle(key="radar.new").set_value(True).run()
    page.text_input(key="radar.begin.name").set_value("mine").run()
    judge(page, 0, 1)
    page.button(key="radar.begin.make").click().run()
    assert not page.exception
    assert says in page.error[0].value
    assert RadarStore(own_home).names() == ["mine"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("all.bib", "\n".join(f"@misc{{k{i}, title={{Paper number {i}}}, year=2020}}" for i in range(5000)), "4000 left out"),
        ("bad.bib", "@article{a, title={Ice}}\n@article{b, year=2020}\n@article{c, title={No end", "2 broken"),
    ],
)
def test_a_file_is_taken_in_and_every_entry_is_accounted_for(own_home: Path, name: str, content: str, says: str) -> None:
    RadarStore(own_home).save(Radar("mine", topics=(0,)))
    page = shown(**{"radar.view": "interests"})
    page.file_uploader(key="radar.edit.file").set_value((name, content.encode(), "text/plain")).run()
    page.button(key="radar.edit.add").click().run()
    assert not page.exception
    assert says in texts(page)


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


def test_an_institution_is_followed_from_those_there_are_and_the_list_says_how_many_papers_tell(own_home: Path) -> None:
    store = RadarStore(own_home)
    store.save(Radar("ice", topics=(0,)))
    page = shown(**{"radar.view": "interests"})
    places = next(box for box in page.multiselect if box.label == "Institutions to follow")
    assert places.options[:2] == ["ETH Zürich", "New York University"], "those of most papers first"
    assert "54 of 240 papers say where their authors work" in texts(page)
    places.set_value(["ETH Zürich"])
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception and store.radar("ice").institutions == ("ETH Zürich",)
    told = texts(shown(**{"radar.view": "new"}))
    assert "54 of 240 papers say" in told and "From ETH Zürich\\, which you follow" in told
    paper = alone("papers")
    paper.query_params["id"] = "arXiv:2606.00001"
    links = [link.proto.label for link in paper.run().get("page_link")]
    assert "ETH Zürich" in links and not paper.exception


def test_papers_can_be_taken_out_again(own_home: Path) -> None:
    store = RadarStore(own_home)
    store.save(Radar("ice", liked=("arXiv:2606.00001", "arXiv:2606.00002"), own=(OwnPaper("k", "Mine"),)))
    page = shown(**{"radar.view": "interests"})
    key = page.dataframe[0].proto.id.split("-", 2)[2]
    assert key.startswith("radar.edit.papers.")
    page.session_state[key] = {"selection": {"rows": [0, 2], "columns": [], "cells": []}}
    page.run()
    page.button(key="radar.edit.out").click().run()
    assert not page.exception
    assert store.radar("ice").liked == ("arXiv:2606.00002",) and store.radar("ice").own == ()
    assert not [button for button in page.button if button.key == "radar.edit.out"], "no pick of before stands for another paper"


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
