"""What a briefing is made of: the request, the evidence, the ledger and the finished Briefing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from typing import Any, Literal

from hub.errors import BriefingError
from hub.i18n.messages import LANGUAGES as SPOKEN
from hub.i18n.messages import phrases_of
from hub.storage.selection import Selection


class LeftOut(StrEnum):
    """Why something of the selection did not come into a briefing; the last two left parts of a paper out, not the paper."""

    NO_ABSTRACT = auto()
    ONLY_ORDERS = auto()
    OVER_BUDGET = auto()
    ORDERS = auto()
    CUT = auto()

    @property
    def whole(self) -> bool:
        """Whether a whole paper was left out."""
        return self in (LeftOut.NO_ABSTRACT, LeftOut.ONLY_ORDERS, LeftOut.OVER_BUDGET)


Verdict = Literal["supported", "partly", "unsupported", "inference", "no citation", "quoted"]
"""``quoted``: words of the cited abstract, copied and compared letter by letter; nothing was judged."""
VERDICTS: tuple[Verdict, ...] = ("supported", "partly", "unsupported", "inference", "no citation", "quoted")
LENGTHS: Mapping[str, tuple[int, int]] = {"short": (24, 450), "standard": (48, 900), "long": (96, 1600)}
"""Papers read at most, and words aimed at."""
LANGUAGES = ("en", *(code for code in SPOKEN if phrases_of(code)))
AUDIENCES = ("researchers", "newcomers", "decision makers")


@dataclass(frozen=True, slots=True)
class Request:
    """What the reader asks for.

    Parameters
    ----------
    selection
        The papers that the briefing is about.
    question
        What to look at above all; empty for the selection as a whole.
    language
        ``en`` or ``zh``.
    length
        A key of :data:`LENGTHS`.
    audience
        One of :data:`AUDIENCES`.
    use_model
        Whether to ask the language model when one is configured; else the briefing is extractive.
    seed
        Breaks ties among papers that would serve equally.
    appendix
        Whether the Markdown carries the ledger as an appendix.
    change
        What is to be changed in the kept briefing that :func:`hub.briefing.edit` begins from; empty for a new one.
    """

    selection: Selection = dataclasses.field(default_factory=Selection)
    question: str = ""
    language: str = "en"
    length: str = "standard"
    audience: str = "researchers"
    use_model: bool = True
    seed: int = 0
    appendix: bool = False
    change: str = ""

    def __post_init__(self) -> None:
        for name, allowed in (("language", LANGUAGES), ("length", tuple(LENGTHS)), ("audience", AUDIENCES)):
            if getattr(self, name) not in allowed:
                raise BriefingError(f"The {name} of a briefing is one of {', '.join(allowed)}, not {getattr(self, name)!r}.")


@dataclass(frozen=True, slots=True)
class Source:
    """A paper that the briefing rests on; ``number`` is how the text cites it, ``abstract`` is cleaned and untrusted."""

    number: int
    id: str
    title: str
    authors: tuple[str, ...]
    published: date
    label: str
    domain: str
    field: str
    topic: str
    url: str
    doi: str
    abstract: str
    cut: bool = False

    @property
    def byline(self) -> str:
        """The authors as a text names them: ``Ng``, ``Ng and Li``, ``Ng et al.``"""
        names = [family_name(name) for name in self.authors]
        if not names:
            return self.label
        return names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that AcademicHub counted itself; the text cites it as ``[F1]``. ``kind``: count, trend or bridge."""

    number: int
    kind: str
    text: str
    topic: int = -1
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources of different fields that lie close: their numbers, cosine, its percentile among such pairs, a shared phrase."""

    a: int
    b: int
    cosine: float
    percentile: float
    phrase: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a writer may use, and what of the selection it stands for.

    ``pairs`` are close pairs of different fields, nearest first; ``both`` are sources that stand in two of the fields asked for;
    ``asked`` are those fields, and ``side`` the place in it of each source's own (by number).
    """

    sources: tuple[Source, ...]
    facts: tuple[Fact, ...]
    selected: int
    topics: int
    left_out: Mapping[LeftOut, int]
    how: str
    notes: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    both: tuple[int, ...] = ()
    asked: tuple[str, ...] = ()
    side: Mapping[int, int] = field(default_factory=dict)

    @property
    def by_number(self) -> dict[int, Source]:
        """The sources by their numbers."""
        return {source.number: source for source in self.sources}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of the briefing with its verdict.

    ``citations`` are as in the final text (``"3"``, ``"F1"``); ``passage`` is the best one of what is cited;
    ``kept`` says whether the sentence stands in the briefing or was struck out; ``note`` says why in plain words.
    """

    sentence: str
    citations: tuple[str, ...]
    verdict: Verdict
    passage: str = ""
    passage_of: str = ""
    note: str = ""
    section: str = ""
    score: float = 0.0
    kept: bool = True
    revised: bool = False
    second: str = ""
    """What the language model says as a second checker; empty where it was not asked or gave no clear answer."""
    disputed: bool = False
    """Whether the verifier and the language model gave two verdicts; the stricter one stands."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A finished briefing; everything that its page, files and history need."""

    key: str
    title: str
    markdown: str
    ledger: tuple[Entry, ...]
    references: tuple[Source, ...]
    request: Mapping[str, Any]
    made: str
    snapshot: str
    model: str
    embedder: str
    selected: int
    read: int
    read_ids: tuple[str, ...]
    facts: tuple[Fact, ...]
    left_out: Mapping[LeftOut, int]
    tokens: Mapping[str, int]
    cost: float
    stopped: str = ""
    notes: tuple[str, ...] = field(default=())
    bars: tuple[tuple[str, int], ...] = ()
    """The largest topics of the selection (fields, where none is fitted) and their papers, for the picture in files."""
    parent: str = ""
    """The key of the kept briefing that this one was edited from."""
    change: str = ""
    """What the reader asked to be changed in it."""
    checker: str = ""
    """Who gave the verdicts; empty where nothing was judged."""
    checker_score: float = 0.0
    """Its mean balanced accuracy on public claims when the briefing was written."""

    @property
    def totals(self) -> dict[Verdict, int]:
        """How many sentences of the text have each verdict."""
        return {verdict: sum(1 for e in self.ledger if e.kept and e.verdict == verdict) for verdict in VERDICTS}

    def to_dict(self) -> dict[str, Any]:
        """Return the briefing as plain values, for a file."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Briefing:
        """Return the briefing that :meth:`to_dict` gave."""
        made = dict(values)
        made["ledger"] = tuple(Entry(**{**e, "citations": tuple(e["citations"])}) for e in made["ledger"])
        made["references"] = tuple(_source(s) for s in made["references"])
        made["facts"] = tuple(Fact(**{**f, "papers": tuple(f["papers"])}) for f in made["facts"])
        made["bars"] = tuple((str(name), int(n)) for name, n in made.get("bars", ()))
        return cls(**{**made, "read_ids": tuple(made["read_ids"]), "notes": tuple(made["notes"])})


def _source(values: Mapping[str, Any]) -> Source:
    published = values["published"]
    day = published if isinstance(published, date) else date.fromisoformat(published)
    return Source(**{**values, "authors": tuple(values["authors"]), "published": day})


def family_name(name: str) -> str:
    """Return the family name of an author, in either order of writing.

    >>> family_name("Ada M. Lovelace"), family_name("Lovelace, Ada"), family_name("Ludwig van Beethoven")
    ('Lovelace', 'Lovelace', 'van Beethoven')
    """
    if "," in name:
        return name.split(",")[0].strip()
    parts = name.split()
    particles = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "ter", "ten", "bin", "al"}
    start = len(parts) - 1
    while start > 0 and parts[start - 1].lower() in particles:
        start -= 1
    return " ".join(parts[start:]) if parts else name
