"""The space in which topics are looked for: about the mean, smoothed over neighbours; topics numbered by size."""

from __future__ import annotations

import numpy as np

from hub.stats.neighbours import Axes, neighbours, unit
from hub.topics.clustering.cluster import by_size, diffused
from hub.topics.clustering.ward import peaks
from tests.topics.test_cluster import planted


def test_topics_are_numbered_by_size_and_equals_by_their_first_paper() -> None:
    assert by_size(np.array([3, 3, 1, 1, 1, 2], dtype=np.int32)).tolist() == [1, 1, 0, 0, 0, 2]
    assert by_size(np.array([5, 4, 4, 5], dtype=np.int32)).tolist() == [0, 1, 1, 0]


def test_vectors_are_seen_from_their_mean_so_that_what_all_share_does_not_count() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(50, 6)) + 3.0)
    seen = Axes.of(vectors).on(vectors)
    assert np.allclose(seen, unit(vectors - vectors.mean(axis=0)), atol=1e-5)
    assert np.abs(seen.mean()) < 0.2 < vectors.mean()


def test_vectors_move_towards_their_neighbours() -> None:
    random = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 60)
    vectors = unit(2 * np.eye(3, 20)[group] + 0.5 * random.normal(size=(180, 20)))
    moved = diffused(vectors, neighbours(vectors, 10))
    same = group[:, None] == group[None, :]
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    assert (moved @ moved.T)[same].mean() > (vectors @ vectors.T)[same].mean() + 0.2


def test_papers_climb_to_few_peaks_of_density_and_each_peak_has_one_subject() -> None:
    vectors, subject = planted(900, 14)
    peak = peaks(vectors, neighbours(vectors, 25))
    assert 14 <= peak.max() + 1 < 60  # climbing down there are 259
    assert sum(np.bincount(subject[peak == p]).max() for p in range(peak.max() + 1)) > 0.99 * len(vectors)
