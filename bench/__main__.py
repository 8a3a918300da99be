"""Run the measurements: of rooms that are named, here and in full (``python -m bench topics trends``), or of all of them.

Without names, as ``make bench`` does it, every room runs in a process of its own and at a small size (:data:`SMALL`), all within
``HUB_BENCH_MINUTES`` (30), and bench/RESULTS.md tells what came of each. ``--report`` does the same with those that are named.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import time
from pathlib import Path

import bench
from bench import _report

RESULTS = Path(__file__).with_name("RESULTS.md")
LATE = ("bridges", "briefing", "radar", "radar_speed", "search", "topics", "trends")
"""Rooms that take long at any size come last, and get the time that the others leave."""
SMALL = {
    "cluster": {"HUB_BENCH_PAPERS": "1024", "HUB_BENCH_WORKERS": "2"},
    "faults": {"HUB_BENCH_SECONDS": "60"},
    "first_run": {"HUB_BENCH_PAPERS": "2000"},
    "foundation": {"HUB_BENCH_PAPERS": "1000"},
    "front": {"HUB_BENCH_PAPERS": "10000", "HUB_BENCH_FIELDS": "2"},
    "kills": {"HUB_BENCH_KILLS": "20", "HUB_BENCH_EMBEDDER": "tfidf-svd"},
    "load": {"HUB_BENCH_SECONDS": "10", "HUB_BENCH_SESSIONS": "10"},
    "map_browser": {"HUB_BENCH_PAPERS": "100000"},
    "scaling": {"HUB_BENCH_PAPERS": "3000", "HUB_BENCH_SIZES": "1000,3000"},
    "soak": {"HUB_BENCH_SECONDS": "60"},
    "sources": {"HUB_BENCH_LINES": "5000"},
    "topics": {"HUB_BENCH_PARTS": "levels,names", "HUB_BENCH_CORPORA": "m10"},
    "year": {"HUB_BENCH_GATHERS": "60", "HUB_BENCH_LOOKS": "3"},
}
"""How small a room is made where all run in one go; a variable that is set already stays as it is."""


def main(names: list[str]) -> int:
    """Run ``main()`` of each module of this folder that is named, or measure all of them and write the results."""
    rooms = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    wanted = [name for name in names if name != "--report"]
    unknown = [name for name in wanted if name not in rooms]
    if unknown:
        print(f"bench: there is no {unknown[0]!r}; there are: {', '.join(rooms)}", file=sys.stderr)
        return 2
    if not wanted or "--report" in names:
        ordered = sorted(wanted or rooms, key=lambda name: (name in LATE, name))
        code = "import importlib, sys; importlib.import_module(f'bench.{sys.argv[1]}').main()"
        calls = {name: ([sys.executable, "-W", "ignore", "-c", code, name], SMALL.get(name, {})) for name in ordered}
        ends = time.monotonic() + 60 * float(os.environ.get("HUB_BENCH_MINUTES", "30"))
        done = _report.measured(calls, ends, RESULTS)
        print(f"== {RESULTS}")
        return int(any(room.became.startswith("failed") for room in done))
    for name in wanted:
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
