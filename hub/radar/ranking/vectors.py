"""Vectors of a reader's own words and papers, made once by the Snapshot's embedder and kept beside the radars."""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from hub.embed.queries import model, usable
from hub.radar.ranking.learn import Embed
from hub.radar.ranking.space import Floats
from hub.radar.store import RadarStore
from hub.storage.snapshot import Snapshot

log = logging.getLogger(__name__)


def embed_with(store: RadarStore, snapshot: Snapshot, home: Path) -> Embed | None:
    """Return what embeds texts into the Snapshot's space, None where its embedder holds for the corpus alone.

    A text is embedded once: vectors are kept beside the reader's radars by the text's digest.
    """
    wanted = str(snapshot.meta.get("embedder", ""))
    if not snapshot.vectors.shape[1] or not usable(wanted, home):
        return None

    def embed(texts: Sequence[str]) -> Floats:
        name = f"vectors-{wanted}.npz"
        kept = _kept(name, store.read_bytes(name))
        keys = [blake2b(text.encode(), digest_size=12).hexdigest() for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        if fresh:
            made = model(wanted, home).embed(list(fresh.values()))
            kept |= dict(zip(fresh, made, strict=True))
            store.write_bytes(name, lambda out: np.savez(out, allow_pickle=False, **kept))
        return np.array([kept[key] for key in keys], dtype=np.float32)

    return embed


def _kept(name: str, data: bytes | None) -> dict[str, Floats]:
    if data is None:
        return {}
    try:
        with np.load(io.BytesIO(data)) as stored:
            return {key: stored[key] for key in stored.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as e:
        log.warning("%s is damaged and is made anew: %s", name, e)
        return {}
