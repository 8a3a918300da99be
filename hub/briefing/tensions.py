"""Two sentences of different papers that say opposite things of one subject; the trained verifier finds them, both ways.

Without the verifier there are none: words alone cannot tell a contradiction from two different subjects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from hub.briefing.quotes import Quote
from hub.briefing.verifier.reader import FOLDER, Reader
from hub.errors import VerifierError

SURE = 0.9
"""How likely the verifier must find the contradiction, read from either side."""
ALIKE = 0.4
"""Share of the lighter sentence's weight, words weighed by how rare they are, that both must have in common."""
COMMON = 4
"""Content words in common."""
READ = 40
"""Pairs that are read at most."""


@lru_cache(maxsize=1)
def reader_at_hand() -> Reader | None:
    """Return the verifier, or None where its weights are not here or not those that were measured: then none are looked for."""
    if not (FOLDER / "verifier.json").exists():
        return None
    try:
        return Reader()
    except VerifierError:
        return None  # the ledger, which needs it more, says why


def candidates(quotes: Sequence[Quote]) -> list[tuple[Quote, Quote]]:
    """Return pairs of quotes of different papers on one subject, the most alike first."""
    seen = Counter(c for q in quotes for c in q.concepts)
    weight: Mapping[str, float] = {c: 1.0 / n for c, n in seen.items()}
    mass = {id(q): sum(weight[c] for c in q.concepts) for q in quotes}
    found = []
    for a, b in combinations(quotes, 2):
        shared = a.concepts & b.concepts
        if a.source.number == b.source.number or len(shared) < COMMON:
            continue
        alike = sum(weight[c] for c in shared) / max(min(mass[id(a)], mass[id(b)]), 1e-9)
        if alike >= ALIKE:
            found.append((alike, a, b))
    found.sort(key=lambda item: (-item[0], item[1].source.number, item[2].source.number))
    return [(a, b) for _, a, b in found[:READ]]


def opposed(quotes: Sequence[Quote], reader: Reader | None, most: int) -> list[tuple[Quote, Quote]]:
    """Return at most ``most`` pairs that contradict each other, surest first; none without a verifier."""
    if reader is None:
        return []
    told = [q for q in quotes if q.role in ("result", "problem")]
    pairs = candidates(told)
    if not pairs:
        return []
    readings = reader.read([(a.text, [b.text]) for a, b in pairs] + [(b.text, [a.text]) for a, b in pairs])
    sure = [min(readings[i].contradicts, readings[i + len(pairs)].contradicts) for i in range(len(pairs))]
    order = sorted(range(len(pairs)), key=lambda i: -sure[i])
    return [pairs[i] for i in order if sure[i] >= SURE][:most]
