"""Fits the logistic layer on pairs that the model was not trained on: ``python -m training.verifier.layer``.

The layer weighs the model's reading with what rules of words found. Weights keep the sign that a signal must have, so that no
oddity of one set turns one around. The probability from which a claim is supported is the least that lets at most
:data:`ACCEPTED` of the false claims pass, as a mean over the sets held out.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from hub.briefing.support import Judge, Text
from hub.briefing.verifier.reader import FOLDER, Reader
from hub.briefing.verifier.signals import NAMES, values
from training.verifier.pairs import Example, from_abstracts, public, records
from training.verifier.train import HELD_OUT_SETS, SEED, SHARED, own_set_ids

ACCEPTED = 0.12
POSITIVE = {"reads", "shared"}
"""Signals of which more speaks for a claim; of the others more speaks against it."""
MOST = 220
"""Pairs of each set at most."""
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Fit, print what cross-fitting over sets gives, and write ``layer.json``."""
    rng = random.Random(SEED)
    by: dict[str, list[Example]] = defaultdict(list)
    for example in public(SHARED / "benchmarks" / "claims", HELD_OUT_SETS)[1]:
        by[example.kind].append(example)
    papers = records(SHARED / "corpora", own_set_ids(), 12000, random.Random(SEED))[-300:]
    by["made"] = list(from_abstracts(papers, SEED, each=2))
    sets = {name: signals(rng.sample(part, min(MOST, len(part)))) for name, part in by.items()}
    for name in sets:
        weights = fitted([part for other, part in sets.items() if other != name])
        print(name, described(*sets[name], weights, threshold([p for n, p in sets.items() if n != name], weights)))
    weights = fitted(list(sets.values()))
    bound = threshold(list(sets.values()), weights)
    about = dict(zip((*NAMES, "bias"), np.round(weights, 4).tolist(), strict=True)) | {"supported": round(bound, 4)}
    (FOLDER / "layer.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    print(json.dumps(about))


def signals(examples: Sequence[Example]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the signals (n, len(NAMES)) of each pair, and whether its claim is supported (n,)."""
    texts = [Text(e.passages[0], " ".join(e.passages[1:])) for e in examples]
    reader = Reader()
    read = reader.read([(e.claim, e.picked()) for e in examples])
    found = [Judge({"1": t}).examined(e.claim, t)[1] for e, t in zip(examples, texts, strict=True)]
    return np.array([values(f, r) for f, r in zip(found, read, strict=True)]), np.array([e.label == 0 for e in examples])


def fitted(parts: Sequence[tuple[Floats, npt.NDArray[np.bool_]]]) -> Floats:
    """Return weights and bias: logistic regression, every set and each side of it of one weight, signs kept."""
    x, y = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    each = np.concatenate([np.where(t, 0.5 / t.mean(), 0.5 / (1 - t.mean())) / len(t) for _, t in parts])
    each /= each.sum()

    def cost(w: Floats) -> tuple[float, Floats]:
        z = np.where(y, -1, 1) * (x @ w[:-1] + w[-1])
        slope = each * np.where(y, -1, 1) / (1 + np.exp(-z))
        return float((each * np.logaddexp(0, z)).sum() + 1e-3 * (w[:-1] ** 2).sum()), np.append(
            x.T @ slope + 2e-3 * w[:-1], slope.sum()
        )

    bounds: list[tuple[Any, Any]] = [(0, None) if n in POSITIVE else (None, 0) for n in NAMES]
    return np.asarray(minimize(cost, np.zeros(len(NAMES) + 1), jac=True, bounds=[*bounds, (None, None)]).x)


def likely(x: Floats, weights: Floats) -> Floats:
    """Return probabilities (n,)."""
    return np.asarray(1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1]))))


def threshold(parts: Sequence[tuple[Floats, npt.NDArray[np.bool_]]], weights: Floats) -> float:
    """Return the least probability at which false claims pass no oftener than :data:`ACCEPTED`, sets having one weight."""
    steps = np.linspace(0.3, 0.97, 135)
    passing = [np.mean([(likely(x, weights)[~y] >= t).mean() for x, y in parts]) for t in steps]
    return float(next((t for t, share in zip(steps, passing, strict=True) if share <= ACCEPTED), steps[-1]))


def described(x: Floats, y: npt.NDArray[np.bool_], weights: Floats, bound: float) -> str:
    """Return balanced accuracy at even odds and at the threshold, with what passes and what is refused there."""
    p = likely(x, weights)
    order = p.argsort().argsort() + 1.0
    area = (order[y].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (~y).sum())
    told = [f"{len(y)} pairs, AUC {area:.3f}"]
    for t in (0.5, bound):
        passed, refused = (p[~y] >= t).mean(), (p[y] < t).mean()
        told.append(f"at {t:.2f} balanced {1 - (passed + refused) / 2:.3f} (accepted {passed:.2f}, refused {refused:.2f})")
    return "; ".join(told)


if __name__ == "__main__":
    main()
