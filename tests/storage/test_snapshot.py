"""A Snapshot is one version or another, never something between, and gives back what was published."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.errors import SnapshotError
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame, republish


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(str(tmp_path / "corpus"))
    made.upsert(demo.papers(count=40))
    return made


def test_before_the_first_there_is_a_clear_reason(tmp_path: Path) -> None:
    assert snapshot.current_version(tmp_path) is None
    with pytest.raises(SnapshotError, match="import or refresh"):
        snapshot.load(tmp_path)
    nothing = snapshot.empty()
    assert len(nothing) == 0
    assert set(nothing.papers.columns) == {*snapshot.PAPER_COLUMNS, *snapshot.LATER_COLUMNS}


def test_what_is_published_is_read_back(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    papers["topic"] = np.arange(len(papers), dtype=np.int32) % 3
    vectors = np.random.default_rng(0).normal(size=(len(papers), 5)).astype(np.float32)
    nothing = snapshot.empty()
    outlook = pd.DataFrame({"level": [0], "topic": [7], "grows": [0.5], "holds": [0.5], "rank": [1.0]})
    version = publishing.publish(tmp_path, papers, nothing.topics, nothing.themes, vectors=vectors, extra={"outlook": outlook})
    now = snapshot.load(tmp_path)
    assert now.version == version == snapshot.current_version(tmp_path)
    assert now.papers["id"].tolist() == papers["id"].tolist()
    assert now.papers["topic"].tolist() == papers["topic"].tolist()
    assert np.array_equal(now.vectors, vectors)
    more = now.table("outlook")
    assert more is not None
    assert more["topic"].tolist() == [7]
    assert now.table("nothing") is None


def test_the_order_of_import_leaves_no_trace(tmp_path: Path) -> None:
    made = demo.papers(count=60)
    frames = []
    for name, papers in (("a", made), ("b", made[::-1])):
        corpus = Corpus(str(tmp_path / name))
        corpus.upsert(papers)
        frames.append(papers_frame(corpus).drop(columns="added"))
    assert frames[0].equals(frames[1])


def test_old_versions_go_and_an_open_one_stays_readable(tmp_path: Path, corpus: Corpus) -> None:
    first = snapshot.load(tmp_path, republish(tmp_path, corpus))
    vectors = first.vectors
    for _ in range(publishing.KEPT_VERSIONS + 1):
        last = republish(tmp_path, corpus)
    kept = sorted(p.name for p in (tmp_path / "snapshots").iterdir() if p.is_dir())
    assert len(kept) == publishing.KEPT_VERSIONS
    assert kept[-1] == last
    assert first.papers["title"].str.len().min() > 0
    assert len(vectors) == 40


def test_only_versions_are_cleared_away(tmp_path: Path, corpus: Corpus) -> None:
    copy = tmp_path / "snapshots" / "20260101T000000000000-mine"
    copy.mkdir(parents=True)
    for _ in range(publishing.KEPT_VERSIONS + 1):
        republish(tmp_path, corpus)
    assert copy.exists()


def test_a_version_that_is_gone_is_not_one_without_vectors(tmp_path: Path, corpus: Corpus) -> None:
    nothing = snapshot.empty()
    papers = papers_frame(corpus)
    version = publishing.publish(tmp_path, papers, nothing.topics, nothing.themes, vectors=np.ones((len(papers), 4), np.float32))
    held = snapshot.load(tmp_path, version)
    shutil.rmtree(tmp_path / "snapshots" / version)
    with pytest.raises(SnapshotError, match="gone"):
        _ = held.vectors


def test_a_new_paper_waits_unplaced_and_the_others_keep_their_topic(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    papers["topic"] = np.int32(2)
    nothing = snapshot.empty()
    publishing.publish(tmp_path, papers, nothing.topics, nothing.themes)
    corpus.upsert([demo.papers(count=3, seed=9)[0].replace(id="demo:new", title="A title that is new here")])
    republish(tmp_path, corpus)
    placed = snapshot.load(tmp_path).papers.set_index("id")["topic"]
    assert placed["demo:new"] == -1
    assert (placed.drop("demo:new") == 2).all()


def test_a_damaged_version_is_named(tmp_path: Path, corpus: Corpus) -> None:
    version = republish(tmp_path, corpus)
    (tmp_path / "snapshots" / version / "papers.arrow").write_bytes(b"no arrow")
    with pytest.raises(SnapshotError, match=version):
        snapshot.load(tmp_path)


def test_republishing_gives_the_same_columns_and_keeps_every_place(tmp_path: Path) -> None:
    corpus, made = Corpus(str(tmp_path / "corpus")), demo.papers(count=90)
    corpus.upsert(made[:60])
    placed = papers_frame(corpus)
    chance = np.random.default_rng(1)
    placed["topic"] = chance.integers(0, 5, len(placed)).astype(np.int32)
    placed["x"] = chance.random(len(placed)).astype(np.float32)
    vectors = chance.random((len(placed), 4)).astype(np.float32)
    nothing = snapshot.empty()
    publishing.publish(tmp_path, placed, nothing.topics, nothing.themes, vectors=vectors, meta={"embedder": "e"})
    corpus.upsert(made[60:])
    now = snapshot.load(tmp_path, republish(tmp_path, corpus))
    before = placed.set_index("id")
    expected = papers_frame(corpus)
    for name in ("topic", "x"):
        expected[name] = [before[name].get(i, default) for i, default in zip(expected["id"], expected[name], strict=True)]
    pd.testing.assert_frame_equal(now.papers, snapshot.typed(expected), check_categorical=True)
    was = dict(zip(placed["id"], vectors, strict=True))
    assert np.array_equal(now.vectors, [was.get(i, np.zeros(4)) for i in now.papers["id"]])
    assert now.meta["embedder"] == "e" and now.meta["papers"] == 90
