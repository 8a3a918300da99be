"""An S3-compatible server on a loopback port: that of moto, which keeps objects in memory and knows conditional puts."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

import httpx

BUCKET = "hub"
NEEDED = {"moto": "moto", "flask": "flask", "flask_cors": "flask-cors", "obstore": "obstore"}


def missing() -> str:
    """Return why no server can be started here, empty where one can."""
    names = [name for module, name in NEEDED.items() if find_spec(module) is None]
    return f"not installed: {', '.join(names)} (pip install -r requirements-dev.txt)" if names else ""


@contextmanager
def serving() -> Iterator[Mapping[str, str]]:
    """Yield the environment in which S3 clients find a server with one empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx.put(f"{url}/{BUCKET}").raise_for_status()
                break
            except httpx.TransportError:
                assert server.poll() is None, "moto's server ended at its start"
                time.sleep(0.1)
        yield {
            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url, "AWS_ALLOW_HTTP": "true",
        }  # fmt: skip
    finally:
        server.terminate()
        server.wait()
