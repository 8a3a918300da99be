"""Importing: how fast against feedparser alone, and how much memory a large arXiv snapshot takes.

The feeds are those of ../shared, or generated ones where it is missing. HUB_BENCH_LINES sets the length of the generated
snapshot (default 40,000 lines, then twice as many; 2,000,000 takes about half an hour on a quiet machine).
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path

import feedparser

from hub.corpus import Corpus
from hub.sources.files import read_file, read_lines
from hub.sources.intake import take

SHARED = Path(__file__).resolve().parents[2] / "shared" / "feeds"
LINES = int(os.environ.get("HUB_BENCH_LINES", "40000"))
ROOTS = (b"<rss", b"<feed", b"<rdf:RDF")


def main() -> None:
    """Print the ratio of speeds and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder))
        memory(Path(folder))


def speed(folder: Path) -> None:
    """Read the same feeds with feedparser alone, and read + clean + upsert them, three times in turn."""
    files = [f for f in sorted(SHARED.rglob("*")) if f.is_file() and any(root in f.read_bytes()[:3000] for root in ROOTS)]
    if not files:
        print("speed: ../shared is not here")
        return
    alone = whole = entries = 0.0
    for turn in range(3):
        started = time.perf_counter()
        entries = sum(len(feedparser.parse(file.read_bytes()).entries) for file in files)
        alone += time.perf_counter() - started
        corpus = Corpus(str(folder / f"corpus{turn}"))
        started = time.perf_counter()
        take((entry for file in files for entry in read_file(file)), corpus)
        whole += time.perf_counter() - started
    print(f"{len(files)} feeds, {entries:.0f} entries: feedparser.parse {3 * entries / alone:.0f}/s, "
          f"read + clean + upsert {3 * entries / whole:.0f}/s, ratio {alone / whole:.2f} (target 0.5)")  # fmt: skip


def memory(folder: Path) -> None:
    """Stream generated snapshots of LINES and twice as many lines, each in a process of its own; print the peaks."""
    for lines in (LINES, 2 * LINES):
        path = folder / f"snapshot{lines}.jsonl"
        write_snapshot(path, lines)
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            seen, seconds, peak = pool.apply(_stream, (str(path), str(folder / f"snapshot{lines}")))
        print(f"{lines:,} lines of an arXiv snapshot: {seen:,} taken in {seconds:.0f} s, peak {peak:.0f} MB (target 1,000 MB)")


def _stream(path: str, corpus: str) -> tuple[int, float, float]:
    started = time.perf_counter()
    with Path(path).open("rb") as stream:
        summary = take(read_lines(stream, "snapshot"), Corpus(corpus))
    return summary.seen, time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_snapshot(path: Path, lines: int) -> None:
    """Write a snapshot in the form of arXiv's bulk metadata, with texts of usual length."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(lines):
            month, number = divmod(n, 20_000)
            name = f"{1501 + month // 12 * 100 + month % 12:04d}.{number + 1:05d}"
            words = " ".join(f"word{(n * 7 + k * 13) % 5000}" for k in range(150))
            record = {
                "id": name,
                "title": f"On the {words[:60]} of order {n}",
                "abstract": f"We study $x_{{{n}}}$ and L\\'evy {words}.",
                "authors": "A. Author, B. Writer",
                "authors_parsed": [["Author", "A.", ""], ["Writer", "B.", ""]],
                "categories": "math.PR stat.ML", "doi": None, "journal-ref": None,
                "versions": [{"version": "v1", "created": "Mon, 5 Jan 2015 10:00:00 GMT"}],
            }  # fmt: skip
            file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
