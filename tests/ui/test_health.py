"""Alive, ready, and what is told to whom: on sound, empty and damaged folders, to this machine and to others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from hub import __version__
from hub.ui import health, metrics, turns

SHELL = str(Path(health.__file__).with_name("shell.py"))


@pytest.fixture(autouse=True)
def anew() -> None:
    health._seen.clear()


def client(host: str = "127.0.0.1") -> TestClient:
    return TestClient(Starlette(routes=health.routes), base_url="http://127.0.0.1:8501", client=(host, 50_000))


@pytest.fixture
def home(demo_home: Path, hub_home: Path) -> Path:
    return Path(shutil.copytree(demo_home, hub_home, dirs_exist_ok=True))


def test_a_sound_hub_is_alive_and_ready(home: Path) -> None:
    assert client().get("/healthz").json() == {
        "status": "ok", "version": __version__, "snapshot": (home / "snapshots" / "CURRENT").read_text(),
    }  # fmt: skip
    told = client().get("/readyz")
    assert told.status_code == 200 and told.json()["status"] == "ready" and told.json()["instead_of"] == ""


def test_an_empty_hub_is_alive_and_not_ready(hub_home: Path) -> None:
    assert client().get("/healthz").status_code == 200
    told = client().get("/readyz")
    assert told.status_code == 503 and "no snapshot" in told.json()["why"]


@pytest.mark.parametrize("harm", ["gone", "a file", "garbled", "half", "setting"])
def test_no_damage_is_its_death(home: Path, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = home / "snapshots"
    if harm == "gone":
        shutil.rmtree(home)
    elif harm == "a file":
        shutil.rmtree(snapshots)
        snapshots.write_bytes(b"")
    elif harm == "setting":
        monkeypatch.setenv("HUB_LLM_CONTEXT", "many")
    else:
        for file in snapshots.rglob("*.*"):
            file.write_bytes(b"\xff\xfe" if harm == "garbled" else file.read_bytes()[: file.stat().st_size // 2])
        (snapshots / "CURRENT").write_bytes(b"\xff\xfe")
    assert client().get("/healthz").status_code == 200
    told = client().get("/readyz")
    assert told.status_code == 503 and told.json()["why"]
    assert client().get("/metrics").status_code == 200


def test_a_page_is_counted_and_the_worker_told(home: Path) -> None:
    before = metrics.REGISTRY.get_sample_value("academichub_page_seconds_count", {"page": "today"}) or 0
    AppTest.from_file(SHELL, default_timeout=60).run()
    told = client().get("/metrics").text
    assert metrics.REGISTRY.get_sample_value("academichub_page_seconds_count", {"page": "today"}) == before + 1
    for name in ("runs_running 0.0", "runs_waiting 0.0", 'worker_state{state="none"} 1.0', "snapshot_papers 900.0", "sessions",
                 "page_processor_seconds_total"):  # fmt: skip
        assert f"academichub_{name}" in told


def test_figures_are_for_this_machine_and_those_who_are_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client().get("/metrics").status_code == 200
    assert client("10.1.2.3").get("/metrics").status_code == 403
    assert client().get("/metrics", headers={"x-forwarded-for": "10.1.2.3"}).status_code == 403
    assert client().get("/metrics", headers={"host": "hub.example.org"}).status_code == 403
    monkeypatch.setenv("HUB_METRICS", "10.0.0.0/8, ::1")
    assert client("10.1.2.3").get("/metrics").status_code == 200
    assert client("11.1.2.3").get("/metrics").status_code == 403


def test_a_run_that_waited_long_goes_on_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    held = [turns.turn() for _ in range(turns.PLACES + 2)]
    for one in held:
        one.__enter__()
    for one in held:
        one.__exit__(None, None, None)
    assert all(turns._places.acquire(blocking=False) for _ in range(turns.PLACES))
    assert not turns._places.acquire(blocking=False)
    turns._places.release(turns.PLACES)
