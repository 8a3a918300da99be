"""Terms that jump are called within weeks of their first paper; terms that always were there are not."""

import dataclasses

import numpy as np
from scipy import sparse

from hub.snapshot import Snapshot, Terms
from hub.trends.emergence import emergence
from tests.trends import corpus


def made(seed: int = 0, new_from: int = 21) -> Snapshot:
    rng = np.random.default_rng(seed)
    n = 6000
    day = rng.integers(0, 365, n)
    snapshot = corpus.make(day, rng.integers(0, 10, n), ["cs.LG"] * n)
    ago = snapshot.days.max() - snapshot.days
    counts = (rng.random((n, 200)) < 0.03).astype(float)
    counts[:, 7] = (rng.random(n) < 0.06) & (ago < new_from)
    papers = snapshot.papers.assign(unplaced=(counts[:, 7] > 0))
    words = np.array([f"term {i}" for i in range(200)])
    return dataclasses.replace(snapshot, papers=papers, _terms=Terms(sparse.csr_matrix(counts), words))


def test_a_new_term_is_called_three_weeks_after_its_first_paper():
    snapshot = made()
    found = emergence(snapshot, np.arange(len(snapshot)))
    assert found.terms["term"].tolist() == ["term 7"]
    row = found.terms.iloc[0]
    assert row["q"] < 0.05
    assert row["papers_before"] == 0
    assert row["unplaced"] == 1
    assert (snapshot.papers["published"].max() - row["first"]).days <= 21


def test_earlier_calls_that_lasted_are_counted_as_held():
    snapshot = made(new_from=180)
    found = emergence(snapshot, np.arange(len(snapshot)))
    assert found.called >= 1
    assert found.held == found.called


def test_without_terms_nothing_is_called():
    snapshot = corpus.make(list(range(100)), [0] * 100, ["cs.LG"] * 100)
    assert emergence(snapshot, np.arange(100)).terms.empty
