"""Train the model of hub/papers/roles.py again: ``python -m bench._roles_train`` (some 20 s, one core, seed 0).

It learns from the labelled abstracts of ../shared/benchmarks/roles (computer science) and, at a fifth of their weight, from
arXiv abstracts whose authors set the headings themselves (CC0 metadata; the headings are taken off first), so that it also
holds in astronomy, physics and medicine. What is written holds weights and word n-grams that three sentences share, no text.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hub.papers.roles import HEADINGS, ROLES, WEIGHTS, features, labelled
from hub.papers.sentences import sentences

SHARED = Path(__file__).resolve().parents[2] / "shared"
STRUCTURED = 0.2
"""Weight of a sentence of a structured abstract against a labelled one."""
LEAST = 3
"""Sentences that must share a feature for it to be kept."""
STRENGTH = 3.0
"""Inverse of the regularisation."""
OVERLAP = 15
"""Characters that a labelled span and a sentence share at least."""
ARXIV = ("arxiv_2025_2026", "sample_arxiv_multifield_2018_2019")


@dataclass(frozen=True)
class Abstract:
    """Sentences and the roles that each has; none where nobody labelled it."""

    id: str
    texts: tuple[str, ...]
    roles: tuple[tuple[str, ...], ...]


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def annotated(file: Path = SHARED / "benchmarks" / "roles" / "dev.jsonl.gz") -> list[Abstract]:
    """Return the labelled abstracts; a sentence has the roles of the spans that overlap it, the longest first."""
    found = []
    for record in records(file):
        if len(record["sentences"]) > 12:
            continue  # one holds 58 spans that lie beside the text
        text = record["abstract"].strip()
        kept = [at for at, c in enumerate(text) if not c.isspace() or (at and not text[at - 1].isspace())]
        texts, roles, start = sentences(text), [], 0
        squeezed = " ".join(text.split())
        for sentence in texts:
            start = squeezed.index(sentence, start)
            first, last = kept[start], kept[min(start + len(sentence) - 1, len(kept) - 1)] + 1
            start += len(sentence)
            shared: Counter[str] = Counter()
            for span in record["sentences"]:
                shared[span["role"]] += max(0, min(last, span["end"]) - max(first, span["start"]))
            roles.append(tuple(role for role, n in shared.most_common() if n >= OVERLAP))
        found.append(Abstract(record["id"], tuple(texts), tuple(roles)))
    return found


def structured(name: str, arxiv: bool) -> list[Abstract]:
    """Return the abstracts of a corpus whose authors set headings of a task, a method and a result; background has no label."""
    found = []
    for record in records(SHARED / "corpora" / f"{name}.jsonl.gz"):
        text = " ".join((record["abstract"] or "").split())
        if (record["source"] == "arXiv") != arxiv or text.split(maxsplit=1)[:1] == [] or not _headed(text):
            continue
        said = [s for s in labelled(text) if s.share > 0.9]
        if {"task", "idea", "result"} <= {s.role for s in said}:
            roles = tuple(() if s.role == "problem" else (s.role,) for s in said)
            found.append(Abstract(record["id"], tuple(s.sentence for s in said), roles))
    return found


def _headed(text: str) -> bool:
    first = text.split(maxsplit=1)[0].rstrip(".:").lower()
    return first in HEADINGS and text.split(maxsplit=1)[0][-1:] in ".:"


def fitted(abstracts: Sequence[tuple[Abstract, float]]) -> tuple[list[str], Any]:
    """Return the names of the features and their weights (n_features, 4), columns as :data:`hub.papers.roles.ROLES`."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [(a, at, w) for a, w in abstracts for at in range(len(a.texts)) if a.roles[at]]
    found = [features(a.texts, at) for a, at, _ in rows]
    seen = Counter(name for row in found for name in row)
    found = [{name: value for name, value in row.items() if seen[name] >= LEAST} for row in found]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(found)
    model = LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced", random_state=0)
    model.fit(matrix, [a.roles[at][0] for a, at, _ in rows], sample_weight=[w for _, _, w in rows])
    columns = [model.classes_.tolist().index(role) for role in ROLES]
    weights = model.coef_[columns].T
    names = list(vectorizer.get_feature_names_out())
    weights[names.index("bias")] += model.intercept_[columns]
    return names, weights


def main() -> None:
    """Train on all there is and write the weights beside the module."""
    abstracts = [(a, 1.0) for a in annotated()] + [(a, STRUCTURED) for name in ARXIV for a in structured(name, arxiv=True)]
    names, weights = fitted(abstracts)
    kept = [i for i in range(len(names)) if np.abs(weights[i]).max() > 0.02]
    joined = np.frombuffer("\n".join(names[i] for i in kept).encode(), dtype=np.uint8)
    np.savez_compressed(WEIGHTS, names=joined, weights=weights[kept].astype(np.float16))
    print(f"{len(abstracts)} abstracts, {len(kept)} of {len(names)} features, {WEIGHTS.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
