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


def _e5(home: Path) -> Embedder:
    from hub.embed.e5 import E5

    return E5(home / "models")


EMBEDDERS: dict[str, Callable[[Path], Embedder]] = {"minilm-int8": _minilm, "e5-multilingual": _e5, "tfidf-svd": _tfidf}
"""Embedders by the name that ``--embedder`` takes; each is made with the data folder."""


CHINESE = 0.05
"""Share of papers in Chinese from which the embedder that reads Chinese is taken."""
STILL_CHINESE = 0.03
"""Share down to which it is kept once it made the vectors: a corpus about one bound would be embedded anew back and forth."""
MOSTLY = 0.3
"""Share of Chinese characters in a title's letters from which it counts as Chinese."""


def chinese_share(titles: Sequence[str]) -> float:
    """Return the share of titles that are in Chinese.

    >>> chinese_share(["基于 Transformer 的药物发现", "Drug discovery"])
    0.5
    """
    from hub.papers.chinese import han_share

    return sum(han_share(title) > MOSTLY for title in titles) / len(titles) if titles else 0.0


def embedder(name: str, home: Path, chinese: float = 0.0, now: str = "") -> tuple[Embedder, str]:
    """Return the embedder ``name``, or the best one that works here when ``name`` is empty.

    Parameters
    ----------
    chinese
        The share of the papers that are in Chinese (:func:`chinese_share`): MiniLM reads none.
    now
        The id of the embedder that made the vectors there are.

    Returns
    -------
    embedder, why
        ``why`` says in plain words why it is not the default one; empty when it is.
    """
    if name:
        if name not in EMBEDDERS:
            raise EmbedderError(f"There is no embedder {name!r}. There are: {', '.join(EMBEDDERS)}.")
        return EMBEDDERS[name](home), ""
    from hub.embed.e5 import E5

    why = ""
    if chinese >= (STILL_CHINESE if now == E5.id else CHINESE):
        try:
            return EMBEDDERS["e5-multilingual"](home), f"{chinese:.0%} of the papers are in Chinese, which MiniLM does not read."
        except EmbedderError as e:
            why = f"{chinese:.0%} of the papers are in Chinese, which MiniLM does not read. {e} "
    try:
        return EMBEDDERS["minilm-int8"](home), why.strip()
    except EmbedderError as e:
        from hub.embed.tfidf import TfidfSvd

        return TfidfSvd(stands_in=True), f"{why}{e} TF-IDF with SVD is used instead."
