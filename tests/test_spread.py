"""A cluster gives what one process gives, also when a worker is killed in the midst of its part."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from hub import demo, spread
from hub.embed import Vectors
from hub.errors import SharedDataError
from hub.sources import importing
from hub.sources.record import Record, Reject
from hub.stats import neighbours
from hub.storage.corpus import Corpus
from hub.topics import vectors

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'academichub[cluster]'")
MARK = "HUB_HOME"


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster of two processes on this machine."""
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1",
        local_directory=str(tmp_path_factory.mktemp("dask")), silence_logs="CRITICAL", memory_limit=None,
    )  # fmt: skip
    with local:
        yield local.scheduler_address
        spread._client(local.scheduler_address).close()
        spread._client.cache_clear()


@pytest.fixture
def home(hub_home: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUB_DASK", scheduler)
    return hub_home


def letters(part: tuple[str, list[str]]) -> Vectors:
    """An embedder whose vectors count letters."""
    counts = np.array([[text.lower().count(letter) for letter in "abcdefgh"] for text in part[1]], dtype=np.float32) + 1
    return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), dtype=np.float32)


def killed_once(part: tuple[Path, int]) -> int:
    """Square a number; the first who is asked for the square of 5 dies of it."""
    folder, number = part
    if number == 5:
        try:
            (folder / "killed").touch(exist_ok=False)
        except FileExistsError:
            return number * number
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def blas_threads(_: int) -> int:
    return max((int(one["num_threads"]) for one in threadpool_info() if one["user_api"] == "blas"), default=1)


def process(_: int) -> int:
    return os.getpid()


class Letters:
    id, corpus_bound = "letters", False

    def embed(self, texts: Any, progress: Any = None) -> Vectors:
        return letters(("", list(texts)))


def test_results_come_in_order_from_several_processes(home: Path) -> None:
    assert list(spread.mapped(abs, range(-40, 0))) == list(range(40, 0, -1))
    assert os.getpid() not in set(spread.mapped(process, range(20)))


def test_threads_give_results_in_order_and_each_multiplies_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_DASK", raising=False)
    before = blas_threads(0)
    assert list(spread.mapped(abs, range(-40, 0), threads=True)) == list(range(40, 0, -1))
    assert set(spread.mapped(blas_threads, range(9), threads=True)) == {1}
    assert blas_threads(0) == before


def test_a_killed_worker_changes_nothing(home: Path) -> None:
    assert list(spread.mapped(killed_once, ((home, n) for n in range(12)))) == [n * n for n in range(12)]
    assert (home / "killed").exists()


def test_vectors_are_those_of_one_process(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vectors, "embed_part", letters)
    monkeypatch.setattr(vectors, "SPREAD_PART", 7)
    texts = [paper.title for paper in demo.papers(count=50)]
    names = [str(n) for n in range(50)]
    spread_out, made = vectors.paper_vectors(Corpus(str(tmp_path / "a")), Letters(), names, texts)
    monkeypatch.delenv("HUB_DASK")
    alone, _ = vectors.paper_vectors(Corpus(str(tmp_path / "b")), Letters(), names, texts)
    assert made == 50 and np.array_equal(spread_out, alone)


def test_an_import_is_that_of_one_process(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    same: dict[str, Any] = {
        "abstract": "Ice melts. " * 9,
        "authors": ("Ada Lovelace",),
        "published": "2026-01-02",
        "source": "Test",
    }
    entries: list[Record | Reject] = [
        Record(id=f"doi:10.1234/{n}", title=f"On the melting of glacier {n}", where=f"line {n}", **same) for n in range(30)
    ]
    entries[7] = Record(title="", published="2026-01-02", source="Test", where="line 7")
    monkeypatch.setattr(importing, "BATCH", 8)
    cluster_, here = Corpus(str(tmp_path / "a")), Corpus(str(tmp_path / "b"))
    summary = importing.take(entries, cluster_)
    monkeypatch.delenv("HUB_DASK")
    assert importing.take(entries, here).as_dict() == summary.as_dict()
    assert summary.added == 29 and [reject.where for reject in summary.rejected] == ["line 7"]
    names = ["id", "title", "abstract", "authors", "published"]
    assert cluster_.columns(names).equals(here.columns(names))


def test_neighbours_are_those_of_one_process(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 100)
    monkeypatch.setattr(neighbours, "CELLS_EACH", 3)
    papers = neighbours.unit(np.random.default_rng(0).normal(size=(2500, 8)))
    asked: list[object] = []
    real = spread._on_cluster
    monkeypatch.setattr(spread, "_on_cluster", lambda *given: asked.append(given) or real(*given))  # type: ignore[func-returns-value]
    found = neighbours.neighbours(papers, 5)
    monkeypatch.delenv("HUB_DASK")
    alone = neighbours.neighbours(papers, 5)
    assert asked and np.array_equal(found.ids, alone.ids) and np.allclose(found.similarity, alone.similarity, atol=1e-6)


def test_a_cluster_that_is_not_there_is_told(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "WAIT_S", 0.2)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        monkeypatch.setenv("HUB_DASK", address)
        with pytest.raises(SharedDataError, match="does not answer"):
            list(spread.mapped(abs, [1]))


def test_a_scheduler_without_workers_is_told(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "WAIT_S", 0.5)
    alone = {"n_workers": 0, "processes": False, "dashboard_address": ":0", "host": "127.0.0.1", "protocol": "tcp"}
    with distributed.LocalCluster(**alone) as empty:
        monkeypatch.setenv("HUB_DASK", empty.scheduler_address)
        with pytest.raises(SharedDataError, match="No worker"):
            list(spread.mapped(abs, [1]))
