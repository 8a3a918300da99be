"""A topic that people define: by a phrase, or by papers that show what is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.storage.snapshot import Snapshot, Terms
from hub.topics.curation import Curation, CurationError, Definition
from hub.topics.facts import DEFINED_FROM
from hub.topics.naming import labels


def number_for(curation: Curation) -> int:
    """Return the number of the next topic that people define."""
    return max([DEFINED_FROM - 1, *(d.topic for d in curation.defined)]) + 1


def definition(home: Path, now: Snapshot, name: str, phrase: str, examples: Sequence[str], least: float) -> Definition:
    """Return the definition of a topic; its centre is the mean direction of the phrase and the examples.

    It has no number yet, -1: :func:`number_for` gives it one when it is written down.

    Raises
    ------
    CurationError
        When neither is given, an example is not in the Snapshot, or the phrase cannot be embedded as the papers were.
    """
    if not phrase.strip() and not examples:
        raise CurationError("A topic is defined by --phrase or by at least one --paper.")
    if name.strip().casefold() in {n.casefold() for n in now.topic_names.values()}:
        raise CurationError(f"Another topic is called {name.strip()!r} already: choose another name.")
    unknown = [paper for paper in examples if paper not in now.row_of]
    if unknown:
        raise CurationError(f"There is no paper {unknown[0]!r}. Take ids from `python -m hub papers --json`.")
    parts = [np.asarray(now.vectors[now.row_of[paper]]) for paper in examples]
    model_id = str(now.meta.get("embedder", ""))
    if phrase.strip():
        parts.append(_phrase_vector(home, model_id, phrase))
    centre = np.sum(parts, axis=0)
    length = float(np.linalg.norm(centre))
    if length < 1e-6:
        raise CurationError("The examples have no vectors yet: run `python -m hub fit` first.")
    direction = [round(float(x), 6) for x in centre / length]
    made = Definition(-1, name.strip(), model_id, direction, least, phrase.strip(), list(examples))
    return replace(made, words=telling_words(now.terms, _similarity(now, made) >= least))


def _similarity(now: Snapshot, made: Definition) -> npt.NDArray[np.float32]:
    """The cosine (n_papers,) of each placed paper to a definition, -2 where the model did not place it."""
    found = np.asarray(now.vectors) @ np.array(made.centre, dtype=np.float32)
    return np.where(now.papers["topic"].to_numpy() >= 0, found, -2.0).astype(np.float32)


def telling_words(terms: Terms, own: npt.NDArray[np.bool_]) -> list[str]:
    """Return the terms that these papers (a mask) use and the corpus does not, the most telling first; none without papers."""
    if not own.any() or not terms.counts.shape[1]:
        return []
    used = terms.counts > 0
    usual, share = (np.asarray(part.mean(axis=0)).ravel() for part in (used, used[own]))
    score = share * np.log((share + 1e-3) / (usual + 1e-3))
    best = np.argsort(-score, kind="stable")[:30]
    return labels.topic_words([(str(terms.words[i]), float(score[i])) for i in best if score[i] > 0])


def taken(now: Snapshot, made: Definition) -> dict[str, Any]:
    """Return what a definition would take of the papers as they are placed now.

    Returns
    -------
    dict
        ``papers`` it takes; ``at_least``, how many it would take at other cosines; ``topics`` that they come from, most first;
        ``nearest``, ids and titles of the papers nearest to it.
    """
    similarity, topic = _similarity(now, made), now.papers["topic"].to_numpy()
    own = similarity >= made.least_similarity
    ids, counts = np.unique(topic[own], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    first = [r for r in np.argsort(-similarity, kind="stable")[:5].tolist() if similarity[r] > -2]
    ids_of, titles = now.papers["id"], now.papers["title"]
    return {
        "papers": int(own.sum()),
        "at_least": {f"{c:.2f}": int((similarity >= c).sum()) for c in np.arange(0.3, 0.85, 0.1)},
        "topics": [{"topic": int(ids[i]), "name": now.topic_names.get(int(ids[i]), ""), "papers": int(counts[i])} for i in order],
        "nearest": [{"id": ids_of.iat[r], "title": titles.iat[r], "cosine": round(float(similarity[r]), 3)} for r in first],
    }  # fmt: skip


def _phrase_vector(home: Path, model_id: str, phrase: str) -> np.ndarray:
    from hub.embed.queries import embed_with

    embed = embed_with(model_id, home)
    if embed is None:
        raise CurationError(f"A phrase cannot be compared with vectors of {model_id}: define the topic by --paper instead.")
    return embed([phrase])[0]
