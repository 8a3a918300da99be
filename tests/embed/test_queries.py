"""A text is not read by a model that does not know its language."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.embed import queries
from hub.embed.e5 import E5
from hub.embed.minilm import MiniLM


@pytest.mark.parametrize(
    ("embedder", "text", "read"),
    [
        (MiniLM.id, "图神经网络预测药物相互作用", False), (MiniLM.id, "graph networks", True), (MiniLM.id, "", True),
        (MiniLM.id, "graph networks for drug discovery (药物)", True), (E5.id, "图神经网络预测药物相互作用", True),
        ("tfidf-svd", "graph networks", False),
    ],
)  # fmt: skip
def test_minilm_is_not_asked_what_a_chinese_text_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: str, text: str, read: bool
) -> None:
    class Here:
        def embed(self, texts: list[str]) -> None:
            """Stands for the weights, which are made with torch."""

    monkeypatch.setattr(queries, "model", lambda *_: Here())
    assert (queries.embed_with(embedder, tmp_path, text) is not None) == read
