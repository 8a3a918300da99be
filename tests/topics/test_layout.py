"""The map: each topic in a disc of its own size about its own middle, copies apart, related topics near."""

from __future__ import annotations

import numpy as np

from hub.stats.neighbours import neighbours, unit
from hub.topics.clustering.map_layout import layout


def test_topics_stand_apart_in_discs_that_follow_their_size() -> None:
    random = np.random.default_rng(0)
    sizes = [300, 100, 100, 60]
    topic = np.repeat(np.arange(4), sizes).astype(np.int32)
    vectors = unit(4 * np.eye(4, 12)[topic] + 0.3 * random.normal(size=(len(topic), 12)))
    place = layout(vectors, neighbours(vectors, 10), topic)
    middle = np.array([np.median(place[topic == t], axis=0) for t in range(4)])
    reach = np.array([np.quantile(np.linalg.norm(place[topic == t] - middle[t], axis=1), 0.9) for t in range(4)])
    assert np.abs(place).max() < 2
    apart = np.linalg.norm(middle[:, None] - middle[None], axis=2) + 9 * np.eye(4)
    assert (reach < apart.min(axis=1)).all()
    nearest = np.argmin(np.linalg.norm(place[:, None] - middle[None], axis=2), axis=1)
    assert np.mean(nearest == topic) > 0.9
    assert reach[0] > reach[3]


def test_copies_of_one_paper_do_not_stand_on_one_spot() -> None:
    vectors = unit(np.ones((50, 8)))
    place = layout(vectors, neighbours(vectors, 5), np.zeros(50, dtype=np.int32))
    assert len(np.unique(place.round(5), axis=0)) == 50
    assert np.isfinite(place).all()
