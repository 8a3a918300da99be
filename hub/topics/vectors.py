"""Vectors of papers: made once for each text, kept in the corpus in parts so that a kill loses little.

The machines of a cluster make parts side by side.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hub import data_folder, spread
from hub.embed import Embedder, Progress, Vectors, chinese_share, embedder
from hub.embed.learned import Learned
from hub.embed.minilm import MiniLM
from hub.embed.queries import made
from hub.embed.word_means import word_means
from hub.errors import SnapshotError
from hub.papers.model import Kind
from hub.settings import settings
from hub.storage import snapshot
from hub.storage.corpus import Corpus, parts
from hub.storage.positions import positions

log = logging.getLogger(__name__)

PART = 2048
"""Texts embedded between two writes: about a minute of work at 30 papers/s."""

SPREAD_PART = 512
"""Texts that one machine of a cluster embeds at a time."""
FEW = 5000
"""Up to so many vectors are looked up one by one rather than all read."""
SOME = 5000
"""Papers that are embedded before the others' vectors are learned from theirs."""
MANY = 3 * SOME
"""Papers without a vector from which that saves enough of the wait."""


def embedder_for(name: str, home: Path, corpus: Corpus) -> tuple[Embedder, str]:
    """Return the embedder ``name``, or the one for the papers there are when it is empty, and why it is not the default one.

    It is chosen by the share of Chinese papers, with some slack for the one that made the vectors of the Snapshot.
    """
    if name:
        return embedder(name, home)
    try:
        now = str(snapshot.load(home).meta.get("embedder", ""))
    except SnapshotError:  # none that can be read: its vectors are made anew whoever makes them
        now = ""
    return embedder("", home, chinese_share(corpus.columns(["title"])["title"].tolist()), now)


def paper_texts(corpus: Corpus) -> tuple[pd.DataFrame, list[str]]:
    """Return the papers proper, by id (``id``, ``kind``, ``title``, ``text_hash``), and the texts to embed."""
    texts = corpus.columns(["id", "kind", "title", "abstract", "text_hash"])
    texts = texts[texts["kind"] == Kind.PAPER]  # sorted by id: the order of import leaves no trace
    written = [f"{t}. {a}" if a else t for t, a in zip(texts["title"], texts["abstract"], strict=True)]
    return texts.drop(columns="abstract"), written


def learned(corpus: Corpus, model: Embedder, progress: Progress | None = None) -> Learned | None:
    """Return an embedder that learns all papers' vectors from those of :data:`SOME`, which are made now and kept.

    None where fewer than :data:`MANY` papers lack a vector, or ``model`` reads Chinese: words are not cut there.
    """
    if model.id != MiniLM.id:
        return None
    frame, texts = paper_texts(corpus)
    text_of = dict(zip(frame["text_hash"], texts, strict=True))
    if len(text_of.keys() - corpus.embedded(model.id)) < MANY:
        return None
    drawn = sorted(text_of)[:SOME]  # digests: as good as drawn by chance, and the same each time
    chosen = [text_of[digest] for digest in drawn]
    vectors, _ = paper_vectors(corpus, model, drawn, chosen, progress)
    return Learned(model.id, chosen, vectors, word_means)


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
    batches = list(parts(missing.items(), SPREAD_PART if spread.is_spread() else PART))
    for part, vectors in zip(batches, _embedded(model, [[text for _, text in part] for part in batches]), strict=True):
        corpus.add_vectors(model.id, [h for h, _ in part], vectors)
        known |= {h: len(kept) + done + i for i, (h, _) in enumerate(part)}
        fresh.append(vectors)
        done += len(part)
        if progress:
            progress(len(hashes) - len(missing) + done, len(hashes))
    together = np.concatenate([kept, *fresh]) if len(kept) else np.concatenate(fresh) if fresh else kept
    return together[[known[h] for h in hashes]], len(missing)


def bring_back(corpus: Corpus, model: Embedder, home: Path) -> int:
    """Put back what a table of vectors lost, where most is gone and the Snapshot has it; return how many.

    Of papers that did not change since. Without them a placing would take every paper for one whose text changed.
    """
    try:
        now = snapshot.load(home)
    except SnapshotError:  # none that can be read: what it would give is made anew
        return 0
    if model.corpus_bound or now.meta.get("embedder") != model.id or not now.vectors.shape[1]:
        return 0
    texts = corpus.columns(["id", "text_hash", "changed"])
    there = positions(texts["text_hash"], corpus.embedded(model.id)) >= 0
    made = pd.to_datetime(now.version[:15], format="%Y%m%dT%H%M%S", utc=True)
    rows = positions(texts["id"], now.papers["id"])
    lost = np.flatnonzero(~there & (rows >= 0) & (texts["changed"] <= made).to_numpy())
    if len(lost) <= there.sum():
        return 0
    lost = lost[np.linalg.norm(now.vectors[rows[lost]], axis=1) > 0.5]  # zero where none was made yet
    hashes = texts["text_hash"].to_numpy()
    for part in parts(lost.tolist(), PART):
        corpus.add_vectors(model.id, hashes[part].tolist(), np.asarray(now.vectors[rows[part]]))
    log.warning("%d vectors that the corpus had lost were brought back from the snapshot %s", len(lost), now.version)
    return len(lost)


def _embedded(model: Embedder, batches: Sequence[list[str]]) -> Iterator[Vectors]:
    if spread.is_spread():
        return spread.mapped(embed_part, ((model.id, texts) for texts in batches))
    return (model.embed(texts) for texts in batches)


def embed_part(part: tuple[str, list[str]]) -> Vectors:
    """Return the vectors of texts by the embedder of an id, on whichever machine: its weights are made there, or copied, once."""
    name, texts = part
    home = data_folder.prepare(settings().home)
    return made(name, home).embed(texts)
