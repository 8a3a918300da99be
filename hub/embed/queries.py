"""A few texts into the vectors' space while somebody waits: only with a model that is here already, and without torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from hub.embed import Vectors
from hub.embed.minilm import MiniLM
from hub.errors import EmbedderError


def usable(embedder: str, home: Path) -> bool:
    """Return whether texts can be embedded here as the Snapshot's were, without building a model first.

    A web process must not import torch, so a model that the worker has not exported yet is not used.
    """
    if embedder != MiniLM.id:
        return False
    try:
        model(home)
    except EmbedderError:
        return False
    return True


@lru_cache(maxsize=1)
def model(home: Path) -> MiniLM:
    """Return the model; it is loaded once.

    Raises
    ------
    EmbedderError
        When it is not here, or damaged; the worker makes it anew.
    """
    return MiniLM(home / "models", make=False)


def embed_with(embedder: str, home: Path) -> Callable[[Sequence[str]], Vectors] | None:
    """Return what embeds texts as a Snapshot's ``embedder`` did, None where that cannot be done here."""
    return model(home).embed if usable(embedder, home) else None
