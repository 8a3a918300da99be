"""The radar measured on simulated readers, beside what other tools do; its speed is in :mod:`bench.radar_speed`.

A reader's interest is a pair of cross-listed arXiv categories (papers in both) or one field of the corpus. The reader liked ten
papers of the interest and disliked ten that are near and outside, all from before a month; what is ranked are that month's
papers, and those of the interest are relevant. Interests are split in two: weights were chosen on one half, the figures are
of the other. No category or field is shown to any ranker. Needs ``../shared`` and, to be quick, a cache of vectors in the
folder that HUB_BENCH_VECTORS names (``<corpus>.npy``); without it a random 6,000 papers a corpus are embedded first.
"""

from __future__ import annotations

import collections
import gzip
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from hub.radar.model import Radar
from hub.radar.ranking import learn
from hub.radar.ranking import rank as ranking
from hub.radar.ranking.space import space, title_key
from hub.settings import settings
from hub.storage import snapshot as snapshots
from hub.storage.snapshot import Snapshot, Terms

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = ("sample_arxiv_multifield_2018_2019", "mixed_2025_2026")
SIGNALS = {"10+10": (10, 10), "3+0": (3, 0)}
READERS = 120
"""Held-out readers a corpus at most."""
BROADEST = 0.05
"""A field with more of the corpus than this ("multidisciplinary") is nobody's interest."""


@dataclass(frozen=True)
class Reader:
    """One simulated reader: ``relevant`` says of every paper whether it is of the interest."""

    interest: int
    name: str
    kind: str
    month: str
    liked: np.ndarray
    disliked: np.ndarray
    relevant: np.ndarray


@dataclass(frozen=True)
class Data:
    """The papers of a corpus, their vectors and term counts."""

    records: list[dict[str, object]]
    vectors: np.ndarray
    counts: sparse.csr_matrix
    words: np.ndarray
    months: np.ndarray
    labels: list[set[str]]


def data(name: str) -> Data:
    """Return a corpus with vectors and uni- and bigram counts; a paper that stands in it twice is taken once."""
    from sklearn.feature_extraction.text import CountVectorizer

    records = records_of(name)
    texts = [" ".join(f"{r['title']}. {r['abstract']}".split()) for r in records]
    first = {title_key(str(r["title"])): i for i, r in reversed(list(enumerate(records)))}
    vectors, done = _vectors(name, texts)
    keep = np.array(sorted(i for i in first.values() if done[i]))
    counter = CountVectorizer(stop_words="english", token_pattern=r"(?u)\b[^\W\d_][\w-]+\b", ngram_range=(1, 2), min_df=5,
                              strip_accents="unicode", dtype=np.float32)  # fmt: skip
    counts = counter.fit_transform([texts[i] for i in keep])
    kept = [records[i] for i in keep]
    months = np.array([r["published"][:7] for r in kept])
    labels = [{*r["categories"], r["field"]} for r in kept]
    return Data(kept, vectors[keep], counts.tocsr(), counter.get_feature_names_out(), months, labels)


def records_of(name: str) -> list[dict[str, object]]:
    """Return the records of a corpus, in the order of its file."""
    with gzip.open(SHARED / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _vectors(name: str, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    folder = os.environ.get("HUB_BENCH_VECTORS", "")
    if folder and Path(folder, f"{name}.npy").exists():
        mask = Path(folder, f"{name}.done.npy")
        vectors = np.load(Path(folder, f"{name}.npy"))
        return vectors, np.load(mask) if mask.exists() else np.ones(len(vectors), bool)
    from hub.embed import embedder

    model, _why = embedder("minilm-int8", settings().home)
    chosen = np.sort(np.random.default_rng(0).choice(len(texts), min(6000, len(texts)), replace=False))
    vectors, done = np.zeros((len(texts), 384), np.float32), np.zeros(len(texts), bool)
    vectors[chosen] = model.embed([texts[i] for i in chosen])
    done[chosen] = True
    return vectors, done


def readers(of: Data, *, months_each: int = 2, seed: int = 0) -> list[Reader]:
    """Return all readers that a corpus allows: at least 3 relevant papers in their month and 15 before it."""
    rng = np.random.default_rng(seed)
    n = len(of.records)
    members: dict[str, np.ndarray] = collections.defaultdict(lambda: np.zeros(n, bool))
    pairs: collections.Counter[tuple[str, ...]] = collections.Counter()
    for row, labels in enumerate(of.labels):
        ordered = sorted(filter(None, labels))
        for i, one in enumerate(ordered):
            members[one][row] = True
            pairs.update((one, other) for other in ordered[i + 1 :])
    interests = [pair for pair, count in sorted(pairs.items()) if count >= 30]
    interests += [(label,) for label in sorted(members) if 60 <= members[label].sum() <= BROADEST * n]
    made = []
    for number, labels in enumerate(interests):
        relevant = np.logical_and.reduce([members[label] for label in labels])
        fits = [m for m in sorted(set(of.months))[4:] if _enough(relevant, of.months, m)]
        drawn = rng.choice(fits, min(months_each, len(fits)), replace=False) if fits else []
        made += [_reader(of, members, relevant, labels, number, str(month), rng) for month in drawn]
    return made


def _enough(relevant: np.ndarray, months: np.ndarray, month: str) -> bool:
    now, before = months == month, months < month
    return bool((relevant & now).sum() >= 3 and now.sum() >= 300 and (relevant & before).sum() >= 15)


def _reader(of: Data, members: dict[str, np.ndarray], relevant: np.ndarray, labels: tuple[str, ...], number: int, month: str,
            rng: np.random.Generator) -> Reader:  # fmt: skip
    before = of.months < month
    past = np.flatnonzero(relevant & before)
    recent = past[np.argsort(of.months[past], kind="stable")[::-1]][:60]
    near = labels
    if len(labels) == 1:
        shared = collections.Counter(label for row in past for label in of.labels[row] if label not in labels)
        near = tuple(label for label, _count in shared.most_common(3))
    beside = np.logical_or.reduce([members[label] for label in near]) if near else np.zeros(len(before), bool)
    outside = np.flatnonzero(beside & ~relevant & before)
    disliked = rng.choice(outside, min(10, len(outside)), replace=False)
    anywhere = np.flatnonzero(~relevant & before)
    disliked = np.r_[disliked, rng.choice(anywhere, 10 - len(disliked), replace=False)]
    kind = "pair" if len(labels) == 2 else "field"
    return Reader(number, " ".join(labels), kind, month, rng.choice(recent, 10, replace=False), disliked, relevant)


def split(made: list[Reader]) -> tuple[list[Reader], list[Reader]]:
    """Return the readers of the development half of the interests, and of the held-out half; a name's digest decides."""
    halves: tuple[list[Reader], list[Reader]] = [], []
    for reader in made:
        halves[blake2b(reader.name.encode()).digest()[0] % 2].append(reader)
    return halves


@dataclass(frozen=True)
class Month:
    """What is known when the papers of a month have come: rows up to it, its rows among them, TF-IDF over them."""

    rows: np.ndarray
    now: np.ndarray
    snapshot: Snapshot
    unigrams: sparse.csr_matrix
    days: np.ndarray


def month_of(of: Data, month: str) -> Month:
    """Return a Snapshot of the papers up to a month; nothing later is counted in it."""
    from sklearn.feature_extraction.text import TfidfTransformer

    rows = np.flatnonzero(of.months <= month)
    snapshot = as_snapshot([of.records[i] for i in rows], of.vectors[rows], of.counts[rows], of.words)
    used = np.bincount(of.counts[rows].indices, minlength=len(of.words))
    single = np.array([" " not in word for word in of.words])
    kept = np.flatnonzero(single & (used >= 5) & (used <= 0.1 * len(rows)))
    unigrams = TfidfTransformer(sublinear_tf=True).fit_transform(of.counts[rows][:, kept[np.argsort(-used[kept])][:20_000]])
    return Month(rows, np.flatnonzero(of.months[rows] == month), snapshot, unigrams.tocsr(), snapshot.days)


def as_snapshot(records: list[dict[str, object]], vectors: np.ndarray, counts: sparse.csr_matrix, words: np.ndarray) -> Snapshot:
    """Return a Snapshot in memory, without topics."""
    blank: dict[str, object] = {"topic": -1, "second": -1, "confidence": 0.0, "unplaced": False, "x": np.nan, "y": np.nan,
                                "version": 1, "added": pd.Timestamp(2026, 1, 1), "updated": pd.NaT, "kind": "paper"}  # fmt: skip
    frame = pd.DataFrame({c: [str(r.get(c, "")) for r in records] for c in snapshots.PAPER_COLUMNS if c not in blank})
    frame["id"] = [f"{i}" for i in range(len(frame))]
    frame["published"] = pd.to_datetime([str(r["published"])[:10] for r in records])
    frame = snapshots.typed(frame.assign(**blank))
    nothing = snapshots.empty()
    return Snapshot("bench", frame, nothing.topics, nothing.themes, {}, None, vectors.astype(np.float32), Terms(counts, words))


Method = Callable[[Month, np.ndarray, np.ndarray], np.ndarray]
"""Month, liked and disliked rows in; the month's rows, best first, out."""


def radar(month: Month, liked: np.ndarray, disliked: np.ndarray) -> np.ndarray:
    """The product: :func:`hub.radar.ranking.rank.rank`, diversity and recency included."""
    wanted = Radar("bench", liked=tuple(map(str, liked)), disliked=tuple(map(str, disliked)))
    return ranking.rank(month.snapshot, wanted, month.now, limit=50).rows


def arxiv_sanity(month: Month, liked: np.ndarray, disliked: np.ndarray, c: float = 0.01) -> np.ndarray:
    """TF-IDF (20,000 unigrams) and a linear SVM, every paper not liked a negative, balanced: arxiv-sanity-lite's method."""
    from sklearn.svm import LinearSVC

    y = np.zeros(len(month.rows))
    y[liked] = 1
    model = LinearSVC(class_weight="balanced", C=c, max_iter=10_000, tol=1e-4).fit(month.unigrams, y)
    return _sorted(month, model.decision_function(month.unigrams[month.now]))


def zotero(month: Month, liked: np.ndarray, disliked: np.ndarray) -> np.ndarray:
    """Cosine to the liked papers, the newest of them weighing most (1 / (1 + log10 rank)): zotero-arxiv-daily's method."""
    newest = liked[np.argsort(-month.days[liked], kind="stable")]
    weights = 1 / (1 + np.log10(np.arange(len(newest)) + 1))
    vectors = space(month.snapshot).vectors
    return _sorted(month, vectors[month.now] @ (vectors[newest].T @ (weights / weights.sum())))


def keywords(month: Month, liked: np.ndarray, disliked: np.ndarray) -> np.ndarray:
    """BM25 (k1 1.2, b 0.75) of the five words that weigh most over the liked papers: what a reader would search for."""
    asked = np.argsort(-np.asarray(month.unigrams[liked].mean(axis=0)).ravel())[:5]
    counts = month.snapshot.terms.counts
    length = np.asarray(counts.sum(axis=1)).ravel()
    hits = month.unigrams[:, asked].toarray() > 0
    idf = np.log(1 + (len(hits) - hits.sum(0) + 0.5) / (hits.sum(0) + 0.5))
    return _sorted(month, (hits[month.now] * idf).sum(1) / (1 + 1.2 * (0.25 + 0.75 * length[month.now] / length.mean())))


def newest(month: Month, liked: np.ndarray, disliked: np.ndarray) -> np.ndarray:
    """Newest first."""
    return _sorted(month, month.days[month.now].astype(float))


def _sorted(month: Month, scores: np.ndarray) -> np.ndarray:
    return month.now[np.argsort(-scores, kind="stable")]


METHODS: dict[str, Method] = {
    "radar": radar,
    "recency-weighted similarity": zotero,
    "TF-IDF + linear SVM": arxiv_sanity,
    "keyword search": keywords,
    "newest first": newest,
}


def quality(listed: np.ndarray, relevant: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    """Return nDCG@20 (binary gain) and recall@50 of a list."""
    gain = relevant[listed][:20] / np.log2(np.arange(2, 2 + min(20, len(listed))))
    total = int(relevant[now].sum())
    ideal = (1 / np.log2(np.arange(2, 2 + min(20, total)))).sum()
    return float(gain.sum() / ideal), float(relevant[listed][:50].sum() / total)


def evaluate(of: Data, chosen: list[Reader], methods: dict[str, Method]) -> dict[tuple[str, str], np.ndarray]:
    """Return the (n_readers, 2) qualities of each method under each amount of signals."""
    results: dict[tuple[str, str], list[tuple[float, float]]] = collections.defaultdict(list)
    chosen = sorted(chosen, key=lambda reader: reader.month)
    month = None
    for reader in chosen:
        if month is None or month.name != reader.month:
            month = _Named(reader.month, month_of(of, reader.month))
        place = np.full(len(of.records), -1)
        place[month.of.rows] = np.arange(len(month.of.rows))
        relevant = reader.relevant[month.of.rows]
        for signals, (likes, dislikes) in SIGNALS.items():
            for name, method in methods.items():
                listed = method(month.of, place[reader.liked[:likes]], place[reader.disliked[:dislikes]])
                results[signals, name].append(quality(listed, relevant, month.of.now))
    return {key: np.array(value) for key, value in results.items()}


@dataclass(frozen=True)
class _Named:
    name: str
    of: Month


def interval(values: np.ndarray, groups: np.ndarray, *, rounds: int = 2000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean, interests drawn with replacement (two readers of one are not independent)."""
    rng = np.random.default_rng(0)
    numbers, inverse = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(inverse, values), np.bincount(inverse)
    drawn = rng.integers(0, len(numbers), (rounds, len(numbers)))
    low, high = np.percentile(sums[drawn].sum(1) / sizes[drawn].sum(1), [2.5, 97.5])
    return float(low), float(high)


def some(chosen: list[Reader], most: int) -> list[Reader]:
    """Return at most so many of the readers, in the order of their months."""
    picked = np.random.default_rng(2).permutation(len(chosen))[:most]
    return sorted((chosen[i] for i in picked), key=lambda reader: reader.month)


def tune(name: str = CORPORA[0], most: int = 80) -> None:
    """Print the quality of other weights on the development half: how those of :mod:`hub.radar.ranking.learn` were chosen."""

    def weighing(shrinkage: float, near: float, words: float) -> Method:
        def method(month: Month, liked: np.ndarray, disliked: np.ndarray) -> np.ndarray:
            learn.SHRINKAGE, learn.NEAR_WEIGHT, learn.WORDS = shrinkage, near, words
            learn.spread_of.cache_clear()
            return radar(month, liked, disliked)

        return method

    grid = {str(weights): weighing(*weights) for weights in product((5.0, 10.0, 20.0), (0.5, 1.0), (0.2, 0.3, 0.4))}
    of = data(name)
    results = evaluate(of, some(split(readers(of))[0], most), grid)
    for weights in grid:
        means = [results[signals, weights][:, 0].mean() for signals in SIGNALS]
        print(f"  shrinkage, near, words {weights:18} nDCG@20 {means[0]:.4f} {means[1]:.4f} mean {np.mean(means):.4f}")


def compare(name: str) -> None:
    """Print the table of one corpus, over the held-out half of its interests."""
    of = data(name)
    chosen = some(split(readers(of))[1], READERS)
    groups = np.array([reader.interest for reader in chosen])
    kinds = collections.Counter(reader.kind for reader in chosen)
    print(f"{name}: {len(of.records):,} papers, {len(chosen)} held-out readers of {len(set(groups))} interests ({dict(kinds)})")
    results = evaluate(of, chosen, METHODS)
    for signals in SIGNALS:
        best = results[signals, "radar"]
        for method in METHODS:
            values = results[signals, method]
            cells = []
            for column, label in enumerate(("nDCG@20", "recall@50")):
                low, high = interval(values[:, column], groups)
                text = f"{label} {values[:, column].mean():.3f} [{low:.3f}, {high:.3f}]"
                if method != "radar":
                    low, high = interval(best[:, column] - values[:, column], groups)
                    text += (
                        f" (radar ahead by {best[:, column].mean() - values[:, column].mean():+.3f} [{low:+.3f}, {high:+.3f}])"
                    )
                cells.append(text)
            print(f"  {signals:6} {method:28} {'  '.join(cells)}", flush=True)


def main() -> None:
    """Print the comparison on both corpora."""
    if not SHARED.exists():
        print("the papers of ../shared are not here: nothing to measure")
        return
    for name in CORPORA:
        compare(name)
