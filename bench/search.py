"""Search: whether a paper is found by its title, by a sentence of its abstract and with a typo, and how long an answer takes.

``HUB_BENCH_SEARCH`` names a data folder that holds the papers already (importing 100,000 takes minutes); without it the papers
of ../shared's arXiv corpus are imported. ``HUB_BENCH_VECTORS`` names a pair ``<it>.npy`` and ``<it>.json`` (``ids``) of vectors
that MiniLM made of some of them: then only these papers are searched, with their meaning. Ratios are of one run.
``HUB_BENCH_HELD_OUT`` papers are asked for, 500 unless set; ``HUB_BENCH_MODELS`` is the data folder with MiniLM's weights.
"""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from hub.embed.queries import embed_with
from hub.papers.sentences import sentences
from hub.search.facets import facets
from hub.search.find import find
from hub.search.meaning import Embed
from hub.search.query import STOPWORDS
from hub.search.similar import similar
from hub.search.spelling import did_you_mean
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "arxiv_2025_2026.jsonl.gz"
HELD_OUT, TYPOS = int(os.environ.get("HUB_BENCH_HELD_OUT", "500")), 250
Spent = tuple[float, float]
"""Seconds on the clock, and of all cores together: the latter tell a machine that others use too."""
COMMON = [
    "model",
    "neural networks",
    "dark matter",
    '"mean field"',
    "author:wang",
    "quantum OR classical",
    "title:graph learning",
]
"""Queries that many papers pass."""


def main() -> None:
    """Measure what was held out, then the time of answers."""
    if not CORPUS.exists():
        print("the papers of ../shared are not on this machine: nothing measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get("HUB_BENCH_SEARCH") or _imported(Path(folder)))
        corpus, shown = Corpus(str(home / "corpus")), snapshot.load(home)
        shown, embed = _with_meaning(shown, home)
        print(f"papers {len(shown):,}, vectors {shown.vectors.shape[1]}, embedder {shown.meta.get('embedder', 'none')}")
        measured(shown, corpus, embed)


def measured(shown: Snapshot, corpus: Corpus, embed: Embed | None) -> None:
    """Print how often 500 papers drawn at random are found, and how long it took."""
    draw = random.Random(12)
    papers = (shown.papers["kind"] == "paper").to_numpy().nonzero()[0]
    held = sorted(draw.sample(papers.tolist(), min(HELD_OUT, len(papers))))
    titles = shown.papers["title"].astype(str).to_numpy()
    abstracts = corpus.abstracts(shown.papers["id"].iloc[held].tolist())
    index = _Among(corpus, shown)
    find(titles[held[0]], shown, index, embed), did_you_mean(find("zyzzyva", shown, index, embed), shown, index)

    def best(query: str) -> list[int]:
        found = find(query, shown, index, embed)
        return found.by_relevance(found.rows)[:10].tolist()

    rank, seconds = _asked({row: titles[row] for row in held}, best)
    same = sum(any(_bare(titles[r]) == _bare(titles[row]) for r in rank[row][:1]) for row in rank)
    _told("title: itself first", sum(rank[row][:1] == [row] for row in rank), len(rank), 0.98, seconds)
    print(f"  or another record of that title: {same / len(rank):.3f}")
    told = {row: _sentence(abstracts.get(str(shown.papers["id"].iloc[row]), ""), draw) for row in held}
    rank, seconds = _asked({row: text for row, text in told.items() if text}, best)
    _told("a later sentence: within 10", sum(row in rank[row] for row in rank), len(rank), 0.90, seconds)
    print(f"  first: {sum(rank[row][:1] == [row] for row in rank) / len(rank):.3f}")
    wrong = {row: typo(titles[row], draw) for row in held[:TYPOS]}
    right, seconds = _asked(
        {row: pair[1] for row, pair in wrong.items() if pair},
        lambda q: [did_you_mean(find(q, shown, index, embed), shown, index)],
    )
    put = sum(right[row][0].lower() == wrong[row][0].lower() for row in right)  # type: ignore[index]
    _told("did you mean: put right", put, len(right), 0.80, seconds)
    _speed(shown, index, embed, held)


def _speed(shown: Snapshot, index: _Among, embed: Embed | None, held: list[int]) -> None:
    _rank, seconds = _asked(dict(enumerate(COMMON * 5)), lambda q: find(q, shown, index, embed).rows.tolist()[:1])
    print(f"queries that many papers pass: {_ms(seconds)}; target median 150")
    if shown.vectors.shape[1]:
        _rank, seconds = _asked({row: str(row) for row in held[:100]}, lambda row: similar(shown, int(row)).same.tolist())
        print(f"similar papers: {_ms(seconds)}; target 50")
    rows = find("model", shown, index, embed).rows
    _rank, seconds = _asked(dict.fromkeys(range(10), ""), lambda _q: [len(facets(shown, rows))])
    print(f"facets of {len(rows):,} papers: {_ms(seconds)}")


def typo(title: str, draw: random.Random) -> tuple[str, str] | None:
    """Return three words of a title and the same with one letter more, less, other or two exchanged; None for a short title."""
    words = [word for word in re.findall(r"[A-Za-z]+", title) if len(word) > 4 and word.lower() not in STOPWORDS]
    if len(words) < 3:
        return None
    at = draw.randrange(len(words) - 2)
    chosen = words[at : at + 3]
    i = draw.randrange(3)
    word = chosen[i]
    k = draw.randrange(len(word) - 1)
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz")
    made = {
        0: word[:k] + letter + word[k:], 1: word[:k] + word[k + 1 :], 2: word[:k] + letter + word[k + 1 :],
        3: word[:k] + word[k + 1] + word[k] + word[k + 2 :],
    }[draw.randrange(4)]  # fmt: skip
    if made.lower() == word.lower():
        return None
    return " ".join(chosen), " ".join([*chosen[:i], made, *chosen[i + 1 :]])


class _Among:
    """The full-text index of a corpus, of which only the papers of a Snapshot are looked at."""

    def __init__(self, corpus: Corpus, shown: Snapshot) -> None:
        self._corpus, self._whole = corpus, len(shown) >= len(corpus)
        self._row_of = shown.row_of

    def holding(self, words: str, **how: object) -> tuple[list[str], np.ndarray]:
        """Return what :meth:`Corpus.holding` does, without papers that are not in the Snapshot."""
        limit = int(how.pop("limit", 1_000_000))  # type: ignore[call-overload]
        ids, scores = self._corpus.holding(words, limit=limit if self._whole else limit * 8, **how)  # type: ignore[arg-type]
        if self._whole:
            return ids, scores
        here = [i for i, paper_id in enumerate(ids) if paper_id in self._row_of][:limit]
        return [ids[i] for i in here], scores[here]


def _asked(queries: dict[int, str], answer: Callable[[str], list]) -> tuple[dict[int, list], list[Spent]]:
    found, seconds = {}, []
    for key, query in queries.items():
        start, busy = time.perf_counter(), time.process_time()
        found[key] = answer(query)
        seconds.append((time.perf_counter() - start, time.process_time() - busy))
    return found, seconds


def _sentence(abstract: str, draw: random.Random) -> str:
    told = [s for s in sentences(abstract)[1:] if len(s.split()) >= 6]
    return draw.choice(told) if told else ""


def _told(what: str, held: int, of: int, target: float, seconds: list[Spent]) -> None:
    print(f"{what}: {held / of:.3f} of {of} (target {target:.2f}); {_ms(seconds)}")


def _ms(seconds: list[Spent]) -> str:
    (middle, busy), (high, _) = (1000 * np.percentile(np.array(seconds), q, axis=0) for q in (50, 95))
    return f"median {middle:.0f} ms, p95 {high:.0f} ms; processor time median {busy:.0f} ms"


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _with_meaning(shown: Snapshot, home: Path) -> tuple[Snapshot, Embed | None]:
    """The Snapshot with the vectors that HUB_BENCH_VECTORS names, of the papers that have one; else as it is."""
    named = os.environ.get("HUB_BENCH_VECTORS")
    if named == "random":  # how long it takes does not depend on what the vectors say
        made = np.random.default_rng(0).standard_normal((len(shown), 384), dtype=np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        file = home / "random-vectors.npy"
        np.save(file, made)
        embed = embed_with("all-MiniLM-L6-v2-int8", Path(os.environ.get("HUB_BENCH_MODELS", home)))
        return replace(shown, _vectors=np.load(file, mmap_mode="r")), embed
    if not named:
        return shown, embed_with(str(shown.meta.get("embedder", "")), home)
    vectors, ids = np.load(f"{named}.npy"), json.loads(Path(f"{named}.json").read_text("utf-8"))["ids"]
    place = {paper_id: i for i, paper_id in enumerate(ids)}
    rows = [row for row, paper_id in enumerate(shown.papers["id"]) if paper_id in place]
    some = shown.papers.iloc[rows].reset_index(drop=True)
    terms = snapshot.Terms(shown.terms.counts[rows], shown.terms.words)
    meta = {**shown.meta, "embedder": "all-MiniLM-L6-v2-int8"}
    made = vectors[[place[paper_id] for paper_id in some["id"]]]
    embed = embed_with("all-MiniLM-L6-v2-int8", Path(os.environ.get("HUB_BENCH_MODELS", home)))
    return replace(shown, papers=some, meta=meta, _vectors=made, _terms=terms), embed


def _imported(home: Path) -> Path:
    from hub.sources.importing import import_paths
    from hub.storage.republish import republish

    corpus = Corpus(str(home / "corpus"))
    import_paths([CORPUS], corpus)
    corpus.optimize()
    republish(home, corpus)
    return home
