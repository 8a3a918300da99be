"""A reader looks for a paper, opens it, goes on to a similar one, cites it; picks two for a radar; and leaves the mouse alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from hub.radar.store import RadarStore
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot
from tests.browser.test_journey import back

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the demo papers in which radars may be written."""
    folder = tmp_path_factory.mktemp("papers")
    for name in ("corpus", "snapshots"):
        shutil.copytree(demo_home / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def shown(home: Path) -> Snapshot:
    return snapshot.load(home)


@pytest.fixture(scope="module")
def address(home: Path, serve: Callable[..., str]) -> str:
    return serve(home)


def cards(page: Page, key: str = "papers-cards") -> Locator:
    return page.locator(f'[class*="st-key-card-{key}-"]')


def links(page: Page, key: str = "papers-cards") -> Locator:
    return cards(page, key).locator("[data-testid=stPageLink] a")


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text)


def search(page: Page, query: str) -> None:
    box = page.get_by_placeholder(re.compile("Search"))
    box.fill(query)
    box.press("Enter")


def test_a_paper_is_found_by_title_author_phrase_and_meaning(page: Page, address: str, shown: Snapshot) -> None:
    paper = shown.papers.iloc[40]
    title, author = str(paper["title"]), str(paper["authors"]).split("; ")[0]
    page.goto(f"{address}/papers?q={quote(title)}")
    expect(links(page).first).to_be_visible()
    assert plain(links(page).first.inner_text()) == plain(title)
    search(page, f'author:"{author}"')
    expect(page.get_by_text(re.compile(r"^\d+ papers? of"))).to_be_visible()
    expect(cards(page).first).to_contain_text(author.split()[-1])
    words = re.findall(r"[A-Za-z]{4,}", title)
    search(page, f"title:{words[0]} title:{words[-1]}")
    expect(links(page).first).to_contain_text(words[0])
    phrase = max(re.findall(r"[A-Za-z]{4,}(?: [A-Za-z]{4,})*", title), key=len)
    search(page, f'"{phrase}"')
    expect(page.locator(".st-key-chips").get_by_role("button", name=re.compile(phrase))).to_be_visible()
    expect(links(page).filter(has_text=phrase).first).to_be_visible()
    search(page, f"how could one think of {' '.join(words)} in another way")
    expect(page.get_by_text(re.compile("answer best by words and meaning"))).to_be_visible()
    expect(links(page).filter(has_text=words[0]).first).to_be_visible()


def test_from_a_paper_to_a_similar_one_its_citation_and_back(page: Page, address: str, shown: Snapshot) -> None:
    page.goto(f"{address}/papers")
    first = links(page).first
    title = first.inner_text()
    first.click()
    expect(page.locator(".st-key-sheet").first).to_contain_text(title[:40])
    expect(page).to_have_url(re.compile(r"[?&]id="))
    near = links(page, "sheet-same").first
    other = near.inner_text()
    near.click()
    expect(page.locator(".st-key-sheet h2").first).to_contain_text(other[:40])
    page.get_by_role("button", name="Cite").click()
    expect(page.get_by_text(re.compile(r"@(article|misc)\{")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^TY  - ")).first).to_be_visible()
    page.keyboard.press("Escape")
    back(page)
    expect(page.locator(".st-key-sheet h2").first).to_contain_text(title[:40])
    page.get_by_role("button", name="All papers").click()
    expect(links(page).first).to_have_text(title)
    expect(page).not_to_have_url(re.compile(r"[?&]id="))
    expect(cards(page).first).to_contain_text("seen")


def test_a_shared_address_opens_the_paper(page: Page, address: str, shown: Snapshot) -> None:
    paper = shown.papers.iloc[7]
    page.goto(f"{address}/papers?id={quote(str(paper['id']))}")
    expect(page.locator(".st-key-sheet h2").first).to_be_visible()
    assert plain(page.locator(".st-key-sheet h2").first.inner_text()) == plain(str(paper["title"]))
    page.goto(f"{address}/papers?id=arXiv:0000.00000")
    expect(page.get_by_text(re.compile("There is no paper"))).to_be_visible()


def test_two_ticked_papers_make_a_radar_of_exactly_these(page: Page, address: str, home: Path, shown: Snapshot) -> None:
    page.goto(f"{address}/papers")
    ticked = []
    for i in (1, 3):
        box = cards(page).nth(i).locator("[data-testid=stCheckbox]")
        box.locator("label").first.click()
        expect(box.locator("input")).to_be_checked()
        ticked.append(plain(links(page).nth(i).inner_text()))
    page.get_by_role("button", name="Start a radar from these 2").click()
    expect(page.get_by_role("link", name=re.compile("Open the new radar"))).to_be_visible()
    store = RadarStore(home, "local")
    radar = store.radar(store.names()[-1])
    titles = shown.papers.set_index("id")["title"]
    assert sorted(plain(str(titles[i])) for i in radar.seeds) == sorted(ticked)


def test_keys_walk_open_and_search(page: Page, address: str) -> None:
    page.goto(f"{address}/papers")
    expect(links(page).nth(1)).to_be_visible()
    page.wait_for_function("window.hubKeys === true")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links(page).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links(page).nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_placeholder(re.compile("Search"))).to_be_focused()
    page.keyboard.type("jko")
    expect(page.get_by_placeholder(re.compile("Search"))).to_have_value("jko")
    page.goto(f"{address}/papers")
    expect(links(page).nth(0)).to_be_visible()
    page.wait_for_function("window.hubKeys === true")
    page.keyboard.press("j")
    title = links(page).nth(0).inner_text()
    page.keyboard.press("o")
    expect(page.locator(".st-key-sheet").first).to_contain_text(title[:40])


def test_keys_rate_and_tell_themselves(page: Page, address: str, home: Path, shown: Snapshot) -> None:
    page.goto(f"{address}/papers")
    expect(links(page).nth(1)).to_be_visible()
    page.wait_for_function("window.hubKeys === true")
    stands = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(stands).to_be_attached()
    titles = [plain(text) for text in links(page).all_inner_texts()]
    for at, key, thumb in ((0, "u", "Thumbs up"), (1, "d", "Thumbs down")):
        page.keyboard.press("j")
        expect(links(page).nth(at)).to_be_focused()
        rated = cards(page).nth(at).get_by_role("radio", name=thumb)
        if rated.is_checked():  # by a try before this one: the same key takes it back
            page.keyboard.press(key)
            expect(rated).not_to_be_checked()
            expect(stands).to_be_attached()
        page.keyboard.press(key)
        expect(rated).to_be_checked()
        expect(stands).to_be_attached()
    page.keyboard.press("?")
    expect(page.get_by_test_id("stPopoverBody").get_by_text("next paper")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page.locator(".st-key-sheet h2").first).to_be_visible()
    expect(page).not_to_have_title(re.compile("^Papers"))
    expect(stands).to_be_attached()
    page.keyboard.press("d")
    expect(page.locator(".st-key-sheet").get_by_role("radio", name="Thumbs down").first).to_be_checked()
    expect(page.get_by_text(re.compile("does not list this again")).first).to_be_visible()
    radar = next(r for r in map(RadarStore(home, "local").radar, RadarStore(home, "local").names()) if r.disliked)
    known = {plain(str(title)): str(i) for i, title in zip(shown.papers["id"], shown.papers["title"], strict=True)}
    assert known[titles[1]] in radar.disliked and (known[titles[0]] in radar.disliked or known[titles[0]] in radar.liked)
