"""A few texts into the vectors' space while somebody waits: only with a model that is here already, and without torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from hub.embed import MOSTLY, Vectors
from hub.embed.e5 import E5
from hub.embed.minilm import MiniLM
from hub.errors import EmbedderError
from hub.papers.chinese import han_share


def usable(embedder: str, home: Path) -> bool:
    """Return whether texts can be embedded here as the Snapshot's were, without building a model first.

    A web process must not import torch, so a model that the worker has not exported yet is not used.
    """
    return embedder in _MADE and lacking(embedder, home) is None


def lacking(embedder: str, home: Path) -> EmbedderError | None:
    """Return why the model of this id cannot be had here, and what to do; None where it can, or none is needed (TF-IDF)."""
    if embedder not in _MADE:
        return None
    try:
        model(embedder, home)
    except EmbedderError as e:
        return e
    return None


_MADE: dict[str, type[MiniLM] | type[E5]] = {MiniLM.id: MiniLM, E5.id: E5}


@lru_cache(maxsize=len(_MADE))
def model(embedder: str, home: Path) -> MiniLM | E5:
    """Return the model of this id; it is loaded once.

    Raises
    ------
    EmbedderError
        When it is not here, or damaged; the worker makes it anew.
    """
    return _MADE[embedder](home / "models", make=False)


@lru_cache(maxsize=1)
def made(embedder: str, home: Path) -> MiniLM | E5:
    """Return the model of this id, with weights that are made where they are not here; it is loaded once."""
    return _MADE[embedder](home / "models")


def embed_with(embedder: str, home: Path, text: str = "") -> Callable[[Sequence[str]], Vectors] | None:
    """Return what embeds texts as a Snapshot's ``embedder`` did, None where that cannot be done here.

    MiniLM reads no Chinese: for a ``text`` that is mostly Chinese there is none, rather than a vector that means nothing.
    """
    if embedder == MiniLM.id and han_share(text) > MOSTLY:
        return None
    return model(embedder, home).embed if usable(embedder, home) else None
