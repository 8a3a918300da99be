"""One morning in a real browser: open, filter, see the chart change, share the link, write a briefing, take it away."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    return serve(Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("served") / "home")))


def selected(page: Page) -> int:
    """Return how many papers the bar says are selected."""
    counted = page.locator(".st-key-bar").get_by_text(re.compile(r"^[\d,]+ papers?$"))
    expect(counted).to_be_visible()
    return int(counted.inner_text().split()[0].replace(",", ""))


def chart(page: Page) -> str:
    """Return what the first chart of the page says of itself."""
    first = page.locator(".js-plotly-plot").first
    expect(first).to_be_visible()
    return first.evaluate("plot => JSON.stringify(plot.data.map(trace => [trace.name, trace.y && Array.from(trace.y)]))")


def back(page: Page) -> None:
    """Go back as the page itself would: the browser's own button may not yet know of a step that the page has just made."""
    page.evaluate("history.back()")


def choose(page: Page, label: str, option: str) -> None:
    """Pick ``option`` in the sidebar's multiselect ``label``."""
    box = page.get_by_role("combobox", name=re.compile(label)).first
    box.click()
    box.press_sequentially(option)
    page.get_by_role("option", name=option, exact=True).first.click()
    page.keyboard.press("Escape")


def test_a_filter_moves_the_chart_and_travels_in_the_link(page: Page, browser: Browser, address: str) -> None:
    page.goto(f"{address}/trends")
    before, everything = chart(page), selected(page)
    choose(page, "Field", "Physics")
    expect(page).to_have_url(re.compile("field=Physics"))
    page.wait_for_function("n => !document.body.innerText.includes(n + ' papers\\n')", arg=f"{everything:,}")
    page.wait_for_timeout(2000)
    assert 0 < selected(page) < everything
    assert chart(page) != before

    other = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US").new_page()
    other.goto(page.url)
    expect(other.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    assert selected(other) == selected(page)

    page.get_by_role("link", name="Papers").click()
    expect(page.get_by_role("heading", name="Papers")).to_be_visible()
    assert selected(page) == selected(other)


def test_a_briefing_of_the_selection_can_be_taken_away(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/?field=Physics")
    page.get_by_role("button", name=re.compile("Write briefing")).first.click()
    download = page.get_by_role("button", name=re.compile("Markdown")).first
    expect(download).to_be_visible(timeout=60_000)
    with page.expect_download() as taken:
        download.click()
    text = Path(taken.value.path()).read_text("utf-8")
    assert text.startswith("---\n")
    references = text.split("## References")[1]
    listed = {int(n) for n in re.findall(r"^\s*(\d+)\. ", references, re.M)} | {
        int(n) for n in re.findall(r"^\[(\d+)\]", references, re.M)
    }
    cited = {int(n) for group in re.findall(r"\[([\d, ]+)\]", text.split("## References")[0]) for n in group.split(",")}
    assert cited
    assert cited <= listed


def test_the_browser_asks_no_other_server(page: Page, address: str) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{address}/papers")
    selected(page)
    page.wait_for_timeout(1500)
    assert {url for url in asked if not url.startswith((address, "data:", "blob:", address.replace("http", "ws")))} == set()
