"""The radar's speed over 100,000 real papers, in the hub and on the page, and how often a paper is listed twice.

Needs ``../shared`` and the vectors of its corpora (HUB_BENCH_VECTORS, as in :mod:`bench.radar`): embedding so many would take
half an hour. ``HUB_BENCH_HOME`` names a folder to keep the 100,000 papers in between runs.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import CountVectorizer

from bench.radar import CORPORA, SHARED, as_snapshot, records_of
from hub.radar.model import Radar
from hub.radar.ranking import learn, rules
from hub.radar.ranking import rank as ranking
from hub.radar.ranking.space import space, title_key
from hub.radar.store import RadarStore
from hub.sources.importing import import_paths
from hub.storage import publishing
from hub.storage import snapshot as snapshots
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Snapshot, Terms

LARGE = "arxiv_2025_2026"
PAPERS = 100_000
ROUNDS = 7
PAGE_FIRST = "papers for this radar"


def counts_of(texts: list[str]) -> tuple[object, np.ndarray]:
    """Return uni- and bigram counts of texts and their words, as a fit publishes them."""
    counter = CountVectorizer(stop_words="english", token_pattern=r"(?u)\b[^\W\d_][\w-]+\b", ngram_range=(1, 2), min_df=20,
                              strip_accents="unicode", dtype=np.float32)  # fmt: skip
    return counter.fit_transform(texts).tocsr(), counter.get_feature_names_out()


def built(home: Path, vectors: np.ndarray) -> None:
    """Import the large corpus into ``home`` and publish :data:`PAPERS` of it, each arXiv field a topic."""
    records = records_of(LARGE)
    row = {f"arXiv:{r['id'].removeprefix('arXiv:')}": i for i, r in enumerate(records)}
    corpus = Corpus(str(home / "corpus"))
    frame = papers_frame(corpus)
    frame = frame[frame["id"].isin(row.keys())].head(PAPERS).reset_index(drop=True)
    rows = np.array([row[i] for i in frame["id"]])
    fields = frame["field"].astype(str)
    names = fields.value_counts().index.tolist()
    frame["topic"] = fields.map({name: i for i, name in enumerate(names)}).astype("int32")
    counts, words = counts_of([f"{records[i]['title']}. {records[i]['abstract']}" for i in rows])
    sizes = frame["topic"].value_counts().sort_index()
    named = {"topic": range(len(names)), "name": names, "words": [[name] for name in names], "papers": sizes.tolist()}
    topics = pd.DataFrame({**named, "parent": -1, "x": 0.0, "y": 0.0}).astype({"topic": "int32"})
    blank = snapshots.empty()
    topics = pd.concat([blank.topics, topics])[blank.topics.columns]
    publishing.publish(home, snapshots.typed(frame), topics, blank.themes, vectors=vectors[rows], terms=Terms(counts, words),
                      meta={"embedder": "minilm-int8"})  # fmt: skip


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Return the median wall seconds, the longest, and the median processor seconds of some runs."""
    wall, cpu = [], []
    for _round in range(rounds):
        started, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return float(np.median(wall)), max(wall), float(np.median(cpu))


def scoring(snapshot: Snapshot) -> None:
    """Print how long one radar takes over all papers, after load, beside one product over their vectors."""
    started = time.perf_counter()
    points = space(snapshot)
    learn.spread_of(points)
    rules.bare_authors(snapshot)
    once = time.perf_counter() - started
    drawn = snapshot.papers["id"].iloc[np.random.default_rng(0).choice(len(snapshot), 20, replace=False)].astype(str).tolist()
    wanted = Radar("bench", liked=tuple(drawn[:10]), disliked=tuple(drawn[10:]))
    every = np.arange(len(snapshot))
    wall, longest, cpu = timed(lambda: ranking.rank(snapshot, wanted, every))
    floor = timed(lambda: points.vectors @ np.ones(points.dim, np.float32))[0]
    print(f"{len(snapshot):,} papers, 10+10 signals, all candidates: median {wall:.3f} s (longest {longest:.3f}, "
          f"processor {cpu:.3f}), {wall / floor:.0f} times one product over the vectors", flush=True)  # fmt: skip
    print(f"once a snapshot {once:.2f} s", flush=True)


def page(home: Path) -> None:
    """Print how long the Radar page takes, filters and sidebar included: first in a process, from a thumb to the new list."""
    from streamlit.testing.v1 import AppTest

    os.environ |= {"HUB_HOME": str(home), "HUB_AUTO_START": "0"}
    ids = snapshots.load(home).papers["id"]
    store = RadarStore(home)
    for name in store.names():
        store.remove(name)
    store.save(Radar("bench", liked=tuple(ids.iloc[5000:5010].astype(str)), disliked=tuple(ids.iloc[6000:6010].astype(str))))
    shell = Path(__file__).resolve().parents[1] / "hub" / "ui" / "shell.py"
    app = AppTest.from_file(str(shell), default_timeout=120).run()
    started = time.perf_counter()
    app.switch_page("../../pages/radar.py").run()
    first = time.perf_counter() - started
    wall, cpu = [], []
    for i in range(ROUNDS):
        thumb = app.feedback[i % 5]
        started, used = time.perf_counter(), time.process_time()
        thumb.set_value(1).run()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    assert any(PAGE_FIRST in caption.value for caption in app.caption), "the list did not show"
    assert len(store.radar("bench").liked) > 10
    print(f"the page over {len(ids):,} papers: first in a process {first:.2f} s; from a thumb to the new list median "
          f"{np.median(wall):.2f} s (longest {max(wall):.2f}, processor {np.median(cpu):.2f})", flush=True)  # fmt: skip


def duplicates(name: str, radars: int = 60) -> None:
    """Print how often the first 50 papers of radars hold one paper twice.

    Half of the radars like the neighbours of a paper that stands in two records, which leaves both of them to be listed.
    """
    records = records_of(name)
    vectors = np.load(Path(os.environ["HUB_BENCH_VECTORS"], f"{name}.npy"))
    counts, words = counts_of([f"{r['title']}. {r['abstract']}" for r in records])
    snapshot = as_snapshot(records, vectors, counts, words)
    keys = np.array([title_key(str(r["title"])) for r in records])
    _found, inverse, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    doubled = np.flatnonzero(sizes[inverse] > 1)
    rng = np.random.default_rng(0)
    listed = same_title = same_doi = alike = 0
    points = space(snapshot).vectors
    for i in range(radars):
        seed = int(rng.choice(doubled)) if i % 2 and len(doubled) else int(rng.integers(len(records)))
        near = np.argsort(-(points @ points[seed]))[1:200]
        near = near[keys[near] != keys[seed]][:3]
        rows = ranking.rank(snapshot, Radar("x", liked=tuple(map(str, near))), np.arange(len(records)), limit=50).rows
        titles = [str(records[r]["title"]).casefold() for r in rows]
        dois = [str(records[r].get("doi", "")).lower() for r in rows if records[r].get("doi")]
        listed += len(rows)
        same_title += len(rows) - len(set(keys[rows]))
        same_doi += len(dois) - len(set(dois))
        alike += sum(fuzz.ratio(a, b) >= 90 for k, a in enumerate(titles) for b in titles[:k])
    print(f"{name}: {len(doubled)} records share a title with another; first 50 of {radars} radars, {listed:,} listed: "
          f"same title {same_title}, same DOI {same_doi}, titles 90 % alike {alike}", flush=True)  # fmt: skip


def main() -> None:
    """Print scoring, page and duplicates."""
    folder = os.environ.get("HUB_BENCH_VECTORS", "")
    if not SHARED.exists() or not folder or not Path(folder, f"{LARGE}.npy").exists():
        print(f"needs ../shared and HUB_BENCH_VECTORS with {LARGE}.npy: nothing to measure")
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("HUB_BENCH_HOME") or scratch)
        if not len(Corpus(str(home / "corpus"))):
            corpus = Corpus(str(home / "corpus"))
            import_paths([SHARED / "corpora" / f"{LARGE}.jsonl.gz"], corpus)
            corpus.optimize()
        if snapshots.current_version(home) is None or len(snapshots.load(home)) != PAPERS:
            built(home, np.load(Path(folder, f"{LARGE}.npy")))
        scoring(snapshots.load(home))
        page(home)
    for name in CORPORA:
        duplicates(name)
