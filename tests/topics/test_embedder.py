"""Which embedder a corpus gets: by its share of Chinese papers, and not back and forth while that share hovers about a bound."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hub.embed import CHINESE, EMBEDDERS, STILL_CHINESE
from hub.embed.e5 import E5
from hub.embed.minilm import MiniLM
from hub.papers.model import Paper
from hub.storage import publishing, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame
from hub.topics.vectors import embedder_for


class Named:
    """An embedder by its id alone."""

    corpus_bound = False

    def __init__(self, name: str) -> None:
        self.id = name


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDERS, "e5-multilingual", lambda home: Named(E5.id))
    monkeypatch.setitem(EMBEDDERS, "minilm-int8", lambda home: Named(MiniLM.id))


def corpus_of(home: Path, chinese: int) -> Corpus:
    """Return a corpus of a hundred papers, so many of them in Chinese."""
    made = Corpus(str(home / f"corpus-{chinese}"))
    titles = [f"第{i}号冰川的流动" if i < chinese else f"The flow of glacier {i}" for i in range(100)]
    made.upsert([Paper(f"x:{i}", title, "", ("A B",), date(2026, 6, 1), "x") for i, title in enumerate(titles)])
    return made


def publish(home: Path, made: Corpus, embedder: str) -> None:
    none = snapshot.empty()
    publishing.publish(home, papers_frame(made), none.topics, none.themes, meta={"embedder": embedder})


@pytest.mark.parametrize(
    ("now", "chinese", "chosen"),
    [
        ("", 4, MiniLM.id), ("", 5, E5.id), (MiniLM.id, 4, MiniLM.id), (MiniLM.id, 5, E5.id),
        (E5.id, 4, E5.id), (E5.id, 3, E5.id), (E5.id, 2, MiniLM.id),
    ],
)  # fmt: skip
def test_a_share_that_hovers_about_a_bound_changes_nothing(tmp_path: Path, now: str, chinese: int, chosen: str) -> None:
    assert STILL_CHINESE < 0.04 < CHINESE == 0.05
    corpus = corpus_of(tmp_path, chinese)
    if now:
        publish(tmp_path, corpus, now)
    assert embedder_for("", tmp_path, corpus)[0].id == chosen


def test_one_that_is_asked_for_is_taken_whatever_the_papers(tmp_path: Path) -> None:
    assert embedder_for("minilm-int8", tmp_path, corpus_of(tmp_path, 90))[0].id == MiniLM.id
