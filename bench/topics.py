"""Topics against plain BERTopic (UMAP and HDBSCAN) on the same vectors in one run: ``python -m bench topics``.

=====================  =========================================================================================
HUB_BENCH_PARTS        which of quality, stability, growth, speed, text, cost, daily; all unless set
HUB_BENCH_CORPORA      corpora of ../shared for the first five; both of the docs unless set
HUB_BENCH_PAPERS       papers drawn from each at random for quality and growth; 0, the default, takes all
HUB_BENCH_STABLE       the same for stability, 8000 unless set, as plain BERTopic takes long
HUB_BENCH_RUNS         "seeds,orders,plain runs" of stability; 5,5,5 unless set
HUB_BENCH_TURNS        how often each side of the speed comparison runs; 2 unless set
HUB_BENCH_VECTORS      a folder with <corpus>.npy, rows as in the corpus; embedded now where there is none
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

from bench import _topics_method as method
from bench import _topics_speed as speed
from bench._topics_method import Sample
from hub.embed import embedder

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
CORPORA = "sample_arxiv_multifield_2018_2019,mixed_2025_2026"
LARGE = "arxiv_2025_2026"
PARTS = "quality,stability,growth,speed,text,cost,daily"


def main() -> None:
    """Measure and print; nothing is asserted."""
    if not SHARED.exists():
        print("the papers of ../shared are not on this machine: nothing measured")
        return
    parts = os.environ.get("HUB_BENCH_PARTS", PARTS).split(",")
    seeds, orders, plain_runs = (int(x) for x in os.environ.get("HUB_BENCH_RUNS", "5,5,5").split(","))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in os.environ.get("HUB_BENCH_CORPORA", CORPORA).split(","):
            sample = read(name) if {"quality", "stability", "growth", "speed", "text"} & set(parts) else None
            if sample is None:
                break
            chosen = sample.part(int(os.environ.get("HUB_BENCH_PAPERS", "0")))
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
        if "cost" in parts:
            speed.cost(read(LARGE), folder)
        if "daily" in parts:
            home = Path(os.environ.get("HUB_BENCH_HOME", str(folder / "home")))
            speed.daily(home, SHARED / f"{LARGE}.jsonl.gz", read(LARGE).vectors)


def read(corpus: str) -> Sample:
    """Return a corpus of ../shared with its vectors."""
    with gzip.open(SHARED / f"{corpus}.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    texts = [" ".join(f"{p['title']}. {p['abstract']}".split()) for p in papers]
    file = Path(os.environ.get("HUB_BENCH_VECTORS", "")) / f"{corpus}.npy"
    if file.is_file():
        vectors = np.load(file)
    else:
        model, why = embedder("", Path(os.environ.get("HUB_HOME", "cache")))
        print(f"embedding {len(texts)} texts with {model.id} {why}", flush=True)
        vectors = model.embed(texts)
    return Sample(corpus, texts, vectors, np.array([p.get("field") or "" for p in papers]), [p["id"] for p in papers])
