"""What topics are worth: hub's beside plain BERTopic's (UMAP and HDBSCAN, as they come) on the same vectors."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from hub.storage.snapshot import Terms
from hub.topics.clustering.cluster import cluster
from hub.topics.fit import Clock, Fit, fit_topics
from hub.topics.lineage import kept_share, match
from hub.topics.transform import Ground, place_among
from hub.topics.trust import npmi


@dataclass(frozen=True)
class Sample:
    """A corpus: its name, and of each paper the text, the vector, the field and the id."""

    name: str
    texts: list[str]
    vectors: np.ndarray
    fields: np.ndarray
    ids: list[str]

    def part(self, n: int, seed: int = 1) -> Sample:
        """Return n papers drawn at random; all when n is 0."""
        rows = np.random.default_rng(seed).permutation(len(self.ids))[: n or len(self.ids)]
        return Sample(
            self.name, [self.texts[i] for i in rows], self.vectors[rows], self.fields[rows], [self.ids[i] for i in rows]
        )


def ours(sample: Sample) -> Fit:
    """Fit, place, name and lay out as ``hub fit`` does."""
    return fit_topics(sample.vectors, sample.texts, 0, Clock(), lambda name, done, total: None)


def plain(sample: Sample, seed: int = 0, texts: bool = True) -> tuple[np.ndarray, list[list[str]], Terms]:
    """Fit BERTopic as it comes with a fixed seed; return topics, ten words each, and its own vectoriser's counts."""
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    if not texts:  # only the topics: the same steps as below without words
        found = HDBSCAN(min_cluster_size=10, metric="euclidean", cluster_selection_method="eom")
        return found.fit_predict(umap.fit_transform(sample.vectors)), [], Terms(sparse.csr_matrix((0, 0)), np.zeros(0, dtype=str))
    model = BERTopic(umap_model=umap, vectorizer_model=CountVectorizer(stop_words="english"), embedding_model=None)
    topic = np.array(model.fit_transform(sample.texts, sample.vectors)[0])
    words = [[w for w, _ in model.get_topic(t) if w] for t in range(topic.max() + 1)]
    counter = CountVectorizer(stop_words="english")
    return topic, words, Terms(sparse.csr_matrix(counter.fit_transform(sample.texts)), counter.get_feature_names_out())


def quality(sample: Sample) -> None:
    """Print topics, papers without one, AMI, NPMI, diversity and duplicate names of both, and how the names fit."""
    start = time.process_time()
    found = ours(sample)
    middle = time.process_time()
    topic, words, terms = plain(sample)
    end = time.process_time()
    print(f"{sample.name}, {len(sample.ids)} papers of {len(set(sample.fields))} fields")
    report("hub", found.topic, sample.fields, found.words, found.terms)
    report("plain BERTopic", topic, sample.fields, words, terms)
    report("plain, outliers to the nearest centre", nearest(topic, sample.vectors), sample.fields, words, terms)
    doubles = [len(names) - len({n.casefold() for n in names}) for names in (found.names, [", ".join(w[:3]) for w in words])]
    print(f"  duplicate names: hub {doubles[0]}, plain {doubles[1]}; CPU s: hub {middle - start:.1f}, plain {end - middle:.1f}")
    print(f"  firmness on the trust card (runs on reweighed papers): mean {found.agreement.mean():.3f}", flush=True)
    centred = sample.vectors - sample.vectors.mean(axis=0)
    pairs = [([own[:3] for own in found.words], found.topic, found.terms), ([w[:3] for w in words], topic, terms)]
    for who, (names, of, counts) in zip(("hub", "plain"), pairs, strict=True):
        print(f"  {who}: {named(names, of, counts, centred, sample.ids)}")


def report(name: str, topic: np.ndarray, fields: np.ndarray, words: list[list[str]], terms: Terms) -> None:
    """Print one line; a word is in a paper when the method's own vectoriser finds it there."""
    column = {str(w): i for i, w in enumerate(terms.words)}
    known = [[column[w] for w in own if w in column][:10] for own in words]
    coherence = np.nanmean([npmi(terms.counts, own) for own in known])
    flat = [c for own in known for c in own]
    diversity = len(set(flat)) / max(len(flat), 1)
    print(
        f"  {name}: {len(set(topic[topic >= 0]))} topics, without a topic {np.mean(topic < 0):.3f}, AMI over all "
        f"{adjusted_mutual_info_score(fields, topic):.4f}, NPMI {coherence:.3f}, diversity {diversity:.3f}",
        flush=True,
    )


def nearest(topic: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Give outliers the topic whose mean vector is nearest, as BERTopic's ``reduce_outliers`` does with embeddings."""
    from hub.stats.neighbours import centroids

    far = topic < 0
    result = topic.copy()
    result[far] = np.argmax(vectors[far] @ centroids(vectors, topic).T, axis=1)
    return result


def named(names: list[list[str]], topic: np.ndarray, terms: Terms, centred: np.ndarray, ids: list[str]) -> str:
    """Check names on 50 topics of this corpus, drawn blindly: do the 5 papers nearest the topic's mean use its words?

    The list (topic's central papers by id, verdict) is drawn before any name is looked at; it goes to HUB_BENCH_BLIND.
    """
    column = {str(w): i for i, w in enumerate(terms.words)}
    drawn = np.random.default_rng(4).permutation(len(names))[:50]
    loose, each, rows = [], [], []
    for t in drawn.tolist():
        own = np.flatnonzero(topic == t)
        mean = centred[own].mean(axis=0)
        unit = centred[own] / np.maximum(np.linalg.norm(centred[own], axis=1, keepdims=True), 1e-9)
        central = own[np.argsort(-(unit @ mean), kind="stable")[:5]]
        used = (terms.counts[central][:, [column[w] for w in names[t] if w in column]] > 0).toarray()
        loose.append(used.any(axis=1).sum() >= 4)
        each.append((used.sum(axis=0) >= 4).mean() if used.shape[1] else 0.0)
        rows.append({"papers": [ids[p] for p in central], "words used by": used.sum(axis=0).tolist(), "good": bool(loose[-1])})
    if os.environ.get("HUB_BENCH_BLIND"):
        with Path(os.environ["HUB_BENCH_BLIND"]).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return (
        f"of {len(drawn)} topics, {np.mean(loose):.2f} have a name of which at least 4 of 5 central papers use a word; "
        f"{np.mean(each):.2f} of the names' words stand in at least 4 of 5; all of a name's in "
        f"{np.mean(np.array(each) == 1):.2f} of topics"
    )


def stability(sample: Sample, seeds: int, orders: int, plain_runs: int) -> None:
    """Fit with other seeds in other orders, and on two random 90 % parts; print the mean adjusted Rand index of pairs."""
    found = []
    for order in range(orders):
        rows = np.random.default_rng(order).permutation(len(sample.ids))
        for seed in range(seeds):
            labels = np.empty(len(rows), dtype=np.int64)
            labels[rows] = cluster(sample.vectors[rows], seed=100 * order + seed).labels
            found.append(labels)
    tell("hub", found, sample, f"{seeds} seeds x {orders} orders")
    theirs = []
    for run in range(plain_runs):
        rows = np.random.default_rng(run).permutation(len(sample.ids))
        labels = np.empty(len(rows), dtype=np.int64)
        moved = Sample("", [], sample.vectors[rows], sample.fields, [])
        labels[rows] = plain(moved, seed=run, texts=False)[0]
        theirs.append(labels)
    if theirs:
        tell("plain", theirs, sample, f"{plain_runs} seeds, each with its own order")
    parts = [np.sort(np.random.default_rng(50 + i).permutation(len(sample.ids))[: len(sample.ids) * 9 // 10]) for i in range(3)]
    for who in ("hub", "plain") if plain_runs else ("hub",):
        whole = []
        for rows in parts:
            labels = np.full(len(sample.ids), -9, dtype=np.int64)
            given = Sample("", [], sample.vectors[rows], sample.fields, [])
            labels[rows] = cluster(given.vectors).labels if who == "hub" else plain(given, texts=False)[0]
            whole.append(labels)
        shared = [(a, b, (a > -9) & (b > -9)) for i, a in enumerate(whole) for b in whole[:i]]
        value = np.mean([adjusted_rand_score(a[both], b[both]) for a, b, both in shared])
        print(f"  {who}, another tenth of the papers left out each time: mean ARI {value:.3f} ({len(shared)} pairs)", flush=True)


def tell(who: str, found: list[np.ndarray], sample: Sample, what: str) -> None:
    """Print the mean adjusted Rand index of all pairs of fits."""
    pairs = [adjusted_rand_score(a, b) for i, a in enumerate(found) for b in found[:i]]
    ami = [adjusted_mutual_info_score(sample.fields, labels) for labels in found[:5]]
    print(
        f"  {who}, {sample.name}, {len(sample.ids)} papers, {what}: mean ARI {np.mean(pairs):.3f} (least {min(pairs):.3f}, "
        f"{len(pairs)} pairs), AMI {np.mean(ami):.4f}", flush=True,
    )  # fmt: skip


def growth(sample: Sample) -> None:
    """Refit after a tenth of new papers, then place 1,000 more among them; print ids kept and where a refit agrees."""
    n = len(sample.ids)
    first = np.arange(round(n / 1.1))
    before = cluster(sample.vectors[first]).labels
    refit(sample, first, before, "from the former topics", former=True)
    refit(sample, first, before, "from nothing (hub fit --fresh)", former=False)
    old, new = np.arange(n - 1000), np.arange(n - 1000, n)
    base = cluster(sample.vectors[old])
    ground = Ground(np.array(old, dtype=object), base.axes, base.space)
    nowhere = np.zeros((len(old), 2), dtype=np.float32)
    put = place_among(sample.vectors[new], sample.vectors[old], base.labels, nowhere, ground).assignment.topic
    after = refit(sample, old, base.labels, "after 1,000 new papers", former=True)
    print(f"  1000 new papers on {len(old)}: {np.mean(put == after[new]):.3f} placed where the refit puts them", flush=True)


def refit(sample: Sample, seen: np.ndarray, before: np.ndarray, how: str, former: bool) -> np.ndarray:
    """Refit on all papers and print which share of those seen before keeps its id; return the lasting ids of all papers."""
    start = np.full(len(sample.ids), -1, dtype=np.int32)
    start[seen] = before
    after = cluster(sample.vectors, former=start if former else None).labels
    known = list(range(int(before.max()) + 1))
    when = np.datetime64("2026-01-01")
    fixed = match(before, after[seen], int(after.max()) + 1, known, len(known), when)  # type: ignore[arg-type]
    same, explained = kept_share(before, fixed.ids[after[seen]], fixed.events)
    events = fixed.events["event"].value_counts().to_dict()
    ami = adjusted_mutual_info_score(sample.fields, after)
    print(
        f"  {sample.name}, refit {how}: {same:.3f} of {len(seen)} papers keep their id, {explained:.3f} with recorded splits and "
        f"merges; {events}; AMI {ami:.4f}", flush=True,
    )  # fmt: skip
    return fixed.ids[after]
