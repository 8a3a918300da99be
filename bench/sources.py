"""Importing: how fast against feedparser alone, and how much memory large files take.

The feeds are those of ../shared. The snapshot is generated, and ``python -m hub import`` takes it as a user would: reading,
cleaning, writing, joining, indexing, publishing; what all its processes hold together is looked at three times a second.
HUB_BENCH_LINES sets its length (default 20,000 lines; 2,000,000 take 5 GB of disk, twice that while the table is merged, and half
an hour or more). Files of as many lines in CSV, RIS and BibTeX are read and cleaned, without a corpus. HUB_BENCH_PARTS names
parts, all unless given: speed, memory, forms.
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
        for part in os.environ.get("HUB_BENCH_PARTS", "speed,memory,forms").split(","):
            {"speed": speed, "memory": memory, "forms": forms}[part](Path(folder))


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
    with (folder / "told").open("w+b") as told:
        running = subprocess.Popen([sys.executable, "-m", "hub", "import", str(path), "--json"], env=environment, stdout=told)
        peak = watched(running)
        told.seek(0)
        summary = json.loads(told.read())
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"hub import of {LINES:,} lines of an arXiv snapshot: seen {summary['seen']:,}, added {summary['added']:,} in "
        f"{seconds:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of processor), peak {peak:,.0f} MB in all processes together "
        "(target 1,000 MB)"
    )
    path.unlink()


def watched(running: subprocess.Popen[bytes]) -> float:
    """Wait for a process to end; return the most that it and those that it started held together, in MB of 10^6 bytes.

    Memory that processes share is counted once, in proportional shares (PSS).
    """
    peak = 0.0
    while running.poll() is None:
        peak = max(peak, sum(map(held, with_children(running.pid))))
        time.sleep(0.3)
    return peak


def with_children(pid: int) -> list[int]:
    """Return a process and all that it started, by their numbers."""
    parents = {int(file.parent.name): _parent(file) for file in Path("/proc").glob("[0-9]*/stat")}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _parent(file: Path) -> int:
    try:
        return int(file.read_text().rpartition(")")[2].split()[1])
    except OSError:  # it ended meanwhile
        return 0


def held(pid: int) -> float:
    """Return the memory that a process holds, in MB of 10^6 bytes, what it shares in proportion; 0 once it has ended."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(told.split("\nPss:")[1].split()[0]) * 1024 / 1e6 if "\nPss:" in told else 0.0


def forms(folder: Path) -> None:
    """Read and clean a large file of each form that has lines, in a process of its own; print what it took."""
    read = (
        "import sys\nfrom pathlib import Path\nfrom hub.sources.formats.files import read_file\n"
        "from hub.sources.record import Record, paper_of\nfrom hub.storage import memory\nmemory.frugal()\n"
        "print(sum(isinstance(e, Record) and bool(paper_of(e)) for e in read_file(Path(sys.argv[1]))))"
    )
    for name in ("papers.csv", "papers.ris", "papers.bib"):
        path = folder / name
        lines = write_form(path, LINES)
        started = time.perf_counter()
        with (folder / "told").open("w+b") as told:
            peak = watched(subprocess.Popen([sys.executable, "-c", read, str(path)], stdout=told))
            told.seek(0)
            papers = int(told.read())
        print(
            f"{name}: {lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB, {papers:,} papers read and cleaned in "
            f"{time.perf_counter() - started:.0f} s, peak {peak:,.0f} MB (target 1,000 MB)",
            flush=True,
        )
        path.unlink()


def write_form(path: Path, lines: int) -> int:
    """Write a file of about so many lines in the form that its name tells; return how many it has."""
    chance = random.Random(20260101)
    stock = chance.choices(pseudo_words(20_000, 1), k=200_000)
    head = {".csv": "Title,Authors,Year,Source title,DOI,Abstract\n"}.get(path.suffix, "")
    form = {
        ".csv": '"{title}","Lind, E.; Ito, K.",{year},Weir Notes,10.5555/b.{n},"{abstract}"\n',
        ".ris": "TY  - JOUR\nTI  - {title}\nAU  - Lind, Eva\nAU  - Ito, Ken\nPY  - {year}\nT2  - Weir Notes\n"
                "DO  - 10.5555/b.{n}\nAB  - {abstract}\nER  -\n\n",
        ".bib": "@article{{b{n},\n  title = {{{title}}},\n  author = {{Lind, Eva and Ito, Ken}},\n  year = {year},\n"
                "  journal = {{Weir Notes}},\n  doi = {{10.5555/b.{n}}},\n  abstract = {{{abstract}}}\n}}\n\n",
    }[path.suffix]  # fmt: skip
    each = form.count("\n")
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for n in range(lines // each):
            at = chance.randrange(len(stock) - 300)
            title, abstract = (" ".join(stock[at : at + k]).capitalize() for k in (10, 120))
            file.write(form.format(title=title, year=1990 + n % 36, n=n, abstract=abstract))
    return lines // each * each + head.count("\n")


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
