"""What was published is never gone without a word: damaged versions are stood in for, and a publish that would lose stops."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.__main__ import main
from hub.errors import CorpusError, SnapshotError
from hub.storage import integrity, losses, opening, publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame, republish

TOPICS = {"topic": [0, 1], "name": ["a", "b"], "words": [["a"], ["b"]], "papers": [20, 20], "parent": [-1, -1],
          "x": [0.0, 1.0], "y": [0.0, 1.0]}  # fmt: skip


@pytest.fixture
def home(hub_home: Path) -> Path:
    """Two versions with 40 real papers and two topics."""
    corpus = Corpus(str(hub_home / "corpus"))
    corpus.upsert(paper.replace(id=paper.id.replace("demo:", "arXiv:")) for paper in demo.papers(count=40))
    papers = papers_frame(corpus)
    topics = pd.DataFrame(TOPICS).astype({"topic": "int32", "parent": "int32"})
    for turn in range(2):
        publishing.publish(
            hub_home, papers.assign(topic=pd.Series(range(40), dtype="int32") % 2), topics, snapshot.empty().themes,
            vectors=np.full((40, 3), turn, dtype=np.float32),
        )  # fmt: skip
    return hub_home


def current(home: Path) -> Path:
    return home / "snapshots" / (home / "snapshots" / "CURRENT").read_text()


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garbled(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def a_file(folder: Path) -> Path:
    file = folder / "more.csv"
    file.write_text("title,abstract,published,doi,source\nA new paper,It says much,2026-01-02,10.1234/abc,Journal\n")
    return file


@pytest.mark.parametrize("name", ["papers.arrow", "topics.arrow", "meta.json", "vectors.npy"])
@pytest.mark.parametrize("harm", [half, garbled, Path.unlink])
def test_an_older_version_stands_in_for_a_damaged_one(home: Path, name: str, harm: Callable[[Path], None]) -> None:
    version = current(home).name
    harm(current(home) / name)
    if (name, harm) == ("meta.json", garbled):
        (current(home) / name).write_text("{")
    now = snapshot.load(home)
    assert now.instead_of == version and now.version == snapshot.versions(home)[1]
    assert len(now) == 40 and len(now.topics) == 2


@pytest.mark.parametrize("said", [b"\xff\xfe\x00", b"", b"../../etc", b"20200101T000000000000"])
def test_what_names_the_current_version_may_be_damaged(home: Path, said: bytes) -> None:
    (home / "snapshots" / "CURRENT").write_bytes(said)
    assert len(snapshot.load(home)) == 40
    assert snapshot.current_version(home) == snapshot.versions(home)[0]


def test_an_import_carries_the_topics_over_from_the_older_version(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    shutil.rmtree(current(home))
    assert main(["import", str(a_file(tmp_path_factory.mktemp("in")))]) == 0
    now = snapshot.load(home)
    assert (len(now), len(now.topics), now.instead_of) == (41, 2, "")
    assert sorted(now.papers["topic"].tolist()).count(-1) == 1


def test_where_a_file_that_versions_share_is_damaged_the_rest_shows_and_the_next_publish_writes_it_anew(home: Path) -> None:
    now = snapshot.load(home)
    again = {"vectors": np.ones((40, 3), dtype=np.float32)}
    version = publishing.publish(home, now.papers, now.topics, now.themes, **again)
    assert (current(home) / "vectors.npy").samefile(home / "snapshots" / now.version / "vectors.npy")
    half(current(home) / "vectors.npy")
    shutil.rmtree(home / "snapshots" / snapshot.versions(home)[-1])
    harmed = snapshot.load(home)
    assert harmed.version == version and harmed.damaged == ("vectors.npy",) and len(harmed.topics) == 2
    publishing.publish(home, now.papers, now.topics, now.themes, **again)
    assert snapshot.load(home).vectors.tolist() == again["vectors"].tolist()


def test_without_any_whole_version_the_rest_shows_without_what_is_damaged(home: Path) -> None:
    for version in snapshot.versions(home):
        half(home / "snapshots" / version / "vectors.npy")
    now = snapshot.load(home)
    assert now.damaged == ("vectors.npy",) and now.vectors.shape == (40, 0) and len(now.topics) == 2


def test_without_any_readable_version_nothing_is_published_without_topics(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in snapshot.versions(home):
        half(home / "snapshots" / version / "topics.arrow")
    before = snapshot.versions(home)
    assert main(["import", str(a_file(tmp_path))]) == 1
    assert "hub fit" in capsys.readouterr().err and snapshot.versions(home) == before
    assert main(["import", "--allow-loss", str(a_file(tmp_path))]) == 0
    assert len(snapshot.load(home)) == 41


def test_a_version_from_before_the_topics_does_not_stand_in_for_one_with_topics(home: Path, tmp_path: Path) -> None:
    version = current(home)
    (older,) = (home / "snapshots" / name for name in snapshot.versions(home) if name != version.name)
    shutil.rmtree(older)
    none = snapshot.empty()
    with losses.allowed():
        publishing.publish(home / "other", snapshot.load(home).papers, none.topics, none.themes)
    bare = next((home / "other" / "snapshots").glob("2*"))
    bare.rename(older)
    half(version / "vectors.npy")
    assert len(snapshot.load(home).topics) == 2 and snapshot.load(home).damaged == ("vectors.npy",)
    half(version / "topics.arrow")
    assert main(["import", str(a_file(tmp_path))]) == 1
    assert snapshot.versions(home) == [version.name, older.name]


@pytest.mark.parametrize("gone", ["corpus", "corpus/papers.lance", "corpus/papers.lance/_versions"])
def test_a_lost_paper_table_is_not_made_anew(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], gone: str) -> None:
    shutil.rmtree(home / gone)
    for _ in range(2):
        assert main(["import", str(a_file(tmp_path))]) == 1
    assert "corpus" in capsys.readouterr().err
    assert not (home / gone).exists() and len(snapshot.load(home)) == 40


def test_an_empty_paper_table_is_told(home: Path) -> None:
    shutil.rmtree(home / "corpus")
    Corpus(str(home / "corpus"))
    with pytest.raises(CorpusError, match="40 papers"):
        opening.corpus(home, str(home / "corpus"))
    with losses.allowed():
        assert len(opening.corpus(home, str(home / "corpus"))) == 0


def test_another_paper_table_that_lacks_papers_is_not_published(home: Path) -> None:
    other = Corpus(str(home / "other"))
    other.upsert(demo.papers(count=60))  # more than there were, and yet all of those gone
    with pytest.raises(SnapshotError, match="40 of 40"):
        republish(home, other)
    assert not list((home / "snapshots").glob(".draft-*"))
    with losses.allowed():
        republish(home, other)
    assert len(snapshot.load(home)) == 60


def test_demo_papers_leave_when_real_ones_come(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    demo.add(tmp_path, corpus, count=30)
    corpus.upsert([demo.papers(count=1)[0].replace(id="arXiv:1")])
    corpus.remove_prefix(demo.PREFIX)
    republish(tmp_path, corpus)
    assert snapshot.load(tmp_path).papers["id"].tolist() == ["arXiv:1"]


def test_a_version_tells_what_its_files_were(home: Path) -> None:
    folder = current(home)
    seals = json.loads((folder / "meta.json").read_text())["files"]
    assert set(seals) == {file.name for file in folder.iterdir()} - {"meta.json"}
    assert integrity.damaged(folder, seals) == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    integrity.write(file, "first")
    file.chmod(0o640)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="space"):
        patch.setattr(os, "fsync", fails)
        integrity.write(file, "second")
    assert file.read_text() == "first" and [*tmp_path.iterdir()] == [file]
    integrity.write(file, "third")
    assert file.read_text() == "third" and stat.S_IMODE(file.stat().st_mode) == 0o640


def test_an_export_into_nowhere_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "csv", "-o", str(home / "no" / "such.csv")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["export", "csv", "-o", str(home / "such.csv")]) == 0
    assert (home / "such.csv").read_bytes().count(b"\n") >= 40
