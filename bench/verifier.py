"""The ledger on public claims: balanced accuracy a set, false accepts, false refusals, time a sentence."""

from __future__ import annotations

import gzip
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub.briefing.support import Judge, Text

CLAIMS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "claims"


def rows(part: str = "dev", sets: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return the labelled claims of a part, of the sets whose names begin so."""
    with gzip.open(CLAIMS / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return [r for r in found if not sets or r["set"].startswith(tuple(sets))]


def verdicts(claims: Sequence[dict[str, str]]) -> list[str]:
    """Return the verdict of the ledger on each claim, each against its own text alone, as one sentence of a briefing is."""
    found = []
    for row in claims:
        judge = Judge({"1": Text(row["title"], row["evidence"])})
        found.append(judge.judge(row["claim"], ("1",)).verdict)
    return found


def balanced(claims: Sequence[dict[str, str]], said: Sequence[str]) -> tuple[float, float, float]:
    """Return balanced accuracy of supported against not, the share of false claims accepted, of true ones refused."""
    true = np.array([r["label"] == "S" for r in claims])
    got = np.array([v == "supported" for v in said])
    accepted, refused = float(got[~true].mean()), float((~got)[true].mean())
    return 1 - (accepted + refused) / 2, accepted, refused


def main(part: str = "dev", sets: Sequence[str] = ()) -> None:
    """Print the figures of every set and their mean."""
    claims = rows(part, sets)
    start = time.perf_counter()
    said = verdicts(claims)
    each = (time.perf_counter() - start) / len(claims)
    by: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(claims):
        by[row["set"]].append(i)
    figures = {name: balanced([claims[i] for i in at], [said[i] for i in at]) for name, at in sorted(by.items())}
    for name, (right, accepted, refused) in figures.items():
        print(
            f"{name}: {len(by[name])} claims, balanced accuracy {right:.3f}; "
            f"false accepted {accepted:.2f}, true refused {refused:.2f}"
        )
    mean = [float(np.mean([f[i] for f in figures.values()])) for i in range(3)]
    print(f"mean of {len(figures)} sets: {mean[0]:.3f}; false accepted {mean[1]:.2f}; {1000 * each:.1f} ms a claim")


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:2], sets=sys.argv[2:])
