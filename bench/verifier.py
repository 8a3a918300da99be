"""The ledger on public claims, by words and with the verifier: balanced accuracy a set, what passes, what is refused, time."""

from __future__ import annotations

import gzip
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub.briefing.support import Judge, Judgement, Text
from hub.briefing.verifier.reader import Reader, verifier

CLAIMS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "claims"
SENTENCES = 60
"""Sentences of a standard briefing."""


def rows(part: str = "dev", sets: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return the labelled claims of a part, of the sets whose names begin so."""
    with gzip.open(CLAIMS / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return [r for r in found if not sets or r["set"].startswith(tuple(sets))]


def judged(claims: Sequence[dict[str, str]], reader: Reader | None = None) -> list[Judgement]:
    """Return the ledger's judgement of each claim, each against its own text alone."""
    found = []
    for row in claims:
        judge = Judge({"1": Text(row["title"], row["evidence"])}, reader=reader)
        found.append(judge.judge(row["claim"], ("1",)))
    return found


def balanced(claims: Sequence[dict[str, str]], said: Sequence[Judgement]) -> tuple[float, float, float]:
    """Return balanced accuracy of supported against not, the share of false claims accepted, of true ones refused."""
    true = np.array([r["label"] == "S" for r in claims])
    got = np.array([j.verdict == "supported" for j in said])
    accepted, refused = float(got[~true].mean()), float((~got)[true].mean())
    return 1 - (accepted + refused) / 2, accepted, refused


def figures(claims: Sequence[dict[str, str]], name: str, reader: Reader | None) -> None:
    """Print the figures of every set and their mean."""
    said = judged(claims, reader)
    by: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(claims):
        by[row["set"]].append(i)
    got = {which: balanced([claims[i] for i in at], [said[i] for i in at]) for which, at in sorted(by.items())}
    for which, (right, accepted, refused) in got.items():
        print(
            f"{name}; {which}: {len(by[which])} claims, balanced accuracy {right:.3f}; "
            f"false accepted {accepted:.2f}, true refused {refused:.2f}"
        )
    mean = [float(np.mean([f[i] for f in got.values()])) for i in range(3)]
    print(f"{name}; mean of {len(got)} sets: {mean[0]:.3f}; false accepted {mean[1]:.2f}, true refused {mean[2]:.2f}", flush=True)


def speed(claims: Sequence[dict[str, str]], reader: Reader) -> None:
    """Print how long a briefing's sentences take, read in one go as the ledger does, and how much of it the processor worked."""
    part = claims[:: max(1, len(claims) // SENTENCES)][:SENTENCES]
    judge = Judge({str(i): Text(r["title"], r["evidence"]) for i, r in enumerate(part)}, reader=reader)
    reader.read([(part[0]["claim"], [part[0]["evidence"]])])
    wall, worked = time.perf_counter(), time.process_time()
    judge.prepare([(r["claim"], (str(i),)) for i, r in enumerate(part)])
    for i, row in enumerate(part):
        judge.judge(row["claim"], (str(i),))
    wall, worked = time.perf_counter() - wall, time.process_time() - worked
    print(f"{len(part)} sentences: {wall:.2f} s, {1000 * wall / len(part):.0f} ms a sentence ({worked:.2f} s of processor)")


def main(part: str = "dev", sets: Sequence[str] = (), words: bool = True) -> None:
    """Print all figures of a part of the public claims."""
    if not CLAIMS.exists():
        print("../shared is not on this machine: nothing to measure")
        return
    claims = rows(part, sets)
    if words:
        figures(claims, "words alone", None)
    reader, why = verifier()
    if reader is None:
        print(why)
        return
    figures(claims, reader.id, reader)
    speed(claims, reader)
