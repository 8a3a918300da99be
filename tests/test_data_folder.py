"""A data folder that cannot be is told in one line, by every command; a new one is its owner's alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hub import data_folder
from hub.data_folder import CACHES, prepare
from hub.errors import DataFolderError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back afterwards what a prepared folder sets."""
    for name in (*data_folder.QUIET, *CACHES):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.mark.parametrize("name", ["plain", "with space", "论文 数据", "a#b%20c?"])
def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path, name: str) -> None:
    home = prepare(tmp_path / "above" / name)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert list(home.iterdir()) == []


def test_libraries_stay_inside_it(tmp_path: Path) -> None:
    home = prepare(tmp_path / "data")
    assert all(home in Path(os.environ[name]).parents for name in CACHES)
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_mode_of_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    prepare(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_link_to_a_folder_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert prepare(tmp_path / "link") == tmp_path / "link"


def a_file(folder: Path) -> Path:
    (folder / "taken").write_text("")
    return folder / "taken"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "data"


def a_link_to_nowhere(folder: Path) -> Path:
    (folder / "link").symlink_to(folder / "gone")
    return folder / "link"


def a_closed_folder(folder: Path) -> Path:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (folder / "closed").mkdir(mode=0o500)
    return folder / "closed"


def a_full_disk(folder: Path) -> Path:
    home = folder / "full"
    home.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(home)], capture_output=True, check=False
    ).returncode:
        pytest.skip("a small disk cannot be mounted here")
    return home


@pytest.mark.parametrize(
    ("make", "said"),
    [(a_file, "is a file"), (below_a_file, "is a file"), (a_link_to_nowhere, "which is not there"),
     (a_closed_folder, "cannot be written"), (a_full_disk, "is full")],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_a_folder_that_cannot_be_is_one_line_from_a_command_and_from_the_app(tmp_path: Path, make: object, said: str) -> None:
    home = make(tmp_path)  # type: ignore[operator]
    try:
        with pytest.raises(DataFolderError, match=said):
            prepare(home)
        for command in (["-m", "hub", "topics"], ["-m", "hub", "app", "--port", "1024"], ["app.py"]):
            done = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env={**os.environ, "HUB_HOME": str(home)}, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            *before, line = done.stderr.splitlines()
            assert not before or command == ["app.py"]  # Streamlit misses its server
            assert "Traceback" not in done.stderr
            assert line.startswith("hub: ") and said in line and "HUB_HOME" in line
            assert done.returncode == 1
    finally:
        subprocess.run(["umount", str(home)], capture_output=True, check=False)


def test_a_disk_that_fills_in_the_midst_of_work_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.__main__ import main
    from hub.cli import common

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    monkeypatch.setattr(common, "current", full)
    assert main(["topics"]) == 1
