"""A harmed file stops what needs it and nothing else: pages go on, `doctor` names it, `--repair` mends what can be mended."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from hub.__main__ import main
from hub.embed import queries
from hub.embed.minilm import SEAL, MiniLM
from hub.errors import CorpusError, EmbedderError
from hub.radar.model import Radar
from hub.radar.ranking import vectors
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.settings import app_folder
from hub.storage import backup, integrity
from hub.storage import checkup as storage_checkup
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.ui import reader
from hub.worker import checkup, jobs

SHELL = str(Path(reader.__file__).with_name("shell.py"))


@pytest.fixture
def home(demo_home: Path, hub_home: Path) -> Path:
    shutil.copytree(demo_home, hub_home, dirs_exist_ok=True)
    store = RadarStore(hub_home)
    store.save(Radar("ice", should=("glacier",)))
    Reading(store).note("p", "a note")
    (hub_home / "briefings").mkdir()
    return hub_home


def page(name: str) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=60)
    return app.switch_page(str(app_folder() / "pages" / f"{name}.py")).run()


def told(home: Path) -> list[str]:
    return [finding.what for finding in checkup.findings(home, str(home / "corpus"), home / "none")]


def radar_file(home: Path) -> Path:
    return next((home / "radars" / "local").glob("*.json"))


HARMS: tuple[Callable[[Path], object], ...] = (
    lambda home: radar_file(home).write_bytes(b"\xff\xfe{"),
    lambda home: (home / "radars/local/reading.state").write_bytes(b"\xff\xfe{"),
    lambda home: (home / "radars/local/reading.state").write_text("[1, 2]"),
    lambda home: (shutil.rmtree(home / "radars"), (home / "radars").write_bytes(b"")),
)


@pytest.mark.parametrize("harm", HARMS)
def test_damaged_radars_stop_no_other_page_and_are_told(home: Path, harm: Callable[[Path], object]) -> None:
    assert told(home) == []
    harm(home)
    assert any("radars" in what for what in told(home))
    today = page("today")
    assert not today.exception and not today.error and any(m.value for m in today.title)
    assert not page("radar").exception


@pytest.mark.parametrize("name", ["radars", "briefings", "snapshots", "models"])
def test_a_file_where_a_folder_belongs_is_told_and_moved_aside(home: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(home / name, ignore_errors=True)
    (home / name).write_bytes(b"")
    assert any("where a folder belongs" in what for what in told(home))
    for asked in ("today", "briefings", "radar"):
        assert not page(asked).exception
    main(["doctor", "--repair", "--json"])
    said = json.loads(capsys.readouterr().out)["findings"]
    assert not any("where a folder belongs" in finding["what"] for finding in said)
    assert list(home.glob(f"{name}.damaged-*"))


def test_what_is_closed_is_told_and_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = radar_file(home)
    shut = {str(file): True}
    real, mode = os.access, Path.chmod
    monkeypatch.setattr(os, "access", lambda place, how: str(place) not in shut and real(place, how))  # root may read all
    monkeypatch.setattr(Path, "chmod", lambda place, how: (shut.pop(str(place), None), mode(place, how))[1])
    assert f"{file} cannot be read, or not written to." in told(home)
    main(["doctor", "--repair"])
    assert told(home) == []


def test_a_reader_of_a_closed_folder_reads_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(home / "radars" / "local" / ".lock"))

    monkeypatch.setattr(RadarStore, "_lock", closed)
    reading = Reading(RadarStore(home))
    assert reading.look("today") is None and reading.notes() == {"p": "a note"}
    assert not page("today").exception and not page("radar").exception


def test_a_trouble_of_one_file_is_a_plain_message(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(home / "jobs"))

    monkeypatch.setattr(jobs, "current", closed)
    app = page("today")
    assert not app.exception and "jobs" in app.error[0].value and "doctor" in app.error[0].value


def test_decisions_that_are_gone_are_told(home: Path) -> None:
    assert main(["curate", "rename", "0", "A name of ours"]) == 0
    assert main(["curate", "merge", "1", "2"]) == 0  # publishes
    assert told(home) == []
    (home / "curation.json").unlink()
    assert any("curation.json" in what for what in told(home))


@pytest.mark.parametrize("data", [b"", b"\x08\x07 cut short"])
def test_a_damaged_model_is_none_for_pages(home: Path, data: bytes) -> None:
    models = home / "models"
    models.mkdir()
    (models / f"{MiniLM.id}.onnx").write_bytes(data)
    with pytest.raises(EmbedderError, match="anew"):
        MiniLM(models, make=False)
    assert not queries.usable(MiniLM.id, home) and queries.embed_with(MiniLM.id, home) is None
    (models / f"{MiniLM.id}.onnx").with_suffix(SEAL).write_text("0" * 64)
    assert not queries.usable(MiniLM.id, home)


def test_who_looks_whether_a_lock_is_held_is_not_taken_for_its_holder(tmp_path: Path) -> None:

    with jobs.exclusive(tmp_path, "fit"):
        assert integrity.held(tmp_path / "worker.lock") and jobs.busy(tmp_path)
    looker = FileLock(tmp_path / "worker.lock", thread_local=False)
    looker.acquire()

    threading.Timer(0.1, looker.release).start()  # a page looks for a moment
    with jobs.exclusive(tmp_path, "gather"):
        pass
    assert not integrity.held(tmp_path / "none" / "worker.lock")


@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_bytes(b"\xff" * 40)])
def test_a_damaged_search_index_is_told_and_made_anew(home: Path, harm: Callable[[Path], object]) -> None:
    for file in (home / "corpus" / "papers.lance" / "_indices").rglob("part_*.lance"):
        harm(file)
    assert any("search index" in what for what in told(home))
    app = AppTest.from_file(SHELL, default_timeout=60)
    app.query_params["q"] = "language model"
    app.switch_page(str(app_folder() / "pages" / "papers.py")).run()
    assert not app.exception
    main(["doctor", "--repair"])
    assert told(home) == []
    assert Corpus(str(home / "corpus")).holding("model")[0]


def test_a_trouble_of_the_paper_table_is_one_line(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for file in (home / "corpus" / "papers.lance" / "data").iterdir():
        file.write_bytes(b"\xff" * 40)
    assert main(["export", "csv", "-o", str(tmp_path / "x.csv")]) in (0, 1)
    new = tmp_path / "new.csv"
    new.write_text("title,abstract,published,doi,source\nA paper,It says much,2026-01-02,10.1234/abc,Journal\n")
    assert main(["import", str(new)]) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("hub: ")


def test_jobs_that_cannot_be_written_to_stop_no_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def readonly(*_: object) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(jobs, "_table", readonly)
    assert jobs.current(home) is None
    today = page("today")
    assert not today.exception and not today.error


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", b"\xff" * 400])
def test_damaged_vectors_of_a_radar_are_made_anew(data: bytes) -> None:
    assert vectors._kept("vectors-x.npz", data) == {}


def test_an_embedder_that_is_none_needs_a_hand(
    hub_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_EMBEDDER", "tfidf")
    assert main(["doctor"]) == 1
    assert "! HUB_EMBEDDER names 'tfidf'" in capsys.readouterr().out


@pytest.mark.parametrize("table", ["vectors-x", "notes"])
@pytest.mark.parametrize("part", ["_versions", "data"])
@pytest.mark.parametrize("harm", [shutil.rmtree, lambda folder: [file.write_bytes(b"\xff" * 40) for file in folder.iterdir()]])
@pytest.mark.parametrize("first", ["read", "write", "optimize", "doctor"])
def test_a_damaged_table_beside_the_papers_is_moved_aside_and_made_again(
    tmp_path: Path, table: str, part: str, harm: Callable[[Path], object], first: str
) -> None:
    def made() -> Corpus:
        corpus = Corpus(str(tmp_path / "corpus"))
        corpus.add_vectors("x", ["a"], np.full((1, 4), 0.5, dtype=np.float32))
        corpus.note("rule", "1")
        return corpus

    made()
    harm(tmp_path / "corpus" / f"{table}.lance" / part)
    corpus = Corpus(str(tmp_path / "corpus"))
    if first == "doctor":
        assert any(f"The table {table}" in what for what in told(tmp_path))
        assert storage_checkup.repair(tmp_path, str(tmp_path / "corpus"))
        assert not any(f"The table {table}" in what for what in told(tmp_path))
    elif first == "optimize":
        corpus.optimize()
    elif first == "read":
        kept = (bool(corpus.embedded("x")), bool(len(corpus.vectors("x", ["a"])[1])), corpus.noted("rule") == "1")
        assert kept == ((False, False, True) if table == "vectors-x" else (True, True, False))
    corpus = made()
    assert corpus.embedded("x") == ["a"] and corpus.noted("rule") == "1"
    aside = [place.name.split(".")[0] for place in (tmp_path / "corpus").glob("*.damaged-*")]
    assert aside == [table] or (not aside and first == "write")  # without its versions it is new for who writes
    assert any("moved aside" in what for what in told(tmp_path)) is bool(aside)


def test_a_vector_that_was_garbled_on_the_disk_is_made_again(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    whole = np.eye(4, dtype=np.float32)
    corpus.add_vectors("x", [*"abcd"], whole)
    corpus.add_vectors("x", [*"bcd"], np.array([[0, 3e7, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0.5]], dtype=np.float32))
    rows, _ = corpus.vectors("x")
    assert [*rows] == ["a"]
    corpus.add_vectors("x", [*"bcd"], whole[1:])
    rows, vectors = corpus.vectors("x")
    assert np.array_equal(vectors[[rows[name] for name in "abcd"]], whole)


@pytest.mark.parametrize(("part", "harm"), [
    ("data", lambda file: file.write_bytes(file.read_bytes()[:40] + b"\xff" * (file.stat().st_size - 40))),
    ("data", lambda file: file.write_bytes(b"")), ("_versions", lambda file: file.write_bytes(b"\xff" * 90)),
    ("_versions", Path.unlink),
])  # fmt: skip
def test_a_garbled_file_of_the_papers_is_told_before_it_is_read(
    home: Path, part: str, harm: Callable[[Path], object], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    corpus = Corpus(str(home / "corpus"))
    republish(home, corpus)
    files = [file for file in (home / "corpus" / "papers.lance" / part).iterdir() if file.suffix != ".json"]
    harm(min(files))  # of versions the newest
    with pytest.raises(CorpusError, match="restore"):
        Corpus(str(home / "corpus"))
    assert any("papers.lance is damaged" in what for what in told(home))
    new = tmp_path / "new.csv"
    new.write_text("title,abstract,published,doi,source\nA paper,It says much,2026-01-02,10.1234/abc,Journal\n")
    assert main(["import", str(new)]) == 1
    assert "papers.lance is damaged" in capsys.readouterr().err
    assert not page("today").exception and not page("papers").exception


@pytest.mark.filterwarnings("ignore:optimize")
def test_what_was_merged_or_cleaned_away_is_no_damage(home: Path) -> None:
    corpus = Corpus(str(home / "corpus"))
    republish(home, corpus)
    before = {file.name for file in (home / "corpus" / "papers.lance" / "data").iterdir()}
    corpus.put([paper.replace(title=f"{paper.title}!") for paper in corpus.papers(corpus.columns(["id"])["id"].tolist())])
    corpus._table.optimize(cleanup_older_than=timedelta(0))
    assert before - {file.name for file in (home / "corpus" / "papers.lance" / "data").iterdir()}
    assert len(Corpus(str(home / "corpus"))) == len(corpus)
    backup.backup(home, str(home / "corpus"), home.parent / "kept.tar")
    with tarfile.open(home.parent / "kept.tar") as kept:
        assert not any("seals" in name for name in kept.getnames())  # a publish meanwhile would seal what is not in it
    (home / "corpus" / "papers.lance" / "seals.json").write_bytes(b"{")  # made anew with the next publish
    republish(home, Corpus(str(home / "corpus")))
    assert "data/" in (home / "corpus" / "papers.lance" / "seals.json").read_text()
