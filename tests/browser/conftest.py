"""A real server and a real Chromium for the journeys."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a journey try three times: on two shared cores a click may come before its page. The summary names it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium; where there is none the journeys skip, unless HUB_REQUIRE_BROWSER is set as in CI."""
    if CHROMIUM is None:
        if os.environ.get("HUB_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here (HUB_REQUIRE_BROWSER) and is not installed")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a new window, English, 1400 by 1000."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that starts the app on a data folder and returns its address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(home: Path, port: int = 0, **environment: str) -> str:
        if not port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ]
        values = {**os.environ, "HUB_HOME": str(home), "HUB_AUTO_START": "0", **environment}
        running.append(subprocess.Popen(command, cwd=ROOT, env=values, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    return address
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the app did not come up within a minute")

    yield start
    for process in running:
        process.terminate()
        process.wait(20)
