"""A damaged file stops nothing but what needs it: what comes anew is moved aside, and `doctor --repair` mends the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hub import plain_disk
from hub.__main__ import main
from hub.storage import checkup, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.worker import jobs


def filled(folder: Path) -> Path:
    with plain_disk.table(folder) as table:
        for number in range(300):
            table[number] = "x" * 200
    plain_disk._looked_at.clear()  # as in a process of its own
    return folder / "cache.db"


def harm(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "noise":
        file.write_bytes(b"\xff{ not this" * 400)
    elif how == "half":
        file.write_bytes(data[: len(data) // 2])
    else:  # the head stays whole
        file.write_bytes(data[:8192] + bytes(len(data) - 8192))
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)


@pytest.mark.parametrize("how", ["noise", "half", "middle"])
def test_a_damaged_table_is_moved_aside_and_made_anew(tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture) -> None:
    harm(filled(tmp_path / "http"), how)
    with plain_disk.table(tmp_path / "http") as table:
        assert table.get(1) is None
        table["a"] = 1
    (aside,) = tmp_path.glob("http.damaged-*")
    assert (aside / "cache.db").exists() and "moved to" in caplog.text
    with plain_disk.table(tmp_path / "http") as table:
        assert table["a"] == 1


def test_a_whole_table_stays(tmp_path: Path) -> None:
    filled(tmp_path / "http")
    with plain_disk.table(tmp_path / "http") as table:
        assert len(table) == 300
    assert [place.name for place in tmp_path.iterdir()] == ["http"]


@pytest.mark.parametrize(
    "record",
    ["text", [1], {}, {"title": "fit"}, {"title": "fit", "state": "dreaming"}, {"title": "f", "state": "done", "pid": "x"}],
)
def test_a_job_of_another_release_is_none(tmp_path: Path, record: object) -> None:
    with plain_disk.table(tmp_path / "jobs") as table:
        table["job"] = record
    assert jobs.current(tmp_path) is None


def test_what_another_release_keeps_of_a_job_beside_is_left_out(tmp_path: Path) -> None:
    with plain_disk.table(tmp_path / "jobs") as table:
        table["job"] = {"title": "fit", "state": "done", "mood": "good"}
    job = jobs.current(tmp_path)
    assert job is not None and (job.title, job.state) == ("fit", jobs.State.DONE)


def test_repair_mends_all_that_can_be_mended(
    demo_home: Path, hub_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_home, hub_home, dirs_exist_ok=True)
    republish(hub_home, Corpus(str(hub_home / "corpus")))
    monkeypatch.setenv("HOME", str(hub_home / "none"))
    for name in ("jobs", "sources"):
        harm(filled(hub_home / name), "noise")
    newest = snapshot.versions(hub_home)[0]
    file = hub_home / "snapshots" / newest / "subtopics.arrow"
    file.write_bytes(file.read_bytes()[:-100])
    (hub_home / "snapshots" / "CURRENT").write_bytes(b"\xff\xfe")
    (hub_home / "snapshots" / ".draft-1").mkdir()
    before = [finding.what for finding in checkup.findings(hub_home, str(hub_home / "corpus"), hub_home / "none")]
    assert len(before) == 4 and any(newest in what for what in before)
    assert main(["doctor", "--repair", "--json"]) == 1  # what was moved aside is told
    told = json.loads(capsys.readouterr().out)
    assert all("moved aside" in finding["what"] for finding in told["findings"])
    assert told["snapshot"]["papers"] == 900 and len(list(hub_home.glob("*.damaged-*"))) == 2
    now = snapshot.load(hub_home)
    assert not now.instead_of and not now.damaged and snapshot.pointed(hub_home) == now.version and len(now.topics)
