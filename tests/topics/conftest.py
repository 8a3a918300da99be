"""Small synthetic corpora of known topics, embedded with TF-IDF or with planted vectors."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from hub.papers.model import Paper
from hub.storage.corpus import Corpus
from hub.topics.fit import fit

SUBJECTS = {
    "quantum": ["qubit", "entanglement", "photon", "cavity", "decoherence", "superconducting", "circuit", "gate", "laser"],
    "language": ["translation", "sentence", "corpus", "parsing", "dialogue", "tokenizer", "summarization", "speech", "grammar"],
    "cell": ["protein", "membrane", "kinase", "ribosome", "mitochondria", "receptor", "signalling", "apoptosis", "enzyme"],
    "market": ["portfolio", "volatility", "hedging", "auction", "liquidity", "bond", "inflation", "equity", "pricing"],
    "galaxy": ["redshift", "supernova", "halo", "quasar", "spectroscopy", "telescope", "nebula", "cluster", "dust"],
    "graph": ["vertex", "colouring", "planar", "matching", "treewidth", "clique", "bipartite", "isomorphism", "spanning"],
}


def papers(n: int, seed: int = 0) -> list[Paper]:
    """Return n papers, paper i about subject i modulo the number of subjects."""
    random = np.random.default_rng(seed)
    names = list(SUBJECTS)
    made = []
    for i in range(n):
        words = SUBJECTS[names[i % len(names)]]
        said = " ".join(random.choice(words, 22))
        made.append(
            Paper(f"t:{seed}-{i:05d}", f"{names[i % len(names)]} {said[:30]}", f"On {said}.", ("A B",),
                  date(2026, 1, 1) + timedelta(i % 90), "arXiv", field=names[i % len(names)])
        )  # fmt: skip
    return made


class Planted:
    """An embedder whose vectors follow the subjects' words: deterministic, not bound to a corpus, no weights."""

    id = "planted"
    corpus_bound = False
    dim = 48

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts, progress=None):
        self.texts += len(texts)
        result = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                for vector in vectors_of(word):
                    result[row] += vector
        result += 1e-3
        if progress:
            progress(len(texts), len(texts))
        return (result / np.linalg.norm(result, axis=1, keepdims=True)).astype(np.float32)


def vectors_of(word: str) -> list[np.ndarray]:
    """Return what a word adds to its text: a little of its own, and its subject's; tests add subjects for a while."""
    subjects = [subject for subject, words in SUBJECTS.items() if word in words or word == subject]
    return [0.15 * drawn(word), *map(drawn, subjects)]


@cache
def drawn(name: str) -> np.ndarray:
    return np.random.default_rng(hash_of(name)).normal(size=Planted.dim)


def fitted_home(home: Path, n: int) -> Path:
    """Fit topics on n papers of the planted subjects in a data folder; return it. Copy it; never write to it."""
    corpus = Corpus(str(home / "corpus"))
    corpus.upsert(papers(n))
    fit(home, corpus, Planted())
    return home


def hash_of(word: str) -> int:
    return int.from_bytes(word.encode()[:8].ljust(8, b"_"), "little")
