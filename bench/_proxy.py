"""HAProxy before replicas of this machine, by the file that deploy/ ships."""

from __future__ import annotations

import csv
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "haproxy.cfg"
FOUND_BY_DOCKER = re.compile(r"^resolvers .*?\n\n", re.M | re.S)
TOLD = """
frontend told
    bind 127.0.0.1:{port}
    stats enable
    stats uri /
"""
WAIT_S = 60


def program() -> str | None:
    """Return where HAProxy is; None where it is not installed."""
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


@contextmanager
def before(ports: Sequence[int]) -> Iterator[int]:
    """Let HAProxy share readers out over servers on these ports; give its own port."""
    if not (haproxy := program()):
        raise SystemExit("haproxy is not installed: nothing is measured behind it")
    with socket.socket() as door, socket.socket() as told, tempfile.TemporaryDirectory() as folder:
        for each in (door, told):
            each.bind(("127.0.0.1", 0))
        port, stats = (int(each.getsockname()[1]) for each in (door, told))
        door.close()
        told.close()
        servers = "\n".join(f"    server web{n} 127.0.0.1:{at} check inter 2s" for n, at in enumerate(ports, 1))
        shipped = FOUND_BY_DOCKER.sub("", SHIPPED.read_text("utf-8")).replace("bind :8080", f"bind 127.0.0.1:{port}")
        file = Path(folder) / "haproxy.cfg"
        file.write_text(re.sub(r"^    server-template .*$", servers, shipped, flags=re.M) + TOLD.format(port=stats), "utf-8")
        proxy = subprocess.Popen([haproxy, "-db", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _asked(proxy, f"http://127.0.0.1:{stats}/;csv", len(ports))
            yield port
        finally:
            proxy.terminate()
            proxy.wait(30)


def _asked(proxy: subprocess.Popen[bytes], stats: str, servers: int) -> None:
    """Wait until each server was asked whether it is ready: before, HAProxy takes each for one that is."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and proxy.poll() is None:
        try:
            with urllib.request.urlopen(stats, timeout=5) as answer:
                rows = list(csv.DictReader(answer.read().decode().splitlines()))
        except URLError:  # it does not listen yet
            rows = []
        if sum(row["check_status"] not in ("", "INI") for row in rows) >= servers:
            return
        time.sleep(0.1)
    raise SystemExit(f"haproxy told nothing of its servers within {WAIT_S} s")
