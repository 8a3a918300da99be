"""The front of the house in a real browser: chips and Back, keyboard, phone, Chinese, and what axe finds on every page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from bench.look import DESK, FIRST, PAGES, PHONE, PHONE_SAYS, WIDER, serious
from hub.storage import snapshot
from tests.browser.test_journey import back, choose, selected

pytestmark = pytest.mark.browser
EVERY = (*PAGES, "paper")
HEAD = 260
"""Pixels from above within which the first picture or entry of a page begins at a desk."""
QUIET = """() => new Promise(done => {
  const watch = new MutationObserver(() => again()), end = setTimeout(() => over(), 20000);
  let rest;
  const over = () => { watch.disconnect(); clearTimeout(end); done(true); };
  const again = () => { clearTimeout(rest); rest = setTimeout(over, 600); };
  watch.observe(document.querySelector('[data-testid=stMain]'), { subtree: true, childList: true, characterData: true });
  again();
})"""


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    return serve(Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("served") / "home")))


@pytest.fixture(scope="module")
def paper(demo_home: Path) -> str:
    """Return the address of a paper's own page."""
    return f"papers?id={quote(str(snapshot.load(demo_home).papers['id'].iloc[3]))}"


def opened(browser: Browser, url: str, *, size: dict[str, int] = DESK, lang: str = "en-US", scheme: Any = "light") -> Page:
    """Return a window in which the page stands, all of it."""
    says = PHONE_SAYS if size is PHONE else None
    context = browser.new_context(viewport=size, locale=lang, color_scheme=scheme, user_agent=says)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(url)
    ready(page)
    return page


def ready(page: Page) -> None:
    """Wait until the page has its title, nothing is still on its way, and nothing has changed for a moment."""
    expect(page.locator("[data-testid=stMain] :is(h1, h2)").first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(page.locator("[data-testid*=Skeleton]")).to_have_count(0)
    page.evaluate(QUIET)


@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing_serious_and_each_page_begins_in_sight_and_within_a_phone(
    browser: Browser, address: str, paper: str, name: str
) -> None:
    """Every page at a desk and as a phone in the other language and theme: over all pages each of the eight ways comes up."""
    at, path = EVERY.index(name), paper if name == "paper" else name
    languages, themes = ("en-US", "zh-CN"), ("light", "dark")
    desk = opened(browser, f"{address}/{path}", lang=languages[at % 2], scheme=themes[at // 2 % 2])
    assert serious(desk) == []
    assert desk.evaluate(FIRST) < HEAD
    desk.context.close()
    phone = opened(
        browser, f"{address}/{path}", size=PHONE, lang=languages[1 - at % 2], scheme=themes[1 - at // 2 % 2]
    )  # fmt: skip
    assert serious(phone) == []
    assert phone.evaluate(WIDER) == []
    phone.context.close()


def test_a_chip_lets_its_filter_go_and_clear_lets_all_go(page: Page, address: str) -> None:
    page.goto(f"{address}/sources?field=Physics&field=Biology")
    ready(page)
    some = selected(page)
    page.locator(".st-key-chips").get_by_role("button", name="Physics").click()
    expect(page).not_to_have_url(re.compile("Physics"))
    ready(page)
    assert selected(page) < some
    page.get_by_role("button", name="Clear all filters").click()
    expect(page).not_to_have_url(re.compile("field"))
    ready(page)
    assert selected(page) > some


def test_nothing_that_passes_offers_the_way_out(page: Page, address: str) -> None:
    page.goto(f"{address}/trends?field=Physics&q=zyzzyva")
    ready(page)
    expect(page.get_by_text("No paper passes these filters together")).to_be_visible()
    page.locator(".st-key-loosen").get_by_role("button", name=re.compile("zyzzyva.*paper")).click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page).to_have_url(re.compile("field=Physics"))


def test_back_returns_to_the_page_before_with_its_filters(page: Page, address: str) -> None:
    page.goto(f"{address}/sources")
    ready(page)
    choose(page, "Field", "Physics")
    expect(page).to_have_url(re.compile("field=Physics"))
    page.get_by_role("link", name="Briefings").click()
    expect(page).to_have_title(re.compile("^Briefings"))
    back(page)
    expect(page).to_have_title(re.compile("^Sources"))
    expect(page).to_have_url(re.compile("field=Physics"))


def test_back_takes_filters_and_views_away_one_by_one_and_forward_brings_them_again(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    ready(page)
    week = page.get_by_role("radio", name="Week")
    week.click()
    expect(page).to_have_url(re.compile("span=Week"))
    ready(page)
    choose(page, "Field", "Physics")
    expect(page).to_have_url(re.compile("field=Physics"))
    ready(page)
    some = selected(page)
    back(page)
    expect(page).not_to_have_url(re.compile("field="))
    ready(page)
    expect(week).to_be_checked()
    assert selected(page) > some
    back(page)
    expect(page).not_to_have_url(re.compile("span="))
    expect(week).not_to_be_checked()
    page.evaluate("history.forward()")
    expect(week).to_be_checked()
    ready(page)
    page.evaluate("history.forward()")
    expect(page.locator(".st-key-chips").get_by_role("button", name="Physics")).to_be_visible()
    ready(page)
    assert selected(page) == some


def test_back_from_a_paper_is_one_step_to_where_its_list_was_left(page: Page, address: str) -> None:
    page.goto(f"{address}/papers")
    ready(page)
    title = page.locator('[class*="st-key-card-papers-cards-"] [data-testid=stPageLink] a').nth(12)
    title.scroll_into_view_if_needed()
    name = title.inner_text()
    title.click()
    expect(page.locator(".st-key-sheet h2").first).to_be_in_viewport()
    expect(page).to_have_title(re.compile(re.escape(name[:30])))
    back(page)
    expect(page).to_have_title(re.compile("^Papers"))
    expect(title).to_be_in_viewport()
    page.goto(f"{address}/today?span=Week")
    ready(page)
    page.locator('[class*="st-key-card-today-"] [data-testid=stPageLink] a').nth(1).click()
    expect(page.locator(".st-key-sheet h2").first).to_be_in_viewport()
    back(page)
    expect(page).to_have_title(re.compile("^Today"))
    expect(page).to_have_url(re.compile("span=Week"))
    expect(page.get_by_role("radio", name="Week")).to_be_checked()


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


def test_in_chinese_on_a_phone_a_reader_comes_from_the_menu_to_a_paper_and_back(browser: Browser, address: str) -> None:
    phone = opened(browser, f"{address}/", size=PHONE, lang="zh-CN", scheme="dark")
    phone.get_by_test_id("stExpandSidebarButton").click()
    phone.get_by_test_id("stSidebar").get_by_role("link", name="论文").click()
    expect(phone).to_have_title("论文 · AcademicHub")
    ready(phone)
    box = phone.locator(".st-key-q input")
    box.fill("gradient")
    box.press("Enter")
    expect(phone).to_have_url(re.compile("q=gradient"))
    expect(phone.locator(".st-key-chips").get_by_role("button", name=re.compile("gradient"))).to_be_visible()
    ready(phone)
    phone.locator('[class*="st-key-card-papers-cards-"] [data-testid=stPageLink] a').first.click()
    expect(phone.locator(".st-key-sheet h2").first).to_be_in_viewport()
    expect(phone.get_by_role("button", name="引用")).to_be_visible()
    expect(phone.get_by_text("相近论文：同一领域")).to_be_visible()
    ready(phone)
    assert phone.evaluate(WIDER) == []
    back(phone)
    expect(phone).to_have_title("论文 · AcademicHub")
    expect(phone).to_have_url(re.compile("q=gradient"))
    phone.context.close()


def test_on_a_phone_figures_are_drawn_for_its_width(browser: Browser, address: str) -> None:
    phone = opened(browser, f"{address}/trends", size=PHONE)
    plots = (
        "plots => plots.map(plot => [...new Set(plot.data.map(trace => trace.xaxis || 'x'))].length + ' ' + plot.layout.height)"
    )
    panels = phone.locator(".js-plotly-plot")
    expect(panels.nth(1)).to_be_visible()
    movers, series = panels.evaluate_all(plots)
    assert movers.startswith("2 ")
    assert int(series.split()[1]) > 6 * 150, "one panel a line"
    ticks = panels.nth(1).locator(".xtick text").all_text_contents()
    assert ticks and all(re.fullmatch(r"\d{4}-\d\d", tick) for tick in ticks)
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


def test_a_server_that_went_away_is_told_in_the_readers_words_and_the_page_goes_on(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    page, there, lines = context.new_page(), [True], []

    def line(socket: WebSocketRoute) -> None:
        if there[0]:
            socket.connect_to_server()
            lines.append(socket)
        else:
            socket.close()

    page.route_web_socket(re.compile("_stcore/stream"), line)
    page.goto(f"{address}/sources?field=Physics")
    ready(page)
    some = page.locator(".st-key-bar").get_by_text(re.compile("篇论文")).inner_text()
    there[0] = False
    page.route(re.compile("_stcore/(health|host-config)"), lambda route: route.abort())
    lines[-1].close()
    expect(page.get_by_role("dialog").get_by_text("AcademicHub 没有应答")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text(re.compile("页面会自动继续"))).to_be_visible()
    there[0] = True
    page.unroute(re.compile("_stcore/(health|host-config)"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".st-key-bar").get_by_text(some)).to_be_visible()
    expect(page.locator(".st-key-chips").get_by_role("button", name="物理学")).to_be_visible()
    context.close()
