"""The front of the house in a real browser: chips and Back, keyboard, phone, Chinese, and what axe finds on every page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journey import back, choose, selected

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
PAGES = ("", "trends", "topics", "bridges", "papers", "radar", "briefings", "sources")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WIDER = """() => [...document.querySelectorAll('[data-testid=stMain] *')].filter(element => {
  const box = element.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  for (let above = element.parentElement; above && above.dataset.testid !== 'stMain'; above = above.parentElement)
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(above).overflowX)
        && above.getBoundingClientRect().right <= innerWidth + 1) return false;
  return true;
}).map(element => element.className.toString())"""


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    return serve(Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("served") / "home")))


def opened(browser: Browser, url: str, *, size: dict[str, int] = DESK, lang: str = "en-US", scheme: Any = "light") -> Page:
    """Return a window in which the page stands, all of it."""
    context = browser.new_context(viewport=size, locale=lang, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(url)
    ready(page)
    return page


def ready(page: Page) -> None:
    """Wait until the page has its title and nothing is still on its way."""
    expect(page.locator("[data-testid=stMain] h1").first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(page.locator("[data-testid*=Skeleton]")).to_have_count(0)
    page.wait_for_timeout(1500)


def serious(page: Page) -> list[tuple[str, list[Any]]]:
    """Return the serious and critical rules of axe that the page breaks, with where."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(browser: Browser, address: str, name: str) -> None:
    at = PAGES.index(name)
    desk = opened(browser, f"{address}/{name}", lang=("en-US", "zh-CN")[at % 2], scheme=("dark", "light")[at // 2 % 2])
    assert serious(desk) == []
    phone = opened(browser, f"{address}/{name}", size=PHONE, lang=("zh-CN", "en-US")[at % 2])
    assert serious(phone) == []
    assert phone.evaluate(WIDER) == []
    for page in (desk, phone):
        page.context.close()


def test_a_chip_lets_its_filter_go_and_clear_lets_all_go(page: Page, address: str) -> None:
    page.goto(f"{address}/sources?field=Physics&field=Biology")
    ready(page)
    some = selected(page)
    page.locator(".st-key-chips").get_by_role("button", name="Physics").click()
    expect(page).not_to_have_url(re.compile("Physics"))
    page.wait_for_timeout(1500)
    assert selected(page) < some
    page.get_by_role("button", name="Clear all filters").click()
    expect(page).not_to_have_url(re.compile("field"))
    page.wait_for_timeout(1500)
    assert selected(page) > some


def test_nothing_that_passes_offers_the_way_out(page: Page, address: str) -> None:
    page.goto(f"{address}/trends?field=Physics&q=zyzzyva")
    ready(page)
    expect(page.get_by_text("No paper passes these filters together")).to_be_visible()
    page.locator(".st-key-loosen").get_by_role("button", name=re.compile("zyzzyva.*paper")).click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page).to_have_url(re.compile("field=Physics"))


def test_back_returns_to_the_day_and_the_page_before_with_the_filters(page: Page, address: str) -> None:
    page.goto(f"{address}/sources")
    ready(page)
    choose(page, "Field", "Physics")
    expect(page).to_have_url(re.compile("field=Physics"))
    page.get_by_role("link", name="Briefings").click()
    expect(page).to_have_url(re.compile("/briefings"))
    expect(page).to_have_title(re.compile("^Briefings"))
    back(page)
    expect(page).to_have_title(re.compile("^Sources"))
    expect(page).to_have_url(re.compile("field=Physics"))


def test_today_has_its_name_in_the_address_and_a_day_is_a_step_of_history(page: Page, address: str) -> None:
    page.goto(f"{address}/today?field=Physics")
    ready(page)
    expect(page).to_have_title("Today · AcademicHub")
    expect(page).to_have_url(re.compile("field=Physics"))
    latest = page.locator(".st-key-today-head + div, [data-testid=stMarkdown] strong").first.inner_text()
    assert latest
    bar = page.locator(".js-plotly-plot .point path").first
    bar.click(force=True)
    expect(page).to_have_url(re.compile(r"day=\d{4}-\d\d-\d\d"))
    expect(page.get_by_role("button", name="Back to the latest day")).to_be_visible()
    back(page)
    expect(page).not_to_have_url(re.compile("day="))
    expect(page.get_by_role("button", name="Back to the latest day")).to_have_count(0)


def test_a_reader_with_a_keyboard_alone_searches_and_opens_a_paper(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    ready(page)
    page.keyboard.press("/")
    expect(page.locator(".st-key-q input")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-testid=stMain] h1").click()
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/papers\?.*id="))


def test_on_a_phone_a_briefing_is_one_tap_away_and_has_the_width_of_the_page(browser: Browser, address: str) -> None:
    phone = opened(browser, f"{address}/?field=Physics", size=PHONE)
    button = phone.locator(".st-key-bar").get_by_role("button", name="Write briefing")
    assert button.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
    button.click()
    expect(phone.get_by_role("button", name=re.compile("Download Markdown"))).to_be_visible()
    box = phone.locator(".st-key-briefing-result").bounding_box()
    assert box and box["width"] > 330
    phone.context.close()


def test_at_a_desk_the_briefings_button_stands_in_sight_however_many_filters_are_set(browser: Browser, address: str) -> None:
    fields = "&".join(f"field={f}" for f in ("Physics", "Biology", "Economics", "Engineering", "Mathematics", "Medicine"))
    desk = opened(browser, f"{address}/sources?{fields}")
    box = desk.locator(".st-key-briefing").get_by_role("button", name="Write briefing").bounding_box()
    assert box and box["y"] + box["height"] <= DESK["height"]
    desk.context.close()


def test_a_link_of_one_language_opens_the_same_view_in_the_other(browser: Browser, address: str) -> None:
    chinese = opened(browser, f"{address}/?span=Week&field=Physics", lang="zh-CN")
    expect(chinese.get_by_role("radio", name="周")).to_be_checked()
    expect(chinese.locator(".st-key-chips").get_by_role("button", name="物理学")).to_be_visible()
    expect(chinese).to_have_title("今日 · AcademicHub")
    chinese.context.close()
