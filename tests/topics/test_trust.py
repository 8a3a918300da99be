"""The trust card: counted from the topic's own papers, rivals by how near they are, papers from heart to edge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hub.storage.snapshot import Terms
from hub.topics.clustering.confidence import Assignment
from hub.topics.trust import SHOWN, cards


def test_a_card_counts_its_topic_and_names_the_nearest_rival_and_what_only_it_says() -> None:
    topic = np.repeat([0, 1, 2], [8, 6, 6]).astype(np.int32)
    n = len(topic)
    closeness = np.linspace(0.2, 0.9, n).astype(np.float32)
    confidence = np.linspace(0.9, 0.3, n).astype(np.float32)
    counts = np.stack([topic >= 0, topic == 0, topic == 1, topic == 2], axis=1).astype(np.float32)
    terms = Terms(sparse.csr_matrix(counts), np.array(["all", "zero", "one", "two"]))
    centres = np.array([[1, 0, 0], [0.9, 0.436, 0], [0, 0, 1]], dtype=np.float32)
    papers = pd.DataFrame({"id": [f"p{i}" for i in range(n)], "source": ["a", "a", "b", ""] * 5, "field": "f"})
    agreement = np.where(np.arange(n) % 2, 1.0, 0.5).astype(np.float32)
    made = cards(
        np.array([10, 11, 12], dtype=np.int32), topic, Assignment(topic, topic, confidence, closeness), agreement, centres, terms,
        [["all", "zero"], ["one"], ["two"]], papers, closeness,
    ).set_index("topic")  # fmt: skip
    card = made.loc[10]
    assert card["rivals"] == [11, 12]
    assert made.loc[11, "rivals"] == [10, 12]
    assert card["rival_words"] == ["zero", "zero"]
    assert card["representative"] == [f"p{i}" for i in range(7, 7 - SHOWN, -1)]
    assert card["boundary"] == [f"p{i}" for i in range(7, 7 - SHOWN, -1)]
    assert card["stability"] == pytest.approx(0.75)
    assert card["confidence"] == pytest.approx(confidence[:8].mean())
    assert card["coherence"] == pytest.approx(0)
    assert np.isnan(made.loc[11, "coherence"])
    assert card["sources"] == ["a 67%", "b 33%"]
