"""The demo corpus: synthetic papers with planted trends, for a first look without a network and for tests.

Nothing here describes a real paper. Every paper says so: its id starts with :data:`PREFIX` and its journal is
:data:`JOURNAL`; it has no address. The vocabulary lies in the TOML files of this folder.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.demo.vocabulary import MOVING, Topic, domain, intensity, names, share_travelled, topics
from hub.demo.writing import pick, title_and_abstract
from hub.errors import HubError
from hub.papers.model import Paper

if TYPE_CHECKING:
    from hub.storage.corpus import Corpus

PREFIX = "demo:"
JOURNAL = "AcademicHub demo"
ARXIV_CROSS_SHARE = 0.3
WEEKEND_SHARE = 0.15


@dataclass(frozen=True)
class _Draw:
    """What is planted in one paper."""

    number: int
    topic: Topic
    t: float
    travelled: bool
    source: str
    field: str

    @property
    def id(self) -> str:
        return f"{PREFIX}{self.number:06d}"


def papers(seed: int = 0, months: int = 12, count: int = 3000, until: date | None = None, *, planted: bool = True) -> list[Paper]:
    """Return ``count`` synthetic papers of the ``months`` up to the day ``until``, oldest first.

    The same arguments give the same papers. ``until`` moves their dates alone: text, field and topic of an id depend on
    ``seed``, ``months``, ``count`` and ``planted``.

    Parameters
    ----------
    until
        The last day; today when it is not given.
    planted
        False gives the same topics with no course at all: every share constant, no field crossed.
    """
    last = until or date.today()
    written: set[str] = set()
    return [_paper(draw, seed, last, months, written) for draw in _draws(seed, months, count, planted)]


def truth(seed: int = 0, months: int = 12, count: int = 3000, *, planted: bool = True) -> pd.DataFrame:
    """Return what is planted in each paper of :func:`papers` with the same arguments.

    Returns
    -------
    pandas.DataFrame
        ``id``; ``topic`` (label) and its ``name``; ``t``, the paper's time in [0, 1]; ``course``, one of
        :data:`hub.demo.vocabulary.COURSES`; ``at``, when the course turns; ``source``, ``field``, ``domain``; and
        ``travelled``, whether the paper is of a field that the topic came to from another.
    """
    rows = [
        (d.id, d.topic.label, d.topic.name, d.t, d.topic.course if planted else "steady", d.topic.at, d.source, d.field,
         domain(d.source, d.field), d.travelled)
        for d in _draws(seed, months, count, planted)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "topic", "name", "t", "course", "at", "source", "field", "domain", "travelled"])


def is_demo(ids: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Return, for each paper id, whether it is of the demo corpus.

    >>> is_demo(["demo:000007", "arXiv:2606.18811"]).tolist()
    [True, False]
    """
    return np.array([paper_id.startswith(PREFIX) for paper_id in ids], dtype=bool)


def add(
    home: Path, corpus: Corpus, seed: int = 0, months: int = 12, count: int = 3000, until: date | None = None
) -> dict[str, Any]:
    """Take the demo corpus into ``corpus`` and publish it; return what was done, as ``import`` does.

    Papers that are there already stay as they are, so that a repeat on a later day adds nothing.
    """
    from hub.storage.republish import republish

    made = papers(seed, months, count, until)
    known = {paper.id for paper in corpus.papers([paper.id for paper in made])}
    counts = corpus.upsert(paper for paper in made if paper.id not in known)
    corpus.optimize()
    return {
        "seen": len(made), "added": counts.added, "updated": counts.updated, "duplicates": counts.duplicates + len(known),
        "not_papers": 0, "rejected": [], "synthetic": True, "version": republish(home, corpus),
    }  # fmt: skip


def _draws(seed: int, months: int, count: int, planted: bool) -> list[_Draw]:
    if months < 1 or count < 1:
        raise HubError(f"The demo corpus needs at least one month and one paper, not {months} and {count}.")
    rng = np.random.default_rng([seed, months, count])
    times = np.sort(rng.random(count))
    known = topics()
    shares = _shares(known, times, planted)
    places = (shares.cumsum(axis=0) < rng.random(count)).sum(axis=0).clip(max=len(known) - 1)
    chances = rng.random((count, 2)).tolist()
    draws = []
    for number, (t, place, (first, second)) in enumerate(zip(times.tolist(), places.tolist(), chances, strict=True), start=1):
        topic = known[place]
        travelled = planted and first < share_travelled(topic, t)
        source, field = _weighted(topic.then if travelled else topic.where, second).split("|")
        draws.append(_Draw(number, topic, t, travelled, source, field))
    return draws


def _weighted(weights: Mapping[str, float], chance: float) -> str:
    """Return the key that ``chance`` in [0, 1) falls on when the keys are as wide as their weights."""
    ends = list(accumulate(weights.values()))
    return list(weights)[bisect(ends, chance * ends[-1])]


def _shares(known: tuple[Topic, ...], times: npt.NDArray[np.float64], planted: bool) -> npt.NDArray[np.float64]:
    """Return the share (n_topics, n_times) of each topic: what moves never changes the share of what is steady."""
    rates = np.array([t.weight * (intensity(t, times) if planted else np.ones_like(times)) for t in known])
    moving = np.array([t.course in MOVING for t in known])
    total = sum(t.weight for t in known)
    rates[moving] *= sum(t.weight for t in known if t.course in MOVING) / rates[moving].sum(axis=0)
    return rates / total


def _paper(draw: _Draw, seed: int, until: date, months: int, written: set[str]) -> Paper:
    rng = np.random.default_rng([seed, draw.number])
    title, abstract = title_and_abstract(draw.topic, draw.travelled, rng)
    while title in written:
        title, abstract = title_and_abstract(draw.topic, draw.travelled, rng)
    written.add(title)
    categories = _categories(draw, rng)
    return Paper(
        id=draw.id,
        title=title,
        abstract=abstract,
        authors=_authors(draw.topic, rng),
        published=_day(draw.t, until, months, rng),
        source=draw.source,
        field=draw.field,
        domain=domain(draw.source, draw.field),
        categories=categories,
        announce="" if draw.source != "arXiv" else "cross" if len(categories) > 1 else "new",
        journal=JOURNAL,
        origins={"record": JOURNAL},
    )


def _categories(draw: _Draw, rng: np.random.Generator) -> tuple[str, ...]:
    if draw.source != "arXiv" or rng.random() > ARXIV_CROSS_SHARE:
        return (draw.field,)
    archives = [where.split("|")[1] for where in draw.topic.where if where.startswith("arXiv|")]
    others = [field for field in archives if field != draw.field]
    return (draw.field, pick(others, rng)) if others else (draw.field,)


def _authors(topic: Topic, rng: np.random.Generator) -> tuple[str, ...]:
    """Return one to seven authors out of the topic's own community of some fifty."""
    people = _community(topic.label)
    return tuple(people[i] for i in rng.permutation(len(people))[: rng.integers(1, 8)])


@cache
def _community(label: str) -> tuple[str, ...]:
    given, family = names()
    rng = np.random.default_rng(list(label.encode()))
    return tuple(dict.fromkeys(f"{pick(given, rng)} {pick(family, rng)}" for _ in range(50)))


def _day(t: float, until: date, months: int, rng: np.random.Generator) -> date:
    """Return a paper's day: few appear at a weekend, most of those that would wait for Monday."""
    span = round(months * 30.44)
    day = until - timedelta(days=span - 1 - int(t * span))
    if day.weekday() < 5 or rng.random() < WEEKEND_SHARE:
        return day
    monday = day + timedelta(days=7 - day.weekday())
    return monday if monday <= until else day - timedelta(days=day.weekday() - 4)
