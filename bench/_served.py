"""What benches serve: the app on a data folder, as a reader's browser finds it, and a feed for the hub to read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")
STARTS_S = 60


class Served:
    """The app on a data folder, for as long as the block runs; ``pid`` is its process."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port", port]
        values = {**os.environ, "HUB_HOME": str(home), "HUB_AUTO_START": "0"}
        self._running = subprocess.Popen(command, env=values, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self._running.pid
        self.address = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Served:
        until = time.monotonic() + STARTS_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):
                    return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise TimeoutError(f"the app did not answer within {STARTS_S} seconds")

    def __exit__(self, *_error: Any) -> None:
        self._running.terminate()
        self._running.wait(20)


class Feed(BaseHTTPRequestHandler):
    """A journal's feed for the hub to read; who inherits it says which papers it has."""

    def items(self) -> str:
        """Return the papers as items of RSS."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Send them."""
        xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Letters</title>{self.items()}</channel></rss>'
        body = xml.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
