"""Vectors learned from those of some papers: right for papers that were not embedded, and made only where that saves a wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hub.embed.e5 import E5
from hub.embed.learned import Learned
from hub.embed.minilm import MiniLM
from hub.embed.word_means import word_means
from hub.errors import EmbedderError
from hub.storage.corpus import Corpus
from hub.topics import vectors
from hub.topics.vectors import learned, paper_texts, paper_vectors
from tests.topics.conftest import Planted, papers


def standing_in_for(name: str) -> Planted:
    """Return the embedder of planted vectors under another's id."""
    made = Planted()
    made.id = name
    return made


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(vectors, "SOME", 60)
    monkeypatch.setattr(vectors, "MANY", 180)
    made = Corpus(str(tmp_path / "corpus"))
    made.upsert(papers(240))
    return made


def test_papers_that_were_not_embedded_get_vectors_of_their_subject(corpus: Corpus) -> None:
    model = standing_in_for(MiniLM.id)
    some = learned(corpus, model)
    assert some is not None
    assert model.texts == 60
    frame, texts = paper_texts(corpus)
    new = ~frame["text_hash"].isin(corpus.embedded(model.id)).to_numpy()
    assert new.sum() == 180
    made, exact = some.embed(texts), Planted().embed(texts)
    assert made.shape == exact.shape and made.dtype == np.float32
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert (made * exact).sum(axis=1)[new].mean() > 0.9
    subject = np.array([title.split()[0] for title in frame["title"]])
    cosine = made[new] @ exact[~new].T
    assert (subject[~new][cosine.argmax(axis=1)] == subject[new]).all()


def test_what_was_embedded_to_learn_from_is_not_embedded_again(corpus: Corpus) -> None:
    model = standing_in_for(MiniLM.id)
    assert learned(corpus, model) is not None
    frame, texts = paper_texts(corpus)
    _, made = paper_vectors(corpus, model, frame["text_hash"].tolist(), texts)
    assert (made, model.texts) == (180, 240)
    assert learned(corpus, model) is None


def test_nothing_is_learned_of_few_papers_or_for_chinese(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_chinese = standing_in_for(E5.id)
    assert learned(corpus, reads_chinese) is None
    monkeypatch.setattr(vectors, "MANY", 241)
    few = standing_in_for(MiniLM.id)
    assert learned(corpus, few) is None
    assert few.texts == reads_chinese.texts == 0


def test_learning_from_nothing_is_refused() -> None:
    one = np.array([[0.6, 0.8]], dtype=np.float32)
    with pytest.raises(EmbedderError, match="embed some first"):
        Learned("m", [], one[:0], word_means)
    with pytest.raises(EmbedderError, match="embed some first"):
        Learned("m", ["A text on ice."], one, word_means).embed(["Another on fire.", "And one on rain."])


def test_few_texts_and_empty_ones_get_vectors_too() -> None:
    one = np.array([[0.6, 0.8]], dtype=np.float32)
    made = Learned("m", ["A text on ice."], one, word_means).embed(["", "A text on ice."])
    assert np.allclose(made, one[[0, 0]], atol=1e-5)


def test_a_word_that_few_texts_hold_weighs_more() -> None:
    both, ice, common = word_means(["the glacier", "glacier", "the", *["the"] * 30])[:3]
    assert both @ ice / np.linalg.norm(both) / np.linalg.norm(ice) > 0.99
    assert both @ common / np.linalg.norm(both) / np.linalg.norm(common) < 0.9
