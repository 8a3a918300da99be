"""The map of 100,000 and a million made-up papers in Chromium without a graphics processor: first points, frames, bytes.

WebGL is drawn by SwiftShader, on the processor; beside it pixel by pixel, which the page takes where no graphics processor is.
``HUB_BENCH_PAPERS=100000`` measures one size.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench._served import FLAGS, Served
from bench.map import many_papers
from hub.storage import publishing

SIZES = (100_000, 1_000_000)
WAYS = {
    "WebGL (SwiftShader)": ("--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    "pixels": ("--disable-gpu", "--disable-3d-apis"),
}
WATCH = """() => { window.frames_ms = []; let last = performance.now();
  const next = () => {
    const now = performance.now(); window.frames_ms.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next); }"""
FIRST = """() => new Promise((done) => { const look = () => {
  const map = document.querySelector('.st-key-topics-map');
  const host = map && [...map.querySelectorAll('*')].find((e) => e.shadowRoot);
  const stage = host && host.shadowRoot.querySelector('.stage');
  if (stage && !window.mounted) window.mounted = performance.now();
  if (stage && stage.dataset.drawn) done({ mounted: window.mounted, drawn: performance.now(), by: stage.dataset.by });
  else requestAnimationFrame(look); }; look(); })"""


def main() -> None:
    """Print what a reader waits for, in each size and way; the load of the machine beside it."""
    from playwright.sync_api import sync_playwright

    sizes = (int(os.environ["HUB_BENCH_PAPERS"]),) if "HUB_BENCH_PAPERS" in os.environ else SIZES
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            made = many_papers(size)
            papers = made.papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True)
            publishing.publish(Path(folder), papers, made.topics, made.themes)
            with sync_playwright() as playwright, Served(Path(folder)) as app:
                for way, flags in WAYS.items():
                    print(f"{size:,} papers, {way}, load {os.getloadavg()[0]:.1f}")
                    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *flags])
                    _measured(browser, f"{app.address}/topics", app.pid, way)
                    browser.close()


def _measured(browser: Any, address: str, server: int, way: str) -> None:
    """Print the first points of two readers (the second has Streamlit's own files at hand) and the frames of gestures."""
    context, devtools = browser.new_context(viewport={"width": 1440, "height": 900}), browser.new_browser_cdp_session()
    if way.startswith("WebGL"):
        context.add_init_script("sessionStorage.setItem('hub.map.by', 'hardware')")
    for who in ("first reader", "page again"):
        page, received = context.new_page(), {"map": 0, "page": 0}
        page.set_default_timeout(120_000)
        page.on("response", lambda answer, received=received: _counted(answer, received))
        page.on(
            "websocket",
            lambda ws, received=received: ws.on("framereceived", lambda d: received.update(page=received["page"] + len(d))),
        )
        before = _processor(devtools, server)
        page.goto(address, wait_until="commit")
        found = page.evaluate(FIRST)
        ours, theirs = (b - a for a, b in zip(before, _processor(devtools, server), strict=True))
        page.wait_for_timeout(1500)
        print(
            f"  {who}: first points {found['drawn'] / 1000:.1f} s after the address was opened, "
            f"{(found['drawn'] - found['mounted']) / 1000:.2f} s after the map stood ({found['by']}); "
            f"processor: server {ours:.1f} s, browser {theirs:.1f} s; "
            f"{received['map'] / 1e6:.2f} MB of points, {received['page'] / 1e6:.2f} MB of page"
        )
        if who == "first reader":
            page.close()
    page.wait_for_timeout(4000)
    box = page.locator(".frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH)

    def drag(dx: float, dy: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + dx, y + dy, steps=40)
        page.mouse.up()

    def zoom() -> None:
        page.mouse.move(x, y)
        for _ in range(6):
            page.mouse.wheel(0, -120)
            page.wait_for_timeout(50)

    for name, act in (("pan", lambda: drag(160, 80)), ("zoom", zoom), ("pan, zoomed", lambda: drag(-160, -80))):
        _frames(page, name, act)


def _processor(devtools: Any, server: int) -> tuple[float, float]:
    """Return the processor seconds of the server and of all of the browser, to which other work adds little."""
    fields = Path(f"/proc/{server}/stat").read_text("utf-8").rpartition(")")[2].split()
    browser = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), sum(p["cpuTime"] for p in browser)


def _counted(answer: Any, received: dict[str, int]) -> None:
    if "/map/bytes/" in answer.url and answer.status == 200:
        received["map"] += int(answer.headers.get("content-length", 0))


def _frames(page: Any, name: str, act: Callable[[], None]) -> None:
    """Print the frames of a gesture with the drawing that follows it."""
    page.wait_for_timeout(2500)
    before = page.locator(".stage").get_attribute("data-drawn")
    page.evaluate("() => { window.frames_ms.length = 0; }")
    act()
    moved = sorted(page.evaluate("() => window.frames_ms.splice(0)"))
    start = time.perf_counter()
    while page.locator(".stage").get_attribute("data-drawn") == before:
        page.wait_for_timeout(20)
    redrawn, after = time.perf_counter() - start, sorted(page.evaluate("() => window.frames_ms.splice(0)"))
    told = [f"{f[len(f) // 2]:.0f} ms (95 %: {f[int(len(f) * 0.95)]:.0f}, n {len(f)})" for f in (moved, after) if f]
    print(
        f"  {name}: frames {told[0]}, drawn anew {redrawn:.2f} s after it" + (f", frames meanwhile {told[1]}" if told[1:] else "")
    )
