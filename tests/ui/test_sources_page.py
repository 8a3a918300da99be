"""The Sources page: what is wrong is seen there and on Today; sources are switched, added and listed as a reader would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hub.i18n.messages import Said
from hub.papers.model import Paper
from hub.settings import settings
from hub.sources import visits
from hub.sources.catalogue import catalogue
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.ui.sources import page
from tests.chinese import left_in_english
from tests.servers.feeds import Publisher, fixed, item, publisher, rss
from tests.ui.test_pages import opened, words

SLOW = Said("{host}: {why}.", host="gone.example", why=Said("it does not answer in time"))
VISIT = {"rejected": [], "error": "", "unchanged": False, "seen": 1, "listed": 1}


@pytest.fixture
def server() -> Iterator[Publisher]:
    named = b'<html><head><link rel="alternate" type="application/rss+xml" href="/new"></head></html>'
    routes = {
        "/new": fixed(rss(item(1), item(2), item(3, title=" "))),
        "/page": fixed(b"<html><body>Log in</body></html>"),
        "/empty": fixed(rss()),
        "/other": fixed(rss(item(4)).replace(b"Journal of Tests", b"Other Letters")),
        "/journal": fixed(named),
    }
    with publisher(routes) as running:
        yield running


@pytest.fixture
def troubled(hub_home: Path, monkeypatch: pytest.MonkeyPatch, server: Publisher) -> Path:
    """A hub with a source that has fallen silent, one that fails, and one that is well."""
    today = date.today()
    sources = [("quiet", "Quiet Annals"), ("gone", "Gone Letters"), ("well", "Well Journal")]
    lines = [f'[[source]]\nid="{i}"\nname="{n}"\nprotocol="feed"\nurl="{server.url}/{i}"\non=true\n' for i, n in sources]
    hub_home.mkdir(parents=True, exist_ok=True)
    (hub_home / "catalogue.toml").write_text("".join(lines), "utf-8")
    monkeypatch.setenv("HUB_CATALOGUE", str(hub_home / "catalogue.toml"))
    monkeypatch.setenv("HUB_ALLOW_PRIVATE_URLS", "1")
    papers = [
        Paper(f"doi:10.5555/{name[0]}{n}", f"Paper {n} of {name}", "", ("Ada Byron",), today - timedelta(days=n), name)
        for name, until in (("Quiet Annals", 40), ("Well Journal", 0))
        for n in range(until, 150)
    ]  # fmt: skip
    corpus = Corpus(settings().corpus_path)
    corpus.upsert(papers)
    republish(hub_home, corpus)
    known = catalogue(hub_home, settings())
    for name, error in (("quiet", ""), ("gone", "gone.example: nothing is there (HTTP 404)."), ("gone", SLOW), ("well", "")):
        visits.record(hub_home, known[name], {**VISIT, "error": error})
    return hub_home


def test_a_reader_of_today_sees_that_papers_may_be_missing(troubled: Path) -> None:
    app = opened("today")
    assert not app.exception
    [told] = [w.value for w in app.markdown if "Papers may be missing" in w.value]
    assert "quiet" in told and "silent for" in told and "gone" in told and "failed 2 times" in told
    assert "well" not in told


def test_the_page_says_what_is_wrong_in_the_readers_language(troubled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = words(opened("sources"))
    assert "silent for" in told and "failed 2 times in a row" in told
    assert "gone.example: it does not answer in time." in told.replace("\\", "")
    monkeypatch.setattr("hub.ui.i18n.language", lambda: "zh")
    told = words(opened("sources"))
    assert "连续失败 2 次" in told and "未及时答复" in told
    assert left_in_english(told) == []


def test_all_is_well_says_nothing(hub_home: Path) -> None:
    assert "Papers may be missing" not in words(opened("today"))


def test_a_feed_is_looked_at_and_then_added(troubled: Path, server: Publisher) -> None:
    app = opened("sources")
    app.text_input(key="sources.url").input(f"{server.url}/new")
    app.button[[b.label for b in app.button].index("Show what it would bring")].click().run()
    assert not app.exception
    assert "Papers: 2. Other items (news, corrections): 0. Entries that cannot be used: 1." in words(app)
    asked = server.asked["/new"]
    app.text_input(key="sources.name").set_value("My journal").run()
    assert server.asked["/new"] == asked  # a page that runs again does not ask the publisher again
    app.button(key="sources.add").click().run()
    assert not app.exception
    added = [source for source in catalogue(troubled, settings()).values() if source.added]
    assert [(source.name, source.on) for source in added] == [("My journal", True)]
    app.button(key="sources.remove").click().run()
    assert not app.exception
    assert [source for source in catalogue(troubled, settings()).values() if source.added] == []


def look(app: AppTest, url: str) -> None:
    app.text_input(key="sources.url").input(url)
    app.button[[b.label for b in app.button].index("Show what it would bring")].click().run()
    assert not app.exception


def test_each_feed_is_offered_under_its_own_name(troubled: Path, server: Publisher) -> None:
    """The name of the feed that was looked at before must not stay in the box."""
    app = opened("sources")
    look(app, f"{server.url}/new")
    assert app.text_input(key="sources.name").value == "Journal of Tests"
    look(app, f"{server.url}/other")
    assert app.text_input(key="sources.name").value == "Other Letters"
    look(app, f"{server.url}/empty")
    assert "lists nothing now" in words(app) and app.text_input(key="sources.name").value == "127.0.0.1"
    app.button(key="sources.add").click().run()
    assert [source.url for source in catalogue(troubled, settings()).values() if source.added] == [f"{server.url}/empty"]


def test_a_feed_of_the_catalogue_is_not_looked_at_again(troubled: Path, server: Publisher) -> None:
    app = opened("sources")
    look(app, f"{server.url}/well")
    assert "already, as well, and it is on" in words(app).replace("\\", "")
    assert server.asked["/well"] == 0


def test_a_web_page_says_which_feeds_it_has(troubled: Path, server: Publisher) -> None:
    app = opened("sources")
    look(app, f"{server.url}/journal")
    assert "web page" in words(app)
    assert [code.value for code in app.code] == [f"{server.url}/new"]


def test_many_sources_in_trouble_are_folded(troubled: Path) -> None:
    assert [e.label for e in opened("sources").expander if "more" in e.label] == []
    lines = [f'[[source]]\nid="s{n}"\nname="S{n}"\nprotocol="feed"\nurl="https://a.example/{n}"\non=true\n' for n in range(5)]
    (troubled / "catalogue.toml").write_text("".join(lines), "utf-8")
    for source in [*catalogue(troubled, settings()).values()] * 2:
        visits.record(troubled, source, {**VISIT, "error": SLOW})
    assert [e.label for e in opened("sources").expander if "more" in e.label] == ["2 more sources need a look"]


def test_what_keeps_a_feed_out_is_said_in_chinese(troubled: Path, server: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.ui.i18n.language", lambda: "zh")
    for path in ("/page", "/none", "/new"):
        app = opened("sources")
        app.text_input(key="sources.url").input(f"{server.url}{path}")
        app.button[[b.label for b in app.button].index("查看它会带来什么")].click().run()
        assert not app.exception
        assert left_in_english(words(app)) == []


@pytest.mark.parametrize(("path", "why"), [("/page", "web page"), ("/none", "404"), ("file:///etc/passwd", "no web address")])
def test_what_brings_no_paper_is_not_added(path: str, why: str, troubled: Path, server: Publisher) -> None:
    app = opened("sources")
    app.text_input(key="sources.url").input(path if ":" in path else f"{server.url}{path}")
    app.button[[b.label for b in app.button].index("Show what it would bring")].click().run()
    assert not app.exception
    assert why in words(app)
    assert "Add this feed" not in [b.label for b in app.button]


def test_a_click_switches_the_source_that_was_drawn_there_and_no_other(troubled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"table": {"edited_rows": {"1": {"on": False}, "3": {"on": True}}}}
    monkeypatch.setattr(page.st, "session_state", state)
    page._switch("table", ("quiet", "gone", "well", ""))
    assert {s.id: s.on for s in catalogue(troubled, settings()).values()} == {"quiet": True, "gone": False, "well": True}
    assert state[page.SWITCHED] == 1  # the table is drawn anew: no edit stays to fall on another row


def test_the_health_of_sources_is_computed_once_until_something_changes(troubled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    real = page.health_of
    monkeypatch.setattr(page, "health_of", lambda *args, **more: looked.append(1) or real(*args, **more))
    app = opened("today")
    app.run()
    assert len(looked) == 1
    visits.record(troubled, catalogue(troubled, settings())["well"], {**VISIT, "error": SLOW})
    app.run()
    assert len(looked) == 2
