"""How each page looks: what axe finds, where the first picture or entry begins, and what is wider than its window.

Every page, a paper's own and the views beside each page's first are opened in Chromium in both themes and both languages, at
1440 by 900 and as a phone of 390 by 844. ``HUB_BENCH_HOME`` names a data folder with topics, which is copied; without it the
demo papers are fitted in one of their own. Goals: nothing serious or critical, first picture or entry above 260, nothing wider
than the window.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench._served import FLAGS, Served
from hub.storage import snapshot

PAGES = ("today", "trends", "topics", "bridges", "papers", "radar", "briefings", "sources")
VIEWS = (
    "today?span=Week", "papers?papers.view=Table", "papers?q=zyzzyva&field=Physics", "trends?trends.view=Ranks",
    "trends?trends.view=Emerging+and+bursts", "trends?trends.view=Compare+two", "bridges?bridges.view=What+will+meet",
    "bridges?bridges.view=Fields+and+fields", "bridges?bridges.view=Topics+and+fields", "bridges?bridges.view=What+moves",
    "radar?radar.view=Interests", "radar?radar.view=Recap", "sources?sources.all=true",
)  # fmt: skip
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PHONE_SAYS = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
STANDS = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && document.querySelector('[data-testid=stMain] :is(h1, h2)') && !document.querySelector('[data-testid*=Skeleton]')
  && document.fonts.status === 'loaded'"""
WIDER = """() => [...document.querySelectorAll('[data-testid=stMain] *')].filter(element => {
  const box = element.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  for (let above = element.parentElement; above && above.dataset.testid !== 'stMain'; above = above.parentElement)
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(above).overflowX)
        && above.getBoundingClientRect().right <= innerWidth + 1) return false;
  return true;
}).map(element => element.className.toString())"""
"""What of a page reaches beyond its window and lies in nothing that scrolls."""
FIRST = """() => Math.round(Math.min(...[...document.querySelectorAll(
  '[data-testid=stMain] :is([data-testid=stPlotlyChart], [data-testid=stDataFrame], [data-testid=stAlert], .st-key-topics-map, '
  + '[class*="st-key-card-"], [class*="st-key-judge-"], [class*="st-key-bridges-card"], .st-key-sheet h2, '
  + '.st-key-briefing-text)')]
  .filter(element => element.getClientRects().length).map(element => element.getBoundingClientRect().y)))"""
"""Where the first picture, entry or word on why there is none begins, in pixels from above."""


def serious(page: Any) -> list[tuple[str, list[Any]]]:
    """Return the serious and critical rules of axe that a page breaks, with where."""
    import axe_playwright_python

    page.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found if rule["impact"] in ("serious", "critical")
    ]


def main() -> None:
    """Print a line a page: rules broken in each combination, first y at a desk, what is wider than a phone."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = _prepared(Path(folder) / "home")
        paper = quote(str(snapshot.load(home).papers["id"].iloc[0]))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        total = loads = 0
        with Served(home) as app:
            for path in (*PAGES, f"papers?id={paper}", *VIEWS):
                found, first, wide = {}, 0, []
                for lang, theme, size in _ways():
                    page = _opened(browser, f"{app.address}/{path}", lang, theme, size)
                    found[f"{lang[:2]} {theme} {size['width']}"] = serious(page)
                    if size is DESK:
                        at = page.evaluate(FIRST)
                        first = max(first, at if at is not None else DESK["height"])
                    else:
                        wide += page.evaluate(WIDER)
                    page.context.close()
                bad = {way: rules for way, rules in found.items() if rules}
                loads, total = loads + len(found), total + len(bad)
                print(f"{path}: first at {first}; wider than a phone {len(wide)}; axe {bad or 0}", flush=True)
        print(f"{loads} loads, {total} with something serious; load {os.getloadavg()[0]:.1f}")
        browser.close()


def _ways() -> Iterator[tuple[str, str, dict[str, int]]]:
    for lang in ("en-US", "zh-CN"):
        for theme in ("light", "dark"):
            for size in (DESK, PHONE):
                yield lang, theme, size


def _opened(browser: Any, url: str, lang: str, theme: str, size: dict[str, int]) -> Any:
    phone = {"user_agent": PHONE_SAYS} if size is PHONE else {}
    page = browser.new_context(viewport=size, locale=lang, color_scheme=theme, **phone).new_page()
    page.set_default_timeout(180_000)
    page.goto(url)
    for _again in range(2):  # what has just loaded may ask for more
        page.wait_for_function(STANDS)
        page.wait_for_timeout(800)
    return page


def _prepared(home: Path) -> Path:
    if given := os.environ.get("HUB_BENCH_HOME"):
        shutil.copytree(given, home)
        return home
    values = {**os.environ, "HUB_HOME": str(home), "HUB_AUTO_START": "0", "HUB_EMBEDDER": "tfidf-svd"}
    for command in (["demo"], ["fit"], ["radar", "--name", "Seen", "--keyword", "climate", "--save"]):
        subprocess.run([sys.executable, "-m", "hub", *command], env=values, check=True, stdout=subprocess.DEVNULL)
    return home
