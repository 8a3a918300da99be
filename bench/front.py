"""The front in Chromium: from a filter to the last chart drawn, a reader's first page, and what travels, at 100,000 papers.

``HUB_BENCH_HOME`` names a data folder with topics; it is copied, never written to. Without it ``HUB_BENCH_PAPERS`` made-up papers
(100,000) with topics and a map are published. A filter is chosen where a reader chooses it, in the sidebar, on a page that stands
still; what is measured ends with the last change of a figure. Each filter is chosen once in a fresh process, so that nothing
of it is kept from before. The load of the machine stands beside the figures, as they share its processors with other work.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench._served import FLAGS, Served
from bench.map import many_papers
from hub.storage import publishing, snapshot

PAPERS = int(os.environ.get("HUB_BENCH_PAPERS", "100000"))
CHARTED = ("today", "trends", "topics", "bridges")
FIELDS = int(os.environ.get("HUB_BENCH_FIELDS", "8"))
"""Filters that are chosen on each page, one after the other."""
QUIET_MS = 1200
"""Milliseconds without a change after which a page is taken to stand."""
WATCH = """() => {
  const seen = { figures: 0, page: 0 };
  window.seen = seen;
  new MutationObserver(records => {
    const now = performance.now();
    for (const { target } of records) {
      const at = target.nodeType === 1 ? target : target.parentElement;
      if (!at?.closest('[data-testid=stMain]')) continue;
      seen.page = now;
      if (at.closest('.js-plotly-plot, [data-testid=stPlotlyChart], [data-testid=stBidiComponentRegular]')) seen.figures = now;
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener('pointerdown', () => { seen.clicked = performance.now(); }, true);
}"""
STANDS = f"""() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid*=Skeleton]') && window.seen && performance.now() - window.seen.page > {QUIET_MS}"""


def main() -> None:
    """Print the seconds and bytes."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        _prepared(home)
        shown = snapshot.load(home)
        fields = [str(d) for d in shown.papers["domain"].value_counts().head(FIELDS).index]
        print(f"papers {len(shown):,}, topics {len(shown.topics)}, load before {os.getloadavg()[0]:.1f}")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        took: list[float] = []
        with Served(home) as app:
            _first_pages(browser, app.address)
        for name in CHARTED:
            with Served(home) as app:
                took += _filters(browser, f"{app.address}/{name}", name, fields)
        browser.close()
        middle, late = np.median(took), np.quantile(took, 0.95)
        print(f"all: from a filter to the last chart median {middle:.2f} s, p95 {late:.2f} s; targets 1.0, 2.0")
        print(f"load after {os.getloadavg()[0]:.1f}")


def _prepared(home: Path) -> None:
    if given := os.environ.get("HUB_BENCH_HOME"):
        shutil.copytree(given, home, ignore=shutil.ignore_patterns("radars"))
        return
    made = many_papers(PAPERS)
    papers = made.papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True)
    publishing.publish(home, papers, made.topics, made.themes)


def _first_pages(browser: Any, address: str) -> None:
    """A first reader warms the server; a second one, whose browser has nothing yet, is measured on each page, and comes again."""
    for who in ("first", "second"):
        for name in (*CHARTED, "papers"):
            page, received = _window(browser)
            start = time.perf_counter()
            page.goto(f"{address}/{name}")
            page.wait_for_function(STANDS, timeout=180_000)
            drawn = time.perf_counter() - start - QUIET_MS / 1000
            print(
                f"  {name}, {who} reader: {drawn:.2f} s; page {received['page'] / 1e6:.2f} MB, "
                f"app {received['app'] / 1e6:.2f} MB (once a browser)"
            )
            if who == "second":
                start = time.perf_counter()
                page.goto(f"{address}/{name}")
                page.wait_for_function(STANDS, timeout=180_000)
                print(f"  {name}, the same reader's browser again: {time.perf_counter() - start - QUIET_MS / 1000:.2f} s")
            page.context.close()


def _window(browser: Any) -> tuple[Any, dict[str, int]]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US").new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(f"document.addEventListener('DOMContentLoaded', {WATCH})")
    received = {"page": 0, "app": 0}

    def count(kind: str, size: int) -> None:
        received[kind] += size

    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: count("page", len(frame))))
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: count("app", int(event["encodedDataLength"])))
    return page, received


def _filters(browser: Any, url: str, name: str, fields: list[str]) -> list[float]:
    page, received = _window(browser)
    page.goto(url)
    page.wait_for_function(STANDS, timeout=180_000)
    box = page.locator(".st-key-field").get_by_role("combobox")
    took, sent = [], []
    for field in fields:
        before = received["page"]
        box.click()
        option = page.get_by_role("option", name=field, exact=True).first
        option.wait_for()
        page.evaluate("() => { window.seen.figures = 0; }")
        option.click()
        page.wait_for_timeout(150)
        page.wait_for_function(STANDS, timeout=180_000)
        seen = page.evaluate("() => window.seen")
        drawn = max(seen["figures"], seen["clicked"]) > seen["clicked"]  # no figure came: then the page's own last change
        took.append((seen["figures" if drawn else "page"] - seen["clicked"]) / 1000)
        sent.append(received["page"] - before)
        page.keyboard.press("Escape")
    page.context.close()
    each = " ".join(f"{seconds:.2f}" for seconds in took)
    print(f"  {name}: {each} s, median {np.median(took):.2f}; {max(sent) / 1e6:.2f} MB at most; load {os.getloadavg()[0]:.1f}")
    return took
