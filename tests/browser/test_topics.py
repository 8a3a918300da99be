"""Topics in a real browser: people's decisions that outlast a refit, and an area of the map that becomes the selection."""

from __future__ import annotations

import io
import math
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Locator, Page, expect

from hub.embed import embedder
from hub.papers.model import Paper
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.topics import overlay
from hub.topics.fit import fit
from hub.topics.transform import place
from hub.ui.topics import map_view
from hub.worker import derived
from tests.browser.test_journey import selected
from tests.topics.conftest import SUBJECTS, Planted, fitted_home

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home, tmp_path / "home"))


def settled(page: Page) -> None:
    """Wait until the page is drawn to its end."""
    page.wait_for_timeout(500)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    page.wait_for_timeout(500)


def unfolded(page: Page, title: str) -> Locator:
    """Return the expander of this title, open."""
    settled(page)
    expander = page.get_by_test_id("stExpander").filter(has_text=title).last
    if not expander.locator("details").evaluate("details => details.open"):
        expander.get_by_text(title, exact=True).click()
    return expander


def card(page: Page) -> Locator:
    """Return the heading of the topic card."""
    return page.get_by_test_id("stMain").get_by_role("heading", level=3).first


def counted(page: Page, papers: int) -> Locator:
    """Return the sidebar's line that says that so many are selected."""
    return page.locator(".st-key-bar").get_by_text(re.compile(rf"^{papers:,} papers?$"))


def test_a_rename_a_merge_and_a_definition_outlast_a_refit(page: Page, home: Path, serve: Callable[..., str]) -> None:
    address = serve(home)
    before = snapshot.load(home)
    page.goto(f"{address}/topics")
    first = card(page).inner_text()

    form = unfolded(page, "Correct this topic")
    form.get_by_label("Name", exact=True).fill("A name of my own")
    form.get_by_role("button", name="Rename").click()
    expect(card(page)).to_have_text("A name of my own")

    other = next(name for name in before.topic_names.values() if name != first)
    form = unfolded(page, "Correct this topic")
    expect(form.get_by_label("Name", exact=True)).to_have_value("A name of my own")
    into = form.get_by_role("combobox", name=re.compile("Merge into"))
    into.click()
    into.press_sequentially(other[:20])
    page.get_by_role("option", name=other, exact=True).click()
    form.get_by_role("button", name="Merge").last.click()
    expect(card(page)).to_have_text(re.compile(re.escape(other)))
    shown = snapshot.load(home)
    topic = {name: t for t, name in before.topic_names.items()}
    assert topic[first] not in shown.topic_names
    held = before.topics.set_index("topic")["papers"]
    assert shown.topics.set_index("topic")["papers"][topic[other]] == held[topic[first]] + held[topic[other]]

    form = unfolded(page, "Correct this topic")
    form.get_by_label("Name", exact=True).fill("Both together")
    form.get_by_role("button", name="Rename").click()
    expect(card(page)).to_have_text("Both together")

    form = unfolded(page, "Define a topic")
    example = shown.papers["id"].iloc[0]
    form.get_by_label("Name", exact=True).fill("As this paper")
    form.get_by_label("Ids of example papers").fill(example)
    form.get_by_role("button", name="Preview").click()
    expect(form.get_by_text(re.compile(r"It takes [\d,]+ papers"))).to_be_visible()
    form.get_by_role("button", name="Define", exact=False).last.click()
    expect(card(page)).to_have_text("As this paper")

    fit(home, Corpus(str(home / "corpus")), embedder("tfidf-svd", home)[0], seed=1, derive=derived.tables)
    again = snapshot.load(home)
    assert again.topic_names[topic[other]] == "Both together"
    assert topic[first] not in again.topic_names
    assert not again.meta["pending_decisions"]
    page.goto(f"{address}/topics")
    settled(page)
    box = page.get_by_test_id("stMain").get_by_role("combobox", name=re.compile("Topic")).last
    box.click()
    box.press_sequentially("Both together")
    page.get_by_role("option", name=re.compile("Both together")).first.click()
    expect(card(page)).to_have_text("Both together")

    unfolded(page, "Correct this topic").get_by_role("button", name="Take all decisions back").click()
    expect(card(page)).not_to_have_text("Both together")
    back = snapshot.load(home).topic_names
    assert topic[first] in back
    assert "Both together" not in back.values()


def test_an_area_of_the_map_becomes_the_selection_of_every_page(
    page: Page, browser: Browser, home: Path, serve: Callable[..., str]
) -> None:
    page.goto(f"{serve(home)}/topics")
    stage = page.locator(".stage[data-drawn]")
    expect(stage).to_be_visible()
    everything = selected(page)
    page.get_by_role("button", name="Mark an area with the lasso").click()
    box = page.locator(".frame").bounding_box()
    assert box is not None
    middle, radius = (box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5), box["height"] * 0.4
    corners = [(middle[0] + radius * math.cos(t / 2), middle[1] + radius * math.sin(t / 2)) for t in range(13)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=3)
    page.mouse.up()
    use = page.get_by_role("button", name=re.compile(r"Use [\d,]+ marked papers as selection"))
    expect(use).to_be_visible()
    marked = int(re.search(r"Use ([\d,]+)", use.inner_text()).group(1).replace(",", ""))  # type: ignore[union-attr]
    assert 0 < marked < everything
    use.click()
    expect(page).to_have_url(re.compile("set=[0-9a-f]{16}"))
    expect(counted(page, marked)).to_be_visible()

    page.get_by_role("link", name="Papers").click()
    expect(page.get_by_role("heading", name="Papers")).to_be_visible()
    assert selected(page) == marked
    expect(page).to_have_url(re.compile("papers.*set=[0-9a-f]{16}"))

    other = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US").new_page()
    other.goto(page.url)
    expect(counted(other, marked)).to_be_visible()
    other.get_by_role("button", name=re.compile("marked papers")).click()
    expect(counted(other, everything)).to_be_visible()


def test_the_map_tells_opens_and_follows_days(page: Page, home: Path, serve: Callable[..., str]) -> None:
    made = snapshot.load(home)
    page.goto(f"{serve(home)}/topics")
    expect(page.locator(".stage[data-drawn]")).to_be_visible()
    everything = selected(page)

    frame, tip = page.locator(".frame"), page.locator(".tip")
    frame.focus()
    page.keyboard.press("+")  # the nearest paper to the middle is told to those who do not see it
    expect(tip).not_to_be_empty()
    by_keyboard = (tip.evaluate("tip => tip.firstChild.textContent") or "").strip()
    assert by_keyboard in set(made.papers["title"])
    page.keyboard.press("0")

    page.locator(".names button").first.hover()
    strip = page.locator(".days")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 8, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))
    settled(page)
    since, until = re.findall(r"(?:from|to)=(\d{4}-\d\d-\d\d)", page.url)
    taken = made.papers["published"].between(since, until) & (made.papers["kind"] == "paper")
    assert selected(page) == int(taken.sum()) < everything
    page.get_by_role("button", name="All days").click()
    expect(counted(page, everything)).to_be_visible()

    settled(page)
    frame.scroll_into_view_if_needed()
    frame.focus()
    page.keyboard.press("+")
    expect(tip).not_to_be_empty()
    title = tip.evaluate("tip => tip.firstChild.textContent")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("papers.*id="))
    expect(page.get_by_role("heading", level=2, name=title)).to_be_visible()


def test_both_ways_to_draw_put_points_in_the_same_places(page: Page, home: Path, serve: Callable[..., str]) -> None:
    address, seen = serve(home), []
    for way in ("hardware", "software"):
        page.goto(f"{address}/healthz")
        page.evaluate("way => sessionStorage.setItem('hub.map.by', way)", way)
        page.goto(f"{address}/topics")
        expect(page.locator(".stage[data-drawn]")).to_be_visible()
        assert page.locator(".stage").get_attribute("data-by") == ("WebGL" if way == "hardware" else "pixels")
        settled(page)
        picture = Image.open(io.BytesIO(page.locator(".frame").screenshot())).convert("L")
        small = np.asarray(picture.resize((60, 40)), dtype=float)
        seen.append(small.max() - small)
    assert np.corrcoef(seen[0].ravel(), seen[1].ravel())[0, 1] > 0.95


@pytest.mark.parametrize("form", ["PNG, 300 dpi", "SVG", "CSV of what it shows"])
def test_the_map_can_be_kept_as_a_file(page: Page, home: Path, serve: Callable[..., str], form: str, tmp_path: Path) -> None:
    made = snapshot.load(home)
    page.goto(f"{serve(home)}/topics")
    expect(page.locator(".stage[data-drawn]")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as waiting:
        page.get_by_text(form, exact=True).click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    if form.startswith("PNG"):
        with Image.open(file) as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert picture.width > 2000
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 20
    elif form == "SVG":
        text = file.read_text("utf-8")
        assert made.topic_names[int(made.topics.sort_values("papers").iloc[-1]["topic"])] in text
        assert text.startswith("<svg")
    else:
        table = pd.read_csv(file)
        assert set(table["id"]) == set(made.papers.loc[made.papers["x"].notna() & (made.papers["kind"] == "paper"), "id"])


@pytest.fixture(scope="module")
def forming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder in which a new subject came in after the fit."""
    home = fitted_home(tmp_path_factory.mktemp("forming"), 240)
    corpus = Corpus(str(home / "corpus"))
    SUBJECTS["volcano"] = ["magma", "eruption", "caldera", "tephra", "lava", "fumarole", "basalt", "ash", "crater"]
    try:
        words = SUBJECTS["volcano"]
        corpus.upsert(
            Paper(f"v:{i}", f"volcano {words[i % 9]}", f"On {' '.join(np.roll(words, i)[:8])}.", ("C",),
                  date(2026, 5, 1), "arXiv")
            for i in range(30)
        )  # fmt: skip
        place(home, corpus, Planted())
    finally:
        del SUBJECTS["volcano"]
    return home


def test_a_possible_new_topic_is_made_one_then_pinned_hidden_and_forgotten(
    page: Page, forming: Path, serve: Callable[..., str]
) -> None:
    page.goto(f"{serve(forming)}/topics")
    candidates = page.get_by_test_id("stExpander").filter(has_text="possible new topics: 1")
    expect(candidates.get_by_text("30 papers", exact=True)).to_be_visible()
    candidates.get_by_role("button", name="Make it a topic").click()
    expect(page.get_by_test_id("stToast").filter(has_text="the new topic holds 30 papers")).to_be_visible()
    expect(candidates).to_have_count(0)
    expect(page.get_by_text("Defined by a reader: papers whose cosine to 20 example papers is 0.50 or more.")).to_be_visible()
    name = card(page).inner_text()
    form = unfolded(page, "Correct this topic")
    form.get_by_role("button", name="Pin").click()
    expect(form.get_by_role("button", name="Unpin")).to_be_visible()
    form.get_by_role("button", name="Hide").click()
    expect(form.get_by_role("button", name="Show")).to_be_visible()
    made = overlay.load(forming).topics.set_index("name").loc[name]
    assert (made["papers"], made["hidden"], made["pinned"]) == (30, True, True)
    form.get_by_role("button", name="Take all decisions back").click()
    expect(candidates).to_be_visible()
    expect(unfolded(page, "Correct this topic").get_by_role("button", name="Take all decisions back")).to_be_disabled()
    assert name not in overlay.load(forming).topic_names.values()


def test_what_is_searched_on_the_map_is_counted_lit_and_in_the_address(page: Page, home: Path, serve: Callable[..., str]) -> None:
    made = snapshot.load(home)
    there = made.papers["x"].notna() & (made.papers["kind"] == "paper")
    holding = int((made.papers["title"].str.contains("elliptic curves", case=False) & there).sum())
    assert holding > 1
    page.goto(f"{serve(home)}/topics")
    expect(page.locator(".stage[data-drawn]")).to_be_visible()
    settled(page)
    assert lit(page) == 0
    box = page.get_by_label("Find on the map")
    box.fill('title:"elliptic curves"')
    box.press("Enter")
    expect(page.get_by_text(f"{holding:,} of the papers on the map hold these words.")).to_be_visible()
    expect(page).to_have_url(re.compile("topics.find=title"))
    settled(page)
    assert 20 < lit(page) <= 70 * holding  # discs of eight pixels, which may cover each other
    box.fill("")
    box.press("Enter")
    expect(page.get_by_text("of the papers on the map hold these words.")).to_have_count(0)
    settled(page)
    assert lit(page) == 0


def lit(page: Page) -> int:
    """Return how many pixels of the map have the colour of what was searched."""
    picture = np.asarray(Image.open(io.BytesIO(page.locator(".frame canvas").first.screenshot())).convert("RGB"), dtype=int)
    return int((np.abs(picture - np.array(ImageColor.getrgb(map_view.FOUND))).max(axis=2) < 8).sum())
