"""Bridges against arXiv's cross-lists, which no vector has seen, and false calls where nothing moves.

``python -m bench bridges`` reads ../shared/corpora/sample_arxiv_multifield_2018_2019 and embeds it with the default
embedder (some minutes; vectors are kept in the folder that HUB_BENCH_VECTORS names, as ``<corpus>.npy``).
HUB_BENCH_PARTS names some of cross_lists, false_calls, forecast; all unless set.
"""

from __future__ import annotations

import gzip
import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from bench._bridges_forecast import forecasts
from hub import bridges, demo
from hub.embed import embedder
from hub.stats.nearest import nearest
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot

CORPUS = "sample_arxiv_multifield_2018_2019"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
SPLIT, VALID = "2019-07-01", "2019-04-01"
"""Papers before SPLIT are learnt from; the last of them, from VALID on, choose K and the weight of the prior."""
POWER = 8
PAIR_PAPERS = 30


def main() -> None:
    """Print the figures of docs/BRIDGES.md."""
    parts = os.environ.get("HUB_BENCH_PARTS", "cross_lists,false_calls,forecast").split(",")
    if "cross_lists" in parts:
        papers = _papers()
        cross_lists(papers, _vectors(papers))
    if "false_calls" in parts:
        false_calls()
    if "forecast" in parts:
        forecasts()


def cross_lists(papers: list[dict], vectors: np.ndarray) -> None:
    """Print recall of the first cross-list archive, and the rank correlation of predicted and real links."""
    archives = sorted({_archive(c) for p in papers for c in p["categories"]})
    fields = sorted({p["field"] for p in papers})
    place = {a: i for i, a in enumerate(archives)}
    own = np.array([place[_archive(p["field"])] for p in papers])
    field = np.array([fields.index(p["field"]) for p in papers])
    first = np.array([_first_cross(p, place) for p in papers])
    day = np.array([p["published"] for p in papers])
    listed = first >= 0
    learn, valid = np.flatnonzero(listed & (day < VALID)), np.flatnonzero(listed & (day >= VALID) & (day < SPLIT))
    train, test = np.flatnonzero(listed & (day < SPLIT)), np.flatnonzero(listed & (day >= SPLIT))
    n = len(archives)

    def predicted(known: np.ndarray, asked: np.ndarray, k: int) -> np.ndarray:
        found = nearest(vectors[asked], vectors[known], k)
        votes = np.zeros((len(asked), n))
        np.add.at(votes, (np.arange(len(asked))[:, None], first[known[found.ids]]), np.clip(found.similarity, 0, 1) ** POWER)
        return votes / votes.sum(axis=1, keepdims=True)

    def prior(known: np.ndarray, asked: np.ndarray) -> np.ndarray:
        table = np.zeros((len(fields), n))
        np.add.at(table, (field[known], first[known]), 1)
        table += 1e-6 * table.sum(axis=0) / table.sum()  # ties and unseen fields: what is most common overall
        return (table / table.sum(axis=1, keepdims=True))[field[asked]]

    def elsewhere(scores: np.ndarray, asked: np.ndarray) -> np.ndarray:
        scores = scores.copy()
        scores[np.arange(len(asked)), own[asked]] = 0
        return scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12)

    k = max((25, 50, 100), key=lambda k: recall(predicted(learn, valid, k), first[valid], 1))
    voted = elsewhere(predicted(learn, valid, k), valid)
    weight = max((0.25, 0.5, 1.0), key=lambda w: recall(voted + w * prior(learn, valid), first[valid], 1))
    text, base = predicted(train, test, k), prior(train, test)
    everyone = np.arange(len(papers))
    near = nearest(vectors[test], vectors[everyone[day < SPLIT]], k).ids
    homes = np.zeros((len(test), n))
    np.add.at(homes, (np.arange(len(test))[:, None], own[everyone[day < SPLIT][near]]), 1 / k)
    lines = {
        "baseline: the primary field's most common cross-lists": base,
        "neighbours' own archives (no cross-list seen at all)": elsewhere(homes, test),
        "text alone: neighbours' cross-lists": text,
        "text, and that a cross-list is another archive than the paper's own": elsewhere(text, test),
        "text and the primary field's prior": elsewhere(text, test) + weight * base,
    }
    print(f"{len(papers)} papers, {len(train)} cross-listed before {SPLIT}, {len(test)} after; {n} archives")
    print(f"chosen on the last of the earlier ones: k = {k}, prior x {weight}")
    print("first cross-list archive                                               recall@1  recall@3  rank correlation of links")
    for name, scores in lines.items():
        one, three = (recall(scores, first[test], at) for at in (1, 3))
        print(f"{name:70} {one:8.3f}  {three:8.3f}  {links(scores, own[test], first[test], base is scores):8.3f}")
    whole = links(base, own[test], first[test], False)
    print(f"for comparison, links by all earlier cross-lists of the primary field, not its commonest alone: {whole:.3f}")
    low, high = _interval(elsewhere(text, test), base, first[test])
    print(f"recall@1, text with own archive left out minus baseline: {low:+.3f} to {high:+.3f} (95 %, bootstrap over papers)")


def recall(scores: np.ndarray, truth: np.ndarray, at: int) -> float:
    """Return how often the truth is among the ``at`` highest scores."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :at]
    return float((order == truth[:, None]).any(axis=1).mean())


def links(scores: np.ndarray, own: np.ndarray, truth: np.ndarray, only_first: bool) -> float:
    """Return Spearman's correlation of predicted and real counts over all ordered pairs of different archives.

    The real count is how many papers of archive a have b as their first cross-list; the predicted one sums the scores,
    or counts the first guesses where ``only_first`` (the baseline "always gives" one archive).
    """
    n = scores.shape[1]
    real, guess = np.zeros((n, n)), np.zeros((n, n))
    np.add.at(real, (own, truth), 1)
    if only_first:
        np.add.at(guess, (own, scores.argmax(axis=1)), 1)
    else:
        np.add.at(guess, own, scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12))
    big = np.flatnonzero(np.bincount(own, minlength=n) >= PAIR_PAPERS)
    pairs = [(a, b) for a in big for b in range(n) if a != b]
    return float(spearmanr([real[p] for p in pairs], [guess[p] for p in pairs]).statistic)


def false_calls(seeds: int = 20) -> None:
    """Print how many demo corpora with nothing planted, and with all planted, get calls."""
    for planted in (False, True):
        counted = []
        for seed in range(seeds if not planted else 5):
            made = _demo(seed, planted)
            rows = np.arange(len(made))
            found, near = bridges.travels(made, rows), bridges.closer_fields(made, rows)
            truth = set(demo.truth(seed).query("course == 'cross'")["topic"])
            counted.append((len(found), len(set(found["name"]) & truth), len(near)))
        table = pd.DataFrame(counted, columns=["travels", "of planted", "closer fields"])
        kind = "planted" if planted else "nothing planted"
        print(f"demo corpus, {kind}, {len(table)} seeds: travels called {table['travels'].sum()} "
              f"(of {6 * len(table) if planted else 0} planted: {table['of planted'].sum() if planted else 0}), "
              f"field pairs called closer {table['closer fields'].sum()}, "
              f"corpora with any call {(table[['travels', 'closer fields']].sum(axis=1) > 0).sum()}")  # fmt: skip


def _demo(seed: int, planted: bool) -> Snapshot:
    truth = demo.truth(seed, planted=planted)
    labels = sorted(set(truth["topic"]))
    days = pd.Timestamp(date(2026, 6, 30)) - pd.to_timedelta(((1 - truth["t"]) * 365).astype(int), unit="D")
    frame = pd.DataFrame(dict.fromkeys(snapshot.PAPER_COLUMNS, ""), index=range(len(truth)))
    frame = frame.assign(
        id=truth["id"], published=days, updated=pd.NaT, added=pd.NaT, source=truth["source"], field=truth["field"],
        domain=truth["domain"], categories=truth["field"], version=1, kind="paper", second=-1, confidence=1.0,
        topic=[labels.index(t) for t in truth["topic"]], unplaced=False, x=0.0, y=0.0,
    )  # fmt: skip
    topics = pd.DataFrame({"topic": range(len(labels)), "name": labels, "words": [[] for _ in labels]})
    return Snapshot("", snapshot.typed(frame), topics, snapshot.empty().themes, {}, None, np.zeros((len(truth), 0), np.float32))


def _interval(ours: np.ndarray, base: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    hit = (ours.argmax(axis=1) == truth).astype(float) - (base.argmax(axis=1) == truth)
    rng = np.random.default_rng(0)
    means = [hit[rng.integers(len(hit), size=len(hit))].mean() for _ in range(1000)]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _papers() -> list[dict]:
    with gzip.open(SHARED / f"{CORPUS}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _vectors(papers: list[dict]) -> np.ndarray:
    folder = Path(os.environ.get("HUB_BENCH_VECTORS", "cache/bench"))
    file = folder / f"{CORPUS}.npy"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        texts = [" ".join(f"{p['title']}. {p['abstract'] or ''}".split()) for p in papers]
        np.save(file, embedder("", folder)[0].embed(texts))
    return np.load(file)


def _archive(category: str) -> str:
    return category.split(".")[0]


def _first_cross(paper: dict, place: dict[str, int]) -> int:
    home = _archive(paper["field"])
    return next((place[_archive(c)] for c in paper["categories"][1:] if _archive(c) != home), -1)
