"""The fit: every paper in a topic, the same whatever the order, ids that last, and corpora of any size."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hub.errors import SnapshotError
from hub.papers.model import Paper
from hub.stats import neighbours
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.topics import curation
from hub.topics import fit as fitting
from hub.topics.clustering import map_layout
from hub.topics.curation import Curation
from hub.topics.drift import drift
from hub.topics.fit import fit
from hub.topics.lineage import kept_share
from hub.topics.naming import labels
from hub.topics.transform import place, recurate
from tests.topics.conftest import SUBJECTS, Planted, fitted_home, papers


def filled(home: Path, given: list[Paper]) -> Corpus:
    corpus = Corpus(str(home / "corpus"))
    corpus.upsert(given)
    return corpus


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    home = tmp_path_factory.mktemp("fit")
    return home, fit(home, filled(home, papers(300)), Planted(), seed=3)


@pytest.fixture(scope="module")
def of_240(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted_home(tmp_path_factory.mktemp("of-240"), 240)


@pytest.fixture
def corpus(of_240: Path, tmp_path: Path) -> Corpus:
    """Return 240 papers in a folder of this test's own, ``tmp_path``, where topics were found in them."""
    shutil.copytree(of_240, tmp_path, dirs_exist_ok=True)
    return Corpus(str(tmp_path / "corpus"))


def test_every_paper_has_a_topic_and_the_planted_subjects_come_out(fitted: tuple[Path, dict]) -> None:
    home, summary = fitted
    shown = snapshot.load(home)
    assert summary["papers"] == 300
    assert summary["unassigned_share"] == 0
    assert (shown.papers["topic"] >= 0).all()
    for _, own in shown.papers.groupby("topic", observed=True):
        assert own["field"].value_counts(normalize=True).iloc[0] > 0.95
    assert shown.papers["confidence"].between(0, 1).all()
    assert (shown.papers["second"] != shown.papers["topic"]).all()
    assert np.isfinite(shown.papers[["x", "y"]].to_numpy()).all()
    assert shown.topics["papers"].sum() == 300
    assert shown.topics["name"].str.casefold().is_unique
    assert shown.terms.counts.shape[0] == shown.vectors.shape[0] == 300


def test_what_saves_memory_changes_no_topic(fitted: tuple[Path, dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = ((fitting, "BLOCK"), (map_layout, "BLOCK"), (labels, "BLOCK"), (neighbours, "MANY"), (neighbours, "COSINES"))
    for module, name in blocks:
        monkeypatch.setattr(module, name, 64)
    fit(tmp_path, filled(tmp_path, papers(300)), Planted(), seed=3)
    before, now = snapshot.load(fitted[0]), snapshot.load(tmp_path)
    exact = ["id", "topic", "second", "subtopic", "unplaced"]
    assert now.papers[exact].equals(before.papers[exact])
    assert now.topics[["topic", "name", "papers"]].equals(before.topics[["topic", "name", "papers"]])
    assert [list(words) for words in now.topics["words"]] == [list(words) for words in before.topics["words"]]
    near = ["x", "y", "confidence"]
    assert np.allclose(now.papers[near], before.papers[near], atol=1e-4)
    assert (now.terms.counts != before.terms.counts).nnz == 0 and now.terms.words.tolist() == before.terms.words.tolist()


def test_names_are_made_of_the_topic_s_own_words(fitted: tuple[Path, dict]) -> None:
    shown = snapshot.load(fitted[0])
    subject = shown.papers.groupby("topic", observed=True)["field"].agg(lambda f: f.mode().iloc[0]).to_dict()
    for topic, words in zip(shown.topics["topic"], shown.topics["words"], strict=True):
        own = {subject[topic], *SUBJECTS[subject[topic]]}
        assert all(part.lower() in own for word in words[:3] for part in word.split())


def test_the_trust_card_names_rivals_and_papers_of_the_topic(fitted: tuple[Path, dict]) -> None:
    shown = snapshot.load(fitted[0])
    cards = shown.table("trust")
    assert cards is not None
    topic_of = dict(zip(shown.papers["id"], shown.papers["topic"], strict=True))
    for row in cards.to_dict("records"):
        assert 0 <= row["stability"] <= 1
        assert -1 <= row["coherence"] <= 1
        assert row["topic"] not in row["rivals"]
        assert {topic_of[p] for p in [*row["representative"], *row["boundary"]]} == {row["topic"]}


def test_the_order_of_import_leaves_no_trace(fitted: tuple[Path, dict], tmp_path: Path) -> None:
    home, _ = fitted
    shuffled = papers(300)
    np.random.default_rng(1).shuffle(shuffled)  # type: ignore[arg-type]
    fit(tmp_path, filled(tmp_path, shuffled), Planted(), seed=3)
    one, other = snapshot.load(home), snapshot.load(tmp_path)
    columns = ["id", "topic", "second", "confidence", "x", "y"]
    assert one.papers[columns].equals(other.papers[columns])
    assert one.topics["name"].tolist() == other.topics["name"].tolist()


def test_vectors_are_made_once(fitted: tuple[Path, dict], tmp_path: Path) -> None:
    model = Planted()
    corpus = filled(tmp_path, papers(40))
    assert fit(tmp_path, corpus, model)["embedded"] == 40
    assert fit(tmp_path, corpus, model)["embedded"] == 0


def test_a_refit_keeps_ids_and_writes_down_what_changed(corpus: Corpus, tmp_path: Path) -> None:
    before = snapshot.load(tmp_path)
    corpus.upsert(papers(24, seed=9))
    fit(tmp_path, corpus, Planted(), seed=1)
    after = snapshot.load(tmp_path)
    rows = [after.row_of[i] for i in before.papers["id"]]
    events = after.table("lineage")
    assert events is not None
    _, explained = kept_share(before.papers["topic"].to_numpy(), after.papers["topic"].to_numpy()[rows], events)
    assert explained >= 0.9


def test_new_papers_are_placed_where_their_subject_is(corpus: Corpus, tmp_path: Path) -> None:
    corpus.upsert(papers(30, seed=5))
    done = place(tmp_path, corpus, Planted())
    shown = snapshot.load(tmp_path)
    assert done["placed"] == 30
    new = shown.papers[shown.papers["id"].str.startswith("t:5-")]
    old = shown.papers[shown.papers["id"].str.startswith("t:0-")]
    subject = old.groupby("topic", observed=True)["field"].agg(lambda f: f.mode().iloc[0]).to_dict()
    assert np.mean([subject[t] == f for t, f in zip(new["topic"], new["field"], strict=True)]) >= 0.95
    assert np.isfinite(new[["x", "y"]].to_numpy()).all()
    assert len(shown.terms.words)
    assert shown.terms.counts[[shown.row_of[i] for i in new["id"]]].nnz > 0
    assert place(tmp_path, corpus, Planted())["placed"] == 0


@pytest.mark.parametrize("again", [place, fit])
def test_vectors_that_the_corpus_lost_are_brought_back_not_made_anew(
    corpus: Corpus, tmp_path: Path, again: Callable[..., object]
) -> None:
    before = corpus.vectors("planted")
    shutil.rmtree(tmp_path / "corpus" / "vectors-planted.lance")
    corpus.upsert(papers(6, seed=5))
    model = Planted()
    again(tmp_path, Corpus(str(tmp_path / "corpus")), model)
    rows, vectors = corpus.vectors("planted")
    assert model.texts < 240 and len(rows) == 246
    for known, row in before[0].items():
        assert np.allclose(vectors[rows[known]], before[1][row])


def test_an_abstract_that_came_later_places_its_paper_anew(corpus: Corpus, tmp_path: Path) -> None:
    whole = papers(12, seed=5)
    bare = [paper.replace(abstract="", title=f"quantum notes {i}") for i, paper in enumerate(whole)]
    corpus.upsert(bare)
    place(tmp_path, corpus, Planted())
    corpus.upsert(paper.replace(abstract=full.abstract) for paper, full in zip(bare, whole, strict=True))
    done = place(tmp_path, corpus, Planted())
    assert (done["placed"], done["changed"]) == (12, 12)
    shown = snapshot.load(tmp_path)
    old = shown.papers[shown.papers["id"].str.startswith("t:0-")]
    subject = old.groupby("topic", observed=True)["field"].agg(lambda f: f.mode().iloc[0]).to_dict()
    new = shown.papers[shown.papers["id"].str.startswith("t:5-")]
    assert np.mean([subject[t] == f for t, f in zip(new["topic"], new["field"], strict=True)]) >= 0.9
    assert shown.terms.counts[[shown.row_of[i] for i in new["id"]]].sum(axis=1).min() > 3, "terms are those of the abstract"
    again = place(tmp_path, corpus, Planted())
    assert (again["placed"], again["changed"]) == (0, 0)


def test_papers_of_an_unknown_subject_become_a_candidate_and_drift_says_so(corpus: Corpus, tmp_path: Path) -> None:
    SUBJECTS["volcano"] = ["magma", "eruption", "caldera", "tephra", "lava", "fumarole", "basalt", "ash", "crater"]
    try:
        words = SUBJECTS["volcano"]
        corpus.upsert(
            Paper(
                f"v:{i}", f"volcano {words[i % 9]}", f"On {' '.join(np.roll(words, i)[:8])}.", ("C",), date(2026, 5, 1), "arXiv"
            )
            for i in range(70)
        )
        done = place(tmp_path, corpus, Planted())
    finally:
        del SUBJECTS["volcano"]
    assert done["unplaced"] >= 60
    assert any("volcano" in " ".join(c["words"] + [c["name"]]) for c in done["candidates"])
    assert done["refit"]
    assert any("far from every topic" in why for why in drift(snapshot.load(tmp_path)))


def test_placing_before_a_fit_says_what_to_do(tmp_path: Path) -> None:
    corpus = filled(tmp_path, papers(3))
    with pytest.raises(SnapshotError, match="fit"):
        place(tmp_path, corpus, Planted())


def test_decisions_survive_a_refit_and_can_be_taken_back(corpus: Corpus, tmp_path: Path) -> None:
    first = snapshot.load(tmp_path)
    a, b, c = (int(t) for t in first.topics["topic"][:3])
    curation.save(tmp_path, Curation(names={a: "My name"}, merged={b: a}, hidden=[c], pinned=[a]))
    recurate(tmp_path)
    for again in (False, True):
        if again:
            fit(tmp_path, corpus, Planted())
        shown = snapshot.load(tmp_path)
        assert shown.topic_names[a] == "My name"
        assert b not in shown.topic_names
        assert b not in set(shown.papers["topic"])
        assert shown.topics.set_index("topic").loc[c, "hidden"]
        assert shown.topics["papers"].sum() == 240
    curation.save(tmp_path, Curation())
    recurate(tmp_path)
    back = snapshot.load(tmp_path)
    assert back.topic_names == first.topic_names
    assert back.papers["topic"].tolist() == first.papers["topic"].tolist()


@pytest.mark.parametrize(
    "given",
    [
        [],
        papers(1),
        papers(2),
        papers(12),
        papers(200),
        papers(1200)[::6],
        [papers(1)[0].replace(id=f"copy:{i}") for i in range(500)],
        [Paper(f"e:{i}", "Untitled", "", (), date(2026, 1, 1), "X") for i in range(30)],
        [
            Paper(f"z:{i}", "神经网络与图像识别", "本文研究神经网络的训练方法" + "图像" * (i % 3), (), date(2026, 1, 1), "X")
            for i in range(40)
        ],
    ],
    ids=["none", "one", "two", "twelve", "two hundred", "one field", "copies", "no abstracts", "Chinese"],
)
def test_corpora_of_any_size(given: list[Paper], tmp_path: Path) -> None:
    summary = fit(tmp_path, filled(tmp_path, given), Planted())
    shown = snapshot.load(tmp_path)
    assert summary["papers"] == len(given) == len(shown)
    assert (shown.papers["topic"] >= 0).all()
    if given:
        assert np.isfinite(shown.papers[["x", "y"]].to_numpy()).all()
        assert summary["topics"] >= 1


@pytest.mark.parametrize(
    "given", [papers(1), papers(12), [papers(1)[0].replace(id=f"copy:{i}") for i in range(500)]], ids=["one", "twelve", "copies"]
)
def test_papers_are_placed_and_refitted_on_small_corpora(given: list[Paper], tmp_path: Path) -> None:
    corpus = filled(tmp_path, given)
    fit(tmp_path, corpus, Planted())
    corpus.upsert(papers(3, seed=7))
    assert place(tmp_path, corpus, Planted())["placed"] == 3
    shown = snapshot.load(tmp_path)
    assert (shown.papers["topic"] >= 0).all()
    assert np.isfinite(shown.papers[["x", "y"]].to_numpy()).all()
    assert fit(tmp_path, corpus, Planted())["papers"] == len(given) + 3


def test_a_second_fit_of_the_same_papers_changes_nothing_and_a_fresh_one_may_be_asked_for(corpus: Corpus, tmp_path: Path) -> None:
    first = snapshot.load(tmp_path).papers["topic"].tolist()
    again = fit(tmp_path, corpus, Planted())
    assert set(again["changes"]) == {"kept"}
    assert snapshot.load(tmp_path).papers["topic"].tolist() == first
    fit(tmp_path, corpus, Planted(), fresh=True)
    assert snapshot.load(tmp_path).papers["topic"].tolist() == first
