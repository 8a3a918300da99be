"""How the work grows with the papers: import, fit, a day's 1,000 new ones, pages after a filter; and the exponents of each.

=================  ===========================================================================================
HUB_BENCH_SIZES    numbers of papers, 10000,30000,100000,300000 unless set
HUB_BENCH_WORK     a folder that stays: what was measured there is not measured again, so a run that was stopped
                   goes on; a temporary one unless set
HUB_BENCH_VECTORS  a folder with arxiv_2025_2026.npy, rows as in the corpus; else TF-IDF and SVD of its papers
=================  ===========================================================================================

The papers are those of ../shared, made-up ones where it is missing. Beyond their number each is made of real ones
(:mod:`bench._made_up`), with the mean of two vectors and some noise. Vectors are given: no embedder runs, and phrases for
names get vectors at random.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench._made_up import MadeUp

ROOT = Path(__file__).resolve().parents[1]
CORPUS = "arxiv_2025_2026"
FILE = ROOT.parent / "shared" / "corpora" / f"{CORPUS}.jsonl.gz"
SIZES = "10000,30000,100000,300000"
NEW = 1000
"""Papers that come after the fit and are placed; a tenth of all where there are fewer than ten times as many."""
NOISE = 0.3
COPY = re.compile(r"https://example\.org/bench/(\d+)/(\d+)")
EXPONENTS = (
    "import_cpu_s", "fit_cpu_s", "fit_MB", "import_new_cpu_s", "place_cpu_s", "place_wrote_MB", "filter_cpu_ms", "web_MB"
)  # fmt: skip
"""What the exponents are of: how each of these grows with the papers. Processor time: other work changes the rest."""


class Given:
    """An embedder whose papers have their vectors already; a phrase gets one drawn by its letters."""

    id, corpus_bound = "bench-given", False

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def embed(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        """Return vectors (n_texts, dim) float32, rows L2-normalised."""
        drawn = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.dim) for text in texts]
        made = np.array(drawn, dtype=np.float32).reshape(len(texts), self.dim)
        return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def main() -> None:
    """Measure each size, print each row as it comes, then the exponents of the sizes so far."""
    sizes = [int(size) for size in os.environ.get("HUB_BENCH_SIZES", SIZES).split(",")]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(os.environ.get("HUB_BENCH_WORK") or folder)
        work.mkdir(parents=True, exist_ok=True)
        _prepare(work, max(sizes))
        rows: list[dict[str, float]] = []
        for n in sizes:
            rows.append(_measured(work, n))
            if len(rows) > 1:
                print(_exponents(rows), flush=True)


def _measured(work: Path, n: int) -> dict[str, float]:
    """Return what ``n`` papers cost; steps that the folder knows already are not done again."""
    noted, home = work / f"{n}.json", work / f"home-{n}"
    known: dict[str, float] = json.loads(noted.read_text("utf-8")) if noted.exists() else {"papers": n}
    for step in (_import, _vectors, _fit, _come, _place, _pages):
        if f"{step.__name__}_done" in known:
            continue
        if step is _import:
            shutil.rmtree(home, ignore_errors=True)  # of a run that was stopped
        told = step(work, home, n)
        print(f"growth, {n} papers{''.join(f', {name} {value:,.4g}' for name, value in told.items())}", flush=True)
        known |= told | {f"{step.__name__}_done": 1.0}
        noted.write_text(json.dumps(known), "utf-8")
    shutil.rmtree(home, ignore_errors=True)
    return known


def _import(work: Path, home: Path, n: int) -> dict[str, float]:
    home.mkdir(mode=0o700)
    file = work / "old.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(paper) + "\n" for paper in _papers(work, 0, n - _new(n)))
    seconds, processor, held = _hub(home, "import", str(file))
    rate = (n - _new(n)) / seconds
    return {"import_s": seconds, "import_cpu_s": processor, "import_papers_per_s": rate, "import_MB": held}


def _vectors(work: Path, home: Path, n: int) -> dict[str, float]:
    """Put the vectors of the papers into the corpus."""
    from hub.storage.corpus import Corpus

    papers, base = Corpus(str(home / "corpus")), np.load(work / "vectors.npy", mmap_mode="r")
    row = {paper["id"]: i for i, paper in enumerate(_base(work))}
    kept = papers.columns(["id", "url", "text_hash"])
    kept = kept[~kept["text_hash"].isin(papers.embedded(Given.id))]
    random = np.random.default_rng(n)
    for start in range(0, len(kept), 20_000):
        part = kept.iloc[start : start + 20_000]
        found = [COPY.fullmatch(url) for url in part["url"]]
        one = np.array([int(m[2]) if m else row[i] for m, i in zip(found, part["id"], strict=True)])
        turn = np.array([int(m[1]) if m else 0 for m in found])
        made = base[one] + base[_other(one, turn, len(base))] * (turn > 0)[:, None]
        made += random.normal(scale=NOISE / np.sqrt(base.shape[1]), size=made.shape) * (turn > 0)[:, None]
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        papers.add_vectors(Given.id, part["text_hash"].tolist(), made.astype(np.float32))
    papers.flush()
    return {"kept_papers": float(len(papers))}


def _fit(work: Path, home: Path, n: int) -> dict[str, float]:
    return _apart(home, "fit")


def _come(work: Path, home: Path, n: int) -> dict[str, float]:
    file = work / "new.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(paper) + "\n" for paper in _papers(work, n - _new(n), n))
    seconds, processor, _ = _hub(home, "import", str(file))
    _vectors(work, home, n)
    return {"import_new_s": seconds, "import_new_cpu_s": processor}


def _place(work: Path, home: Path, n: int) -> dict[str, float]:
    told = _apart(home, "place")
    newest = max((home / "snapshots").glob("2*T*"))
    since = json.loads((newest / "meta.json").read_text("utf-8"))["since"]
    sizes = {file.name: file.stat().st_size / 1e6 for file in newest.iterdir()}
    wrote = sum(size for name, size in sizes.items() if name not in since)
    return told | {"place_wrote_MB": wrote, "snapshot_MB": sum(sizes.values())}


def _pages(work: Path, home: Path, n: int) -> dict[str, float]:
    return _apart(home, "pages")


def pages(home: Path) -> None:
    """Print what the web process holds once each page was open, and how long the slowest page takes after a filter."""
    from streamlit.testing.v1 import AppTest

    from bench.scaling import PAGES, held
    from hub.settings import app_folder
    from hub.ui import shell

    before, slowest, most = held(), 0.0, 0.0
    for name in PAGES:
        app = AppTest.from_file(str(Path(shell.__file__)), default_timeout=900)
        app.switch_page(str(app_folder() / "pages" / f"{name}.py")).run()
        assert not app.exception, app.exception
        if [box for box in app.multiselect if box.key == "field"]:
            app.multiselect(key="field").set_value(app.multiselect(key="field").options[:1])
            start, worked = time.perf_counter(), time.process_time()
            app.run()
            spent, processor = 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - worked)
            slowest, most = max(slowest, spent), max(most, processor)
            print(f"filter_{name}_ms {spent:.0f}\nfilter_{name}_cpu_ms {processor:.0f}")
    print(f"filter_ms {slowest:.0f}\nfilter_cpu_ms {most:.0f}")
    print(f"web_MB {(held() - before) / 1e6:.1f}")


def fit(home: Path) -> None:
    """Print what a fit takes whose vectors are given, the tables of all rooms with it."""
    from hub.topics import fit as fitting
    from hub.worker import derived

    _timed(home, "fit", lambda corpus, model: fitting.fit(home, corpus, model, derive=derived.tables), "topics")


def place(home: Path) -> None:
    """Print what placing the papers takes that came since the fit."""
    from hub.topics import transform

    _timed(home, "place", lambda corpus, model: transform.place(home, corpus, model), "placed")


def _timed(home: Path, name: str, work: Callable[[Any, Any], dict[str, Any]], tell: str) -> None:
    """Print seconds, and the most that is held beyond the libraries and the open paper table."""
    import bertopic  # noqa: F401
    import torch  # noqa: F401

    from bench.scaling import Watch, held
    from hub.storage import memory
    from hub.storage.corpus import Corpus

    memory.frugal()
    corpus = Corpus(str(home / "corpus"))
    some = corpus.columns(["text_hash"])["text_hash"].head(1).tolist()
    model = Given(int(corpus.vectors(Given.id, some)[1].shape[1]))
    memory.release()
    before, watch = held(), Watch()
    start, worked = time.perf_counter(), time.process_time()
    made = work(corpus, model)
    print(f"{name}_s {time.perf_counter() - start:.1f}\n{name}_cpu_s {time.process_time() - worked:.1f}")
    print(f"{name}_MB {(max(watch.most.values()) - before) / 1e6:.1f}")
    print(f"{name}_{tell} {made[tell]}")


def _apart(home: Path, step: str) -> dict[str, float]:
    code = f"import sys; from pathlib import Path; from bench import _scaling_growth as g; g.{step}(Path(sys.argv[1]))"
    return _told([sys.executable, "-W", "ignore", "-c", code, str(home)], home)


def _told(command: Sequence[str], home: Path) -> dict[str, float]:
    environment = os.environ | {"HUB_HOME": str(home), "HUB_AUTO_START": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    pairs = [line.split() for line in done.stdout.splitlines()]
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2}


def _hub(home: Path, *words: str) -> tuple[float, float, float]:
    """Run a command; return its seconds, those of processors, and the largest memory in MB of a child process so far."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {"HUB_HOME": str(home)}
    subprocess.run([sys.executable, "-W", "ignore", "-m", "hub", *words, "--json"], cwd=ROOT, env=environment,
                   capture_output=True, check=True)  # fmt: skip
    spent, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1e3


def _exponents(rows: Sequence[dict[str, float]]) -> str:
    """Return the slope of each cost over the papers, both in logarithms: 1 grows as they do.

    >>> _exponents([{"papers": 10, "fit_MB": 2}, {"papers": 100, "fit_MB": 20}, {"papers": 1000, "fit_MB": 200}])
    'exponents over 10 to 1,000 papers: fit_MB 1.00'
    """
    papers = np.log([row["papers"] for row in rows])
    found = [
        f"{name} {np.polyfit(papers, np.log([row[name] for row in rows]), 1)[0]:.2f}"
        for name in EXPONENTS
        if all(row.get(name, 0) > 0 for row in rows)
    ]
    return f"exponents over {rows[0]['papers']:,} to {rows[-1]['papers']:,} papers: {', '.join(found)}"


def _new(n: int) -> int:
    return min(NEW, n // 10)


def _prepare(work: Path, most: int) -> None:
    """Write the real papers that are taken, and their vectors, into the folder, once."""
    if (work / "vectors.npy").exists():
        return
    if FILE.exists():
        with gzip.open(FILE, "rt", encoding="utf-8") as lines:
            taken = [line for _, line in zip(range(most), lines, strict=False)]
    else:
        from hub import demo

        print("the papers of ../shared are not on this machine: made-up ones are taken, which tell little")
        names = ("id", "title", "abstract", "authors", "source", "field", "url")
        taken = [
            json.dumps({name: getattr(paper, name) for name in names} | {"published": str(paper.published)}) + "\n"
            for paper in demo.papers(count=min(most, 3000))
        ]
    (work / "base.jsonl").write_text("".join(taken), "utf-8")
    given = Path(os.environ.get("HUB_BENCH_VECTORS", "")) / f"{CORPUS}.npy"
    if given.is_file():
        vectors = np.load(given, mmap_mode="r")[: len(taken)]
    else:
        from hub.embed.tfidf import TfidfSvd

        vectors = TfidfSvd().embed([f"{paper['title']}. {paper['abstract']}" for paper in map(json.loads, taken)])
    np.save(work / "draft.npy", np.asarray(vectors, dtype=np.float32))
    (work / "draft.npy").rename(work / "vectors.npy")


def _base(work: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (work / "base.jsonl").open(encoding="utf-8")]


def _other(row: Any, turn: Any, n: int) -> Any:
    """Return the row of the second paper of which a made-up one has half the abstract, and half the vector."""
    return (row + 7919 * turn) % n


def _papers(work: Path, begin: int, end: int) -> Iterator[dict[str, Any]]:
    base = _base(work)
    made_up = MadeUp(base)
    for i in range(begin, end):
        turn, row = divmod(i, len(base))
        if not turn:
            yield base[row]
            continue
        made = made_up.paper(i, base[row], base[_other(row, turn, len(base))])
        yield made | {"url": f"https://example.org/bench/{turn}/{row}"}
