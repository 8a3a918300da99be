"""Early topics: hub's fit on vectors that were learned from those of some papers, beside the exact ones and words alone."""

from __future__ import annotations

import time

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, v_measure_score

from bench._topics_method import Sample
from hub.embed.learned import Learned
from hub.embed.tfidf import TfidfSvd
from hub.embed.word_means import word_means
from hub.topics.clustering.cluster import cluster
from hub.topics.vectors import SOME

NEAR, ASKED = 10, 4000


def early(sample: Sample) -> None:
    """Print how a fit on each kind of vectors agrees with fields and with the fit on the exact ones."""
    drawn = np.random.default_rng(2).permutation(len(sample.ids))
    some, others = drawn[:SOME], drawn[SOME:][:ASKED]
    print(f"{sample.name}, {len(sample.ids)} papers, learned from {len(some)}; neighbours of {len(others)} others")
    first: np.ndarray | None = None
    for who in ("exact", "words alone", "learned"):
        start = time.process_time()
        if who == "exact":
            vectors = sample.vectors
        elif who == "words alone":
            vectors = TfidfSvd().embed(sample.texts)
        else:
            vectors = Learned("exact", [sample.texts[i] for i in some], sample.vectors[some], word_means).embed(sample.texts)
        made = time.process_time()
        topic = cluster(vectors).labels
        first = topic if first is None else first
        fields, same = adjusted_mutual_info_score(sample.fields, topic), adjusted_mutual_info_score(first, topic)
        v, topics = v_measure_score(sample.fields, topic), len(set(topic.tolist()))
        print(
            f"  {who}: {made - start:.0f} CPU s for vectors, {topics} topics; AMI with fields {fields:.4f}, with exact {same:.3f}"
        )
        print(f"    v-measure {v:.4f}; of the nearest {NEAR}", end=" ")
        print(f"{_of_the_field(vectors[others], sample.fields[others]):.4f} are of the paper's field", flush=True)


def _of_the_field(vectors: np.ndarray, fields: np.ndarray) -> float:
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -np.inf)
    near = np.argpartition(-cosine, NEAR, axis=1)[:, :NEAR]
    return float((fields[near] == fields[:, None]).mean())
