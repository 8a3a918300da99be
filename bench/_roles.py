"""How well the roles of sentences hold: cross-validation over abstracts, and abstracts of fields that nobody labelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench._roles_train import ARXIV, STRUCTURED, Abstract, annotated, fitted, structured
from hub.papers.roles import ROLES, features

FOLDS = 10


def predicted(model: tuple[list[str], Any], abstract: Abstract) -> np.ndarray:
    """Return the scores (n_sentences, 4) of a model just fitted."""
    index = {name: row for row, name in enumerate(model[0])}
    scores = np.zeros((len(abstract.texts), len(ROLES)))
    for at in range(len(abstract.texts)):
        for name, value in features(abstract.texts, at).items():
            if name in index:
                scores[at] += value * model[1][index[name]]
    return scores


def f1(pairs: Sequence[tuple[str, str]], roles: Sequence[str] = ROLES) -> tuple[float, str]:
    """Return macro-F1 of (true, said) pairs, and F1 by role as a line."""
    values = {}
    for role in roles:
        hit = sum(a == b == role for a, b in pairs)
        values[role] = 2 * hit / max(1, sum(a == role for a, _ in pairs) + sum(b == role for _, b in pairs))
    return float(np.mean(list(values.values()))), ", ".join(f"{role} {value:.3f}" for role, value in values.items())


def main() -> None:
    """Print macro-F1 by cross-validation over the labelled abstracts, and on structured abstracts that no model has seen."""
    own = annotated()
    arxiv = [a for name in ARXIV for a in structured(name, arxiv=True)]
    others = [a for name in ("mixed_2025_2026", "biomed_covid_preprints_2020") for a in structured(name, arxiv=False)]
    for name, weight in (("labelled abstracts only", 0.0), ("and structured arXiv abstracts", STRUCTURED)):
        folds = [np.random.default_rng(0).permutation(len(part)) % FOLDS for part in (own, arxiv)]
        pairs: list[tuple[str, str]] = []
        far: list[tuple[str, str]] = []
        hits: dict[str, list[bool]] = {role: [] for role in ROLES}
        for fold in range(FOLDS):
            train = [(a, 1.0) for a, k in zip(own, folds[0], strict=True) if k != fold]
            train += [(a, weight) for a, k in zip(arxiv, folds[1], strict=True) if k != fold and weight]
            model = fitted(train)
            for part, at, into in ((own, folds[0], pairs), (arxiv, folds[1], far)):
                for a in (a for a, k in zip(part, at, strict=True) if k == fold):
                    scores = predicted(model, a)
                    said = [ROLES[i] for i in scores.argmax(axis=1)]
                    into += [(true[0], got) for true, got in zip(a.roles, said, strict=True) if true]
                    if part is own:
                        for r, role in enumerate(ROLES):
                            if any(role in true for true in a.roles):
                                hits[role].append(role in a.roles[int(scores[:, r].argmax())])
        macro, by = f1(pairs)
        found = ", ".join(f"{role} {np.mean(values):.2f}" for role, values in hits.items())
        print(f"roles, {name}: macro-F1 {macro:.3f} of {len(pairs)} sentences of {len(own)} abstracts, {FOLDS} folds ({by})")
        print(f"  the likeliest sentence of each role is the labelled one: {found}")
        print(
            "  {} sentences of {} arXiv abstracts with headings: macro-F1 {:.3f} ({})".format(
                len(far), len(arxiv), *f1(far, ROLES[1:])
            )
        )
        model = fitted([(a, 1.0) for a in own] + [(a, weight) for a in arxiv if weight])
        seen = [
            (true[0], ROLES[i])
            for a in others
            for true, i in zip(a.roles, predicted(model, a).argmax(axis=1), strict=True)
            if true
        ]
        print(
            "  {} of {} abstracts from medRxiv and others, never trained on: macro-F1 {:.3f} ({})".format(
                len(seen), len(others), *f1(seen, ROLES[1:])
            )
        )
