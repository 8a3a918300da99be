"""The forecast of meetings: it ranks what meets above what does not, and knows nothing of later papers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hub.bridges.forecast import record
from hub.bridges.forecast.links import features, learn, recalibrated
from hub.bridges.forecast.network import met, network
from hub.bridges.forecast.vocabulary import Vocabulary, vocabulary
from hub.storage import snapshot
from hub.storage.snapshot import Snapshot
from hub.topics.naming.terms import count_terms

BEGIN, MONTHS, TERMS = 600, 12, 60


def grown(seed: int = 0, papers: int = 2400) -> Vocabulary:
    """Papers that each take three terms of one of six neighbourhoods on a ring: pairs of near terms meet sooner or later."""
    rng = np.random.default_rng(seed)
    month = np.sort(rng.integers(BEGIN, BEGIN + MONTHS, papers))
    columns = (rng.integers(0, TERMS, papers)[:, None] + rng.integers(-9, 10, (papers, 3))) % TERMS
    used = sparse.csr_matrix((np.ones(columns.size), (np.repeat(np.arange(papers), 3), columns.ravel())), (papers, TERMS))
    used.data[:] = 1
    names = [f"word{i} thing{i}x{i * 7919 % 97}" for i in range(TERMS)]
    stems = [tuple(name.split()) for name in names]
    return Vocabulary(np.arange(papers), month, used, used, names, stems)


def no_vectors(words: Vocabulary) -> np.ndarray:
    return np.zeros((len(words.rows), 0), dtype=np.float32)


def test_nothing_of_later_papers_changes_what_was_known() -> None:
    words = grown()
    upto = words.upto(BEGIN + 6)
    later = words.used.tolil()
    later[upto:] = np.random.default_rng(9).integers(0, 2, later[upto:].shape)
    changed = Vocabulary(words.rows, words.month, sparse.csr_matrix(later), words.titled[:upto], words.shown, words.stems)
    known, again = (network(w, no_vectors(w), BEGIN + 6) for w in (words, changed))
    assert known.pairs[0].tolist() == again.pairs[0].tolist()
    for name, value in features(known).items():
        assert np.array_equal(value, features(again)[name]), name
    assert not np.array_equal(met(words, known, BEGIN + 9), met(changed, again, BEGIN + 9))


def test_pairs_have_not_met_and_are_two_things() -> None:
    words = grown()
    same = Vocabulary(words.rows, words.month, words.used, words.titled, words.shown, [("word", f"x{i}") for i in range(TERMS)])
    assert not len(network(same, no_vectors(same), BEGIN + 6).pairs[0])
    known = network(words, no_vectors(words), BEGIN + 4)
    assert len(known.pairs[0])
    assert not known.together[known.pairs].any()


def test_what_will_meet_is_ranked_above_what_will_not() -> None:
    words = grown(papers=900)
    before, now = (network(words, no_vectors(words), BEGIN + m) for m in (4, 8))
    model = learn(features(before), met(words, before, BEGIN + 8) >= 1)
    assert model is not None
    chance, came = model.chance(features(now)), met(words, now, BEGIN + 12) >= 1
    assert record.area(chance, np.flatnonzero(came), np.flatnonzero(~came)) > 0.75
    assert learn(features(before), np.zeros(len(before.pairs[0]), dtype=bool)) is None


def test_chances_are_set_right_by_what_became_of_earlier_ones() -> None:
    rng = np.random.default_rng(0)
    stated = rng.uniform(0.05, 0.95, 4000)
    came = rng.random(4000) < stated / 4
    now = recalibrated(np.array([0.2, 0.8]), stated, came)
    assert now[0] < now[1]
    assert now[1] == pytest.approx(0.2, abs=0.07)
    assert recalibrated(np.array([0.2]), stated[:0], came[:0]).tolist() == [0.2]


def test_the_area_of_guesses_is_a_half_and_its_interval_holds_it() -> None:
    words = grown(papers=900)
    known = network(words, no_vectors(words), BEGIN + 8)
    n = len(known.pairs[0])
    rng = np.random.default_rng(3)
    scores = {rule: rng.random(n) for rule in (record.OURS, *record.RULES)}
    origin = record.Origin(BEGIN + 8, known, scores, rng.random(n), (rng.random(n) < 0.3) * 2.0)
    table = record.table([origin]).set_index("rule")
    assert (table["auc_low"] < table["auc"]).all()
    assert (table["auc"] < table["auc_high"]).all()
    assert ((table["auc"] - 0.5).abs() < 0.15).all()
    assert ((table["hard"] - 0.5).abs() < 0.15).all()
    assert table["met"].tolist() == [int(origin.came.sum())] * len(table)
    assert record.calibration([origin])["n"].sum() == n


def test_terms_are_phrases_acronyms_and_joined_words_with_the_papers_that_use_them() -> None:
    titles = [f"Optimal transport for CRISPR screens number{i}" for i in range(8)] + [
        f"Transport of goods number{i}" for i in range(8)
    ]
    none = snapshot.empty()
    frame = pd.DataFrame({"id": [f"p{i}" for i in range(16)], "title": titles, "kind": "paper",
                          "published": pd.date_range("2026-01-01", periods=16)[::-1]})  # fmt: skip
    made = Snapshot("", frame, none.topics, none.themes, {}, None, np.zeros((16, 0), np.float32), count_terms(titles))
    words = vocabulary(made)
    used = {name: set(words.rows[words.used[:, [i]].nonzero()[0]].tolist()) for i, name in enumerate(words.shown)}
    assert used["Optimal transport"] == set(range(8))
    assert "transport" not in {name.casefold() for name in words.shown}
    assert words.rows.tolist() == list(range(15, -1, -1))  # the oldest first
    kinds = ["version" if i == 3 else "paper" for i in range(16)]  # one that was joined since the fit, which counted its terms
    fewer = vocabulary(Snapshot("", frame.assign(kind=kinds), none.topics, none.themes, {}, None, made.vectors, made.terms))
    place = fewer.shown.index("Optimal transport")
    assert set(fewer.rows[fewer.used[:, [place]].nonzero()[0]].tolist()) == set(range(8)) - {3}
    assert 3 not in fewer.rows
