"""A topic that people define: by a phrase, or by papers that show what is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub.snapshot import Snapshot
from hub.topics.curation import DEFINED_FROM, Curation, CurationError, Definition


def definition(
    home: Path, now: Snapshot, curation: Curation, name: str, phrase: str, examples: Sequence[str], least: float
) -> Definition:
    """Return the definition of a topic; its centre is the mean direction of the phrase and the examples.

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
    number = max([DEFINED_FROM - 1, *(d.topic for d in curation.defined)]) + 1
    direction = [round(float(x), 6) for x in centre / length]
    return Definition(number, name.strip(), model_id, direction, least, phrase.strip(), list(examples))


def _phrase_vector(home: Path, model_id: str, phrase: str) -> np.ndarray:
    from hub.embed import embedder

    model, _ = embedder("", home)
    if model.id != model_id or model.corpus_bound:
        raise CurationError(f"A phrase cannot be compared with vectors of {model_id}: define the topic by --paper instead.")
    return model.embed([phrase])[0]
