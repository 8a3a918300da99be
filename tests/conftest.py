"""What the tests share: where the papers of ../shared are, and a skip with its reason where they are not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from hub import demo
from hub.embed import embedder
from hub.storage.corpus import Corpus

hypothesis.settings.register_profile("hub", deadline=None)  # a test that waits for the processor is no failure
hypothesis.settings.load_profile("hub")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs ../shared on a machine without it."""
    if SHARED.exists():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the papers and feeds of ../shared are not on this machine"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real papers and feeds."""
    return SHARED


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a data folder with 900 demo papers of twelve months and their topics. Copy it; writing to it fails."""
    from hub.topics.fit import fit
    from hub.worker import derived

    home = tmp_path_factory.mktemp("demo")
    corpus = Corpus(str(home / "corpus"))
    demo.add(home, corpus, count=900)
    fit(home, corpus, embedder("tfidf-svd", home)[0], derive=derived.tables)
    made = {file for file in home.rglob("*") if file.is_file()}
    yield home
    assert {file for file in home.rglob("*") if file.is_file()} == made


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """An AppTest leaves its script as the main module, which processes that are spawned later would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def hub_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty data folder that the settings of this test name; nothing starts by itself."""
    for name in [name for name in os.environ if name.startswith(("HUB_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    monkeypatch.setenv("HUB_AUTO_START", "0")
    yield tmp_path
