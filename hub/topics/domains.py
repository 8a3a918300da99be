"""The domain of papers whose source is of every field (Nature, PNAS): from what they say, their neighbours and their topic."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.embed import Vectors
from hub.papers import fields
from hub.papers.model import DOMAINS
from hub.stats.nearest import nearest
from hub.storage.snapshot import Terms

K = 15
POOL = 40_000
"""Papers of a known domain at most among which neighbours are sought, spread over all."""
SURE = 0.4
"""Share of the evidence that a domain needs; a paper with less stays ``Other``."""
OTHER = "Other"
NAMES = [name for name in DOMAINS if name != OTHER]


def guessed(
    ids: npt.NDArray[np.object_], domain: npt.NDArray[np.object_], topic: npt.NDArray[np.int32], vectors: Vectors, terms: Terms,
    papers: npt.NDArray[np.bool_],
    asked_too: npt.NDArray[np.bool_] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return ``id``, ``domain`` and ``confidence`` of each paper of domain ``Other`` that has a domain after all.

    Three witnesses count alike: the words that tell a domain, the :data:`K` nearest papers of a known domain, and those of its
    topic. Known papers are weighed by one over the root of their domain's size, so that a corpus of mostly computer science does
    not make biology of Nature into it. ``confidence`` is the domain's share of the evidence.

    Parameters
    ----------
    ids, domain, topic, vectors, terms
        Of n papers, in one order.
    papers
        (n,) which of them count.
    asked_too
        (n,) whose domain is asked for though one is named, because their journal is of every field.
    """
    placed = papers & (np.abs(vectors).sum(axis=1) > 0) if vectors.shape[1] else np.zeros(len(ids), dtype=bool)
    wanted = (domain == OTHER) if asked_too is None else (domain == OTHER) | asked_too
    asked, known = np.flatnonzero(placed & wanted), np.flatnonzero(placed & ~wanted)
    if not len(asked):
        return pd.DataFrame({"id": [], "domain": [], "confidence": []}).astype({"confidence": "float32"})
    code = np.array([NAMES.index(d) if d in NAMES else -1 for d in domain])
    evidence = _by_words(terms, asked)
    if len(known) > K:
        evidence += _by_neighbours(vectors, asked, known, code) + _by_topic(topic, asked, known, code)
    total = np.maximum(evidence.sum(axis=1, keepdims=True), 1e-9)
    share = evidence / total
    best = share.argmax(axis=1)
    sure = share[np.arange(len(asked)), best]
    kept = (sure >= SURE) & (evidence.sum(axis=1) > 0)
    named = np.array(NAMES, dtype=object)[best[kept]]
    return pd.DataFrame({"id": ids[asked[kept]], "domain": named, "confidence": sure[kept].astype(np.float32)})


def of_papers(frame: pd.DataFrame, vectors: Vectors, terms: Terms) -> pd.DataFrame:
    """Return :func:`guessed` for the Snapshot's papers, those of journals of every field among them."""
    source, field = frame["source"].astype(str), frame["field"].astype(str)
    every = {s for s in source.unique() if fields.is_of_every_field(s)}
    vague = {f for f in field.unique() if not fields.is_arxiv_category(f)}
    return guessed(
        frame["id"].to_numpy(dtype=object), frame["domain"].astype(str).to_numpy(dtype=object), frame["topic"].to_numpy(np.int32),
        vectors, terms, (frame["kind"].astype(str) == "paper").to_numpy(), (source.isin(every) & field.isin(vague)).to_numpy(),
    )  # fmt: skip


def _by_neighbours(
    vectors: Vectors, asked: npt.NDArray[np.int64], known: npt.NDArray[np.int64], code: npt.NDArray[np.int64]
) -> Vectors:
    pool = known if len(known) <= POOL else known[np.linspace(0, len(known) - 1, POOL).astype(np.int64)]
    near = nearest(np.asarray(vectors[asked]), np.asarray(vectors[pool]), K)
    found = code[pool][near.ids]
    weight = np.clip(near.similarity, 0, 1) ** 2 / np.sqrt(_sizes(code, known))[found]
    votes = np.zeros((len(asked), len(NAMES)), dtype=np.float32)
    np.add.at(votes, (np.arange(len(asked))[:, None], found), weight)
    return _shares(votes)


def _by_topic(
    topic: npt.NDArray[np.int32], asked: npt.NDArray[np.int64], known: npt.NDArray[np.int64], code: npt.NDArray[np.int64]
) -> Vectors:
    held, place = np.unique(topic, return_inverse=True)
    votes = np.zeros((len(held), len(NAMES)), dtype=np.float32)
    np.add.at(votes, (place[known], code[known]), 1 / np.sqrt(_sizes(code, known))[code[known]])
    votes[held < 0] = 0
    return _shares(votes)[place[asked]]


def _by_words(terms: Terms, asked: npt.NDArray[np.int64]) -> Vectors:
    begins = _beginnings()
    told = np.zeros((len(terms.words), len(NAMES)), dtype=np.float32)
    for i, term in enumerate(terms.words):
        for d, beginnings in enumerate(begins):
            if " " not in term and str(term).startswith(beginnings):
                told[i, d] = 1
    told /= np.maximum(told.sum(axis=1, keepdims=True), 1)
    return (
        _shares(np.asarray(terms.counts[asked] @ told, dtype=np.float32))
        if len(terms.words)
        else np.zeros((len(asked), len(NAMES)), np.float32)
    )


def _sizes(code: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.maximum(np.bincount(code[known], minlength=len(NAMES)), 1).astype(np.float64)


def _shares(votes: Vectors) -> Vectors:
    return np.asarray(votes / np.maximum(votes.sum(axis=1, keepdims=True), 1e-9), dtype=np.float32)


@cache
def _beginnings() -> list[tuple[str, ...]]:
    told = tomllib.loads((Path(fields.__file__).parent / "domain_words.toml").read_text("utf-8"))
    return [tuple(told[name].split()) for name in NAMES]
