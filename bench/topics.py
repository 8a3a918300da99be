"""Topics against plain BERTopic (UMAP and HDBSCAN) on the same vectors in one run: ``python -m bench topics``.

=====================  =========================================================================================
HUB_BENCH_PARTS        of quality, stability, growth, speed, text, cost, daily, levels, criteria, names, early; all unless set
HUB_BENCH_CORPORA      corpora of ../shared for all but cost and daily, m10 among them; those of the docs unless set
HUB_BENCH_PAPERS       papers drawn from each at random for quality and growth; 0, the default, takes all
HUB_BENCH_STABLE       the same for stability, 8000 unless set, as plain BERTopic takes long
HUB_BENCH_RUNS         "seeds,orders,plain runs" of stability; 5,5,5 unless set
HUB_BENCH_TURNS        how often each side of the speed comparison runs; 2 unless set
HUB_BENCH_VECTORS      a folder with <corpus>.npy, rows as in the corpus, or of those in <corpus>.rows.npy; else embedded now
HUB_BENCH_CHUNKS       in how many parts "text" embeds, turn by turn; 8 unless set
HUB_BENCH_HOME         the data folder of "daily"; filled when empty, which takes minutes
HUB_BENCH_BLIND        a file that gets the drawn topics of the check of names, by paper ids, with the verdicts
=====================  =========================================================================================
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from bench import _topics_early
from bench import _topics_levels as levels
from bench import _topics_method as method
from bench import _topics_names as checks
from bench import _topics_speed as speed
from bench._topics_method import Sample
from hub.embed import embedder

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
CORPORA = "sample_arxiv_multifield_2018_2019,mixed_2025_2026"
LARGE = "arxiv_2025_2026"
PARTS = "quality,stability,growth,speed,text,cost,daily,levels,criteria,names,early"
LABELLED = "m10"
"""Titles with classes, of ../shared/benchmarks: too short for the parts that need abstracts or compare with plain BERTopic."""


def main() -> None:
    """Measure and print; nothing is asserted."""
    if not SHARED.exists():
        print("the papers of ../shared are not on this machine: nothing measured")
        return
    parts = os.environ.get("HUB_BENCH_PARTS", PARTS).split(",")
    seeds, orders, plain_runs = (int(x) for x in os.environ.get("HUB_BENCH_RUNS", "5,5,5").split(","))
    with tempfile.TemporaryDirectory() as made:
        folder, samples = Path(made), []
        for name in os.environ.get("HUB_BENCH_CORPORA", CORPORA).split(","):
            sample = read(name) if set(parts) - {"cost", "daily"} else None
            if sample is None:
                break
            chosen = sample.part(int(os.environ.get("HUB_BENCH_PAPERS", "0")))
            samples.append(chosen)
            if "levels" in parts:
                levels.sizes(chosen)
                levels.tree(chosen)
            if "names" in parts:
                model, _ = embedder("", Path(os.environ.get("HUB_HOME", "cache")))
                checks.names(chosen, [text.split(". ", 1)[0] for text in chosen.texts], model)
            if name == LABELLED:
                continue
            if "early" in parts:
                _topics_early.early(chosen)
            if "quality" in parts:
                method.quality(chosen)
            if "growth" in parts:
                method.growth(chosen)
            if "stability" in parts:
                method.stability(sample.part(int(os.environ.get("HUB_BENCH_STABLE", "8000"))), seeds, orders, plain_runs)
            if "speed" in parts or "text" in parts:
                seconds = speed.beside(chosen, folder, int(os.environ.get("HUB_BENCH_TURNS", "2")))
                if "text" in parts:
                    speed.from_text(chosen, folder, seconds, int(os.environ.get("HUB_BENCH_CHUNKS", "8")))
        if "criteria" in parts:
            levels.criteria(samples)
        if "cost" in parts:
            speed.cost(read(LARGE), folder)
        if "daily" in parts:
            home = Path(os.environ.get("HUB_BENCH_HOME", str(folder / "home")))
            speed.daily(home, SHARED / f"{LARGE}.jsonl.gz", read(LARGE).vectors)


def read(corpus: str) -> Sample:
    """Return a corpus of ../shared with its vectors."""
    file = SHARED.parent / "benchmarks" / "topics" / "m10.jsonl.gz" if corpus == LABELLED else SHARED / f"{corpus}.jsonl.gz"
    with gzip.open(file, "rt") as lines:
        papers = [json.loads(line) for line in lines]
    kept = Path(os.environ.get("HUB_BENCH_VECTORS", "")) / f"{corpus}.npy"
    if (some := kept.with_suffix(".rows.npy")).is_file():
        papers = [papers[i] for i in np.load(some)]
    texts = [" ".join((p.get("text") or f"{p['title']}. {p['abstract']}").split()) for p in papers]
    if kept.is_file():
        vectors = np.load(kept)
    else:
        model, why = embedder("", Path(os.environ.get("HUB_HOME", "cache")))
        print(f"embedding {len(texts)} texts with {model.id} {why}", flush=True)
        vectors = model.embed(texts)
    fields = np.array([p.get("label") or p.get("field") or "" for p in papers])
    return Sample(corpus, texts, vectors, fields, [str(p.get("id", i)) for i, p in enumerate(papers)])
