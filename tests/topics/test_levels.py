"""How many topics papers make: as many as were planted, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from hub.stats.neighbours import unit
from hub.topics.clustering.cluster import cluster
from hub.topics.clustering.levels import NUMBERS, Level, chosen, silhouette
from tests.topics.test_cluster import planted


@pytest.mark.parametrize("subjects", [3, 8, 20])
@pytest.mark.parametrize("n", [600, 2400])
def test_as_many_topics_as_subjects_were_planted_however_many_papers(subjects: int, n: int) -> None:
    vectors, _ = planted(n, subjects, spread=0.2)
    assert abs(cluster(vectors).labels.max() + 1 - subjects) <= subjects // 20


def test_the_finest_scale_nearly_as_good_as_the_best_is_taken() -> None:
    coarse, between, fine, finest = Level(9, 0.65, 0.85), Level(16, 0.60, 0.75), Level(30, 0.64, 0.82), Level(80, 0.55, 0.80)
    assert chosen([coarse, between, fine, finest]) == 30
    assert chosen([coarse, between, Level(30, 0.60, 0.75), finest]) == 9
    assert chosen([]) == 1


def test_a_number_beside_a_better_one_is_no_scale_however_good() -> None:
    assert chosen([Level(10, 0.65, 0.84), Level(12, 0.65, 0.85), Level(14, 0.65, 0.84)]) == 12


def test_noise_on_a_plateau_moves_the_number_little() -> None:
    taken = []
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 0.01, len(NUMBERS))
        course = [0.62 + 0.06 * (k == 5) - 0.2 * max(0.0, np.log(k / 40)) for k in NUMBERS]
        taken.append(chosen([Level(k, c + float(n), 0.8) for k, c, n in zip(NUMBERS, course, noise, strict=True)]))
    assert max(taken) <= 1.5 * min(taken)
    assert min(taken) >= 27  # near the plateau's end, where topics tell most


def test_groups_that_are_single_peaks_are_taken_only_where_nothing_is_better() -> None:
    fine = Level(30, 0.64, 0.85, safe=False)
    assert chosen([Level(9, 0.65, 0.85), fine]) == 9
    assert chosen([Level(9, 0.60, 0.85), fine]) == 30


@pytest.mark.parametrize(("apart", "taken"), [(0.70, 6), (0.80, 6), (0.95, 2)])
def test_two_topics_are_taken_only_where_they_are_far_better_than_any_other_number(apart: float, taken: int) -> None:
    assert chosen([Level(2, apart, 0.4), Level(6, 0.6, 0.5), Level(7, 0.4, 0.5)]) == taken


def test_the_silhouette_is_one_for_papers_on_their_centres_and_none_halfway() -> None:
    centres = np.eye(2, dtype=np.float32)
    assert silhouette(centres, centres) == pytest.approx(1.0)
    assert silhouette(unit(np.array([[1.0, 1.0]])), centres) == pytest.approx(0.0, abs=1e-6)


def test_a_refit_keeps_the_number_unless_the_papers_make_half_as_many_again() -> None:
    vectors, subject = planted(1600, 12, spread=0.2)
    former = cluster(vectors[subject < 10]).labels
    seen = np.full(len(vectors), -1, dtype=np.int32)
    seen[subject < 10] = former
    assert cluster(vectors, former=seen).labels.max() + 1 >= 10
    four = np.where(subject < 4, subject, -1).astype(np.int32)  # a former fit that knew a third of what is there now
    assert cluster(vectors, former=four).labels.max() + 1 > 8
