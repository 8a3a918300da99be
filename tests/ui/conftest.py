"""What the tests of the pages share: a data folder of the radar's papers in which radars may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.radar.conftest import papers, publish


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hub")
    publish(home, papers())
    return home


@pytest.fixture
def own_home(tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("corpus", "snapshots"):
        (tmp_path / name).symlink_to(filled / name)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    monkeypatch.setenv("HUB_AUTO_START", "0")
    return tmp_path
