"""The radar measured on real people: how well it orders papers by how well a person knows their matter.

The people and their ratings are those of "A Gold Standard Dataset for the Reviewer Assignment Problem" (Stelmakh, Wieting, Xi,
Neubig, Shah 2023, arXiv:2303.16750): each rated some papers that they had read, from 1 to 5, by how well they could review
them, and is known by the papers that they wrote. Figures as there, over all pairs of one person's papers with different ratings:

- loss: the differences of rating of the pairs in the wrong order (a tie of the ranker counts half), over those of all
  pairs; 0 is perfect, 0.5 chance. It is a weighted Kendall distance.
- easy: the share in the right order of pairs with one paper at 4 or more and the other at 2 or less; hard: of pairs with
  both at 4 or more. Here a tie is wrong.

Intervals: 95 % bootstrap over people. The radar knows a person by their own papers, as after the import of a library; its
corpus is papers of ``sample_arxiv_multifield_2018_2019`` and all rated ones. TF-IDF, mean similarity and nearest
papers see the same words and vectors. Settings by cross-validation: those best on the other people order a person's papers.

HUB_BENCH_VECTORS      a folder with readers.npy and the corpus's vectors as :mod:`bench.radar` takes them; else embedded now
HUB_BENCH_READERS      another file of the same form as ``../shared/benchmarks/readers/dev.jsonl.gz``
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, product
from pathlib import Path

import numpy as np

from bench.radar import CORPORA, SHARED, _vectors, as_snapshot, records_of
from hub.radar.model import OwnPaper, Radar
from hub.radar.ranking import kin, learn
from hub.radar.ranking import rank as ranking
from hub.radar.ranking.space import Space, counts_of, space, tfidf_rows
from hub.settings import settings
from hub.storage.snapshot import Snapshot

FILE = SHARED / "benchmarks" / "readers" / "dev.jsonl.gz"
BACKGROUND = 6000
"""Papers of the corpus beside the rated ones."""
GRID = tuple(product((1, 2, 3, 5), (0.0, 0.5, 1.0, 2.0), (0.0, 1 / 3, 1.0)))
"""Settings tried: nearest papers of the kin part, its weight for many papers, the share of the word part left then."""


@dataclass(frozen=True, eq=False)
class Person:
    """One person: rows of the rated papers in the corpus, their ratings, the own papers and the vectors (n_own, dim) of those."""

    rated: np.ndarray
    ratings: np.ndarray
    own: tuple[OwnPaper, ...]
    vectors: np.ndarray


@dataclass(frozen=True, eq=False)
class World:
    """The corpus, the people, and the vector of each of their papers by its text."""

    snapshot: Snapshot
    people: list[Person]
    vector_of: dict[str, np.ndarray]

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return the vectors of texts of own papers."""
        return np.array([self.vector_of[_flat(text)] for text in texts], dtype=np.float32)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _text(paper: dict[str, str]) -> str:
    return _flat(f"{paper['title']}. {paper['abstract']}")


def world(file: Path) -> World:
    """Return the people of a file and the corpus that they are measured in."""
    from sklearn.feature_extraction.text import CountVectorizer

    with gzip.open(file, "rt", encoding="utf-8") as lines:
        people = [json.loads(line) for line in lines]
    papers = {_text(p): p for person in people for p in (*person["own"], *person["rated"])}
    vector_of = _embedded(sorted(papers))
    records = records_of(CORPORA[0])
    vectors, done = _vectors(CORPORA[0], [_text(r) for r in records])
    chosen = np.random.default_rng(0).permutation(np.flatnonzero(done))[:BACKGROUND]
    rated = sorted({_text(p) for person in people for p in person["rated"]})
    corpus = [*({"title": papers[t]["title"], "abstract": papers[t]["abstract"]} for t in rated), *(records[i] for i in chosen)]
    counter = CountVectorizer(stop_words="english", token_pattern=r"(?u)\b[^\W\d_][\w-]+\b", ngram_range=(1, 2), min_df=3,
                              strip_accents="unicode", dtype=np.float32)  # fmt: skip
    counts = counter.fit_transform([_text(r) for r in corpus]).tocsr()
    points = np.vstack([np.array([vector_of[t] for t in rated]), vectors[chosen]])
    one_day = [{**r, "published": "2022-01-01"} for r in corpus]  # nothing tells when the rated papers came
    snapshot = as_snapshot(one_day, points, counts, counter.get_feature_names_out())
    row = {text: i for i, text in enumerate(rated)}
    made = []
    for person in people:
        own = tuple(OwnPaper(str(i), p["title"], p["abstract"]) for i, p in enumerate(person["own"]))
        rows = np.array([row[_text(p)] for p in person["rated"]])
        ratings = np.array([p["rating"] for p in person["rated"]], dtype=float)
        made.append(Person(rows, ratings, own, np.array([vector_of[_text(p)] for p in person["own"]])))
    return World(snapshot, made, vector_of)


def _embedded(texts: list[str]) -> dict[str, np.ndarray]:
    kept = Path(os.environ.get("HUB_BENCH_VECTORS", ""), "readers.npy")
    if "HUB_BENCH_READERS" not in os.environ and kept.is_file() and len(vectors := np.load(kept)) == len(texts):
        return dict(zip(texts, vectors, strict=True))
    from hub.embed import embedder

    return dict(zip(texts, embedder("minilm-int8", settings().home)[0].embed(texts), strict=True))


Method = Callable[[World, Person], np.ndarray]
"""A person's rated papers to scores (n_rated,)."""


def radar(of: World, person: Person) -> np.ndarray:
    """The product: places in the list of :func:`hub.radar.ranking.rank.rank`; papers that it leaves out come last."""
    wanted = Radar("bench", own=person.own)
    listed = ranking.rank(of.snapshot, wanted, person.rated, embed=of.embed, limit=len(person.rated), explore_every=0).rows
    place = {int(row): -float(i) for i, row in enumerate(listed)}
    return np.array([place.get(int(row), -np.inf) for row in person.rated])


def nearest(of: World, person: Person, most: int = 3) -> np.ndarray:
    """Mean cosine to the ``most`` nearest own papers."""
    cosines = space(of.snapshot).vectors[person.rated] @ person.vectors.T
    return np.sort(cosines, axis=1)[:, -most:].mean(axis=1)


def tfidf(of: World, person: Person) -> np.ndarray:
    """Cosine of TF-IDF (uni- and bigrams) to the own papers together."""
    points = space(of.snapshot)
    return np.asarray(points.tfidf[person.rated] @ _words(points, person).sum(axis=0).T).ravel()


def svm(of: World, person: Person) -> np.ndarray:
    """A linear SVM on TF-IDF, own papers against the corpus's others, balanced (C = 0.01): arxiv-sanity-lite's method."""
    from scipy import sparse
    from sklearn.svm import LinearSVC

    points = space(of.snapshot)
    others = np.setdiff1d(np.arange(len(of.snapshot)), person.rated)
    x = sparse.vstack([_words(points, person), points.tfidf[others]])
    model = LinearSVC(class_weight="balanced", C=0.01, max_iter=10_000).fit(x, np.arange(x.shape[0]) < len(person.own))
    return model.decision_function(points.tfidf[person.rated])


def _words(points: Space, person: Person) -> np.ndarray:
    return tfidf_rows(counts_of([p.text for p in person.own], points.column), points.idf)


METHODS: dict[str, Method] = {
    "radar": radar,
    "3 nearest own papers": nearest,
    "mean similarity": partial(nearest, most=10_000),
    "TF-IDF": tfidf,
    "TF-IDF + linear SVM": svm,
}


def tally(person: Person, scores: np.ndarray) -> np.ndarray:
    """Return (6,): loss and its most, easy pairs right and all, hard pairs right and all."""
    sums = np.zeros(6)
    for i, j in combinations(range(len(scores)), 2):
        truth, said = person.ratings[i] - person.ratings[j], np.sign(scores[i] - scores[j]) if scores[i] != scores[j] else 0.0
        low, high = sorted((person.ratings[i], person.ratings[j]))
        if truth == 0:
            continue
        right = said * truth > 0
        sums[:2] += abs(truth) * (0.0 if right else 0.5 if said == 0 else 1.0), abs(truth)
        if high >= 4 and low <= 2:
            sums[2:4] += right, 1
        if low >= 4:
            sums[4:] += right, 1
    return sums


def figures(tallies: np.ndarray) -> np.ndarray:
    """Return loss, easy and hard accuracy (..., 3) of tallies (..., n_people, 6)."""
    sums = tallies.sum(axis=-2)
    return sums[..., ::2] / np.maximum(sums[..., 1::2], 1)


def told(name: str, tallies: np.ndarray) -> None:
    """Print one row: loss, easy and hard accuracy with their intervals."""
    drawn = np.random.default_rng(0).integers(0, len(tallies), (2000, len(tallies)))
    low, high = np.percentile(figures(tallies[drawn]), [2.5, 97.5], axis=0)
    parts = zip(("loss", "easy", "hard"), figures(tallies), low, high, strict=True)
    print(f"  {name:34} " + "  ".join(f"{n} {v:.3f} [{a:.3f}, {b:.3f}]" for n, v, a, b in parts), flush=True)


def tried(of: World) -> np.ndarray:
    """Return the tallies (n_settings, n_people, 6) of the radar's scores under each setting of :data:`GRID`."""
    points, nobody = space(of.snapshot), {"author": np.array([], dtype=np.int64)}
    kept, made = (kin.NEAREST, learn.KIN, learn.WORDS_LEAST), np.zeros((len(GRID), len(of.people), 6))
    for j, person in enumerate(of.people):
        for nearest_of in sorted({g[0] for g in GRID}):
            kin.NEAREST = nearest_of
            model = learn.learn(of.snapshot, points, Radar("bench", own=person.own), of.embed, nobody)
            for i, setting in enumerate(GRID):
                if setting[0] == nearest_of:
                    learn.KIN, learn.WORDS_LEAST = setting[1:]
                    weighed = replace(model, weights=learn.weights(len(person.own)))
                    made[i, j] = tally(person, learn.scored(points, weighed, person.rated))
    kin.NEAREST, learn.KIN, learn.WORDS_LEAST = kept
    return made


def before(of: World) -> np.ndarray:
    """Return the tallies (n_people, 6) of the radar without the kin part, words at 0.3 however many papers: as it was."""
    points, nobody, made = space(of.snapshot), {"author": np.array([], dtype=np.int64)}, []
    for person in of.people:
        model = learn.learn(of.snapshot, points, Radar("bench", own=person.own), of.embed, nobody)
        made.append(tally(person, learn.scored(points, replace(model, weights=(0.3, 0.0)), person.rated)))
    return np.array(made)


def crossed(tallies: np.ndarray, parts: list[np.ndarray]) -> np.ndarray:
    """Return the tallies (n_people, 6) of people ordered by the settings best on the people of the other parts."""
    out = np.zeros(tallies.shape[1:])
    for part in parts:
        others = np.setdiff1d(np.arange(tallies.shape[1]), part)
        out[part] = tallies[np.argmin(figures(tallies[:, others])[:, 0]), part]
    return out


def main() -> None:
    """Print the comparison, then the cross-validated settings."""
    file = Path(os.environ.get("HUB_BENCH_READERS", FILE))
    if not file.exists():
        print("the readers of ../shared are not here: nothing to measure")
        return
    of = world(file)
    print(f"{len(of.people)} people, {sum(len(p.rated) for p in of.people)} ratings, corpus of {len(of.snapshot):,} papers")
    for name, method in METHODS.items():
        told(name, np.array([tally(person, method(of, person)) for person in of.people]))
    every = tried(of)
    told("radar before the kin part", before(of))
    n = len(of.people)
    told("cross-validated, one left out", crossed(every, [np.array([i]) for i in range(n)]))
    folds = np.array_split(np.random.default_rng(0).permutation(n), 5)
    told("cross-validated, five folds", crossed(every, folds))
    best = np.argsort(figures(every)[:, 0])[:8]
    shown = (f"{GRID[i][0]}, {GRID[i][1]}, {GRID[i][2]:.2f}: {figures(every)[i, 0]:.3f}" for i in best)
    print("  best on all people (nearest, kin, words left: loss):", "; ".join(shown))


if __name__ == "__main__":
    main()
