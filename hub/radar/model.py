"""A radar: what one reader wants to hear about, checked for what cannot hold."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from hub.errors import RadarError
from hub.i18n.messages import LANGUAGES, Said

MAX_SEEDS = 2000
"""Seed papers that one radar may hold: more say nothing new to the ranking and make every feed slow."""
LISTS = (
    "must",
    "should",
    "never",
    "sources",
    "fields",
    "topics",
    "authors",
    "venues",
    "institutions",
    "seeds",
    "liked",
    "disliked",
)
PHRASES = ("must", "should", "never", "authors", "institutions")
EVERY = {"": 0, "day": 1, "week": 7}
"""How often a digest is mailed, and how many days back it looks."""
AGAINST_ITSELF = {
    "must": "The rules contradict each other: {word!r} is a must word and a never word. Remove one.",
    "should": "The rules contradict each other: {word!r} is a should word and a never word. Remove one.",
}
INSIDE = "No paper can pass: every paper with {must!r} holds the never word {word!r}. Remove one of the two."
TOO_MANY = (
    "{n:,} papers are more than the {most:,} that one radar may learn from: split them into several radars by theme, or keep "
    "the newest."
)
NO_INTEREST = "The radar {name!r} has no interest yet: like a paper, add one of yours, follow a topic or name a word."


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """A paper of the reader's that the corpus does not hold: known by its words alone.

    Parameters
    ----------
    key
        What names it in its file: a DOI, an arXiv id or the citation key.
    title, abstract
        Its words; the abstract may be empty.
    """

    key: str
    title: str
    abstract: str = ""

    @property
    def text(self) -> str:
        """Title and abstract, as papers are embedded and counted."""
        return f"{self.title}. {self.abstract}" if self.abstract else self.title


@dataclass(frozen=True, slots=True)
class Radar:
    """One named radar of a reader. Immutable: every change returns another one.

    Parameters
    ----------
    name
        What the reader calls it.
    text
        The interest in the reader's own words; embedded and searched for its terms.
    must, should, never
        Words or phrases. A paper passes that holds every ``must`` and no ``never``; a ``should`` raises it.
    sources, fields
        Where papers may come from, as in :class:`hub.storage.selection.Selection`; empty lets every one through.
    topics
        Topics that are followed: their papers rise, and a change of theirs raises an alert.
    authors
        Names whose papers rise, ``Ada Lovelace`` or ``Lovelace, Ada``.
    venues
        Journals and other sources whose papers rise; ``sources`` alone keeps others out.
    institutions
        Where authors work whose papers rise: ``ETH Zurich`` (:func:`hub.papers.institutions.finder`).
    seeds, liked, disliked
        Ids of papers: the reader's own or chosen ones, and thumbs up and down.
    own
        The reader's papers that the corpus does not hold.
    mail
        An address for the digest; empty sends none.
    alerts
        Whether changes of state are raised as alerts.
    language
        What its feed and its digests are written in, a key of :data:`hub.i18n.messages.LANGUAGES`.
    every
        ``day`` or ``week``: the worker mails a digest that often after publishing; empty leaves it to cron.

    Raises
    ------
    RadarError
        When a word is asked for and forbidden at once, a paper both liked and disliked, or there are too many seeds.
    """

    name: str
    text: str = ""
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    topics: tuple[int, ...] = ()
    authors: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    own: tuple[OwnPaper, ...] = ()
    mail: str = ""
    alerts: bool = True
    language: str = "en"
    every: str = ""

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not name:
            raise RadarError(Said("A radar needs a name: give it one, such as 'protein design'."))
        if len(name) > 80:
            raise RadarError(Said("The name of a radar may have 80 characters, this one has {n}: shorten it.", n=len(name)))
        object.__setattr__(self, "name", name)
        for field in LISTS:
            values = getattr(self, field)
            if field in PHRASES:
                values = [" ".join(str(value).split()) for value in values]
            object.__setattr__(self, field, tuple(dict.fromkeys(value for value in values if value != "")))
        object.__setattr__(self, "own", tuple({paper.key: paper for paper in self.own}.values()))
        self._check()

    def _check(self) -> None:
        never = {folded(word) for word in self.never}
        for kind in ("must", "should"):
            both = [word for word in getattr(self, kind) if folded(word) in never]
            if both:
                raise RadarError(Said(AGAINST_ITSELF[kind], word=both[0]))
        inside = [(m, w) for m in self.must for w in self.never if holds(folded(m), folded(w))]
        if inside:
            must, word = inside[0]
            raise RadarError(Said(INSIDE, must=must, word=word))
        both_ways = set(self.disliked) & {*self.liked, *self.seeds}
        if both_ways:
            raise RadarError(Said("{paper} is liked and disliked at once: keep one of the two.", paper=sorted(both_ways)[0]))
        positives = len({*self.seeds, *self.liked}) + len(self.own)
        if positives > MAX_SEEDS:
            raise RadarError(Said(TOO_MANY, n=positives, most=MAX_SEEDS))
        if self.language not in LANGUAGES:
            raise RadarError(
                Said("A radar speaks {known}, not {language!r}.", known=" or ".join(LANGUAGES), language=self.language)
            )
        if self.every not in EVERY:
            raise RadarError(Said("A digest comes every {known}, not every {every!r}.", known=" or ".join(filter(None, EVERY)),
                                  every=self.every))  # fmt: skip

    @property
    def positives(self) -> tuple[str, ...]:
        """Ids of the papers that count for: seeds and likes."""
        return tuple(dict.fromkeys((*self.seeds, *self.liked)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing says what the reader wants; what only narrows (never words, sources, fields) does not."""
        wanted = (
            self.text.strip(),
            self.must,
            self.should,
            self.topics,
            self.authors,
            self.venues,
            self.institutions,
            self.seeds,
            self.liked,
            self.own,
        )
        return not any(wanted)

    def replace(self, **changes: Any) -> Radar:
        """Return a copy with ``changes``, checked again."""
        return dataclasses.replace(self, **changes)

    def rated(self, paper_id: str, thumb: int) -> Radar:
        """Return the radar after a thumb: 1 up, -1 down, 0 takes either back.

        >>> Radar("x", liked=("a",)).rated("a", -1).disliked
        ('a',)
        """
        rest = {f: tuple(i for i in getattr(self, f) if i != paper_id) for f in ("liked", "disliked")}
        if thumb < 0:
            rest["seeds"] = tuple(i for i in self.seeds if i != paper_id)
        if thumb:
            side = "liked" if thumb > 0 else "disliked"
            rest[side] = (*rest[side], paper_id)
        return self.replace(**rest)


def folded(text: str) -> str:
    """Return ``text`` as words are compared: no case, no accents, single blanks.

    >>> folded("  Schrödinger  Equation ")
    'schrodinger equation'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def holds(text: str, phrase: str) -> bool:
    """Return whether a folded text holds a folded phrase as whole words; a trailing ``*`` matches any ending.

    >>> holds("large language models", "language model"), holds("large language models", "language model*")
    (False, True)
    """
    return bool(pattern(phrase).search(text))


def pattern(phrase: str) -> re.Pattern[str]:
    """Return the expression that finds a folded phrase as whole words."""
    stem = phrase.removesuffix("*")
    end = "" if phrase.endswith("*") else r"(?!\w)"
    return re.compile(r"(?<!\w)" + re.escape(stem) + end)
