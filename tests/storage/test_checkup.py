"""What ``hub doctor`` finds: nothing in a sound folder, and in a broken one the command that mends it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.storage.checkup import findings, sizes


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_home, tmp_path / "data"))


def found(home: Path, user_home: Path) -> list[str]:
    return [finding.what for finding in findings(home, str(home / "corpus"), user_home)]


def mended(home: Path, user_home: Path) -> list[str]:
    """Run the commands that are told, and look again."""
    for finding in findings(home, str(home / "corpus"), user_home):
        subprocess.run(shlex.split(finding.command), check=True)
    return found(home, user_home)


def test_a_sound_folder_needs_no_hand(home: Path, tmp_path: Path) -> None:
    assert found(home, tmp_path / "user") == []
    assert sizes(home)["snapshots"] > 100_000


def test_data_of_an_earlier_run_in_the_home_directory_is_moved_by_the_command(home: Path, tmp_path: Path) -> None:
    user = home.rename(tmp_path / "user")
    (user / "diary.txt").write_text("not ours")
    (user / "models").mkdir()
    (user / "models/train.gltf").write_text("not ours")
    (user / ".cache/Microsoft/DeveloperTools/.onnxruntime").mkdir(parents=True)
    data = tmp_path / "cache"
    data.mkdir()
    (first, second) = found(data, user)
    assert "home directory" in first and "diary" not in first and "models" not in first and "telemetry" in second
    assert mended(data, user) == []
    assert (
        (data / "corpus").exists()
        and (data / "snapshots").exists()
        and (user / "models").exists()
        and (user / "diary.txt").exists()
    )


def test_data_in_both_places_is_left_to_a_person(home: Path, tmp_path: Path) -> None:
    user = Path(shutil.copytree(home, tmp_path / "user"))
    (finding,) = findings(home, str(home / "corpus"), user)
    assert "corpus" in finding.what and finding.command == ""


@pytest.mark.parametrize("file", ["snapshots/.draft-1/x", "sets/a.draft", ".probe-x"])
def test_what_a_stopped_worker_left_is_removed_by_the_command(home: Path, tmp_path: Path, file: str) -> None:
    (home / file).parent.mkdir(parents=True, exist_ok=True)
    (home / file).write_text("half")
    assert len(found(home, tmp_path / "user")) == 1
    assert mended(home, tmp_path / "user") == []


@pytest.mark.parametrize("file", ["snapshots/CURRENT", "curation.json", "jobs/cache.db"])
def test_a_damaged_file_is_told(home: Path, tmp_path: Path, file: str) -> None:
    (home / file).parent.mkdir(parents=True, exist_ok=True)
    (home / file).write_bytes(b"\xff{ not this")
    (said,) = found(home, tmp_path / "user")
    assert "damaged" in said or "cannot be read" in said


def test_the_command_says_it_all_in_json_and_by_its_exit_code(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUB_HOME", str(home))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "HF_HOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["snapshot"]["papers"] == 900 and told["home"] == str(home) and told["findings"] == []
    (home / "holiday.jpg").write_bytes(b"")
    assert main(["doctor"]) == 1
    assert "holiday.jpg" in capsys.readouterr().out
