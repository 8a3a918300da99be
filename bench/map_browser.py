"""The map of 300,000 made-up papers in Chromium: seconds to the first map, frames of a pan and a zoom, heap, bytes received."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.map import many_papers
from hub.storage import snapshot

PAPERS = 300_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PLOT = ".js-plotly-plot"
WATCH = """() => { window.frames_ms = []; let last = performance.now();
  const next = () => {
    const now = performance.now(); window.frames_ms.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next); }"""
DRAWN = """() => { const plot = document.querySelector('.js-plotly-plot');
  return plot.data.map(t => t.x ? t.x.length : 0).join() + plot.layout.annotations.map(a => a.text).join(); }"""


def main() -> None:
    """Print what a reader waits for; the load of the machine beside it, as frames share the processors with other work."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        made = many_papers(PAPERS)
        papers = made.papers.sort_values(["published", "id"], ascending=[False, True], ignore_index=True)
        snapshot.publish(Path(folder), papers, made.topics, made.themes)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.address",
            "127.0.0.1",
            "--server.headless",
            "true",
        ]
        values = {**os.environ, "HUB_HOME": folder, "HUB_AUTO_START": "0"}
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen([*command, "--server.port", str(port)], env=values, **silent)  # type: ignore[call-overload]
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
                _measured(browser.new_page(viewport={"width": 1400, "height": 1000}), f"http://127.0.0.1:{port}/topics")
                browser.close()
        finally:
            server.terminate()
            server.wait(20)


def _measured(page: Any, address: str) -> None:
    received = [0]
    page.set_default_timeout(90_000)
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: received.__setitem__(0, received[0] + len(data))))
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    for who in ("first", "second"):
        start, before = time.perf_counter(), received[0]
        page.goto(address)
        page.wait_for_selector(f"{PLOT} .annotation-text")
        print(f"  {who} reader's map: {time.perf_counter() - start:.1f} s, {(received[0] - before) / 1e6:.2f} MB")
        page.wait_for_timeout(6000)
    box = page.locator(PLOT).first.bounding_box()
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
            page.mouse.wheel(0, -240)
            page.wait_for_timeout(50)

    for name, act in (("pan", lambda: drag(160, 80)), ("zoom", zoom), ("pan, zoomed", lambda: drag(-160, -80))):
        _frames(page, name, act)
    heap = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}["JSHeapUsedSize"]
    print(f"  heap {heap / 1e6:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}")


def _wait_for(address: str, seconds: float = 60.0) -> None:
    """Return when a server answers; raise TimeoutError when it does not within ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer within {seconds:.0f} s")


def _frames(page: Any, name: str, act: Callable[[], None]) -> None:
    page.wait_for_timeout(4000)
    before = page.evaluate(DRAWN)
    page.evaluate("() => { window.frames_ms.length = 0; }")
    act()
    took = sorted(page.evaluate("() => window.frames_ms.slice()"))
    start = time.perf_counter()
    page.wait_for_function(f"before => ({DRAWN})() !== before", arg=before)
    redrawn = time.perf_counter() - start
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"  {name}: frame {middle:.0f} ms (95 %: {late:.0f}), anew from the server after {redrawn:.1f} s")
