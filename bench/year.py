"""A year of hourly gathers, played with a moved clock: what grows on the disk, and by how much a paper.

``HUB_BENCH_GATHERS=2190 HUB_BENCH_HOURS=4 python -m bench year``. libfaketime (Debian: libfaketime) moves the clock of the whole
process, LanceDB's too, which decides by it what versions of a table are old. A feed brings HUB_BENCH_NEW papers of the hour each
time; a radar with alerts looks on. HUB_BENCH_LOOKS says how often the folder is measured. Last, the same papers are put into
a new folder from a backup: what the first needs beyond it is what the gathers left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench._served import Feed
from bench.kills import _apart, _prepared

CLOCK = "/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"
LISTED = 30
"""Papers that the feed lists, the newest first, as feeds do."""


def main() -> None:
    """Play so many gathers under a moved clock and print what the folder holds, again and again."""
    clock = Path(os.environ.get("HUB_BENCH_CLOCK") or CLOCK.format(machine=os.uname().machine))
    if not clock.exists():
        print(f"{clock} is not there: install libfaketime, or name it by HUB_BENCH_CLOCK; nothing is measured")
        return
    warnings.filterwarnings("ignore", message="lancedb fork")
    with tempfile.TemporaryDirectory() as folder:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Hourly)
        url = f"http://127.0.0.1:{server.server_port}/feed.xml"
        home = _prepared(Path(folder), url, int(os.environ.get("HUB_BENCH_PAPERS", "300")))
        server.server_close()
        moved = Path(folder) / "clock"
        moved.write_text("+0\n")
        environment = {
            **os.environ, "LD_PRELOAD": str(clock), "FAKETIME_TIMESTAMP_FILE": str(moved), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "HUB_BENCH_MOVED": str(moved), "HUB_BENCH_PORT": str(server.server_port),
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", "bench.year", "--play"], check=True, env=environment)
        fresh = Path(folder) / "fresh"
        print(json.dumps({"the same papers in a new folder": _apart(lambda: _made_anew(home, fresh))}), flush=True)


def _play() -> None:
    """Gather again and again, an hour (or more) later each time."""
    from hub.cli import common
    from hub.radar.model import Radar
    from hub.radar.store import RadarStore
    from hub.settings import settings
    from hub.worker.pipeline import gather

    gathers, hours = int(os.environ.get("HUB_BENCH_GATHERS", "2190")), float(os.environ.get("HUB_BENCH_HOURS", "4"))
    looks, moved = int(os.environ.get("HUB_BENCH_LOOKS", "40")), Path(os.environ["HUB_BENCH_MOVED"])
    config, home = settings(), settings().home
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["HUB_BENCH_PORT"])), _Hourly)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    RadarStore(home).save(Radar("tides", should=("tidal mixing",)))
    began = time.monotonic()
    for n in range(gathers + 1):
        if n % max(1, gathers // looks) == 0:
            held = {"gathers": n, "days": round(n * hours / 24, 1), **_held(home), "seconds": round(time.monotonic() - began)}
            print(json.dumps(held), flush=True)
        if n == gathers:
            break
        moved.write_text(f"+{n * hours * 3600:.0f}\n")
        _Hourly.hour = n
        gather(home, common.corpus(), config)
    server.shutdown()


def _held(home: Path) -> dict[str, Any]:
    """Return papers, files and megabytes of a data folder, each part of it too."""
    from hub.storage import snapshot

    parts: dict[str, float] = defaultdict(float)
    files = 0
    seen: set[int] = set()
    for place in home.rglob("*"):
        if place.is_file() and not place.is_symlink() and place.stat().st_ino not in seen:
            seen.add(place.stat().st_ino)  # versions of a Snapshot share the files that did not change
            name = place.relative_to(home).parts
            if name[0] != "models":
                files += 1
                parts["/".join(name[:2] if name[0] == "corpus" else name[:1])] += place.stat().st_blocks * 512 / 1e6
    megabytes = {name: round(size, 2) for name, size in sorted(parts.items()) if size >= 0.05}
    return {"papers": snapshot.told(home)["papers"], "files": files, "MB": round(sum(parts.values()), 1), "parts": megabytes}


def _made_anew(home: Path, fresh: Path) -> dict[str, Any]:
    from hub.storage import backup
    from hub.storage.corpus import Corpus
    from hub.storage.republish import republish

    kept = home.parent / "kept.tar"
    backup.backup(home, str(home / "corpus"), kept)
    fresh.mkdir()
    backup.restore(fresh, str(fresh / "corpus"), kept)
    corpus = Corpus(str(fresh / "corpus"))
    corpus.optimize()
    for _ in range(2):  # as many versions as a folder keeps that was used
        republish(fresh, corpus)
    return _held(fresh)


class _Hourly(Feed):
    """Serves a feed whose newest papers are of the hour, by the moved clock."""

    hour = 0

    def items(self) -> str:
        """Return the papers of this time."""
        new, now = int(os.environ.get("HUB_BENCH_NEW", "1")), datetime.now(UTC)
        hours = float(os.environ.get("HUB_BENCH_HOURS", "4"))
        last = (self.hour + 1) * new
        return "".join(
            f"<item><title>Finding {n} about tidal mixing in region {n % 97} of sea {n // 97}</title>"
            f"<link>https://example.org/{n}</link>"
            f"<pubDate>{format_datetime(now - timedelta(hours=hours * (self.hour - n // new)))}</pubDate>"
            f"<description>We measure how tides mix the water of region {n % 97} in {n} campaigns and find that mixing doubles"
            f" where the floor is rough. The budget of sea {n // 97} closes within a tenth.</description></item>"
            for n in range(last - 1, max(-1, last - 1 - LISTED), -1)
        )


if __name__ == "__main__":
    _play() if "--play" in sys.argv else main()
