"""Query by example: how well a draft finds the papers of its matter when only part of it is about that.

A draft is the abstract of a held-out paper of ``sample_arxiv_multifield_2018_2019`` between the abstracts of three papers of
other fields, in an order by chance, as a proposal has parts on other things. Compared are ways to make one vector, or one
score, of passages. Figures: of the ten nearest papers the share in the held-out paper's field, and the share that are among
the ten nearest to its abstract alone, which is what a reader would want of it.

HUB_BENCH_PAPERS    papers of the corpus (2000); HUB_BENCH_DRAFTS drafts (200)
HUB_BENCH_VECTORS   a folder with the corpus's vectors as :mod:`bench.radar` takes them; else 6,000 papers are embedded now
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from bench.radar import CORPORA, _vectors, records_of
from hub.embed import embedder
from hub.search.near import passages
from hub.settings import settings

Scores = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Vectors of the papers (n, dim) and of a draft's passages (n_passages, dim) to scores (n,)."""
JOINED: dict[str, Scores] = {
    "first passage alone": lambda papers, parts: papers @ parts[0],
    "mean of passages": lambda papers, parts: papers @ parts.mean(axis=0),
    "best of passages, as the product does": lambda papers, parts: (papers @ parts.T).max(axis=1),
    "mean of mean and best": lambda papers, parts: papers @ parts.mean(axis=0) + (papers @ parts.T).max(axis=1),
}
TEN = 10


def main() -> None:
    """Print both figures for each way."""
    n, held = int(os.environ.get("HUB_BENCH_PAPERS", "2000")), int(os.environ.get("HUB_BENCH_DRAFTS", "200"))
    rng = np.random.default_rng(0)
    records = records_of(CORPORA[0])
    vectors, done = _vectors(CORPORA[0], [" ".join(f"{r['title']}. {r['abstract']}".split()) for r in records])
    whole = [i for i, r in enumerate(records) if done[i] and len(str(r["abstract"])) > 400]
    rows = rng.choice(whole, n, replace=False)
    chosen, papers = [records[i] for i in rows], np.asarray(vectors[rows], dtype=np.float32)
    model, _why = embedder("minilm-int8", settings().home)
    field = np.array([str(r["field"]) for r in chosen])
    drafts = rng.choice(n, held, replace=False)
    made = []
    for row in drafts:
        others = rng.choice(np.flatnonzero(field != field[row]), 3, replace=False)
        parts = [str(chosen[i]["abstract"]) for i in (row, *others)]
        made.append((passages(" ".join(parts[i] for i in rng.permutation(4))), others))
    flat = model.embed([passage for parts, _others in made for passage in parts])
    ends = np.cumsum([len(parts) for parts, _others in made])
    alone = model.embed([str(chosen[row]["abstract"]) for row in drafts])
    print(f"{n} papers, {held} drafts of {np.mean([len(parts) for parts, _others in made]):.1f} passages")
    for name, score in {"the abstract alone": lambda papers, parts: papers @ parts[0], **JOINED}.items():
        same, wanted = [], []
        for at, row in enumerate(drafts):
            read = alone[at : at + 1] if name == "the abstract alone" else flat[ends[at] - len(made[at][0]) : ends[at]]
            out = [row, *made[at][1]]  # the texts that it was made of
            best, truth = (_ten(values, out) for values in (score(papers, read), papers @ alone[at]))
            same.append(np.mean(field[best] == field[row]))
            wanted.append(len(set(best) & set(truth)) / TEN)
        print(f"  {name}: of its field {np.mean(same):.3f}, of the ten nearest to its abstract {np.mean(wanted):.3f}")


def _ten(scores: np.ndarray, out: list[int]) -> list[int]:
    kept = scores.copy()
    kept[out] = -np.inf
    return np.argsort(-kept, kind="stable")[:TEN].tolist()
