"""What topics cost: beside plain BERTopic in fresh processes, by the number of papers, and what a day's new papers take."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench._topics_method import Sample

ROOT = Path(__file__).resolve().parents[1]

HUB = """
import sys, time, json, numpy as np
vectors, texts = np.load(sys.argv[1] + "/vectors.npy"), json.load(open(sys.argv[1] + "/texts.json"))
for turn in range(int(sys.argv[2])):
    wall, cpu = time.perf_counter(), time.process_time()
    from hub.topics.naming import labels as names
    from hub.topics.clustering.cluster import cluster
    from hub.topics.fit import _words
    from hub.topics.naming.terms import count_terms
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count_terms, texts)
        found = cluster(vectors)
        terms = counting.result()
    topic, words = _words(vectors, terms, found)
    named = names.distinct_names(words)
    print(time.perf_counter() - wall, time.process_time() - cpu, len(named), flush=True)
"""
PLAIN = """
import sys, time, json, numpy as np
vectors, texts = np.load(sys.argv[1] + "/vectors.npy"), json.load(open(sys.argv[1] + "/texts.json"))
for turn in range(int(sys.argv[2])):
    wall, cpu = time.perf_counter(), time.process_time()
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    model = BERTopic(umap_model=umap, vectorizer_model=CountVectorizer(stop_words="english"), embedding_model=None)
    model.fit_transform(texts, vectors)
    print(time.perf_counter() - wall, time.process_time() - cpu, len(model.get_topic_info()), flush=True)
"""


def child(code: str, folder: Path, turns: int) -> tuple[list[list[float]], float]:
    """Run code in a fresh process; return what it printed (wall, CPU, topics) and the largest memory of a child so far, GB."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(folder), str(turns)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [[float(x) for x in line.split()] for line in done.stdout.splitlines() if line and line[0].isdigit()]
    return rows, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6


def write(folder: Path, texts: list[str], vectors: np.ndarray) -> None:
    """Write what a child reads."""
    np.save(folder / "vectors.npy", vectors)
    (folder / "texts.json").write_text(json.dumps(texts), "utf-8")


def beside(sample: Sample, folder: Path, turns: int = 2) -> dict[str, float]:
    """Print seconds from vectors to labelled topics of both, in turn; the first fit of a process pays for its imports."""
    write(folder, sample.texts, sample.vectors)
    seen: dict[str, list[list[float]]] = {"hub": [], "plain": []}
    child(PLAIN, folder, 1)  # compiles UMAP once; not counted
    for _ in range(turns):
        for who, code in (("hub", HUB), ("plain", PLAIN)):
            seen[who].append([value for row in child(code, folder, 2)[0] for value in row[:2]])
    best = {who: np.min(rows, axis=0) for who, rows in seen.items()}
    print(f"{sample.name}, {len(sample.ids)} papers, vectors to labelled topics, best of {turns}, hub / plain / ratio:")
    for i, what in enumerate(("fresh process, wall s", "fresh process, CPU s", "same process again, wall s", "again, CPU s")):
        mine, theirs = best["hub"][i], best["plain"][i]
        print(f"  {what}: {mine:.1f} / {theirs:.1f} / {theirs / mine:.1f}", flush=True)
    return {who: float(rows[0]) for who, rows in best.items()}


def from_text(sample: Sample, folder: Path, seconds: dict[str, float], chunks: int, size: int = 250) -> None:
    """Embed chunks of papers with both embedders in turn and print seconds from text to labelled topics for all papers.

    Embedding time is per paper, measured on ``chunks`` x ``size`` papers drawn at random.
    """
    from sentence_transformers import SentenceTransformer

    from hub.embed.minilm import MiniLM, weights_folder

    mine, theirs = MiniLM(Path(os.environ.get("HUB_HOME", str(folder)))), SentenceTransformer(str(weights_folder()), device="cpu")
    mine.embed(sample.texts[:16]), theirs.encode(sample.texts[:16])
    rows = np.random.default_rng(2).permutation(len(sample.texts))[: chunks * size].reshape(chunks, size)
    spent = {"hub": 0.0, "plain": 0.0}
    for chunk in rows:
        texts = [sample.texts[i] for i in chunk]
        for who, embed in (("hub", mine.embed), ("plain", theirs.encode)):
            start = time.perf_counter()
            embed(texts)
            spent[who] += time.perf_counter() - start
    n = len(sample.texts)
    total = {who: spent[who] / rows.size * n + seconds[who] for who in spent}
    print(f"{sample.name}, text to labelled topics, {n} papers (embedding measured on {rows.size} of them, in turn):")
    for who in spent:
        print(f"  {who}: {rows.size / spent[who]:.1f} papers/s embedded; {total[who]:.0f} s in all")
    print(f"  ratio {total['plain'] / total['hub']:.1f}", flush=True)


def cost(sample: Sample, folder: Path, sizes: tuple[int, ...] = (10_000, 30_000, 100_000, 300_000)) -> None:
    """Print seconds and memory from vectors to labelled topics by the number of papers; repeats are perturbed."""
    random = np.random.default_rng(3)
    for n in sizes:
        rows = random.permutation(np.arange(n) % len(sample.ids))
        noise = random.normal(scale=0.3 / np.sqrt(sample.vectors.shape[1]), size=(n, sample.vectors.shape[1])).astype(np.float32)
        vectors = sample.vectors[rows] + (noise if n > len(sample.ids) else 0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        write(folder, [sample.texts[i] for i in rows], vectors.astype(np.float32))
        (row,), memory = child(HUB, folder, 1)
        print(
            f"  {n} papers: wall {row[0]:.0f} s, CPU {row[1]:.0f} s, {1e3 * row[1] / n:.2f} CPU ms a paper, {row[2]:.0f} topics, "
            f"at most {memory:.1f} GB", flush=True,
        )  # fmt: skip


def daily(home: Path, corpus: Path, vectors: np.ndarray) -> None:
    """Import and fit all but the newest 1,000 papers of a corpus, then time import and placing of those, then refit."""
    from hub.storage import snapshot
    from hub.storage.corpus import Corpus

    with gzip.open(corpus, "rt") as file:
        lines = list(file)
    papers = [json.loads(line) for line in lines]
    new = set(sorted(range(len(papers)), key=lambda i: (papers[i]["published"], i))[-1000:])
    if not (home / "snapshots").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "old.jsonl").write_text("".join(line for i, line in enumerate(lines) if i not in new), "utf-8")
        hub(home, "import", str(home / "old.jsonl"))
        kept = Corpus(str(home / "corpus"))
        frame, row_of = kept.columns(["id", "text_hash"]), {p["id"]: i for i, p in enumerate(papers)}
        known = frame[frame["id"].isin(row_of)]
        kept.add_vectors("all-MiniLM-L6-v2-int8", known["text_hash"].tolist(), vectors[[row_of[i] for i in known["id"]]])
        print(f"  first fit: {hub(home, 'fit')[0]}", flush=True)
    (home / "new.jsonl").write_text("".join(lines[i] for i in sorted(new)), "utf-8")
    _, taken = hub(home, "import", str(home / "new.jsonl"))
    placed, put = hub(home, "place")
    print(f"  {placed['placed']} new papers, with process starts: hub import {taken}, hub place {put}")
    print(f"  of which {placed['seconds']} s in placing; refit due: {placed['refit']} {placed['why']}", flush=True)
    before = snapshot.load(home).papers.set_index("id")["topic"]
    refitted, _ = hub(home, "fit", "--no-llm")
    after = snapshot.load(home).papers.set_index("id")["topic"].loc[before.index]
    fresh = [papers[i]["id"] for i in new if papers[i]["id"] in before.index]
    print(f"  placed where a refit puts them: {np.mean(before[fresh] == after[fresh]):.3f} of {len(fresh)}")
    print(
        f"  papers that keep their id in that refit: {np.mean(before == after):.3f}; {refitted['changes']}, {refitted['seconds']}"
    )


def hub(home: Path, *words: str) -> tuple[dict, str]:
    """Run the command line in a fresh process; return what it says and its seconds."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "hub", *words, "--json"], cwd=ROOT, env=os.environ | {"HUB_HOME": str(home)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), f"{time.perf_counter() - start:.1f} s ({cpu:.1f} CPU s)"
