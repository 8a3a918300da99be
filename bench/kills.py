"""kill -9 inside the work of everything that writes: ``HUB_BENCH_KILLS=200 python -m bench kills``.

A process does one act again and again; after none or one of them, at a random moment of the next, it is killed. Then a process
that starts anew looks: is everything there that was acknowledged, are Snapshot and tables whole, and is nothing left over after
what the next start sweeps (whose age of an hour is played by moving the files' times)? HUB_BENCH_PARTS names acts,
HUB_BENCH_PAPERS how many papers there are at first, HUB_BENCH_EMBEDDER what makes the vectors (placing needs minilm-int8).
"""

from __future__ import annotations

import json
import logging
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench._served import Feed

SLOW_S = 300.0
FITTED = 100
"""From so many papers on topics are sought first."""


def main() -> None:
    """Kill, look, and print for each act how many kills, how long it takes, what was lost and what was left over."""
    kills, size = int(os.environ.get("HUB_BENCH_KILLS", "200")), int(os.environ.get("HUB_BENCH_PAPERS", "200"))
    seed = int(os.environ.get("HUB_BENCH_SEED", "0"))
    warnings.filterwarnings("ignore", message="lancedb fork")
    from bench._acts import ACTS

    wanted = [name for name in os.environ.get("HUB_BENCH_PARTS", ",".join(ACTS)).split(",") if name]
    counts = {name: kills // len(wanted) + (n < kills % len(wanted)) for n, name in enumerate(wanted)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        feed = subprocess.Popen([sys.executable, "-m", "bench.kills", "--feed"], stdout=subprocess.PIPE, text=True)
        assert feed.stdout is not None
        try:
            home = _prepared(place, feed.stdout.readline().strip(), size)
            totals: Counter[str] = Counter()
            for name in wanted:
                row = _tried(home, name, counts[name], random.Random(seed))
                totals.update({key: row[key] for key in ("kills", "inside", "lost", "leftovers", "faults")})
                print(json.dumps({"act": name, **row}, ensure_ascii=False), flush=True)
            print(json.dumps({"all": dict(totals)}), flush=True)
        finally:
            feed.terminate()
            feed.wait()


def _prepared(place: Path, url: str, size: int) -> Path:
    home = place / "home"
    catalogue = place / "catalogue.toml"
    catalogue.write_text(
        f'[[source]]\nid = "letters"\nname = "Letters"\nprotocol = "feed"\nurl = "{url}"\ndomain = "Earth science"\n'
        "interval_s = 0\non = true\n",
        "utf-8",
    )
    for name in [name for name in os.environ if name.startswith("HUB_") and not name.startswith("HUB_BENCH")]:
        del os.environ[name]
    os.environ |= {"HUB_HOME": str(home), "HUB_CATALOGUE": str(catalogue), "HUB_ALLOW_PRIVATE_URLS": "1"}
    os.environ |= {"HUB_EMBEDDER": os.environ.get("HUB_BENCH_EMBEDDER", "minilm-int8")}
    _apart(lambda: _filled(home, size))
    return home


def _filled(home: Path, size: int) -> None:
    from bench._acts import command, new_papers
    from hub.storage.corpus import Corpus
    from hub.storage.republish import republish

    home.mkdir()
    given = home.parent / "first.jsonl"
    given.write_text("".join(json.dumps(record) + "\n" for record in new_papers(99_999, size)))
    command("import", str(given), "--json")
    if size >= FITTED:
        command("fit", "--json")
    else:
        republish(home, Corpus(str(home / "corpus")))


def _tried(home: Path, name: str, kills: int, chance: random.Random) -> dict[str, Any]:
    """Kill an act so often; return what came of it."""
    told: list[str] = []
    lost: list[str] = []
    left: list[str] = []
    faults: list[str] = []
    began = time.perf_counter()
    n = _number(name)
    takes_s, n = _uninterrupted(home, name, n, told)
    ids = _apart(lambda: _ids(home))
    inside = 0
    for _ in range(kills):
        acknowledged, n, was_inside = _killed(home, name, n, chance.randrange(2), chance.random() * takes_s)
        told += acknowledged
        inside += was_inside
        seen = _apart(partial(_looked_at, home, name, told, ids))
        ids = seen.pop("ids")
        lost, left, faults = lost + seen["lost"], left + seen["left"], faults + seen["faults"]
    return {
        "kills": kills, "inside": inside, "acknowledged": len(told), "lost": len(lost), "leftovers": len(left),
        "faults": len(faults),
        "act_s": round(takes_s, 2),
        "seconds": round(time.perf_counter() - began), "said": [*lost, *left, *faults][:4],
    }  # fmt: skip


def _number(name: str) -> int:
    return 1 + 1000 * sum(map(ord, name)) % 90_000


def _uninterrupted(home: Path, name: str, n: int, told: list[str]) -> tuple[float, int]:
    """Do an act twice; return the seconds that the second takes, and the next number."""
    from bench._acts import ACTS

    def twice() -> list[Any]:
        first = ACTS[name].do(home, n)
        began = time.perf_counter()
        return [first, ACTS[name].do(home, n + 1), time.perf_counter() - began]

    *came, takes_s = _apart(twice)
    told += came
    return takes_s, n + 2


def _killed(home: Path, name: str, n: int, acts: int, delay_s: float) -> tuple[list[str], int, bool]:
    """Kill a process ``delay_s`` after so many acts; return what it acknowledged, the next number, whether it was inside one."""
    from bench._acts import ACTS

    out, into = os.pipe()
    child = os.fork()
    if not child:
        _quiet(home.parent / "child.log")
        for number in range(n, n + 100_000):
            os.write(into, f"?{number}\n".encode())
            os.write(into, f"+{ACTS[name].do(home, number)}\n".encode())
    os.close(into)
    said = b""
    ends = time.monotonic() + SLOW_S
    while said.count(b"\n?") + said.startswith(b"?") < acts + 1 and time.monotonic() < ends:
        ready, _, _ = select.select([out], [], [], 1.0)
        if ready and not (part := os.read(out, 65_536)):
            break
        said += part if ready else b""
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(out, 65_536):
        said += part
    os.close(out)
    lines = said.decode().splitlines()
    acknowledged = [line[1:] for line in lines if line.startswith("+")]
    began = [int(line[1:]) for line in lines if line.startswith("?")]
    return acknowledged, (began[-1] if began else n) + 1, len(began) > len(acknowledged)


def _looked_at(home: Path, name: str, told: list[str], ids: list[str]) -> dict[str, list[str]]:
    """Look as a process does that starts after the kill; bring back what is lost, left over and wrong."""
    from bench._acts import ACTS, command
    from hub.storage import checkup, leftovers, snapshot
    from hub.worker import jobs

    faults: list[str] = []
    lost: list[str] = []
    job = jobs.current(home)
    if job is not None and job.at_work:
        faults.append(f"{job.title} is told to be at work")
    if name == "restore":  # what is half brought back is brought back again
        command("restore", "--replace", str(home.parent / "home-kept.tar"), "--json")
        for aside in home.glob(".replaced-*"):
            shutil.rmtree(aside)
    try:
        now = snapshot.load(home)
        without = not len(now.topics) and int(os.environ.get("HUB_BENCH_PAPERS", "200")) >= FITTED
        if now.instead_of or now.damaged or without or not len(now) or len(now.vectors) != len(now):
            faults.append(f"shown {now.version} {now.instead_of} {now.damaged} {len(now.topics)} {len(now)}")
        lost += ACTS[name].gone(home, told)
    except Exception as e:  # noqa: BLE001 - whatever it raises is the finding
        faults.append(f"{type(e).__name__}: {e}")
    here = _ids(home)
    if name != "restore":
        lost += sorted(set(ids) - set(here))
    for draft in leftovers.drafts(home):
        for file in [draft, *(draft.rglob("*") if draft.is_dir() else ())]:
            os.utime(file, (0, 0))
    leftovers.sweep(home)
    left = [str(draft.relative_to(home)) for draft in leftovers.drafts(home)]
    beside = [file.name for file in home.parent.glob(".*")]
    for file in beside:
        (home.parent / file).unlink()
    found = [finding.what for finding in checkup.findings(home, str(home / "corpus"), home / "none")]
    return {"lost": lost, "left": left, "faults": faults + found, "ids": here, "beside": beside}


def _ids(home: Path) -> list[str]:
    from hub.storage import snapshot

    return [str(paper) for paper in snapshot.load(home, columns=("id",)).papers["id"]]


def _quiet(file: Path) -> None:
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.disable(logging.CRITICAL)


def _apart(work: Any) -> Any:
    """Run work in a forked process, so that no table stays open here; return what it returns."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        try:
            answer = json.dumps({"answer": work()})
        except BaseException:  # noqa: BLE001 - it is told to the process that waits
            answer = json.dumps({"error": traceback.format_exc()})
        with os.fdopen(into, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    came = json.loads(told or json.dumps({"error": f"the process died ({os.waitstatus_to_exitcode(status)})"}))
    if "error" in came:
        raise RuntimeError(came["error"])
    return came["answer"]


class _Letters(Feed):
    """Serves a feed that has three other papers each time."""

    asked = 0

    def items(self) -> str:
        """Return the papers of this time."""
        type(self).asked += 1
        return "".join(
            f"<item><title>Finding {self.asked}-{n} about tidal mixing in region {self.asked}</title>"
            f"<link>https://example.org/{self.asked}/{n}</link><pubDate>Mon, 15 Jun 2026 0{n}:00:00 GMT</pubDate><description>We"
            f" measure how tides mix the water of region {self.asked} in {n} campaigns and find that mixing doubles."
            "</description></item>"
            for n in range(3)
        )


def _serve() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Letters)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/feed.xml", flush=True)
    signal.pause()


if __name__ == "__main__":
    _serve() if "--feed" in sys.argv else main()
