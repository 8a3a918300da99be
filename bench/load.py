"""Many readers at once, by Streamlit's own protocol: ``HUB_BENCH_HOME=FOLDER python -m bench load``.

Each session thinks for 5 s, then sets a filter (half of the acts) or opens a page, until the time is over. Filters are fields,
large ones more often. HUB_BENCH_SESSIONS names how many at once (10,25,50), HUB_BENCH_SECONDS how long for each number;
HUB_BENCH_REPLICAS how many servers of the same folder share them behind HAProxy (one, without it).
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError

import numpy as np

from bench import _proxy
from bench._visitor import Visitor

THINK_S, COMMON = 5.0, 40
PAGES = ("", "trends", "topics", "bridges", "papers", "radar", "briefings", "sources")
FIELD = "Field"


def main() -> None:
    """Serve the data folder, send 10, 25 and 50 readers to it, and print what they waited and what it cost."""
    given = os.environ.get("HUB_BENCH_HOME")
    if not given:
        print("HUB_BENCH_HOME names no data folder: nothing is measured")
        return
    seconds = float(os.environ.get("HUB_BENCH_SECONDS", "60"))
    numbers = [int(n) for n in os.environ.get("HUB_BENCH_SESSIONS", "10,25,50").split(",")]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(shutil.copytree(given, Path(folder) / "home"))
        replicas = [stack.enter_context(served(home)) for _ in range(int(os.environ.get("HUB_BENCH_REPLICAS", "1")))]
        for port in replicas:
            asyncio.run(_warm(port))
        door = stack.enter_context(_proxy.before(replicas)) if len(replicas) > 1 else replicas[0]
        for number in numbers:
            print(_row(number, door, replicas, seconds), flush=True)


@contextmanager
def served(home: Path, **settings: str) -> Iterator[int]:
    """Serve a data folder from a process of its own; give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {**os.environ, "HUB_HOME": str(home), "HUB_AUTO_START": "0", **settings}
    app = subprocess.Popen(
        [sys.executable, "-m", "hub", "app", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                    break
            except (URLError, OSError):
                time.sleep(0.5)
        yield port
    finally:
        app.terminate()
        app.wait(30)


def figures(port: int) -> dict[str, float]:
    """Return what ``/metrics`` tells, by name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*) (\S+)$", text, re.M)}


async def _warm(port: int) -> None:
    async with Visitor(port) as visitor:
        await visitor.open()
        for page in PAGES:
            took = [await visitor.open(page) for _ in range(2)]
            print(f"alone, {page or 'today'}: {took[0]:.2f} s, again {took[1]:.2f} s")


def _all_figures(replicas: Sequence[int]) -> dict[str, float]:
    """The sums over all servers of what each of them tells."""
    told: dict[str, float] = defaultdict(float)
    for port in replicas:
        for name, value in figures(port).items():
            told[name] += value
    return told


def _row(number: int, door: int, replicas: Sequence[int], seconds: float) -> str:
    before, began = _all_figures(replicas), time.perf_counter()
    took, errors = asyncio.run(_readers(number, door, seconds))
    lasted, after = time.perf_counter() - began, _all_figures(replicas)
    gone = {name: after[name] - before.get(name, 0.0) for name in after}
    runs = sum(value for name, value in gone.items() if name.startswith("academichub_page_seconds_count"))
    each = []
    for name, value in sorted(gone.items()):
        if name.startswith("academichub_page_seconds_count") and value:
            of = name.partition("{")[2]
            processor = gone["academichub_page_processor_seconds_total{" + of]
            each.append(f"{of.split(chr(34))[1]} {processor / value:.2f}")
    words = [
        f"{kind} n {len(waited)} p50 {np.percentile(waited, 50):.2f} p95 {np.percentile(waited, 95):.2f} s"
        for kind, waited in sorted(took.items())
    ]
    return (
        f"{number} sessions, {lasted:.0f} s: {'; '.join(words)}; processor {gone['process_cpu_seconds_total']:.0f} s, a run"
        f" {gone['process_cpu_seconds_total'] / max(runs, 1):.2f} s (in its own thread: {', '.join(each)});"
        f" {after['process_resident_memory_bytes'] / 1e6:.0f} MB; errors {len(errors)} {sorted(set(errors))[:3]};"
        f" load average {os.getloadavg()[0]:.1f}"
    )


async def _readers(number: int, port: int, seconds: float) -> tuple[dict[str, list[float]], list[str]]:
    took: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    await asyncio.gather(*(_reader(n, number, port, seconds, took, errors) for n in range(number)))
    return took, errors


async def _reader(n: int, number: int, port: int, seconds: float, took: dict[str, list[float]], errors: list[str]) -> None:
    chance = random.Random(n)
    await asyncio.sleep(THINK_S * n / number)
    ends = time.perf_counter() + seconds
    try:
        async with Visitor(port) as visitor:
            took["open"].append(await visitor.open())
            while time.perf_counter() < ends:
                await asyncio.sleep(THINK_S)
                if chance.random() < 0.5:
                    took["page"].append(await visitor.open(chance.choice(PAGES)))
                else:
                    options = visitor.choices[FIELD][1][:COMMON]
                    place = min(int(chance.paretovariate(0.7)) - 1, len(options) - 1)
                    took["filter"].append(await visitor.choose(FIELD, [options[place]]))
            errors += visitor.errors
    except Exception as e:  # noqa: BLE001 - a session that breaks is a finding, and the others go on
        errors.append(f"{type(e).__name__}: {e}")


if __name__ == "__main__":
    main()
