"""The Radar page: from nothing to a list, thumbs and status kept, bad input said in words, each reader alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hub.radar.interests import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.ui.reader import identity
from tests.radar.conftest import papers, publish

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hub")
    publish(home, papers())
    return home


@pytest.fixture
def own_home(tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("corpus", "snapshots"):
        (tmp_path / name).symlink_to(filled / name)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    return tmp_path


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


def test_a_list_that_is_empty_says_why(own_home: Path) -> None:
    RadarStore(own_home).save(Radar("none", must=("glacier", "quasar")))
    assert "No paper passes the rules" in texts(shown())


def test_an_identity_is_a_folder_of_its_own() -> None:
    claims = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "1"}
    ids = {identity(claims), identity({**claims, "sub": "2"}), identity({**claims, "iss": "https://other.example.org"})}
    assert len(ids) == 3 and "local" not in ids
    assert identity(claims) == identity({**claims, "name": "Ada", "email": "ada@example.org"})
    with pytest.raises(Exception, match="neither a subject nor"):
        identity({"is_logged_in": True})
