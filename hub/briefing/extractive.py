"""A briefing without a model: what is in the selection, then the abstracts' own sentences, chosen for what they tell.

Each item names its paper and quotes it; a quote is compared with the abstract letter by letter, nothing else is claimed of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.briefing.model import LENGTHS, Entry, Evidence, Fact, Pair, Source
from hub.briefing.phrases import listed, phrase
from hub.briefing.quotes import Quote, quotable
from hub.briefing.safety import inline
from hub.briefing.salience import picked, weights
from hub.briefing.tensions import opposed
from hub.briefing.tex import settable
from hub.briefing.verifier.reader import Reader
from hub.papers.sentences import content

ITEMS = {"short": 3, "standard": 5, "long": 8}
NEW, MEET, GAPS = 0.15, 0.25, 0.1
"""Shares of the words; the themes take the rest."""
A_THEME = 65
"""Words below which a theme is not opened: a title and a sentence."""
NEWEST = 0.25
"""Share of a field's papers that count as its newest."""
BAR = 24
"""Blocks of the longest bar."""
_GAP = re.compile(
    r"\b(?:remains? (?:unclear|unknown|open|elusive|challenging|poorly|largely|an open|to be|limited|a challenge|difficult)"
    r"|little is known|not (?:yet )?(?:been )?(?:well |fully |systematically )?(?:understood|explored|studied|known|investigated)"
    r"|open (?:problem|question|challenge)s?|future (?:work|research|studies) (?:should|must|needs?)|under-?explored|unexplored"
    r"|lack of|unanswered|unsolved|poorly understood|understudied|no (?:existing|prior) (?:work|method|study))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body: what stands before it (``## ``, ``### ``, ``- ``, ``1. ``), its text, its entry or its fact."""

    marker: str
    text: str
    section: str = ""
    entry: Entry | None = None
    fact: Fact | None = None


def written(lines: Sequence[Line]) -> str:
    """Return lines as a Markdown body."""
    parts: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        apart = line.marker.startswith("#") or before is None or before.marker.startswith("#") or not line.marker
        parts.append(("\n" if apart and parts else "") + f"{line.marker}{line.text}\n")
    return "".join(parts)


def glance(evidence: Evidence, language: str, bars: Sequence[tuple[str, int]], most: int) -> Iterator[Line]:
    """Yield the orientation: how much, since when, from where, what rises, the largest topics as bars."""
    section = phrase(language, "glance")
    yield Line("## ", section, section)
    counts = [f for f in evidence.facts if f.kind == "count"][:2]
    trends = [f for f in evidence.facts if f.kind in ("trend", "steady")][:most]
    for fact in [*counts, *trends]:
        yield Line("- ", inline(fact.text), section, fact=fact)
    longest = max((n for _, n in bars), default=1)
    for name, n in bars:
        drawn = "▇" * max(1, round(BAR * n / longest))
        yield Line("- ", f"{inline(settable(name))}: {n:,} {drawn}", section)


def sections(evidence: Evidence, language: str, length: str, reader: Reader | None = None) -> Iterator[Line]:
    """Yield the sections that have something to say, a line at a time; ``reader`` finds contradictions, if it is there."""
    writer = _Extract(evidence, language, length)
    for name, lines in (("new", writer.new()), ("themes", writer.themes()), ("meet", writer.meet()),
                        ("tensions", writer.tensions(reader)), ("gaps", writer.gaps()), ("first", writer.first())):  # fmt: skip
        found = list(lines)
        if found:
            section = phrase(language, name)
            yield Line("## ", section, section)
            yield from found


class _Extract:
    def __init__(self, evidence: Evidence, language: str, length: str) -> None:
        self.evidence, self.language, self.items = evidence, language, ITEMS[length]
        self.words = LENGTHS[length][1]
        self.weight = weights(evidence.sources)
        self.quotes = {source.number: quotable(source) for source in evidence.sources}
        self.covered: set[str] = set()
        self.introduced: set[int] = set()
        self.used: set[tuple[int, int]] = set()
        self.meeting = {*evidence.both, *(n for p in evidence.pairs for n in (p.a, p.b))}

    # -- the sections ------------------------------------------------------------------------------------------------

    def new(self) -> Iterator[Line]:
        """The newest papers of each field asked for, what came of them first."""
        for sources, share in self._sides():
            newest = sorted(sources, key=lambda s: (s.published, -s.number), reverse=True)
            late = newest[: max(2, int(len(newest) * NEWEST))]
            quotes = self._take(late, NEW * share, {"result": 1.4, "idea": 1.1}, a_paper=1)
            yield from self._items(sorted(quotes, key=lambda q: (q.source.published, -q.source.number), reverse=True), "new")

    def themes(self) -> Iterator[Line]:
        """The largest topics with what their papers set out to do, how, and what came of it."""
        words = self.words * (1.0 - NEW - GAPS - (MEET if self.meeting else 0.0))
        chosen: list[tuple[str, list[Quote]]] = []
        for sources, share in self._sides():
            by_topic: dict[str, list[Source]] = defaultdict(list)
            for source in sources:
                if source.number not in self.meeting:
                    by_topic[source.topic or source.field].append(source)
            large = sorted(by_topic, key=lambda n: (self._rank(n), -len(by_topic[n])))[: max(1, int(words * share / A_THEME))]
            total = sum(len(by_topic[n]) ** 0.5 for n in large)
            for name in large:
                part = share * words / self.words * len(by_topic[name]) ** 0.5 / total
                chosen.append((name, self._take(by_topic[name], part, {"result": 1.25, "idea": 1.25})))
        together: dict[str, list[Quote]] = defaultdict(list)
        for name, quotes in chosen:
            together[name] += quotes
        for name, quotes in together.items():
            if quotes:
                title = inline(settable(name)) if name else phrase(self.language, "unnamed")
                if len(together) > 1:
                    yield Line("### ", title, phrase(self.language, "themes"))
                yield from self._items(quotes, "themes")

    def meet(self) -> Iterator[Line]:
        """Papers that stand in two of the fields, then close pairs with the phrase that they share."""
        by_number = self.evidence.by_number
        both = [by_number[n] for n in self.evidence.both]
        if both:
            quotes = self._take(both, MEET, {"result": 1.3}, a_paper=1, free=True)
            missing = [s for s in both if s.number not in {q.source.number for q in quotes}]
            fields = listed(self.language, list(self.evidence.asked))
            yield Line("- ", self._counted(phrase(self.language, "both", fields=fields)), phrase(self.language, "meet"))
            yield from self._items(quotes, "meet", marker="    - ")
            for source in missing[: self.items]:
                yield self._item(source, [], "meet", "    - ")
        for pair in self.evidence.pairs[: self.items]:
            near = {"percentile": f"{min(pair.percentile, 99.9):.1f}", "cosine": f"{pair.cosine:.2f}"}
            close = phrase(self.language, "close", phrase=pair.phrase, **near)
            yield Line("- ", self._counted(close), phrase(self.language, "meet"))
            for number in (pair.a, pair.b):
                yield self._item(by_number[number], self._about(number, pair), "meet", "    - ")
        for fact in [f for f in self.evidence.facts if f.kind == "bridge" and len(f.papers) != 2][: self.items]:
            yield Line("- ", inline(fact.text), phrase(self.language, "meet"), fact=fact)

    def tensions(self, reader: Reader | None) -> Iterator[Line]:
        """Two papers that say opposite things of one subject."""
        for a, b in opposed([q for found in self.quotes.values() for q in found], reader, self.items):
            yield Line("- ", phrase(self.language, "opposed"), phrase(self.language, "tensions"))
            for quote in (a, b):
                yield self._item(quote.source, [quote], "tensions", "    - ")

    def gaps(self) -> Iterator[Line]:
        """Open questions that abstracts name as the problem."""
        found: list[Quote] = []
        for sources, share in self._sides():
            naming = [q for s in sources for q in self._left(s) if _GAP.search(q.text) and q.role != "result"]
            found += picked(
                naming, int(self.words * GAPS * share), self.weight, set(), self.introduced, a_paper=1, most=self.items
            )
        yield from self._items(found[: self.items + 1], "gaps")

    def first(self) -> Iterator[Line]:
        """One paper each of the fields and topics, nearest to the middle of its topic, and one where the fields meet."""
        section = phrase(self.language, "first")
        seen: set[str] = set()
        chosen: list[tuple[Source, str]] = []
        for number in self.evidence.both[:1]:
            fields = listed(self.language, list(self.evidence.asked))
            chosen.append((self.evidence.by_number[number], phrase(self.language, "why_both", fields=fields)))
        sides = [list(sources) for sources, _ in self._sides()]
        while len(chosen) < self.items and any(sides):
            for sources in sides:
                fresh = next((s for s in sources if s.topic not in seen and s.number in self.introduced), None)
                if fresh is None or len(chosen) == self.items:
                    sources.clear()
                    continue
                seen.add(fresh.topic)
                chosen.append((fresh, phrase(self.language, "why_topic", topic=fresh.topic or fresh.field)))
                sources.remove(fresh)
        for at, (source, why) in enumerate(chosen, start=1):
            text = f"**{_title(source)}** — {inline(source.byline)}: {self._counted(why)} [{source.number}]"
            yield Line(
                f"{at}. ",
                text,
                section,
                Entry(text, (str(source.number),), "quoted", source.title, str(source.number), section=section),
            )

    # -- their parts -------------------------------------------------------------------------------------------------

    def _sides(self) -> list[tuple[list[Source], float]]:
        """The sources of each field asked for with its share of the words; one group when no two fields were."""
        groups: dict[int, list[Source]] = defaultdict(list)
        for source in self.evidence.sources:
            groups[self.evidence.side.get(source.number, 0)].append(source)
        total = len(self.evidence.sources)
        return [(groups[side], len(groups[side]) / total) for side in sorted(groups)]

    def _rank(self, topic: str) -> int:
        """The place of a topic among the largest of the selection."""
        sized = [f.text for f in self.evidence.facts if f.kind == "count"][2:]
        return next((at for at, text in enumerate(sized) if text.startswith((f"{topic}:", f"{topic}："))), len(sized))

    def _left(self, source: Source) -> list[Quote]:
        return [q for q in self.quotes[source.number] if (source.number, q.at) not in self.used]

    def _take(
        self, sources: Sequence[Source], share: float, prefer: Mapping[str, float], a_paper: int = 2, free: bool = False
    ) -> list[Quote]:
        quotes = [q for s in sources if free or s.number not in self.meeting for q in self._left(s)]
        words = int(self.words * share)
        found = picked(quotes, words, self.weight, self.covered, self.introduced, prefer=prefer, a_paper=a_paper)
        self.used |= {(q.source.number, q.at) for q in found}
        return found

    def _about(self, number: int, pair: Pair) -> list[Quote]:
        asked = set(content(pair.phrase))
        left = self._left(self.evidence.by_number[number])
        best = max(left, key=lambda q: (len(asked & q.concepts), q.role in ("result", "idea"), -q.at), default=None)
        if best is None:
            return []
        self.used.add((number, best.at))
        return [best]

    def _items(self, quotes: Sequence[Quote], section: str, marker: str = "- ") -> Iterator[Line]:
        by_paper: dict[int, list[Quote]] = defaultdict(list)
        for quote in quotes:
            by_paper[quote.source.number].append(quote)
        for found in by_paper.values():
            yield self._item(found[0].source, sorted(found, key=lambda q: q.at), section, marker)

    def _item(self, source: Source, quotes: Sequence[Quote], section: str, marker: str) -> Line:
        """One paper with what is quoted of it; sentences that follow each other stand in one pair of quotation marks."""
        self.introduced.add(source.number)
        runs: list[list[Quote]] = []
        for quote in quotes:
            if runs and quote.at == runs[-1][-1].at + 1 and quote.shown == quote.text:
                runs[-1].append(quote)
            else:
                runs.append([quote])
        shown = " ".join(f"“{inline(settable(' '.join(q.shown for q in run)))}”" for run in runs)
        where = inline(source.field or source.label)
        who = phrase(self.language, "who", byline=inline(source.byline), where=where)
        text = f"**{_title(source)}**{who}" + (phrase(self.language, "colon") + shown if shown else "") + f" [{source.number}]"
        passage = " ".join(q.text for q in quotes) or source.title
        name = phrase(self.language, section)
        return Line(
            marker, text, name, Entry(text, (str(source.number),), "quoted", passage, str(source.number), section=name, score=1.0)
        )

    def _counted(self, text: str) -> str:
        return inline(settable(text))


def _title(source: Source) -> str:
    return inline(settable(source.title.rstrip(".")))
