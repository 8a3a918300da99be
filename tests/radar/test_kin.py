"""A reader of several subjects: a paper near some of the own papers counts more than one between all of them."""

from __future__ import annotations

import numpy as np

from hub.radar.ranking.kin import Kin
from hub.radar.ranking.learn import weights


def turned(*degrees: float) -> np.ndarray:
    """Return unit vectors (n, 3) at angles in one plane."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles), np.zeros(len(angles))]).astype(np.float32)


def test_one_subject_of_several_counts_more_than_what_lies_between() -> None:
    own = turned(0, 1, 2, 3, 88, 89, 90, 91)
    kin = Kin.of(own, np.zeros(3, dtype=np.float32), turned(*range(0, 360, 5)))
    inside, between = kin.cosines(turned(1, 45))
    assert inside > 0.99
    assert between < 0.75
    by_mean = turned(1, 45) @ own.mean(axis=0)
    assert by_mean[1] > by_mean[0]


def test_cosines_are_taken_from_the_middle_of_the_corpus() -> None:
    middle = np.array([0.6, 0.1, 0.2], dtype=np.float32)
    own, papers = turned(10, 50), turned(10, 200)
    shifted = (papers - middle) / np.linalg.norm(papers - middle, axis=1, keepdims=True)
    toward = (own - middle) / np.linalg.norm(own - middle, axis=1, keepdims=True)
    wanted = np.sort(shifted @ toward.T, axis=1)[:, -2:].mean(axis=1)
    assert np.allclose(Kin.of(own, middle, papers).cosines(papers), wanted, atol=1e-5)


def test_without_own_papers_or_vectors_nothing_is_near() -> None:
    nothing, middle = np.zeros((0, 3), dtype=np.float32), np.zeros(3, dtype=np.float32)
    assert Kin.of(nothing, middle, turned(0, 90)).scored(turned(0, 90), np.array([0, 1])).tolist() == [0, 0]
    unplaced = np.zeros((1, 3), dtype=np.float32)
    assert Kin.of(turned(0), middle, turned(0, 90)).cosines(unplaced).tolist() == [0]


def test_nearest_papers_count_once_there_are_more_than_a_few() -> None:
    shares = [weights(liked)[1] for liked in (0, 1, 3, 6, 60)]
    assert shares[:3] == [0, 0, 0]
    assert shares[3] < shares[4]
