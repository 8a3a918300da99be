"""Vectors of papers: made once for each text, kept in the corpus in parts so that a kill loses little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.embed import Embedder, Progress, Vectors
from hub.storage.corpus import Corpus, parts

PART = 2048
"""Texts embedded between two writes: about a minute of work at 30 papers/s."""

FEW = 5000
"""Up to so many vectors are looked up one by one rather than all read."""


def paper_vectors(
    corpus: Corpus, model: Embedder, hashes: Sequence[str], texts: Sequence[str], progress: Progress | None = None
) -> tuple[Vectors, int]:
    """Return the vector of each text, from the corpus where it is kept, and how many had to be made.

    Parameters
    ----------
    hashes, texts
        Of n papers; equal digests are embedded once.

    Returns
    -------
    vectors, made
        (n, dim) float32, rows L2-normalised; the number of texts embedded now.
    """
    if model.corpus_bound:
        return model.embed(texts, progress), len(texts)
    known, kept = corpus.vectors(model.id, hashes if len(hashes) <= FEW else None)
    missing = {h: text for h, text in zip(hashes, texts, strict=True) if h not in known}
    done = 0
    if progress:
        progress(len(hashes) - len(missing), len(hashes))
    fresh: list[Vectors] = []
    for part in parts(missing.items(), PART):
        vectors = model.embed([text for _, text in part])
        corpus.add_vectors(model.id, [h for h, _ in part], vectors)
        known |= {h: len(kept) + done + i for i, (h, _) in enumerate(part)}
        fresh.append(vectors)
        done += len(part)
        if progress:
            progress(len(hashes) - len(missing) + done, len(hashes))
    together = np.concatenate([kept, *fresh]) if len(kept) else np.concatenate(fresh) if fresh else kept
    return together[[known[h] for h in hashes]], len(missing)
