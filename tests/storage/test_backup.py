"""A backup brings back what cannot be made again, and never harms what is there."""

from __future__ import annotations

import gzip
import io
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.errors import BackupError
from hub.papers.model import Paper
from hub.storage import snapshot
from hub.storage.backup import ASIDE, backup, restore
from hub.storage.checkup import findings
from hub.storage.corpus import Corpus


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    home = Path(shutil.copytree(demo_home, tmp_path / "data"))
    (home / "radars/local").mkdir(parents=True)
    (home / "radars/local/mine.json").write_text('{"name": "mine"}')
    (home / "sets").mkdir(exist_ok=True)
    (home / "sets/half.draft").write_text("half")
    return home


def write(home: Path, file: Path) -> Path:
    backup(home, str(home / "corpus"), file)
    return file


@pytest.mark.parametrize("name", ["hub.tar", "hub.tar.gz"])
def test_what_is_brought_back_is_what_was_kept(home: Path, tmp_path: Path, name: str) -> None:
    file = write(home, tmp_path / name)
    new = tmp_path / "new"
    new.mkdir()
    done = restore(new, str(new / "corpus"), file)
    assert done.papers == 900 == len(Corpus(str(new / "corpus")))
    before, after = snapshot.load(home), snapshot.load(new)
    assert after.version == before.version and not after.damaged
    assert after.papers["topic"].tolist() == before.papers["topic"].tolist()
    assert Corpus(str(new / "corpus")).search_ids("diffusion") == Corpus(str(home / "corpus")).search_ids("diffusion") != []
    assert (new / "radars/local/mine.json").read_text() == '{"name": "mine"}'
    assert not (new / "sets/half.draft").exists() and findings(new, str(new / "corpus"), tmp_path / "user") == []
    assert file.stat().st_mode & 0o077 == 0, "it holds radars and the addresses of their feeds"


def test_a_backup_of_a_table_that_is_written_to_holds_whole_batches(home: Path, tmp_path: Path) -> None:
    table, stop = Corpus(str(home / "corpus")), threading.Event()
    written: list[int] = []

    def write_on() -> None:
        while not stop.is_set():
            at = len(written)
            table.upsert([Paper(f"t:{at}-{i}", "A title", "", ("A",), date(2026, 1, 1), "arXiv") for i in range(10)])
            table.optimize()
            written.append(at)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        while len(written) < 3:
            stop.wait(0.05)
        before = len(written)
        file = write(home, tmp_path / "hub.tar")
    finally:
        stop.set()
        writer.join()
    new = tmp_path / "new"
    new.mkdir()
    restore(new, str(new / "corpus"), file)
    back = Corpus(str(new / "corpus"))
    ids = back.columns(["id"])["id"]
    assert len(ids) == len(back) >= 900 + 10 * before and ids[ids.str.startswith("t:")].size % 10 == 0


def test_a_sqlite_table_is_copied_between_two_writes(home: Path, tmp_path: Path) -> None:
    (home / "llm").mkdir()
    with closing(sqlite3.connect(home / "llm/cache.db", isolation_level=None)) as table:
        table.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n); INSERT INTO t VALUES (1)")
        table.execute("BEGIN")
        table.execute("INSERT INTO t VALUES (2)")
        file = write(home, tmp_path / "hub.tar")
        table.execute("ROLLBACK")
    new = tmp_path / "new"
    new.mkdir()
    restore(new, str(new / "corpus"), file)
    with closing(sqlite3.connect(new / "llm/cache.db")) as table:
        assert table.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_nothing_is_overwritten_unless_asked_and_then_it_is_moved_aside(home: Path, tmp_path: Path) -> None:
    file = write(home, tmp_path / "hub.tar")
    (home / "radars/local/mine.json").write_text("newer")
    with pytest.raises(BackupError, match="--replace"):
        restore(home, str(home / "corpus"), file)
    assert (home / "radars/local/mine.json").read_text() == "newer"
    restore(home, str(home / "corpus"), file, replace=True)
    assert (home / "radars/local/mine.json").read_text() == '{"name": "mine"}'
    (aside,) = home.glob(f"{ASIDE}*")
    assert (aside / "radars/local/mine.json").read_text() == "newer" and (aside / "corpus").exists()
    assert len(snapshot.load(home)) == 900


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "cut short":
        file.write_bytes(data[: len(data) // 2])
    elif how == "one byte":
        at = data.index(b"ARROW1") + 100_000
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "garbled gzip":
        packed = gzip.compress(data)
        file.write_bytes(packed[:5000] + b"x" * 50 + packed[5050:])
    else:
        with tarfile.open(file, "w") as archive:
            about = tarfile.TarInfo({"path": "../outside", "link": "radars/link", "other": "readme.txt"}[how])
            if how == "link":
                about.type, about.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(about, io.BytesIO())


@pytest.mark.parametrize("how", ["cut short", "one byte", "empty", "garbled gzip", "path", "link", "other"])
def test_a_damaged_backup_changes_nothing(home: Path, tmp_path: Path, how: str) -> None:
    file = write(home, tmp_path / "hub.tar")
    damage(file, how)
    with pytest.raises(BackupError, match="Nothing was changed"):
        restore(home, str(home / "corpus"), file, replace=True)
    assert len(snapshot.load(home)) == 900 and not list(home.glob(".restored-*")) and not list(home.glob(f"{ASIDE}*"))
    assert not (tmp_path / "outside").exists()


def test_the_command_says_what_it_wrote_and_one_line_where_it_cannot(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_HOME", str(home))
    assert main(["backup", str(tmp_path / "hub.tar"), "--json"]) == 0
    assert '"papers": 900' in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "nowhere" / "hub.tar")]) == 1
    assert main(["restore", str(tmp_path / "absent.tar"), "--replace"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2 and all(line.startswith("hub: ") for line in said)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "empty"))
    assert main(["backup", str(tmp_path / "none.tar")]) == 1 and not (tmp_path / "none.tar").exists()
