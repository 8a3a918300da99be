"""As many topics as there are: the number found at sizes from 1,000 papers up, the levels of the tree, ways to choose it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import eigsh
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from bench._topics_method import Sample
from hub.stats.neighbours import Axes, centroids, nearest_centre, neighbours, sums
from hub.topics.clustering.cluster import NEIGHBOURS, cluster, diffused
from hub.topics.clustering.hierarchy import theme_levels
from hub.topics.clustering.levels import chosen, silhouette, tried
from hub.topics.clustering.subtopics import subtopics
from hub.topics.clustering.ward import cut, peaks, ward
from hub.topics.naming.terms import count_terms

SIZES = (1000, 2000, 4000, 8000, 16_000, 25_000)
Truths = dict[str, np.ndarray]


def archives(fields: np.ndarray) -> np.ndarray:
    """Return arXiv's archive of each category: cs of cs.CL."""
    return np.array([field.split(".")[0] for field in fields])


def truths(sample: Sample) -> Truths:
    """Return the labels to compare with: the fields, and their archives where there are fewer of those."""
    above = archives(sample.fields)
    return {"fields": sample.fields} | ({"archives": above} if len(set(above)) < len(set(sample.fields)) else {})


def sizes(sample: Sample) -> None:
    """Print how many topics parts of the corpus make, and how they agree with the labels."""
    for n in [*(s for s in SIZES if s < len(sample.ids)), len(sample.ids)]:
        part = sample.part(n)
        found = cluster(part.vectors)
        told = [
            f"{name} ({len(set(t))}) AMI {adjusted_mutual_info_score(t, found.labels):.3f}" for name, t in truths(part).items()
        ]
        apart = silhouette(found.space, centroids(found.space, found.labels))
        print(
            f"  {part.name}, {n} papers: {found.labels.max() + 1} topics, silhouette {apart:.3f}; {', '.join(told)}", flush=True
        )


def tree(sample: Sample) -> None:
    """Print of each level of the tree its number of groups, AMI with the labels and the error of the number."""
    found = cluster(sample.vectors)
    topic = found.labels
    levels = theme_levels(centroids(sample.vectors - sample.vectors.mean(axis=0), topic))
    parts = subtopics(found.space, topic, count_terms(sample.texts), [""] * (int(topic.max()) + 1)).label
    label = {"topics": topic, "parts of topics": np.where(parts >= 0, parts, int(parts.max(initial=-1)) + 1 + topic)}
    above = topic
    for i, parent in enumerate(levels, 1):
        above = parent[above]
        label[f"themes {i}"] = above
    for name, truth in truths(sample).items():
        n = len(set(truth.tolist()))
        errors = {level: abs(len(set(own.tolist())) - n) / n for level, own in label.items()}
        for level, own in label.items():
            ami = adjusted_mutual_info_score(truth, own)
            print(f"  {sample.name}, {level}: {len(set(own.tolist()))}, AMI with {n} {name} {ami:.4f}")
        best = min(errors, key=lambda level: errors[level])
        print(f"  {sample.name}, {name}: error of the number at the best level ({best}) {errors[best]:.0%}", flush=True)


def parts_of(sample: Sample, seed: int = 5) -> list[Sample]:
    """Return corpora of known kinds cut out of one: sizes, and papers of few fields, of 3 to 20."""
    random = np.random.default_rng(seed)
    made = [sample.part(n) for n in (1000, 2000, 4000, 8000) if n < len(sample.ids)] + [sample]
    names, counts = np.unique(sample.fields, return_counts=True)
    large = names[counts >= max(60, 0.006 * len(sample.ids))]
    for k in (3, 3, 4, 5, 5, 6, 7, 10, 20, 20):
        if k < len(large):
            own = np.flatnonzero(np.isin(sample.fields, random.choice(large, k, replace=False)))
            made.append(
                Sample(f"{sample.name}, {k} fields", [], sample.vectors[own], sample.fields[own], [sample.ids[i] for i in own])
            )
    return made


def criteria(samples: Sequence[Sample]) -> None:
    """Print, for ways to choose the number of topics, what AMI they lose beside the best number, and the error of the number."""
    curves = [_curves(part) for sample in samples for part in parts_of(sample)]
    both = {"silhouette + half the modularity": lambda c: c["silhouette"] + 0.5 * c["modularity"]}
    ways: dict[str, Callable[[dict[str, np.ndarray]], np.ndarray]] = both | {
        "silhouette": lambda c: c["silhouette"], "modularity": lambda c: c["modularity"], "stability": lambda c: c["stability"],
        "silhouette + half the stability": lambda c: c["silhouette"] + 0.5 * c["stability"],
        "silhouette of the papers' own vectors": lambda c: c["own silhouette"],
        "agreement of halves (ARI)": lambda c: c["halves"],
        "agreement of halves (AMI)": lambda c: c["halves ami"], "jump of Ward's cost": lambda c: c["jump"],
        "gap of eigenvalues": lambda c: c["gap"], "Calinski-Harabasz": lambda c: c["ch"],
    }  # fmt: skip
    rules: dict[str, Callable[[dict[str, np.ndarray]], int]] = {
        f"{name}, the finest within {close}": lambda c, way=way, close=close: _finest(c["k"], way(c), close)
        for name, way in ways.items()
        for close in (0.0, 0.0125, 0.04)
    }
    rules["levels.chosen"] = lambda c: int(np.argmin(np.abs(c["k"] - chosen(c["levels"].tolist()))))
    for name, rule in rules.items():
        lost, wrong = [], []
        for curve in curves:
            k = rule(curve)
            lost.append(curve["ami"].max() - curve["ami"][k])
            if curve["true"][0] <= 20:
                wrong.append(abs(curve["k"][k] - curve["true"][0]) / curve["true"][0])
        print(
            f"  {name}: AMI lost {np.mean(lost):.3f} (at most {max(lost):.3f}, {len(lost)}), "
            f"error of the number {np.mean(wrong):.0%} (at most {max(wrong):.0%}, {len(wrong)})", flush=True,
        )  # fmt: skip


def _finest(numbers: np.ndarray, value: np.ndarray, close: float) -> int:
    many = numbers > 2
    return int(np.flatnonzero(many & (value >= value[many].max() - close))[-1])


def _curves(sample: Sample) -> dict[str, np.ndarray]:
    """All criteria of one corpus for each number of topics."""
    n = len(sample.ids)
    axes = Axes.of(sample.vectors)
    own = axes.on(sample.vectors)
    near = neighbours(own, NEIGHBOURS)
    space = diffused(own, near)
    peak = peaks(space, near)
    weight = np.bincount(peak).astype(float)
    merges = ward(sums(space, peak) / weight[:, None], weight)
    found = tried(space, peak, merges)
    k = np.array([level.topics for level in found])
    cost = np.array([c for *_, c in merges])[::-1]
    graph = near.mean + near.mean.T
    degree = sparse.diags(np.asarray(graph.sum(axis=1)).ravel() ** -0.5)
    eigen = np.sort(eigsh(degree @ graph @ degree, k=min(int(k.max()) + 2, n - 2, 80), return_eigenvectors=False))[::-1]
    rows = {name: [] for name in ("ami", "modularity", "own silhouette", "halves", "halves ami", "jump", "gap", "ch")}
    halves = [_half(sample.vectors, side) for side in (0, 1)]
    spread = 1.0 - np.linalg.norm(space.mean(axis=0)) ** 2
    for level in k.tolist():
        label = cut(merges, len(weight), level)[peak]
        label = nearest_centre(space, centroids(space, label))
        rows["ami"].append(adjusted_mutual_info_score(sample.fields, label))
        rows["modularity"].append(_modularity(graph, label))
        rows["own silhouette"].append(silhouette(own, centroids(own, label)))
        inside = 1.0 - (np.linalg.norm(sums(space, label), axis=1) ** 2 / np.maximum(np.bincount(label), 1)).sum() / n
        rows["ch"].append((spread - inside) / max(level - 1, 1) / (inside / (n - level)))
        rows["jump"].append(cost[level - 2] / cost[level - 1] if level < len(cost) / 2 else 0.0)
        rows["gap"].append(eigen[level - 1] - eigen[level] if level < len(eigen) else 0.0)
        taught = [half(level) for half in halves]
        one, other = (
            nearest_centre(sample_axes.on(sample.vectors), centre) if centre is not None else None
            for sample_axes, centre in taught
        )
        agree = one is not None and other is not None
        rows["halves"].append(adjusted_rand_score(one, other) if agree else 0.0)
        rows["halves ami"].append(adjusted_mutual_info_score(one, other) if agree else 0.0)
    curves = {name: np.array(values) for name, values in rows.items()}
    return curves | {
        "k": k, "true": np.array([len(set(sample.fields.tolist()))]),
        "silhouette": np.array([level.silhouette for level in found]),
        "stability": np.array([level.stability for level in found]), "levels": np.array(found, dtype=object),
    }  # fmt: skip


def _modularity(graph: sparse.csr_matrix, label: np.ndarray) -> float:
    """How many more neighbours share a group than by chance (Newman & Girvan 2004)."""
    member = sparse.csr_matrix((np.ones(len(label)), (label, np.arange(len(label)))))
    between = (member @ graph @ member.T).toarray() / graph.sum()
    return float(np.trace(between) - (between.sum(axis=1) ** 2).sum())


def _half(vectors: np.ndarray, side: int) -> Callable[[int], tuple[Axes, np.ndarray | None]]:
    """What one half of the papers teaches: axes, and for a number of topics the centres on them; none beyond its peaks."""
    own = vectors[np.random.default_rng(0).permutation(len(vectors))[side::2][:3000]]
    axes = Axes.of(own)
    start = axes.on(own)
    near = neighbours(start, NEIGHBOURS)
    space = diffused(start, near)
    peak = peaks(space, near)
    weight = np.bincount(peak).astype(float)
    merges = ward(sums(space, peak) / weight[:, None], weight)
    return lambda k: (axes, centroids(start, cut(merges, len(weight), k)[peak]) if k <= len(weight) else None)
