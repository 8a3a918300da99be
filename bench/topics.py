"""Topics against plain BERTopic (UMAP and HDBSCAN) on the same vectors in one run: ``python -m bench topics``.

``HUB_BENCH_PAPERS`` takes a random part of the papers (8000 unless set; 0 takes all), ``HUB_BENCH_CORPUS`` a corpus of ../shared,
``HUB_BENCH_RUNS`` the fits of the stability measurement, ``HUB_BENCH_PLAIN=0`` leaves plain BERTopic out.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from hub.embed import embedder
from hub.topics.cluster import cluster
from hub.topics.fit import Clock, fit_topics
from hub.topics.lineage import kept_share, match
from hub.topics.place import place_among
from hub.topics.trust import npmi

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def main() -> None:
    """Measure and print; nothing is asserted."""
    texts, fields = read(os.environ.get("HUB_BENCH_CORPUS", "sample_arxiv_multifield_2018_2019"))
    wanted = int(os.environ.get("HUB_BENCH_PAPERS", "8000")) or len(texts)
    part = np.random.default_rng(1).permutation(len(texts))[:wanted]
    texts, fields = [texts[i] for i in part], fields[part]
    vectors = embedded(texts, part)
    clock = Clock()
    start = time.process_time()
    found = fit_topics(vectors, texts, 0, clock, lambda name, done, total: None)
    ours = time.process_time() - start
    report("hub", found.topic, fields, ours, found.words, found.terms)
    print(f"  seconds by step {clock.seconds}; duplicate names {len(found.names) - len({n.casefold() for n in found.names})}")
    print(f"  name's words in at least 4 of 5 central papers: {named_share(found):.2f}")
    stability(vectors, fields, int(os.environ.get("HUB_BENCH_RUNS", "5")))
    growth(vectors)
    if os.environ.get("HUB_BENCH_PLAIN", "1") != "0":
        plain(texts, vectors, fields, ours, found.terms)


def read(corpus: str) -> tuple[list[str], np.ndarray]:
    """Return the texts and fields of a corpus of ../shared."""
    with gzip.open(SHARED / f"{corpus}.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    return [" ".join(f"{p['title']}. {p['abstract']}".split()) for p in papers], np.array([p.get("field") or "" for p in papers])


def embedded(texts: list[str], part: np.ndarray) -> np.ndarray:
    """Return vectors: those of the file HUB_BENCH_VECTORS (rows as in the corpus) when set, else made now."""
    file = os.environ.get("HUB_BENCH_VECTORS")
    if file:
        return np.array(np.load(file, mmap_mode="r")[part])
    model, why = embedder("", Path(os.environ.get("HUB_HOME", "cache")))
    print(f"embedding {len(texts)} texts with {model.id} {why}")
    return model.embed(texts)


def report(name: str, topic: np.ndarray, fields: np.ndarray, seconds: float, words: list[list[str]], terms: object) -> None:
    """Print one line of figures; words are compared as single words, ten a topic, over the same papers."""
    column = {str(w): i for i, w in enumerate(terms.words)}  # type: ignore[attr-defined]
    known = [[column[w] for w in own if w in column][:10] for own in words]
    coherence = np.nanmean([npmi(terms.counts, own) for own in known])  # type: ignore[attr-defined]
    flat = [c for own in known for c in own]
    diversity = len(set(flat)) / max(len(flat), 1)
    print(
        f"{name}: topics {topic.max() + 1}, without a topic {np.mean(topic < 0):.3f}, AMI over all "
        f"{adjusted_mutual_info_score(fields, topic):.4f}, NPMI {coherence:.3f}, diversity {diversity:.3f}, "
        f"CPU seconds to labelled topics {seconds:.1f}"
    )


def named_share(found: object) -> float:
    """Return the share of topics whose name's first term is used by at least 4 of its 5 central papers."""
    f = found
    column = {str(w): i for i, w in enumerate(f.terms.words)}  # type: ignore[attr-defined]
    good = []
    for t, words in enumerate(f.words):  # type: ignore[attr-defined]
        own = np.flatnonzero(f.topic == t)  # type: ignore[attr-defined]
        central = own[np.argsort(-f.placed.similarity[own])[:5]]  # type: ignore[attr-defined]
        used = [any(f.terms.counts[p, column[w]] > 0 for w in words[:3] if w in column) for p in central]  # type: ignore[attr-defined]
        good.append(sum(used) >= min(4, len(central)))
    return float(np.mean(good))


def stability(vectors: np.ndarray, fields: np.ndarray, runs: int) -> None:
    """Fit with other seeds in other orders and print the mean adjusted Rand index of all pairs."""
    found = []
    for run in range(runs):
        order = np.random.default_rng(run).permutation(len(vectors))
        labels = np.empty(len(vectors), dtype=np.int64)
        labels[order] = cluster(vectors[order], seed=run).labels
        found.append(labels)
    pairs = [adjusted_rand_score(a, b) for i, a in enumerate(found) for b in found[:i]]
    ami = np.mean([adjusted_mutual_info_score(fields, labels) for labels in found])
    print(f"  stability: mean ARI {np.mean(pairs):.3f}, {runs} seeds each with its own order ({len(pairs)} pairs), AMI {ami:.4f}")


def growth(vectors: np.ndarray) -> None:
    """Place a tenth of the papers among the rest, refit with all, and print where they agree and how many ids lasted."""
    n = len(vectors)
    old, new = np.arange(n - n // 10), np.arange(n - n // 10, n)
    before = cluster(vectors[old]).labels
    start = time.perf_counter()
    put = place_among(vectors[new], vectors[old], before, np.zeros((len(old), 2), dtype=np.float32))
    seconds = time.perf_counter() - start
    after = cluster(vectors).labels
    known = list(range(int(before.max()) + 1))
    fixed = match(before, after[old], int(after.max()) + 1, known, len(known), np.datetime64("2026-01-01"))  # type: ignore[arg-type]
    ids = fixed.ids[after]
    same, explained = kept_share(before, ids[old], fixed.events)
    agree = float(np.mean(put.assignment.topic == ids[new]))
    print(f"  {len(new)} new papers on {len(old)}: placed in {seconds:.2f} s, {agree:.3f} where the refit puts them")
    print(f"  refit after {len(new) / len(old):.0%} new papers: {same:.3f} keep their id, {explained:.3f} with splits and merges")


def plain(texts: list[str], vectors: np.ndarray, fields: np.ndarray, ours: float, terms: object) -> None:
    """Run BERTopic as it comes, with a fixed seed, on the same vectors."""
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    start = time.process_time()
    model = BERTopic(umap_model=umap, vectorizer_model=CountVectorizer(stop_words="english"), embedding_model=None)
    topic = np.array(model.fit_transform(texts, vectors)[0])
    seconds = time.process_time() - start
    words = [[w for w, _ in model.get_topic(t)] for t in range(topic.max() + 1)]
    report("plain BERTopic", topic, fields, seconds, words, terms)
    print(f"  plain takes {seconds / ours:.1f} times the CPU of hub (first run of either compiles: run twice)")
