"""Papers beyond the real ones: made of real papers of one field, so that few are like one another, as few as of real ones.

What joining looks at is drawn anew: the title in runs of three words from several titles, authors with the family name of one
person and the given names of another, an arXiv number of its own. Half the title of a real paper, or its authors as they stand,
would be compared with that paper and all its other copies, which no corpus asks for.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

RUN = 3
"""Words of a title that come from one other: with two, made-up papers have fewer pairs to compare than real ones, with four
more."""
FROM_YEAR, A_MONTH = 15, 100_000
"""Numbers begin with January 2015, before the real ones, and a month has so many."""
NOBODY = "Robin Smith"


class MadeUp:
    """Makes papers of real ones.

    Parameters
    ----------
    real
        The papers that they are made of, as objects with title, abstract, authors and field.
    """

    def __init__(self, real: Sequence[dict[str, Any]]) -> None:
        self._real = real
        self._of_field: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for paper in real:
            self._of_field[paper["field"]].append(paper)

    def paper(self, number: int, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        """Return the paper of a number: as long as ``one``, its abstract a half of each; the same whenever it is asked for."""
        draw, near = random.Random(number), self._of_field[one["field"]]
        authors = [_person(draw, draw.choice(near), draw.choice(self._real)) for _ in one["authors"]]
        month, rest = divmod(number, A_MONTH)
        return one | {
            "id": f"arXiv:{FROM_YEAR + month // 12:02}{month % 12 + 1:02}.{rest:05}",
            "title": _title(draw, one["title"], near),
            "abstract": _halves(one["abstract"], other["abstract"]),
            "authors": authors,
        }


def _title(draw: random.Random, one: str, near: Sequence[dict[str, Any]]) -> str:
    """Return a title as long as ``one``: each run of words from another title, from where it stands in it."""
    length = len(one.split())
    words: list[str] = []
    while len(words) < length:
        given = draw.choice(near)["title"].split()
        words += given[len(words) * len(given) // length :][:RUN]
    return " ".join(words[:length])


def _person(draw: random.Random, family: dict[str, Any], given: dict[str, Any]) -> str:
    ours, theirs = (draw.choice(paper["authors"] or [NOBODY]).split() for paper in (family, given))
    return " ".join([*theirs[:-1], *ours[-1:]])


def _halves(one: str, other: str) -> str:
    first, second = one.split(), other.split()
    return " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])
