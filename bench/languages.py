"""Papers in Chinese beside the same papers in English: do both find each other, and do they fall into one topic?

300 papers in both languages, of phrases that were authored in pairs (:mod:`bench._bilingual`): easier than real abstracts. For
each paper its twin is sought among the 300 of the other language; then all 600 are given topics by the product's fit.
"""

from __future__ import annotations

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bench._bilingual import Pair, papers
from hub.embed import EMBEDDERS, Embedder
from hub.settings import settings


def across(vectors: np.ndarray, twins: np.ndarray) -> tuple[float, float]:
    """Return how often the twin is the nearest of the other language, and among the nearest five."""
    cosine = vectors @ twins.T
    rank = (cosine > np.diag(cosine)[:, None]).sum(axis=1)
    return float((rank < 1).mean()), float((rank < 5).mean())


def one_topic(model: Embedder, made: list[tuple[Pair, Pair]], folder: Path) -> tuple[float, int]:
    """Return the share of papers whose two languages fall into one topic of the product's fit, and how many topics there are."""
    from hub.papers.model import Paper
    from hub.storage import snapshot
    from hub.storage.corpus import Corpus
    from hub.topics.fit import fit

    home = folder / model.id
    corpus = Corpus(str(home / "corpus"))
    day = date(2026, 6, 30)
    corpus.upsert(
        [
            Paper(f"{lang}:{i}", *pair[n], ("Ada Lovelace",), day - timedelta(days=i % 90), "bench")
            for i, pair in enumerate(made)
            for n, lang in enumerate(("en", "zh"))
        ]
    )
    fit(home, corpus, model)
    now = snapshot.load(home)
    topic = now.papers["topic"].to_numpy()
    same = [topic[now.row_of[f"en:{i}"]] == topic[now.row_of[f"zh:{i}"]] for i in range(len(made))]
    return float(np.mean(same)), len(now.topics)


def main() -> None:
    """Print both figures for each embedder that reads single texts."""
    made = papers()
    with tempfile.TemporaryDirectory() as folder:
        for name in os.environ.get("HUB_BENCH_EMBEDDERS", "minilm-int8 e5-multilingual").split():
            model = EMBEDDERS[name](settings().home)
            english, chinese = (model.embed([". ".join(pair[n]) for pair in made]) for n in (0, 1))
            there, back = across(english, chinese), across(chinese, english)
            print(f"{name}: English to Chinese first {there[0]:.3f}, of five {there[1]:.3f}; Chinese to English "
                  f"first {back[0]:.3f}, of five {back[1]:.3f} (goal .85 of five)", flush=True)  # fmt: skip
            share, topics = one_topic(model, made, Path(folder))
            print(f"  one topic for both languages {share:.3f} of {len(made)} papers, {topics} topics (goal .80)", flush=True)


if __name__ == "__main__":
    main()
