"""Nearest topic, second topic, confidence, and who is far from all; themes above them; what a trust card counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from hub.topics.clustering.confidence import FAR_QUANTILE, TEMPERATURE, assign, far_below
from hub.topics.clustering.hierarchy import theme_levels
from hub.topics.trust import npmi


def test_first_and_second_topic_by_cosine_and_the_posterior_of_the_first() -> None:
    cosine = np.array([[0.9, 0.7, 0.1], [0.2, 0.3, 0.8], [0.5, 0.5, 0.5]], dtype=np.float32)
    found = assign(cosine, np.eye(3, dtype=np.float32))
    assert found.topic[:2].tolist() == [0, 2]
    assert found.second[:2].tolist() == [1, 1]
    assert (found.topic != found.second).all()
    odds = np.exp(cosine / TEMPERATURE)
    assert np.allclose(found.confidence, odds.max(axis=1) / odds.sum(axis=1), atol=1e-5)
    assert np.allclose(found.similarity, cosine.max(axis=1))
    fixed = assign(cosine, np.eye(3, dtype=np.float32), np.array([1, 1, 1], dtype=np.int32))
    assert fixed.topic.tolist() == [1, 1, 1]
    assert fixed.second[:2].tolist() == [0, 2]
    assert fixed.confidence[0] < 0.5
    alone = assign(cosine, np.eye(3, dtype=np.float32)[:1])
    assert (alone.second.tolist(), alone.confidence.tolist()) == ([-1] * 3, [1] * 3)


def test_far_is_three_spreads_below_the_median_and_never_more_than_a_share() -> None:
    random = np.random.default_rng(0)
    even = random.normal(0.5, 0.1, 4000).astype(np.float32)
    assert far_below(even) == pytest.approx(0.2, abs=0.02)
    tailed = np.concatenate([even, np.full(1000, -0.5, dtype=np.float32)])
    assert np.mean(tailed < far_below(tailed)) <= FAR_QUANTILE
    assert far_below(even[:19]) == -2.0


def test_themes_hold_near_topics_and_lie_wholly_in_one_domain() -> None:
    random = np.random.default_rng(1)
    middles = np.repeat(np.eye(16), 5, axis=0) + 0.05 * random.normal(size=(80, 16))
    centres = (middles / np.linalg.norm(middles, axis=1, keepdims=True)).astype(np.float32)
    themes, above = theme_levels(centres)
    assert themes.max() + 1 == 20
    assert len(above) == 20
    assert above.max() + 1 == 5
    assert all(len({t // 5 for t in np.flatnonzero(themes == theme)}) == 1 for theme in range(20))
    assert len(theme_levels(centres[:40])) == 1
    assert theme_levels(centres[:5]) == []


def test_npmi_is_one_for_words_always_together_and_minus_one_for_words_that_never_meet() -> None:
    counts = sparse.csr_matrix(np.array([[1, 1, 0, 1], [2, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]], dtype=np.float32))
    assert npmi(counts, [0, 1]) == pytest.approx(1)
    assert npmi(counts, [0, 2]) == -1
    assert npmi(counts, [0, 3]) == pytest.approx(0)
    assert npmi(counts, [0, 1, 2]) == pytest.approx(-1 / 3)
    assert np.isnan(npmi(counts, [0]))
