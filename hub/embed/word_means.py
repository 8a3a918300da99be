"""What a text's words mean on their own: MiniLM's vectors of them before any layer, which costs a thirtieth of all its layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from hub.embed import Vectors
from hub.embed.minilm import tokenizer, weights_folder

PART = 2048
TABLE = "embeddings.word_embeddings.weight"


def word_means(texts: Sequence[str]) -> Vectors:
    """Return the mean (n_texts, 384) float32 of the vectors of a text's words; the fewer texts hold a word, the more it weighs.

    Raises
    ------
    EmbedderError
        When MiniLM's weights are not here, or not the published ones.
    """
    from safetensors import safe_open

    folder = weights_folder()
    with safe_open(str(folder / "model.safetensors"), framework="numpy") as file:
        table = file.get_tensor(TABLE).astype(np.float32)
    cut = tokenizer(folder)
    held: list[np.ndarray] = []
    for start in range(0, len(texts), PART):
        encoded = cut.encode_batch([text or " " for text in texts[start : start + PART]])
        held += [np.array(e.ids[1:-1], dtype=np.int32) for e in encoded]
    words = np.concatenate(held) if held else np.zeros(0, dtype=np.int32)
    ends = np.cumsum([0, *map(len, held)])
    counts = sparse.csr_matrix((np.ones(len(words), dtype=np.float32), words, ends), shape=(len(texts), len(table)))
    counts.sum_duplicates()
    rare = np.log((len(texts) + 1) / (np.bincount(counts.indices, minlength=len(table)) + 1)).astype(np.float32)
    weighed = sparse.csr_matrix(counts.multiply(rare))
    total = np.asarray(weighed.sum(axis=1), dtype=np.float32)
    return np.asarray((weighed @ table) / np.maximum(total, 1e-6), dtype=np.float32)
