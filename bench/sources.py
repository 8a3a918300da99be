"""Importing: how fast against feedparser alone, and how much memory a large arXiv snapshot takes.

The feeds are those of ../shared. The snapshot is generated, and ``python -m hub import`` takes it as a user would, in a process
of its own: reading, cleaning, writing, joining, indexing, publishing. HUB_BENCH_LINES sets its length (default 20,000 lines;
2,000,000 take 5 GB of disk, twice that while the table is merged, and about half an hour).
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

import feedparser
import numpy as np

from hub.sources.formats.files import read_file
from hub.sources.importing import take
from hub.storage.corpus import Corpus

SHARED = Path(__file__).resolve().parents[2] / "shared" / "feeds"
LINES = int(os.environ.get("HUB_BENCH_LINES", "20000"))
TURNS = 5
ROOTS = (b"<rss", b"<feed", b"<rdf:RDF")
ONSETS = (*"bcdfghklmnprstvz", "br", "dr", "gr", "pl", "st", "tr")
VOWELS, CODAS = ("a", "e", "i", "o", "u", "ia", "ea"), ("", *"nrslmx")
CATEGORIES = ("math.PR", "cs.LG", "cs.CL", "quant-ph", "hep-th", "astro-ph.GA", "q-bio.NC", "stat.ML", "econ.EM")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INITIALS = "ABCDEFGHJKLMNPRSTW"


def main() -> None:
    """Print the ratio of speeds and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder))
        memory(Path(folder))


def speed(folder: Path) -> None:
    """Read the same feeds with feedparser alone, and read + clean + upsert them, in turn; print the ratio, wall and processor."""
    files = [f for f in sorted(SHARED.rglob("*")) if f.is_file() and any(root in f.read_bytes()[:3000] for root in ROOTS)]
    if not files:
        print("speed: ../shared is not here")
        return
    take((entry for file in files for entry in read_file(file)), Corpus(str(folder / "warm")))  # imports, caches
    alone, whole, entries = np.zeros(2), np.zeros(2), 0
    for turn in range(TURNS):
        started = np.array([time.perf_counter(), time.process_time()])
        entries = sum(len(feedparser.parse(file.read_bytes()).entries) for file in files)
        alone += np.array([time.perf_counter(), time.process_time()]) - started
        corpus = Corpus(str(folder / f"corpus{turn}"))
        started = np.array([time.perf_counter(), time.process_time()])
        take((entry for file in files for entry in read_file(file)), corpus)
        whole += np.array([time.perf_counter(), time.process_time()]) - started
    wall, cpu = alone / whole
    print(
        f"{len(files)} feeds, {entries:,} entries, {TURNS} turns: feedparser.parse {TURNS * entries / alone[0]:,.0f} entries/s, "
        f"read + clean + upsert {TURNS * entries / whole[0]:,.0f}/s;\n"
        f"ratio {wall:.2f} by the clock, {cpu:.2f} by processor time (target 0.5)"
    )


def memory(folder: Path) -> None:
    """Import a generated snapshot with the command line; print what it took."""
    path = folder / "arxiv-metadata-oai-snapshot.json"
    write_snapshot(path, LINES)
    environment = {**os.environ, "HUB_HOME": str(folder / "home"), "HUB_CORPUS": ""}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hub", "import", str(path), "--json"], env=environment, stdout=subprocess.PIPE, check=True
    )  # fmt: skip
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = json.loads(done.stdout)
    print(
        f"hub import of {LINES:,} lines of an arXiv snapshot: seen {summary['seen']:,}, added {summary['added']:,} in "
        f"{seconds:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of processor), peak {used.ru_maxrss / 1024:,.0f} MB "
        "(target 1,000 MB)"
    )


def write_snapshot(path: Path, lines: int) -> None:
    """Write a snapshot in the form of arXiv's bulk metadata: texts of usual length, words as rare as words are, many authors."""
    chance = random.Random(20260101)
    words, families = pseudo_words(50_000, 1), [word.capitalize() for word in pseudo_words(60_000, 2)]
    stock = chance.choices(words, cum_weights=list(accumulate(1 / (rank + 3) for rank in range(len(words)))), k=1_000_000)
    with path.open("w", encoding="utf-8") as file:
        for n in range(lines):
            month, number = divmod(n, 15_000)
            at, year = chance.randrange(len(stock) - 300), 15 + month // 12
            names = [
                [families[int(len(families) * chance.random() ** 2)], f"{chance.choice(INITIALS)}.", ""]
                for _ in range(chance.randint(1, 6))
            ]
            day = f"Mon, {1 + number % 28} {MONTHS[month % 12]} {2000 + year} 10:00:00 GMT"
            record = {
                "id": f"{year:02d}{month % 12 + 1:02d}.{number + 1:05d}", "submitter": names[0][0],
                "authors": ", ".join(f"{given} {family}" for family, given, _ in names),
                "title": " ".join(stock[at : at + chance.randint(5, 14)]).capitalize(),
                "comments": None, "journal-ref": None, "doi": f"10.5555/snapshot.{n}" if n % 3 == 0 else None,
                "categories": " ".join(chance.sample(CATEGORIES, chance.randint(1, 3))),
                "abstract": f"  We study $x_{n}$ and L\\'evy {' '.join(stock[at + 20 : at + 20 + chance.randint(80, 220)])}.\n",
                "versions": [{"version": f"v{v}", "created": day} for v in range(1, chance.choice((1, 1, 1, 2, 3)) + 1)],
                "update_date": "2026-01-05", "authors_parsed": names,
            }  # fmt: skip
            file.write(json.dumps(record) + "\n")


def pseudo_words(count: int, seed: int) -> list[str]:
    """Return words that can be spoken, each once."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        parts = (chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS) for _ in range(chance.randint(2, 4)))
        made["".join(parts)] = None
    return list(made)


if __name__ == "__main__":
    main()
