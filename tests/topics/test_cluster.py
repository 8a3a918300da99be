"""Topics from vectors: nothing is random, a refit keeps what it can, a new subject gets a topic, neighbours are true."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from hub.stats import nearest as nearest_module
from hub.stats import neighbours as near_by
from hub.stats.nearest import linked, nearest
from hub.stats.neighbours import nearest_centre, neighbours, unit
from hub.topics.clustering.cluster import cluster
from hub.topics.clustering.ward import cut, ward


def planted(n: int, subjects: int, seed: int = 0, spread: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """Return n vectors about ``subjects`` directions, and the subject of each."""
    middles = unit(np.random.default_rng(99).normal(size=(subjects, 32)))
    random = np.random.default_rng(seed)
    subject = random.integers(0, subjects, n)
    return unit(middles[subject] + spread * random.normal(size=(n, 32))), subject


def test_neither_the_seed_nor_the_order_changes_the_topics() -> None:
    vectors, _ = planted(900, 14)
    first = cluster(vectors, seed=0).labels
    for seed in (1, 2):
        order = np.random.default_rng(seed).permutation(len(vectors))
        again = np.empty_like(first)
        again[order] = cluster(vectors[order], seed=seed).labels
        assert adjusted_rand_score(first, again) > 0.999


def test_planted_subjects_are_found_and_firm() -> None:
    vectors, subject = planted(900, 14)
    found = cluster(vectors)
    assert adjusted_rand_score(subject, found.labels) > 0.6
    for topic in range(found.labels.max() + 1):
        assert np.bincount(subject[found.labels == topic]).max() > 0.9 * np.sum(found.labels == topic)
    assert 0.5 < found.agreement.mean() <= 1


def test_a_refit_from_the_former_topics_moves_few_papers_and_takes_in_a_new_subject() -> None:
    vectors, subject = planted(1200, 20)
    seen = subject < 19
    former = np.full(len(vectors), -1, dtype=np.int32)
    former[seen] = 1000 + cluster(vectors[seen]).labels  # lasting ids need not start at 0
    found = cluster(vectors, former=former).labels
    assert adjusted_rand_score(former[seen], found[seen]) > 0.9
    new = np.bincount(found[~seen])
    assert new.max() > 0.9 * (~seen).sum()
    assert np.sum(found == new.argmax()) < 1.2 * (~seen).sum()


def test_a_paper_stays_where_it_is_unless_another_centre_is_clearly_nearer() -> None:
    centres = np.eye(2, dtype=np.float32)
    angles = np.deg2rad([40, 44, 46, 50])
    papers = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert nearest_centre(papers, centres).tolist() == [0, 0, 1, 1]
    assert nearest_centre(papers, centres, np.array([1, 1, 0, 0]), 0.05).tolist() == [0, 1, 0, 1]
    assert nearest_centre(papers, centres, np.full(4, -1), 0.05).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("span", [50, 4096])
@pytest.mark.parametrize("k", [1, 7, 40])
def test_nearest_is_what_sorting_all_pairs_gives(k: int, span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_module, "SPAN", span)  # seven looks at the others, or one
    vectors, _ = planted(333, 5)
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -2)
    found = nearest(vectors, vectors, k, np.arange(333))
    assert np.allclose(found.similarity, -np.sort(-cosine, axis=1)[:, :k], atol=1e-6)
    assert np.allclose(np.take_along_axis(cosine, found.ids, axis=1), found.similarity, atol=1e-6)


def test_nearest_of_others_leaves_out_only_the_paper_itself_where_it_is_among_them() -> None:
    vectors, _ = planted(90, 5)
    among, own = vectors[30:], np.r_[np.full(30, -1), np.arange(60)]
    cosine = vectors @ among.T
    assert np.array_equal(nearest(vectors[:30], among, 3).ids[:, 0], cosine[:30].argmax(axis=1))
    cosine[np.arange(30, 90), np.arange(60)] = -2
    assert np.array_equal(nearest(vectors, among, 3, own).ids, np.argsort(-cosine, axis=1, kind="stable")[:, :3])


@pytest.mark.parametrize("span", [200, 4096])
def test_copies_of_one_text_are_each_other_s_nearest(span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_module, "SPAN", span)
    vectors, _ = planted(1500, 5)
    vectors[:1400] = vectors[0]
    found = nearest(vectors, vectors, 10, np.arange(1500))
    assert (found.ids[:1400] < 1400).all()
    assert (found.ids != np.arange(1500)[:, None]).all()
    assert all(len(set(row)) == 10 for row in found.ids.tolist())
    cosine = vectors[1400:] @ vectors.T
    cosine[np.arange(100), np.arange(1400, 1500)] = -2
    assert np.allclose(found.similarity[1400:], -np.sort(-cosine, axis=1)[:, :10], atol=1e-6)


def test_equals_come_in_their_order_wherever_they_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_module, "SPAN", 10)
    among = np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6]] * 12, dtype=np.float32)
    assert nearest(among[:1], among, 15).ids.tolist() == [[*range(0, 36, 3), 2, 5, 8]]


def test_rows_are_linked_that_are_near_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_module, "BLOCK", 50)
    vectors, _ = planted(120, 3, spread=0.3)
    assert np.array_equal(linked(vectors, 0.5).toarray(), vectors @ vectors.T >= 0.5)
    assert linked(vectors[:0], 0.5).shape == (0, 0)


def test_copies_of_one_text_in_a_large_corpus_have_neighbours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_by, "EXACT_UP_TO", 1000)
    vectors, _ = planted(3000, 5)
    vectors[:2900] = vectors[0]
    found = neighbours(vectors, 10)
    assert np.allclose(found.similarity[:2900], 1.0)
    assert (found.ids != np.arange(3000)[:, None]).all()
    assert all(len(set(row)) == 10 for row in found.ids.tolist())


def test_cells_find_nearly_all_true_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = planted(4000, 30, spread=0.2)
    exact = neighbours(vectors, 10)
    monkeypatch.setattr(near_by, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(near_by, "CELL", 20)
    monkeypatch.setattr(near_by, "PROBED", 60)  # 24 of 200 cells
    monkeypatch.setattr(near_by, "GROUP", 1)
    monkeypatch.setattr(near_by, "FIRST", 2)  # two of them with all papers of a cell, the others paper by paper
    found = neighbours(vectors, 10)
    shared = np.mean([len(np.intersect1d(a, b)) / 10 for a, b in zip(found.ids, exact.ids, strict=True)])
    assert shared > 0.95
    assert (found.ids != np.arange(len(vectors))[:, None]).all()
    assert np.allclose(found.similarity, (vectors[found.ids] * vectors[:, None]).sum(axis=2), atol=1e-5)
    monkeypatch.setattr(near_by, "PROBED", 3)
    fewer = neighbours(vectors, 10)
    assert np.mean([len(np.intersect1d(a, b)) / 10 for a, b in zip(fewer.ids, exact.ids, strict=True)]) < shared - 0.1


def test_ward_is_scipy_s_when_all_weights_are_one_and_repeats_points_by_weight() -> None:
    from scipy.cluster.hierarchy import fcluster, linkage

    points = np.random.default_rng(3).normal(size=(60, 5))
    ours = cut(ward(points, np.ones(60)), 60, 9)
    assert adjusted_rand_score(fcluster(linkage(points, "ward"), 9, "maxclust"), ours) == 1.0
    times = np.random.default_rng(4).integers(1, 4, 60)
    repeated = np.repeat(np.arange(60), times)
    theirs = fcluster(linkage(points[repeated], "ward"), 9, "maxclust")
    assert adjusted_rand_score(theirs, cut(ward(points, times), 60, 9)[repeated]) == 1.0
