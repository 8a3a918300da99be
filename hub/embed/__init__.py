"""Text to vectors. An embedder is anything with an ``id``, a ``dim`` and ``embed``; :data:`EMBEDDERS` names them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hub.errors import EmbedderError

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""


class Embedder(Protocol):
    """Turns texts into vectors that are near where the texts mean the same."""

    @property
    def id(self) -> str:
        """Names model and version; vectors of different ids are never mixed."""
        ...

    @property
    def corpus_bound(self) -> bool:
        """Whether the vectors hold only for the texts of one call (TF-IDF), so that they may not be kept."""
        ...

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors (n_texts, dim) float32 of ``texts``, rows L2-normalised."""
        ...


def _minilm(home: Path) -> Embedder:
    from hub.embed.minilm import MiniLM

    return MiniLM(home / "models")


def _tfidf(home: Path) -> Embedder:
    from hub.embed.tfidf import TfidfSvd

    return TfidfSvd()


EMBEDDERS: dict[str, Callable[[Path], Embedder]] = {"minilm-int8": _minilm, "tfidf-svd": _tfidf}
"""Embedders by the name that ``--embedder`` takes; each is made with the data folder."""


def embedder(name: str, home: Path) -> tuple[Embedder, str]:
    """Return the embedder ``name``, or the best one that works here when ``name`` is empty.

    Returns
    -------
    embedder, why
        ``why`` says in plain words why it is not the default one; empty when it is.
    """
    if name:
        if name not in EMBEDDERS:
            raise EmbedderError(f"There is no embedder {name!r}. There are: {', '.join(EMBEDDERS)}.")
        return EMBEDDERS[name](home), ""
    try:
        return EMBEDDERS["minilm-int8"](home), ""
    except EmbedderError as e:
        return EMBEDDERS["tfidf-svd"](home), f"{e} TF-IDF with SVD is used instead."
