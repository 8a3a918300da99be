"""Thumbs on any page teach the open radar; each signed-in reader has radars, notes and briefings of their own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hub.briefing import Briefing, Store, write
from hub.briefing.model import Request
from hub.errors import BriefingError
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.settings import settings
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
from hub.storage.snapshot import load
from hub.ui.reader import identity

ROOT = Path(__file__).resolve().parents[2]
ADA = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "ada"}
BEN = {"is_logged_in": True, "iss": "https://id.example.org", "sub": "ben"}
NOBODY = {"is_logged_in": False}


def opened(page: str, user: dict[str, Any] | None = None, **state: Any) -> AppTest:
    app = AppTest.from_file(str(ROOT / "hub" / "ui" / "shell.py"), default_timeout=60)
    if user is not None:
        app.user = user
    for key, value in state.items():
        app.session_state[key] = value
    return app.run().switch_page(f"../../pages/{page}.py").run()


def words(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (app.markdown, app.info, app.caption, app.success) for e in kind)


def rate(app: AppTest, paper_id: str, value: int | None) -> None:
    next(thumb for thumb in app.feedback if str(thumb.key).endswith(f".thumb.{paper_id}")).set_value(value).run()
    assert not app.exception


def test_the_first_thumb_begins_a_radar_and_a_second_click_takes_it_back(own_home: Path) -> None:
    app = opened("today")
    paper_id = str(app.feedback[0].key).split(".thumb.")[1]
    assert "begin a radar" in words(app)
    rate(app, paper_id, 1)
    store = RadarStore(own_home)
    assert store.radar("My radar").liked == (paper_id,)
    assert app.toast[0].value.startswith("My radar learns to list more like this")
    assert not app.run().toast  # it is said once
    assert "Thumbs teach your radar **My radar**" in words(app)
    assert next(t for t in app.feedback if str(t.key).endswith(paper_id)).value == 1
    rate(app, paper_id, 0)
    assert store.radar("My radar").disliked == (paper_id,)
    assert "does not list this again" in app.toast[0].value and "less on " in app.toast[0].value
    rate(app, paper_id, None)
    assert store.radar("My radar").liked == store.radar("My radar").disliked == ()


def test_two_papers_rated_before_the_page_is_drawn_anew_are_both_kept(own_home: Path) -> None:
    app = opened("today")
    store, (first, second) = RadarStore(own_home), [str(t.key).split(".thumb.")[1] for t in app.feedback[:2]]
    for thumb in app.feedback[:2]:
        thumb.set_value(1)
    app.run()
    assert not app.exception
    assert set(store.radar(store.names()[0]).liked) == {first, second}
    assert store.begin(Radar("another", should=("x",))) == store.names()[0] and len(store.names()) == 1


def test_thumbs_go_to_the_radar_that_was_opened_last(own_home: Path) -> None:
    store = RadarStore(own_home)
    for name in ("ice", "proteins"):
        store.save(Radar(name, should=("x",)))
    Reading(store).turn_to("proteins")
    app = opened("today")
    paper_id = str(app.feedback[0].key).split(".thumb.")[1]
    rate(app, paper_id, 1)
    assert store.radar("proteins").liked == (paper_id,) and not store.radar("ice").liked
    app.menu_button(key="today.papers.radar").click("ice").run()
    rate(app, paper_id, 0)
    assert store.radar("ice").disliked == (paper_id,) and store.radar("proteins").liked == (paper_id,)
    assert Reading(store).open() == "ice"


def test_a_radar_starts_from_the_papers_of_a_selection(own_home: Path) -> None:
    app = opened("papers")
    app.text_input(key="q").set_value("glaciers").run()
    app.button(key="papers.radar").click().run()
    assert not app.exception
    store = RadarStore(own_home)
    (name,) = store.names()
    radar = store.radar(name)
    assert name == "glaciers" and len(radar.seeds) == 12
    assert {load(own_home).papers["field"].iat[load(own_home).row_of[i]] for i in radar.seeds} == {"glaciers"}
    app = opened("radar")
    assert "papers for this radar" in words(app)


def test_each_signed_in_reader_has_radars_and_notes_of_their_own(own_home: Path) -> None:
    store = RadarStore(own_home, identity(ADA))
    store.save(Radar("ada's ice", topics=(0,)))
    Reading(store).note("arXiv:2606.00001", "mine alone")
    mine, theirs = opened("radar", ADA), opened("radar", BEN)
    assert "papers for this radar" in words(mine) and not mine.exception
    assert "Name of the radar" in [e.label for e in theirs.text_input] and not re.search(r"\bice\b", words(theirs))
    paper_id = str(opened("today", BEN).feedback[0].key).split(".thumb.")[1]
    rate(opened("today", BEN), paper_id, 1)
    assert RadarStore(own_home, identity(BEN)).radar("My radar").liked == (paper_id,)
    assert RadarStore(own_home, identity(ADA)).names() == ["ada's ice"]
    assert RadarStore(own_home).names() == []
    assert Reading(RadarStore(own_home, identity(BEN))).notes() == {}


def test_a_visitor_who_is_not_signed_in_is_asked_to_and_rates_nothing(own_home: Path) -> None:
    for page in ("radar", "briefings"):
        app = opened(page, NOBODY)
        assert app.button(key="reader.sign_in") and "Sign in" in words(app)
    today = opened("today", NOBODY)
    assert not today.feedback and len(today.markdown) > 3
    assert "briefing.write" not in [button.key for button in today.button]


def written(home: Path, reader: str) -> Briefing:
    request = Request(Selection(fields=("glaciers",)))
    *_text, made = write(request, load(home), Corpus(settings().corpus_path), settings(), reader=reader)
    assert isinstance(made, Briefing)
    return made


def test_each_signed_in_reader_has_briefings_of_their_own(own_home: Path) -> None:
    made = written(own_home, identity(ADA))
    assert [kept.key for kept in Store(own_home, identity(ADA)).search()] == [made.key]
    assert Store(own_home, identity(BEN)).search() == Store(own_home).search() == []
    assert "No briefing yet" in words(opened("briefings", BEN))
    shown = opened("briefings", ADA)
    assert not shown.exception and "No briefing yet" not in words(shown)
    with pytest.raises(BriefingError):
        Store(own_home, "../ada")


def test_papers_that_a_briefing_cites_can_be_rated(own_home: Path) -> None:
    made = written(own_home, "local")
    app = opened("briefings")
    app.toggle(key="briefings.rate").set_value(True).run()
    paper_id = made.references[0].id
    rate(app, paper_id, 1)
    assert RadarStore(own_home).radar("My radar").liked == (paper_id,)
