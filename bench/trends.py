"""Trends: the page's tables against BERTopic's, planted courses found, and the back-test on real papers.

Speed runs on made-up codes and on made-up texts; the back-test reads ../shared/corpora with the vectors that the folder in
``HUB_BENCH_VECTORS`` holds (``<corpus>.npy``, rows as in the corpus); without one TF-IDF+SVD stands in, and it says so.
Topics are fitted on the first eight months only, by the product's own clustering (the headline) and by k-means; and by k-means
on all months, which know the future, for comparison with the issue's first measurements. ``BENCH_PAPERS`` sets how many papers
BERTopic gets (10,000 unless said otherwise).
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from hub.storage.snapshot import Snapshot
from hub.trends import backtest, coverage, hindcast, trends, views
from tests.trends import corpus

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
TOPICS = 277


def main() -> None:
    """Print all measurements of the room."""
    speed()
    for seeds in (range(10), range(10, 20)):
        planted(seeds)
    for name in ("sample_arxiv_multifield_2018_2019", "arxiv_2025_2026"):
        record(name)


def speed(large: int = 300_000) -> None:
    """Median time of every table of the page, and how many times faster that is than BERTopic on the same papers."""
    whole = drawn(large)
    coverage(whole)
    rows = np.arange(len(whole))
    before = time.process_time()
    wall = median(lambda: tables(whole, rows), 15)
    cpu = (time.process_time() - before) / 15
    print(f"every table, {large:,} papers: median {1000 * wall:.0f} ms, processor time {1000 * cpu:.0f} ms")
    picked = np.flatnonzero(whole.papers["field"].isin(["f1", "f2", "f3"]).to_numpy())
    print(f"  a selection of {len(picked):,} of them: median {1000 * median(lambda: tables(whole, picked), 15):.0f} ms")
    n = int(os.environ.get("BENCH_PAPERS", "10000"))
    small = drawn(n)
    coverage(small)
    rows = np.arange(n)
    ours, counting = processor(lambda: tables(small, rows), 15), processor(lambda: series_only(small), 15)
    theirs = bertopic_seconds(small)
    again = processor(lambda: tables(small, rows), 15)  # on both sides of it, so that what else runs slows both alike
    ours = (ours + again) / 2
    print(f"{n:,} papers, processor time: BERTopic {theirs:.1f} s; every table {1000 * ours:.0f} ms = 1/{theirs / ours:.0f}; "
          f"the same two counts {1000 * counting:.2f} ms = 1/{theirs / counting:.0f}")  # fmt: skip


def planted(seeds: range) -> None:
    """Planted courses of the demo corpus that are found, and calls that are false; no rule was ever changed for 10 to 19."""
    tables, false = [], []
    for seed in seeds:
        made, truth = corpus.of_demo(seed)
        found = trends(made, np.arange(len(made)))
        table = found.table.set_index("topic").join(truth)
        table["burst"] = table.index.isin(found.bursts.loc[found.bursts["p"] < 0.05, "topic"])
        tables.append(table)
        still, _ = corpus.of_demo(seed, planted=False)
        false.append((trends(still, np.arange(len(still))).table["call"] != "steady").mean())
        corpus.of_demo.cache_clear()
    table = pd.concat(tables)
    print(f"demo corpus, seeds {seeds.start} to {seeds.stop - 1}")
    up = table["call"].isin(["emerging", "rising", "bursting"])
    right = {"rise": up, "emerge": up, "fade": table["call"].isin(["fading", "gone"]), "burst": table["burst"]}
    for course, hit in right.items():
        print(f"planted {course}: {hit[table['course'] == course].sum()} of {(table['course'] == course).sum()} found")
    called = table[table["call"] != "steady"]
    print(f"false among {len(called)} calls: {called['course'].isin(['steady', 'cross']).mean():.1%}")
    print(f"calls where nothing is planted: {np.mean(false):.2%} of topics, {np.mean(np.array(false) > 0):.0%} of corpora")


def record(name: str) -> None:
    """Print the back-test on one corpus, judged by all papers and by the half no rank saw, and emergence."""
    file = SHARED / f"{name}.jsonl.gz"
    if not file.exists():
        print(f"{name}: not on this machine")
        return
    made = read(file)
    then = hindcast.topics_then(made)
    if then is None:
        print(f"{name}: too few papers")
        return
    early = hindcast.early_rows(made)
    variants = {
        "product's topics of the first months": hindcast.known_then(made, then),
        "k-means, first months": by_kmeans(made, early),
        "k-means, all months": by_kmeans(made, np.arange(len(made))),
    }
    for label, topics in variants.items():
        whole, _, table = backtest.months_of(topics)
        first, second = backtest.halves(whole)
        for how, found in (("all papers", backtest.backtest(whole)), ("other half", backtest.backtest(first, judge=second))):
            print(
                f"{name}, {label} ({len(table)}), {how}: {found.origins} origins, base A {found.base_a:.3f}, B {found.base_b:.3f}"
            )
            print(found.table.round(3).to_string(index=False))
            if how == "all papers":
                off = (
                    (found.calibration["stated"] - found.calibration["true"]).abs().groupby(found.calibration["criterion"]).max()
                )
                days, n = backtest.head_start(found.picks)
                print(f"worst calibration by fifths: A {off['a']:.3f}, B {off['b']:.3f}; "
                      f"listed {days:.0f} days before BERTrend's weak signals ({n} risers)", flush=True)  # fmt: skip
    for kind, calls in pd.concat([hindcast.term_calls(made), hindcast.group_calls(made, then)]).groupby("kind"):
        ahead = calls.loc[calls["held"], "ahead_days"]
        print(f"{name}, emergence, {kind}: {calls['held'].sum()} of {len(calls)} calls held; days from first paper to call "
              f"{(calls['called'] - calls['first']).dt.days.median():.0f} (median); quarters compared came to it "
              f"{ahead.median():.0f} days later (median of {ahead.notna().sum()} of {len(ahead)})", flush=True)  # fmt: skip
    print(f"{name}: {then.far.mean():.2%} of papers far from every topic of then")


def read(file: Path) -> Snapshot:
    """Return a corpus with its vectors and terms, all in one topic."""
    from hub.topics.naming.terms import count_terms

    with gzip.open(file, "rt", encoding="utf-8") as lines:
        papers = pd.DataFrame([json.loads(line) for line in lines])
    name = file.name.removesuffix(".jsonl.gz")
    kept = Path(os.environ.get("HUB_BENCH_VECTORS", ""), f"{name}.npy")
    texts = [" ".join(f"{t}. {a or ''}".split()) for t, a in zip(papers["title"], papers["abstract"], strict=True)]
    if kept.exists() and os.environ.get("HUB_BENCH_VECTORS"):
        vectors = np.load(kept)
    else:
        from hub.embed.tfidf import TfidfSvd

        print(f"{name}: no vectors in HUB_BENCH_VECTORS, TF-IDF+SVD stands in")
        vectors = TfidfSvd().embed(texts)
    dated = (papers["published"].str.len() >= 10).to_numpy()
    papers, vectors = papers[dated].reset_index(drop=True), np.asarray(vectors)[dated]
    texts = [text for text, keep in zip(texts, dated, strict=True) if keep]
    published = pd.DatetimeIndex(pd.to_datetime(papers["published"].str[:10]))
    categories = [" ".join(c or []) for c in papers["categories"]]
    ids, fields = papers["id"].astype(str).tolist(), papers["field"].fillna("").tolist()
    nothing = np.zeros(len(papers), dtype=np.int64)
    made = corpus.of_columns(ids, published, papers["source"].tolist(), fields, categories, nothing)
    place = {paper_id: row for row, paper_id in enumerate(ids)}
    order = np.array([place[paper_id] for paper_id in made.papers["id"]])
    terms = count_terms([texts[row] for row in order])
    titled = made.papers.assign(title=papers["title"].to_numpy()[order])
    return replace(made, papers=titled, _vectors=vectors[order], _terms=terms)


def by_kmeans(made: Snapshot, fitted: np.ndarray) -> Snapshot:
    """Return the Snapshot with topics by k-means whose centres know only the papers ``fitted``, with themes above them."""
    from sklearn.cluster import MiniBatchKMeans

    from hub.stats.neighbours import centroids, unit
    from hub.topics.clustering.hierarchy import theme_levels

    vectors = made.vectors
    model = MiniBatchKMeans(TOPICS, random_state=0, n_init=1, batch_size=2048, max_iter=8).fit(vectors[fitted])
    topic = model.predict(vectors).astype(np.int32)
    own = unit(vectors[fitted] - vectors[fitted].mean(axis=0))
    parent = theme_levels(centroids(own, topic[fitted], TOPICS))[0].astype(np.int64)
    nowhere = np.zeros(len(topic), dtype=bool)
    return hindcast.known_then(made, hindcast.Then(topic, nowhere, parent, 1.0, vectors))


def drawn(n: int) -> Snapshot:
    """Return ``n`` made-up papers of 300 topics, 40 fields and 60 weeks, with a field that stops and one that starts."""
    rng = np.random.default_rng(0)
    day, field = rng.integers(0, 420, n), rng.integers(0, 40, n)
    day = np.where(field == 1, day // 2 + 210, np.where(field == 2, day // 2, day))
    return corpus.make(day, rng.zipf(1.3, n) % 300, [f"f{f}" for f in field])


def tables(made: Snapshot, rows: np.ndarray) -> tuple[pd.DataFrame, ...]:
    """Return every table that the page computes for a selection: calls, series with intervals, ranks, bursts, breaks."""
    found = trends(made, rows)
    series = views.series_table(found)
    return found.table, series, views.ranks(series), found.bursts, found.breaks


def series_only(made: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Count topics by month and topics by field: what topics_over_time and topics_per_class count."""
    topic, field = made.papers["topic"].to_numpy(), made.codes("field")[0]
    month = (made.days - made.days.min()) // 30
    return np.bincount(topic * 15 + month, minlength=300 * 15), np.bincount(topic * 40 + field, minlength=300 * 40)


def bertopic_seconds(made: Snapshot) -> float:
    """Return the processor seconds of BERTopic's topics_over_time and topics_per_class on papers with the same topics."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

    rng = np.random.default_rng(0)
    topics = made.papers["topic"].to_numpy()
    words = np.array([f"word{i}" for i in range(20_000)])
    texts = [" ".join(words[(rng.zipf(1.2, 120) + 7 * t) % len(words)]) for t in topics]
    model = BERTopic(embedding_model=None, umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster())
    model.fit(texts, embeddings=np.zeros((len(texts), 2)), y=topics)
    months = made.papers["published"].dt.strftime("%Y%m").astype(int).tolist()  # as text BERTopic 0.17 fails with this pandas
    start = time.process_time()
    model.topics_over_time(texts, months)
    model.topics_per_class(texts, classes=made.papers["field"].astype(str).tolist())
    return time.process_time() - start


def processor(what: Callable[[], object], times: int) -> float:
    """Return the processor seconds of one of ``times`` calls, the first not counted."""
    what()
    start = time.process_time()
    for _ in range(times):
        what()
    return (time.process_time() - start) / times


def median(what: Callable[[], object], times: int) -> float:
    """Return the median seconds of ``times`` calls."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
