"""Papers and Snapshots in an object store: what a worker publishes every replica shows, and of two workers one publishes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from hub import demo
from hub.errors import SharedDataError, SnapshotError
from hub.storage import remote, snapshot
from hub.storage.corpus import Corpus
from hub.storage.publishing import KEPT_VERSIONS, OWN
from hub.storage.republish import republish
from hub.worker import jobs
from tests.servers import s3


@pytest.fixture(scope="module")
def server() -> Iterator[Mapping[str, str]]:
    if why := s3.missing():
        pytest.skip(why)
    with s3.serving() as environment:
        yield environment


@pytest.fixture
def home(hub_home: Path, server: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A data folder whose papers and Snapshots lie in a folder of the bucket that is this test's own."""
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HUB_SNAPSHOTS", f"s3://{s3.BUCKET}/{request.node.name}/snapshots")
    monkeypatch.setenv("HUB_CORPUS", f"s3://{s3.BUCKET}/{request.node.name}/corpus")
    return hub_home


@pytest.fixture
def local(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(str(tmp_path_factory.mktemp("papers") / "corpus"))
    corpus.upsert(demo.papers(count=30))
    return corpus


def test_papers_lie_in_the_store_and_two_writers_lose_none(home: Path, request: pytest.FixtureRequest) -> None:
    address = f"s3://{s3.BUCKET}/{request.node.name}/corpus"
    some = demo.papers(count=40)
    Corpus(address)
    with ThreadPoolExecutor(2) as pool:  # of other papers: of the same ones the worker's lock lets one write at a time
        counts = list(pool.map(lambda part: Corpus(address).upsert(part), (some[:25], some[25:])))
    kept = Corpus(address)
    assert len(kept) == 40 == sum(count.added for count in counts)
    assert sorted(paper.id for paper in kept.papers([paper.id for paper in some])) == sorted(paper.id for paper in some)
    vectors = np.eye(3, 8, dtype=np.float32)
    kept.add_vectors("tfidf-svd", ["a", "b", "c"], vectors)
    known, rows = Corpus(address).vectors("tfidf-svd", ["b"])
    assert rows[known["b"]].tolist() == vectors[1].tolist()
    kept.optimize()
    word = next(word for word in some[0].title.split() if len(word) > 6)
    assert some[0].id in kept.search_ids(word)


def test_every_replica_shows_what_a_worker_published(home: Path, local: Corpus, tmp_path: Path) -> None:
    replicas = [tmp_path / "one", tmp_path / "other"]
    assert [remote.pull(replica) for replica in replicas] == ["", ""]
    (home / "models").mkdir()
    (home / "models" / "some.onnx").write_bytes(bytes(100_000))
    version = republish(home, local)
    assert remote.shown().version == version == snapshot.current_version(home)
    for replica in replicas:
        assert remote.pull(replica) == version == snapshot.current_version(replica)
        assert snapshot.load(replica).papers.equals(snapshot.load(home).papers)
        assert (replica / "models" / "some.onnx").read_bytes() == bytes(100_000)
    newer = republish(home, local)

    async def followed() -> None:
        task = asyncio.create_task(remote.follow(replicas[0], every_s=0.02))
        while snapshot.current_version(replicas[0]) != newer:
            await asyncio.sleep(0.02)
        task.cancel()

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread once a journey was tried
        pool.submit(asyncio.run, asyncio.wait_for(followed(), 60)).result()
    assert snapshot.current_version(replicas[1]) == version, "who does not look shows what it has"
    assert not list((tmp_path / "one" / "snapshots").glob(".pull-*"))


def test_of_two_workers_that_began_with_one_version_one_publishes(
    home: Path, local: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    republish(home, local)
    began = remote.pull(other)
    first = republish(home, local)
    with pytest.raises(SnapshotError, match="meanwhile"):
        republish(other, local)  # it shows an older one, and is told before it writes
    real, late = remote.shown, remote.Shown(began, '"0"')
    monkeypatch.setattr(remote, "shown", lambda: late)  # it began before the first was published, and ends after
    with pytest.raises(SnapshotError, match="meanwhile"):
        republish(other, local)
    monkeypatch.setattr(remote, "shown", real)
    assert remote.shown().version == first and snapshot.current_version(other) == began
    assert remote._versions(remote._store()) == {began, first}
    with jobs.exclusive(other, "gather"):  # the next job begins with what is shown
        second = republish(other, local)
    assert remote.shown().version == second and remote.pull(home) == second


def test_few_versions_stay_in_the_store(home: Path, local: Corpus) -> None:
    made = [republish(home, local) for _ in range(KEPT_VERSIONS + 2)]
    assert sorted(remote._versions(remote._store())) == made[-KEPT_VERSIONS:]


def test_a_copy_that_differs_from_what_was_written_is_not_shown(home: Path, local: Corpus, tmp_path: Path) -> None:
    version = republish(home, local)
    remote._store().put(f"{version}/papers.arrow", b"not these")
    with pytest.raises(SharedDataError, match=r"papers\.arrow"):
        remote.pull(tmp_path / "one")
    assert snapshot.current_version(tmp_path / "one") is None and not list((tmp_path / "one" / "snapshots").iterdir())


def test_a_store_that_does_not_answer_is_told_and_nothing_is_published(
    home: Path, local: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = republish(home, local)
    real = remote._push_models

    def lost(*_: object) -> None:
        raise OSError("connection reset")

    monkeypatch.setattr(remote, "_push_models", lost)
    with pytest.raises(SharedDataError, match="connection reset"):
        republish(home, local)
    monkeypatch.setattr(remote, "_push_models", real)
    assert snapshot.current_version(home) == before == remote.shown().version and snapshot.versions(home) == [before]
    monkeypatch.setenv("HUB_SNAPSHOTS", "nonsense")
    with pytest.raises(SharedDataError, match="HUB_SNAPSHOTS"):
        remote.pull(home)
    shutil.rmtree(home / "snapshots")


def test_what_did_not_change_is_neither_sent_nor_fetched_again(
    home: Path, local: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = tmp_path / "one"
    first = republish(home, local)
    remote.pull(replica)
    fetched: list[str] = []
    real = remote._copy
    monkeypatch.setattr(remote, "_copy", lambda store, name, file: (fetched.append(file.name), real(store, name, file)))
    sent = _sent(monkeypatch)
    second = republish(home, local)
    assert remote.pull(replica) == second
    again = sorted(OWN & {file.name for file in (home / "snapshots" / second).iterdir()})
    assert [name for name in sent if name.startswith(second)] == [f"{second}/{name}" for name in [*again, "meta.json"]]
    assert sorted(fetched) == sorted([*again, "meta.json"]) and (replica / "snapshots" / second / "vectors.npy").samefile(
        replica / "snapshots" / first / "vectors.npy"
    )
    assert snapshot.load(replica).papers.equals(snapshot.load(home).papers)
    for old in snapshot.versions(replica):
        shutil.rmtree(replica / "snapshots" / old)
    assert remote.pull(replica) == second, "one that has nothing yet fetches all of it"
    assert (replica / "snapshots" / second / "vectors.npy").read_bytes() == (
        home / "snapshots" / first / "vectors.npy"
    ).read_bytes()


def _sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the names noted that are put into the store."""
    names: list[str] = []
    store = remote._store()

    class Noting:
        def put(self, name: str, *given: object, **how: object) -> object:
            names.append(name)
            return store.put(name, *given, **how)

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    monkeypatch.setattr(remote, "_store", Noting)
    return names
