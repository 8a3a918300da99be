"""HAProxy before replicas of this machine, by the file that deploy/ ships."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "haproxy.cfg"
FOUND_BY_DOCKER = re.compile(r"^resolvers .*?\n\n", re.M | re.S)


def program() -> str | None:
    """Return where HAProxy is; None where it is not installed."""
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


@contextmanager
def before(ports: Sequence[int]) -> Iterator[int]:
    """Let HAProxy share readers out over servers on these ports; give its own port."""
    if not (haproxy := program()):
        raise SystemExit("haproxy is not installed: nothing is measured behind it")
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        servers = "\n".join(f"    server web{n} 127.0.0.1:{at} check inter 2s" for n, at in enumerate(ports, 1))
        told = FOUND_BY_DOCKER.sub("", SHIPPED.read_text("utf-8")).replace("bind :8080", f"bind 127.0.0.1:{port}")
        file = Path(folder) / "haproxy.cfg"
        file.write_text(re.sub(r"^    server-template .*$", servers, told, flags=re.M), "utf-8")
        proxy = subprocess.Popen([haproxy, "-db", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(6)  # each server has been asked whether it is ready
            if proxy.poll() is not None:
                raise SystemExit(f"haproxy ended by {proxy.returncode}")
            yield port
        finally:
            proxy.terminate()
            proxy.wait(30)
