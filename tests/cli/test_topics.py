"""``hub topics`` at each level of the tree, and what a definition says before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hub import demo as demo_papers
from hub.__main__ import main
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.storage.snapshot import SUBTOPIC_COLUMNS, THEME_COLUMNS, TOPIC_COLUMNS
from hub.topics import curation


@pytest.fixture
def tree(hub_home: Path) -> Path:
    """Return a data folder with a tree that has every level; 12 papers: topics 1, 1, 2, 2, 2, 9, ... and the last in none."""
    corpus = Corpus(str(hub_home / "corpus"))
    demo_papers.add(hub_home, corpus, count=12, until=date(2026, 6, 30))
    republish(hub_home, corpus)
    now = snapshot.load(hub_home)
    topic = np.array([1, 1, 2, 2, 2, 9, 9, 9, 9, 9, 9, -1], dtype=np.int32)
    part = np.array([-1, -1, 4, 4, 5, -1, -1, -1, -1, -1, -1, -1], dtype=np.int32)
    named = [(1, "one", ["a"], 2, 10), (2, "two", ["b"], 3, 10), (9, "nine", ["c"], 6, 11)]
    topics = pd.DataFrame([(*row, 0.0, 0.0) for row in named], columns=list(TOPIC_COLUMNS))
    themes = pd.DataFrame([(10, "left", ["l"], 5, 20, 1), (11, "right", ["r"], 6, 20, 1), (20, "all", ["x"], 11, -1, 2)],
                          columns=list(THEME_COLUMNS))  # fmt: skip
    parts = pd.DataFrame([(4, "two a", ["d"], 2, 2), (5, "two b", ["e"], 1, 2)], columns=list(SUBTOPIC_COLUMNS))
    papers = now.papers.assign(topic=topic, subtopic=part)
    publishing.publish(hub_home, papers, topics, themes, vectors=np.eye(12, dtype=np.float32), extra={"subtopics": parts})
    return hub_home


@pytest.mark.parametrize(
    ("level", "papers", "parent"),
    [
        ("domain", {20: 11}, {20: -1}),
        ("theme", {11: 6, 10: 5}, {11: 20, 10: 20}),
        ("topic", {9: 6, 2: 3, 1: 2}, {9: 11, 2: 10, 1: 10}),
        ("subtopic", {4: 2, 5: 1}, {4: 2, 5: 2}),
    ],
)
def test_each_level_lists_its_nodes_with_their_papers_and_what_stands_above(
    tree: Path, run: Callable[..., Any], level: str, papers: dict[int, int], parent: dict[int, int]
) -> None:
    rows = run("topics", "--level", level)
    assert {row[level]: row["papers"] for row in rows} == papers
    assert [row["papers"] for row in rows] == sorted(papers.values(), reverse=True)
    assert {row[level]: row["parent"] for row in rows} == parent
    assert all(row["share"] == pytest.approx(row["papers"] / 12, abs=1e-6) for row in rows)
    assert all(row["words"] for row in rows)


def test_a_level_follows_the_filters_and_topics_are_what_comes_unasked(tree: Path, run: Callable[..., Any]) -> None:
    assert run("topics") == run("topics", "--level", "topic")
    assert [(row["theme"], row["papers"], row["share"]) for row in run("topics", "--level", "theme", "--topic", "two")] == [
        (10, 3, 1)
    ]
    assert run("topics", "--level", "subtopic", "--topic", "nine") == []
    assert main(["topics", "--level", "chapter"]) == 2


def test_a_dry_run_says_what_a_definition_takes_and_then_it_takes_that(demo: Path, run: Callable[..., Any]) -> None:
    before = snapshot.load(demo)
    mean = before.vectors[3] + before.vectors[8]
    cosine = before.vectors @ (mean / np.linalg.norm(mean))
    asked = ("curate", "define", "Mine", *(f"--paper={before.papers['id'].iloc[row]}" for row in (3, 8)), "--least", "0.4")
    told = run(*asked, "--dry-run")
    assert snapshot.load(demo).version == before.version
    assert not (demo / curation.FILE).exists()
    assert told["papers"] == int((cosine >= 0.4).sum()) == told["at_least"]["0.40"]
    assert list(told["at_least"].values()) == sorted(told["at_least"].values(), reverse=True)
    assert told["nearest"][0]["id"] in set(before.papers["id"][cosine > cosine.max() - 1e-3])
    assert told["nearest"][0]["cosine"] == pytest.approx(cosine.max(), abs=2e-3)
    assert told["at_least"]["0.60"] == int((cosine >= 0.6).sum())
    assert [p["cosine"] for p in told["nearest"]] == sorted((p["cosine"] for p in told["nearest"]), reverse=True)
    assert sum(t["papers"] for t in told["topics"]) == told["papers"]
    assert [t["papers"] for t in told["topics"]] == sorted((t["papers"] for t in told["topics"]), reverse=True)

    done = run(*asked)
    shown = snapshot.load(demo)
    made = done["defined"][0]["topic"]
    assert set(shown.papers.loc[shown.papers["topic"] == made, "id"]) == set(before.papers.loc[cosine >= 0.4, "id"])
    words = shown.topics.set_index("topic").loc[made, "words"]
    used = {w.lower(): i for i, w in enumerate(before.terms.words.tolist())}
    own = (before.terms.counts[cosine >= 0.4] > 0).mean(axis=0).A1
    usual = (before.terms.counts > 0).mean(axis=0).A1
    assert len(words) > 2
    assert all(own[used[w.lower()]] > usual[used[w.lower()]] for w in words)
    left = before.topics.set_index("topic")["papers"] - shown.topics.set_index("topic")["papers"]
    assert {t: n for t, n in left.dropna().items() if n} == {t["topic"]: t["papers"] for t in told["topics"]}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "--phrase or by at least one --paper"),
        (("--paper", "no:such"), "no paper 'no:such'"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_dry_or_not(
    demo: Path, run: Callable[..., Any], options: tuple[str, ...], why: str
) -> None:
    for dry in (("--dry-run",), ()):
        assert why in run("curate", "define", "Mine", *options, *dry)
    assert not (demo / curation.FILE).exists()


def test_a_definition_needs_a_name_of_its_own(demo: Path, run: Callable[..., Any]) -> None:
    now = snapshot.load(demo)
    name, example = now.topics["name"].iloc[0], now.papers["id"].iloc[0]
    assert "already" in run("curate", "define", name.upper(), "--paper", example, "--dry-run")
