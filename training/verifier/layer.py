"""Fits the logistic layer on pairs that the model was not trained on: ``python -m training.verifier.layer``.

The layer weighs the model's reading with what rules of words found. Weights keep the sign that a signal must have, so that no
oddity of one set turns one around. A claim that words find supported must be at least so likely as separates best what is
true and what is not among pairs made from abstracts that the model never saw; what that gives is told of pairs of other abstracts
still, that neither the model nor the bound saw.
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

POSITIVE = {"reads", "shared"}
"""Signals of which more speaks for a claim; of the others more speaks against it."""
PAPERS = 200
"""Abstracts that pairs are made of to fit, and again so many to tell figures of."""
MOST = 220
"""Pairs of each set at most."""
Floats = npt.NDArray[np.float64]
Part = tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def main() -> None:
    """Fit, print what cross-fitting over sets gives, and write ``layer.json``."""
    rng = random.Random(SEED)
    by: dict[str, list[Example]] = defaultdict(list)
    for example in public(SHARED / "benchmarks" / "claims", HELD_OUT_SETS)[1]:
        by[example.kind].append(example)
    papers = records(SHARED / "corpora", own_set_ids(), 12000, random.Random(SEED))[-2 * PAPERS :]
    by["made"] = list(from_abstracts(papers[:PAPERS], SEED, each=2))
    others = list(from_abstracts(papers[PAPERS:], SEED + 1, each=2))
    sets = {name: signals(rng.sample(part, min(MOST, len(part)))) for name, part in by.items()}
    weights = fitted(list(sets.values()))
    bound = threshold(sets["made"], weights)
    for name, part in sets.items():
        print(name, described(part, fitted([p for n, p in sets.items() if n != name]), bound))
    print("made of abstracts not seen so far", described(signals(others), weights, bound))
    about = dict(zip((*NAMES, "bias"), np.round(weights, 4).tolist(), strict=True)) | {"supported": round(bound, 4)}
    (FOLDER / "layer.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    print(json.dumps(about))


def signals(examples: Sequence[Example]) -> Part:
    """Return the signals (n, len(NAMES)) of each pair, whether its claim is supported (n,), and whether words say so (n,)."""
    texts = [Text(e.passages[0], " ".join(e.passages[1:])) for e in examples]
    reader = Reader()
    read = reader.read([(e.claim, e.picked()) for e in examples])
    judges = [Judge({"1": t}) for t in texts]
    found = [j.examined(e.claim, t)[1] for j, e, t in zip(judges, examples, texts, strict=True)]
    words = [j.judge(e.claim, ("1",)).verdict == "supported" for j, e in zip(judges, examples, strict=True)]
    rows = [values(f, r) for f, r in zip(found, read, strict=True)]
    return np.array(rows), np.array([e.label == 0 for e in examples]), np.array(words)


def fitted(parts: Sequence[Part]) -> Floats:
    """Return weights and bias: logistic regression, every set and each side of it of one weight, signs kept."""
    x, y = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    each = np.concatenate([np.where(t, 0.5 / t.mean(), 0.5 / (1 - t.mean())) / len(t) for _, t, _ in parts])
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


def threshold(made: Part, weights: Floats) -> float:
    """Return the probability to ask of claims that words support: that of best balanced accuracy, the strictest within .005."""
    x, y, words = made
    p = likely(x, weights)
    steps = np.linspace(0.3, 0.9, 121)
    right = np.array([((words & (p >= t))[y].mean() + (~(words & (p >= t)))[~y].mean()) / 2 for t in steps])
    return float(steps[np.flatnonzero(right >= right.max() - 0.005)[-1]])


def described(part: Part, weights: Floats, bound: float) -> str:
    """Return balanced accuracy of words alone and with the verifier, with what passes and what is refused."""
    x, y, words = part
    p = likely(x, weights)
    order = p.argsort().argsort() + 1.0
    area = (order[y].sum() - y.sum() * (y.sum() + 1) / 2) / (y.sum() * (~y).sum())
    told = [f"{len(y)} pairs, AUC {area:.3f}"]
    for name, said in (("words", words), ("both", words & (p >= bound))):
        passed, refused = said[~y].mean(), (~said)[y].mean()
        told.append(f"{name} balanced {1 - (passed + refused) / 2:.3f} (accepted {passed:.2f}, refused {refused:.2f})")
    return "; ".join(told)


if __name__ == "__main__":
    main()
