"""Trends: the page's tables against BERTopic's, planted courses found, and the back-test on real papers.

Speed runs on made-up codes and on made-up texts; the back-test reads ../shared/corpora, with topics by k-means over
TF-IDF+SVD vectors whose centroids are fitted on the first eight months only. ``BENCH_PAPERS`` sets how many papers BERTopic
gets (10,000 unless said otherwise).
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from hub.snapshot import Snapshot
from hub.trends import backtest, coverage, trends
from tests.trends import corpus

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
TOPICS = 277
EARLY_MONTHS = 8


def main() -> None:
    """Print all measurements of the room."""
    speed()
    planted(20)
    for name in ("sample_arxiv_multifield_2018_2019", "arxiv_2025_2026"):
        record(name)


def speed(large: int = 300_000) -> None:
    """Median time of every table of the page, and how many times faster that is than BERTopic on the same papers."""
    whole = drawn(large)
    coverage(whole)
    rows = np.arange(len(whole))
    before = time.process_time()
    wall = median(lambda: trends(whole, rows), 15)
    cpu = (time.process_time() - before) / 15
    print(f"every table, {large:,} papers: median {1000 * wall:.0f} ms, processor time {1000 * cpu:.0f} ms")
    picked = np.flatnonzero(whole.papers["field"].isin(["f1", "f2", "f3"]).to_numpy())
    print(f"  a selection of {len(picked):,} of them: median {1000 * median(lambda: trends(whole, picked), 15):.0f} ms")
    n = int(os.environ.get("BENCH_PAPERS", "10000"))
    small = drawn(n)
    coverage(small)
    rows = np.arange(n)
    ours = median(lambda: trends(small, rows), 15)
    counting = median(lambda: series_only(small), 15)
    theirs = bertopic_seconds(small)
    print(f"{n:,} papers: BERTopic {theirs:.1f} s; every table {1000 * ours:.0f} ms = 1/{theirs / ours:.0f}; "
          f"the same two counts {1000 * counting:.2f} ms = 1/{theirs / counting:.0f}")  # fmt: skip


def planted(seeds: int) -> None:
    """Planted courses of the demo corpus that are found, and calls that are false."""
    tables, false = [], []
    for seed in range(seeds):
        made, truth = corpus.of_demo(seed)
        found = trends(made, np.arange(len(made)))
        table = found.table.set_index("topic").join(truth)
        table["burst"] = table.index.isin(found.bursts.loc[found.bursts["p"] < 0.05, "topic"])
        tables.append(table)
        still, _ = corpus.of_demo(seed, planted=False)
        false.append((trends(still, np.arange(len(still))).table["call"] != "steady").mean())
        corpus.of_demo.cache_clear()
    table = pd.concat(tables)
    up = table["call"].isin(["emerging", "rising", "bursting"])
    right = {"rise": up, "emerge": up, "fade": table["call"].isin(["fading", "gone"]), "burst": table["burst"]}
    for course, hit in right.items():
        print(f"planted {course}: {hit[table['course'] == course].mean():.1%} of {(table['course'] == course).sum()} found")
    called = table[table["call"] != "steady"]
    print(f"false among {len(called)} calls: {called['course'].isin(['steady', 'cross']).mean():.1%}")
    print(f"calls where nothing is planted: {np.mean(false):.2%} of topics, {np.mean(np.array(false) > 0):.0%} of corpora")


def record(name: str) -> None:
    """Print the back-test on one corpus, judged by all papers and by the half that ranks never saw."""
    file = SHARED / f"{name}.jsonl.gz"
    if not file.exists():
        print(f"{name}: not on this machine")
        return
    made = read(file)
    whole, _, _ = backtest.months_of(made)
    first, second = backtest.halves(whole)
    for how, found in (("all papers", backtest.backtest(whole)), ("other half", backtest.backtest(first, judge=second))):
        print(f"{name}, {how}: {found.origins} origins, base A {found.base_a:.2f}, base B {found.base_b:.2f}")
        print(found.table.round(2).to_string(index=False))
        worst = (found.calibration["stated"] - found.calibration["true"]).abs().groupby(found.calibration["criterion"]).max()
        print(f"worst calibration by fifths: A {worst['a']:.2f}, B {worst['b']:.2f}")


def read(file: Path) -> Snapshot:
    """Return a corpus with topics by k-means on TF-IDF+SVD; centroids know the first months only."""
    from sklearn.cluster import MiniBatchKMeans

    from hub.embed.tfidf import TfidfSvd

    with gzip.open(file, "rt", encoding="utf-8") as lines:
        papers = pd.DataFrame([json.loads(line) for line in lines])
    papers = papers[papers["published"].str.len() >= 10].reset_index(drop=True)
    vectors = TfidfSvd().embed((papers["title"] + ". " + papers["abstract"].fillna("")).tolist())
    month = papers["published"].str[:7]
    early = month.isin(sorted(month.unique())[:EARLY_MONTHS]).to_numpy()
    model = MiniBatchKMeans(TOPICS, random_state=0, n_init=1, batch_size=2048, max_iter=8).fit(vectors[early])
    published = pd.DatetimeIndex(pd.to_datetime(papers["published"].str[:10]))
    categories = [" ".join(c or []) for c in papers["categories"]]
    ids, fields = papers["id"].astype(str).tolist(), papers["field"].fillna("").tolist()
    return corpus.of_columns(ids, published, papers["source"].tolist(), fields, categories, model.predict(vectors))


def drawn(n: int) -> Snapshot:
    """Return ``n`` made-up papers of 300 topics, 40 fields and 60 weeks, with a field that stops and one that starts."""
    rng = np.random.default_rng(0)
    day, field = rng.integers(0, 420, n), rng.integers(0, 40, n)
    day = np.where(field == 1, day // 2 + 210, np.where(field == 2, day // 2, day))
    return corpus.make(day, rng.zipf(1.3, n) % 300, [f"f{f}" for f in field])


def series_only(made: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Count topics by month and topics by field: what topics_over_time and topics_per_class count."""
    topic, field = made.papers["topic"].to_numpy(), made.codes("field")[0]
    month = (made.days - made.days.min()) // 30
    return np.bincount(topic * 15 + month, minlength=300 * 15), np.bincount(topic * 40 + field, minlength=300 * 40)


def bertopic_seconds(made: Snapshot) -> float:
    """Return what BERTopic takes for topics_over_time and topics_per_class on papers with the same topics."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

    rng = np.random.default_rng(0)
    topics = made.papers["topic"].to_numpy()
    words = np.array([f"word{i}" for i in range(20_000)])
    texts = [" ".join(words[(rng.zipf(1.2, 120) + 7 * t) % len(words)]) for t in topics]
    model = BERTopic(embedding_model=None, umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster())
    model.fit(texts, embeddings=np.zeros((len(texts), 2)), y=topics)
    start = time.perf_counter()
    model.topics_over_time(texts, made.papers["published"].dt.to_period("M").astype(str).tolist())
    model.topics_per_class(texts, classes=made.papers["field"].astype(str).tolist())
    return time.perf_counter() - start


def median(what: Callable[[], object], times: int) -> float:
    """Return the median seconds of ``times`` calls."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
