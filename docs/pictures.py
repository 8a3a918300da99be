"""Make the pictures of the pages: ``python docs/pictures.py`` fits the demo corpus in a folder of its own and takes each page.

Needs Chromium and requirements-dev.txt. The folder gets a radar and two briefings, as a reader has after a while. With
``HUB_HOME`` set, that folder is shown instead. To take one page: ``python docs/pictures.py radar``.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PAGES = ("today", "trends", "topics", "bridges", "papers", "radar", "briefings", "sources")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDTH = 1200
READY = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid=stSkeleton]') && document.fonts.status === 'loaded'"""
"""The run is over and everything that Streamlit loads only when it is needed (figures, tables, maps) stands."""


READER = """
from hub import briefing, permissions
from hub.briefing import Request
from hub.radar.model import Radar
from hub.radar.store import RadarStore
from hub.settings import settings
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
home, shown, corpus = settings().home, snapshot.load(settings().home), Corpus(settings().corpus_path)
with permissions.acting(permissions.OWNER):
    largest = shown.topics.sort_values("papers", ascending=False)["topic"].head(2).tolist()
    RadarStore(home, "local").save(Radar("My field", topics=tuple(map(int, largest))))
    for field in ("Physics", "Biology"):
        list(briefing.write(Request(Selection(fields=(field,))), shown, corpus, settings(), reader="local"))
"""
"""What a reader has after a while, in a process of its own: a radar and two briefings."""


def main() -> None:
    """Take a picture of every page, or of those named, at 1440 by 900, the even ones dark, and of Today on a phone in Chinese."""
    home = os.environ.get("HUB_HOME") or tempfile.mkdtemp(prefix="pictures-")
    values = {**os.environ, "HUB_HOME": home, "HUB_AUTO_START": "0", "HUB_EMBEDDER": "tfidf-svd"}
    if not (Path(home) / "snapshots" / "CURRENT").exists():
        for command in (["demo"], ["fit"]):
            subprocess.run([sys.executable, "-m", "hub", *command], cwd=HERE.parent, env=values, check=True)
        subprocess.run([sys.executable, "-c", READER], cwd=HERE.parent, env=values, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address", "127.0.0.1"]
    app = subprocess.Popen(serve, cwd=HERE.parent, env=values, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        wanted = sys.argv[1:] or [*PAGES, "today-phone"]
        for n, name in enumerate(PAGES):
            if name not in wanted:
                continue
            _take(f"{address}/{name}", HERE / "pages" / f"{name}.png", dark=bool(n % 2))
        if "today-phone" in wanted:
            _take(f"{address}/today", HERE / "pages" / "today-phone.png", size=(390, 844), lang="zh-CN")
    finally:
        app.terminate()
        app.wait(20)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the app did not come up within a minute")


def _take(url: str, file: Path, *, size: tuple[int, int] = (1440, 900), lang: str = "en-US", dark: bool = False) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(
            viewport={"width": size[0], "height": size[1]}, locale=lang, color_scheme="dark" if dark else "light"
        )  # fmt: skip
        page.goto(url)
        page.wait_for_selector("[data-testid=stMain] h1", timeout=60_000)
        for _again in range(2):  # what has just loaded may ask for more
            page.wait_for_function(READY, timeout=120_000)
            page.wait_for_timeout(2000)
        file.parent.mkdir(exist_ok=True)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        picture.thumbnail((WIDTH, WIDTH))
        picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
