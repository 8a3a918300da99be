"""A publish writes what changed: a file that is as it was is the former one, and outlives the version that wrote it.

What nothing makes again is written each time, so that an older version can stand in for a harmed one.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.storage import backup, checkup, publishing, snapshot, unchanged
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame, republish
from hub.storage.unchanged import Draft


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(str(tmp_path / "corpus"))
    made.upsert(demo.papers(count=40))
    return made


def published(home: Path, papers: pd.DataFrame, *, grows: float = 0.5) -> Path:
    random, nothing = np.random.default_rng(0), snapshot.empty()
    vectors = random.random((len(papers), 300), dtype=np.float32)
    counts = snapshot.Terms(
        snapshot.sparse.csr_matrix(random.integers(0, 2, (len(papers), 6)).astype(np.float32)), np.array(["a"] * 6)
    )
    outlook = pd.DataFrame({"level": [0], "topic": [7], "grows": [grows], "holds": [0.5], "rank": [1.0]})
    version = publishing.publish(
        home, papers, nothing.topics, nothing.themes, vectors=vectors, terms=counts, extra={"outlook": outlook}
    )
    return home / "snapshots" / version


def names(version: Path, other: Path) -> set[str]:
    """Return the names of the files that two versions have in common on the disk."""
    return {file.name for file in version.iterdir() if (other / file.name).exists() and file.samefile(other / file.name)}


OWN = {"papers.arrow", "topics.arrow", "themes.arrow"}
SHARED = {"outlook.arrow", "vectors.npy", "terms.npz", "terms.json"}


def test_only_what_changed_is_written(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    first, again = published(tmp_path, papers), published(tmp_path, papers)
    assert names(first, again) == SHARED
    other = published(tmp_path, papers, grows=0.25)
    assert names(again, other) == SHARED - {"outlook.arrow"}
    now = snapshot.load(tmp_path)
    assert now.meta["since"] == dict.fromkeys(SHARED - {"outlook.arrow"}, first.name)
    assert now.table("outlook")["grows"].tolist() == [0.25]  # type: ignore[index]


def test_where_a_file_that_nothing_makes_again_is_harmed_an_older_version_stands_in(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    first, second = published(tmp_path, papers), published(tmp_path, papers)
    (second / "papers.arrow").write_bytes(b"\xff" * 40)
    assert snapshot.load(tmp_path).version == first.name


def test_a_refresh_that_brings_nothing_writes_little(tmp_path: Path, corpus: Corpus) -> None:
    first = published(tmp_path, papers_frame(corpus))
    second, third = (tmp_path / "snapshots" / republish(tmp_path, corpus) for _ in range(2))
    assert names(first, second) == names(second, third) == SHARED
    corpus.upsert([demo.papers(count=3, seed=9)[0].replace(id="demo:new", title="A title that is new here")])
    fourth = tmp_path / "snapshots" / republish(tmp_path, corpus)
    assert names(third, fourth) == {"outlook.arrow", "terms.json"}


def test_a_file_outlives_the_version_that_wrote_it(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    first = published(tmp_path, papers)
    vectors = np.load(first / "vectors.npy")
    for n in range(publishing.KEPT_VERSIONS + 1):
        last = published(tmp_path, papers, grows=n / 10)
    assert not first.exists()
    now = snapshot.load(tmp_path)
    assert now.version == last.name and not now.instead_of and np.array_equal(now.vectors, vectors)
    assert now.meta["since"]["vectors.npy"] == first.name
    kept = tmp_path / "kept.tar"
    backup.backup(tmp_path, str(tmp_path / "corpus"), kept)
    back = tmp_path / "back"
    back.mkdir()
    backup.restore(back, str(back / "corpus"), kept)
    assert np.array_equal(snapshot.load(back).vectors, vectors)
    assert {file.name for file in (back / "snapshots" / last.name).iterdir()} == OWN | SHARED | {"meta.json"}


def test_what_was_harmed_on_the_disk_is_written_anew(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    first = published(tmp_path, papers)
    data = (first / "vectors.npy").read_bytes()
    at = len(data) // 3 + 11_000  # between the pieces that a digest reads
    (first / "vectors.npy").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    second = published(tmp_path, papers)
    assert (second / "vectors.npy").read_bytes() == data and names(first, second) == SHARED - {"vectors.npy"}


def test_a_disk_that_knows_one_name_a_file_gets_copies(tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(unchanged.os, "link", refused)
    papers = papers_frame(corpus)
    first, second = published(tmp_path, papers), published(tmp_path, papers)
    assert names(first, second) == set()
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in SHARED)
    assert snapshot.load(tmp_path).version == second.name


def test_a_linked_file_is_counted_once(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    published(tmp_path, papers)
    once = checkup.sizes(tmp_path)["snapshots"]
    version = published(tmp_path, papers)
    assert checkup.sizes(tmp_path)["snapshots"] == once + sum((version / name).stat().st_size for name in OWN | {"meta.json"})


def test_a_garbled_account_of_what_is_linked_names_the_version_itself(tmp_path: Path, corpus: Corpus) -> None:
    papers = papers_frame(corpus)
    first, second = published(tmp_path, papers), published(tmp_path, papers)
    assert snapshot.since(second, "vectors.npy") == first.name
    for text in ("{", "[]", json.dumps({"since": 3}), "{}"):
        (second / "meta.json").write_text(text)
        assert snapshot.since(second, "vectors.npy") == second.name


@pytest.mark.parametrize(
    ("former", "parts", "same"),
    [
        (b"abcdef", [b"abc", b"def"], True),
        (b"abcdef", [b"abcdef", b""], True),
        (b"abcdef", [b"abc"], False),
        (b"abc", [b"abcdef"], False),
        (b"abcdef", [b"abc", b"dxf"], False),
        (b"abcdef", [b"xbcdef"], False),
        (b"", [], True),
        (b"a" * 3_000_000, [b"a" * 2_999_999, b"b"], False),
        (b"a" * 3_000_000, [b"a" * 1_500_000, b"a" * 1_500_000], True),
        (None, [b"abc"], False),
    ],
)
def test_a_draft_holds_what_was_written(tmp_path: Path, former: bytes | None, parts: list[bytes], same: bool) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    if former is not None:
        old.write_bytes(former)
    with Draft(new, old) as out:
        assert [out.write(part) for part in parts] == [len(part) for part in parts]
    assert new.read_bytes() == b"".join(parts) and out.is_same is same
    assert (old.exists() and old.samefile(new)) is same
    assert not old.exists() or old.read_bytes() == former
