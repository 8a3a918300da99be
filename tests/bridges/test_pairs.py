from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.__main__ import main
from hub.bridges import bridge_papers, novelty, report, same_problem, tables
from hub.bridges.diversity import rao_stirling, shannon
from hub.errors import NotEnoughPapers
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.storage.snapshot import Snapshot


def small(domains: list[str], categories: list[str], vectors: np.ndarray, topics: list[int]) -> Snapshot:
    n = len(domains)
    frame = pd.DataFrame({
        "id": [f"p{i:03d}" for i in range(n)], "title": "t", "authors": "", "published": pd.Timestamp("2026-01-01"),
        "updated": pd.NaT, "source": "arXiv", "field": [c.split()[0] for c in categories], "domain": domains,
        "categories": categories, "url": "", "doi": "", "version": 1, "announce": "", "kind": "paper", "journal": "",
        "added": pd.Timestamp("2026-01-01"), "topic": topics, "second": -1, "confidence": 1.0, "unplaced": False,
        "x": 0.0, "y": 0.0,
    })  # fmt: skip
    ids = sorted(set(topics))
    named = pd.DataFrame({"topic": ids, "name": [f"Topic {i}" for i in ids], "words": [[f"word{i}", "shared"] for i in ids]})
    none = snapshot.empty()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Snapshot("s", snapshot.typed(frame), named.assign(papers=0, parent=-1, x=0.0, y=0.0), none.themes, {}, None,
                    (vectors / lengths).astype(np.float32), none.terms)  # fmt: skip


def test_a_paper_among_another_domains_papers_is_a_bridge() -> None:
    rng = np.random.default_rng(0)
    biology, physics = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    centre = np.array([biology] * 20 + [physics] * 21)
    papers = small(
        ["Biology"] * 20 + ["Physics"] * 20 + ["Biology"], ["q-bio.NC"] * 41, centre + rng.normal(0, 0.05, (41, 3)), [0] * 41
    )
    found = bridge_papers(papers)
    assert found["id"].tolist() == ["p040"]
    assert found.loc[0, ["home", "away"]].tolist() == ["Biology", "Physics"]
    assert found.loc[0, "away_share"] == pytest.approx(1)
    assert set(found.loc[0, "nearest"]) <= {f"p{i:03d}" for i in range(20, 40)}


def test_papers_of_no_domain_are_no_bridges_and_lead_nowhere() -> None:
    rng = np.random.default_rng(0)
    papers = small(["Other"] * 20 + ["Physics"] * 20, ["x"] * 40, rng.normal(0, 1, (40, 3)), [0] * 40)
    assert bridge_papers(papers).empty


def test_a_paper_of_a_rare_combination_is_the_most_novel() -> None:
    lists = ["a b"] * 8 + ["a c"] * 2 + ["c d"] * 10 + ["b"] * 20
    papers = small(["Physics"] * 40, lists, np.ones((40, 3)), [-1] * 40)
    scores = novelty(papers, np.arange(40))
    assert scores.index[:2].tolist() == ["p008", "p009"]
    assert scores["p008"] == pytest.approx(-np.log(2 * 40 / (10 * 12)))
    assert "p030" not in scores  # one category alone is no combination


def test_same_problem_in_other_words_is_found_and_same_words_are_not() -> None:
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(8, 30))
    centres[1] = centres[0] + 0.1 * rng.normal(size=30)  # topics 0 and 1 mean the same
    topics = np.repeat(np.arange(8), 20)
    domains = [("Physics", "Biology")[t % 2] for t in topics]
    papers = small(domains, ["x"] * 160, centres[topics] + 0.1 * rng.normal(size=(160, 30)), topics.tolist())
    papers.topics["words"] = [[f"{word}{t}" for word in "abcdef"] for t in range(8)]
    found = same_problem(papers, np.arange(160))
    assert found.loc[0, ["a", "b"]].tolist() == [0, 1]
    papers.topics["words"] = [[f"{word}{t // 2}" for word in "abcdef"] for t in range(8)]
    assert same_problem(papers, np.arange(160)).empty


def test_diversity_of_one_field_is_none_and_grows_with_distance() -> None:
    one, two = np.array([1.0, 0]), np.array([0.5, 0.5])
    near, far = (np.array([[0, d], [d, 0]]) for d in (0.1, 0.9))
    assert shannon(one) == rao_stirling(one, far) == 0
    assert rao_stirling(two, near) < rao_stirling(two, far)


def test_a_corpus_without_vectors_says_what_to_do(planted: Snapshot) -> None:
    bare = Snapshot(
        "b", planted.papers, planted.topics, planted.themes, {}, None, np.zeros((len(planted), 0), np.float32), planted.terms
    )
    assert tables(bare) == {}
    with pytest.raises(NotEnoughPapers, match="30 papers"):
        bridge_papers(bare)


def test_the_report_is_json_and_every_finding_says_why(planted: Snapshot) -> None:
    found = report(planted, np.arange(len(planted)))
    json.dumps(found, allow_nan=False)
    for name in found["found"]:
        assert all(row["why"].endswith((".", "?")) or row["why"] for row in found[name])
        assert all("{" not in row["why"] for row in found[name])
    assert "since" in found["travels"][0]["why"]


def test_the_command_prints_one_document_on_a_published_snapshot(planted: Snapshot, tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(demo.papers(until=date(2026, 6, 30)))
    papers = papers_frame(corpus)
    assert papers["id"].tolist() == planted.papers["id"].tolist()
    papers["topic"] = planted.papers["topic"].to_numpy()
    publishing.publish(
        tmp_path, papers, planted.topics, planted.themes, vectors=np.asarray(planted.vectors), extra=tables(planted)
    )
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    assert main(["bridges", "--field", "Computer science", "--field", "Biology", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["group"] for row in found["topic_field"]} == {"Computer science", "Biology"}
    assert {"topic_field", "field_field", "diversity", "travels", "bridges", "meetings", "same_problem"} <= set(found)
    assert main(["bridges", "--field", "astrology"]) == 1
