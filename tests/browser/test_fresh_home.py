"""A first run in a fresh home directory, with a shell full of other people's variables: it leaves nothing there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from hub.settings import Settings

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the app, so that its default data folder is not the developer's."""
    made = tmp_path / "checkout"
    made.mkdir()
    shutil.copy(ROOT / "app.py", made)
    for name in ("hub", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
    return made


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the variables of a stranger's shell: a new HOME, no HUB_HOME, and nonsense in the bare name of every setting."""
    (tmp_path / "home").mkdir()
    nothing = tmp_path / "catalogue.toml"
    nothing.write_text("")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    bare = {name.upper(): "/nowhere/nonsense" for name in (*Settings.model_fields, "dask") if name != "home"}
    return {**bare, **kept, "HOME": str(tmp_path / "home"), "HUB_CATALOGUE": str(nothing), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def address(checkout: Path, environment: dict[str, str]) -> Iterator[str]:
    for command in (("demo", "--count", "150"), ("gather",)):
        subprocess.run([sys.executable, "-m", "hub", *command], cwd=checkout, env=environment, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = subprocess.Popen([sys.executable, "-m", "hub", "app", "--port", str(port)], cwd=checkout, env=environment)
    yield f"http://127.0.0.1:{port}"
    app.terminate()
    app.wait(20)


def everything(folder: Path) -> set[str]:
    return {str(place.relative_to(folder)) for place in folder.rglob("*")}


def test_a_first_run_writes_into_its_data_folder_only(
    checkout: Path, environment: dict[str, str], address: str, page: Page, tmp_path: Path
) -> None:
    for _ in range(100):
        try:
            page.goto(address)
            break
        except PlaywrightError:  # the app is not up yet
            time.sleep(0.3)
    page.goto(f"{address}/topics")
    expect(page.get_by_text("topics", exact=False).first).to_be_visible()
    done = subprocess.run([sys.executable, "-m", "hub", "doctor", "--json"], cwd=checkout, env=environment, capture_output=True)
    assert re.search(rb'"findings": \[\]', done.stdout), done.stdout
    assert done.returncode == 0
    assert everything(tmp_path / "home") == set()
    shipped = {name for name in everything(ROOT) if name.split("/")[0] in ("app.py", "hub", "pages", ".streamlit")}
    assert {name for name in everything(checkout) if name.split("/")[0] != "cache"} <= shipped
    assert stat.S_IMODE((checkout / "cache").stat().st_mode) == 0o700
    assert {"corpus", "snapshots", "models", "jobs", "caches"} <= {place.name for place in (checkout / "cache").iterdir()}
