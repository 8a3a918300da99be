"""A reader's first minutes with a radar in a real browser: from nothing to a list, rate, archive, come back, subscribe."""

from __future__ import annotations

import re
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    """Return the app on a copy of the demo papers, in which radars may be written."""
    home = tmp_path_factory.mktemp("radar")
    for name in ("corpus", "snapshots"):
        shutil.copytree(demo_home / name, home / name)
    return serve(home)


def choice(page: Page, name: str) -> Locator:
    """Return the first thumb, status or view of this name."""
    return page.locator("[data-testid=stMain]").get_by_role("radio", name=name, exact=True).first


def titles(page: Page) -> list[str]:
    """Return the titles of the list, once it stands."""
    expect(page.get_by_text(re.compile("papers for this radar"))).to_be_visible()
    links = page.locator('[class*="st-key-card-radar-"] [data-testid=stPageLink] a')
    expect(links.first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    page.wait_for_timeout(1000)
    return links.all_inner_texts()


def test_from_nothing_to_a_radar_that_learns_and_remembers(page: Page, address: str) -> None:
    page.goto(f"{address}/radar")
    expect(page.get_by_text("Which of these would you read?")).to_be_visible()
    make = page.get_by_role("button", name="Show my list")
    expect(make).to_be_disabled()
    expect(make).not_to_have_css("color", "rgb(255, 255, 255)")  # what is written on the accent is not seen off it
    box = page.locator("[data-testid=stMain] [data-testid=stChatInputTextArea]")
    box.fill("10.1234/nothing")
    box.press("Enter")
    expect(page.get_by_text(re.compile("is in the corpus"))).to_be_visible()
    up = page.locator("[data-testid=stMain]").get_by_role("radio", name="Thumbs up", exact=True)
    expect(up).to_have_count(6)
    for i in (0, 1):
        up.nth(i).click()
        expect(up.nth(i)).to_be_checked()
    page.get_by_text("Name, words and topics").click()
    page.get_by_label("Name of the radar").fill("mine")
    page.get_by_label("Name of the radar").press("Enter")
    page.get_by_role("button", name="Show my list").click()
    before = titles(page)
    assert len(before) == 10
    expect(page.get_by_text(re.compile("which you liked")).first).to_be_visible()

    choice(page, "Thumbs up").click()
    expect(page.get_by_text(re.compile("mine learns to list more like this"))).to_be_visible()
    expect(page.get_by_role("link", name=before[0])).to_have_count(0)
    after = titles(page)
    assert before[0] not in after, "a rated paper has told what it can"
    assert page.locator("[data-testid=stMain] li").count() >= 10, "every paper says why it is listed"

    choice(page, "Archive").click()
    expect(page.get_by_role("link", name=after[0])).to_have_count(0)
    left = titles(page)
    page.reload()
    assert titles(page) == left, "what was rated and archived stays so"

    page.get_by_role("link", name="Today").click()
    expect(page.get_by_text(re.compile("Thumbs teach your radar mine"))).to_be_visible()


def test_a_radar_starts_from_what_is_selected(page: Page, address: str) -> None:
    page.goto(f"{address}/papers?field=Physics")
    page.get_by_role("button", name="Start a radar from these").click()
    page.get_by_role("link", name=re.compile("Open the new radar")).click()
    expect(page.get_by_text(re.compile("papers that stand for the"))).to_be_visible()
    assert len(titles(page)) >= 10


def test_the_feed_answers_at_its_address(page: Page, address: str) -> None:
    page.goto(f"{address}/radar")
    listed = titles(page)
    choice(page, "Share this radar").click()
    code = page.locator("[data-testid=stCode]").first
    expect(code).to_contain_text(".xml")
    url = code.inner_text().strip()
    assert re.fullmatch(re.escape(address) + r"/radar/[\w-]{32}\.xml", url)
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("application/atom+xml")
        data = answer.read()
    root = ElementTree.fromstring(data)
    assert root.tag == f"{ATOM}feed" and str(root.findtext(f"{ATOM}title")).startswith("Radar: ")
    entries = root.findall(f"{ATOM}entry")
    assert all(entry.findtext(f"{ATOM}{part}") for entry in entries for part in ("id", "title", "updated", "summary"))
    assert not feedparser.parse(data).bozo
    assert set(listed) & {entry.findtext(f"{ATOM}title") for entry in entries}
