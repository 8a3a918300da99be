"""Candidates: groups of papers far from every topic, by who lies near whom, named by what the corpus does not say."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from hub.storage.snapshot import Terms
from hub.topics.clustering.emerging import candidates


def test_near_papers_form_candidates_the_largest_first_and_few_or_lone_ones_none() -> None:
    group = np.repeat([0, 1, 2, 3, 4], [4, 6, 3, 1, 6])  # the last is of the corpus, not unplaced
    vectors = np.eye(5, dtype=np.float32)[group]
    said = np.array(["magma crater volcano the corpus", "orbit comet tail the corpus", "x", "y", "z"])
    usual = Terms(sparse.csr_matrix(np.ones((20, 1), dtype=np.float32)), np.array(["corpus"]))
    ids = np.array([f"p{i}" for i in range(20)], dtype=object)
    unplaced = np.flatnonzero(group < 4)
    found = candidates(unplaced, said[group[unplaced]].tolist(), vectors[unplaced], usual, ids, 0.6)
    assert found["papers"].tolist() == [6, 4]
    assert [set(members) for members in found["members"]] == [{f"p{i}" for i in range(4, 10)}, {f"p{i}" for i in range(4)}]
    assert found["candidate"].tolist() == [0, 1]
    for words, own in zip(found["words"], ("orbit comet tail", "magma crater volcano"), strict=True):
        assert {part for word in words for part in word.split()} == set(own.split())
    assert not len(candidates(unplaced[:3], ["a"] * 3, vectors[unplaced[:3]], usual, ids, 0.6))
    assert not len(candidates(unplaced, said[group[unplaced]].tolist(), vectors[unplaced], usual, ids, 1.01))
