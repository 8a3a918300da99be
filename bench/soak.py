"""An hour of readers who come and go: does memory, or the disk, grow? ``HUB_BENCH_HOME=FOLDER python -m bench soak``.

HUB_BENCH_SESSIONS readers at a time (6) each stay for some acts, leave, and come again as somebody new, for HUB_BENCH_SECONDS
(3600). Each minute a line is written; last the slopes an hour of memory and disk by least squares, without the first sixth, while
caches fill.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from bench._visitor import Visitor
from bench.load import COMMON, FIELD, PAGES, THINK_S, figures, served

ACTS, LOOK_S = 20, 60.0


def main() -> None:
    """Serve the data folder, let readers come and go, and print memory and disk by the minute and their slopes."""
    given = os.environ.get("HUB_BENCH_HOME")
    if not given:
        print("HUB_BENCH_HOME names no data folder: nothing is measured")
        return
    seconds, readers = float(os.environ.get("HUB_BENCH_SECONDS", "3600")), int(os.environ.get("HUB_BENCH_SESSIONS", "6"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(shutil.copytree(given, Path(folder) / "home"))
        with served(home) as port:
            asyncio.run(_soaked(home, port, readers, seconds))


async def _soaked(home: Path, port: int, readers: int, seconds: float) -> None:
    began = time.perf_counter()
    seen: list[tuple[float, float, float]] = []
    came: list[int] = [0, 0, 0]
    """Sessions, acts, errors."""
    work = [asyncio.create_task(_reader(n, port, began + seconds, came)) for n in range(readers)]
    while time.perf_counter() < began + seconds:
        await asyncio.sleep(min(LOOK_S, max(0.0, began + seconds - time.perf_counter())))
        told = await asyncio.to_thread(figures, port)
        minute, memory, disk = (time.perf_counter() - began) / 60, told["process_resident_memory_bytes"] / 1e6, _size(home) / 1e6
        seen.append((minute, memory, disk))
        print(
            f"{minute:.0f} min: memory {memory:.0f} MB, disk {disk:.2f} MB, sessions {came[0]} (now"
            f" {told['academichub_sessions']:.0f}), acts {came[1]}, errors {came[2]}, load average {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    await asyncio.gather(*work)
    table = np.array(seen)
    table = table[table[:, 0] > seconds / 60 / 6]
    if len(table) > 2:
        memory, disk = (np.polyfit(table[:, 0] / 60, table[:, column], 1)[0] for column in (1, 2))
        print(f"an hour adds {memory:+.1f} MB of memory and {disk:+.2f} MB on the disk; {came[1]} acts in {came[0]} sessions")


def _size(home: Path) -> float:
    return float(sum(file.stat().st_size for file in home.rglob("*") if file.is_file()))


async def _reader(n: int, port: int, ends: float, came: list[int]) -> None:
    chance = random.Random(n)
    while time.perf_counter() < ends:
        try:
            async with Visitor(port) as visitor:
                came[0] += 1
                await visitor.open()
                for _ in range(ACTS):
                    await asyncio.sleep(THINK_S * (0.5 + chance.random()))
                    if time.perf_counter() > ends:
                        break
                    if chance.random() < 0.5:
                        await visitor.open(chance.choice(PAGES))
                    else:
                        await visitor.choose(FIELD, [chance.choice(visitor.choices[FIELD][1][:COMMON])])
                    came[1] += 1
                came[2] += len(visitor.errors)
        except Exception as e:  # noqa: BLE001 - a session that breaks is counted, and another comes
            came[2] += 1
            print(f"{type(e).__name__}: {e}", flush=True)
            await asyncio.sleep(THINK_S)


if __name__ == "__main__":
    main()
