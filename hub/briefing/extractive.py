"""A briefing without a model: the same six sections, from the abstracts' own sentences and from what was counted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from hub.briefing.model import Evidence, Fact, Source
from hub.briefing.phrases import phrase
from hub.briefing.safety import inline
from hub.papers.sentences import WORD, content, ends_whole, sentences

ITEMS = {"short": 3, "standard": 5, "long": 8}
_FINDING = re.compile(
    r"\b(?:we (?:show|find|found|demonstrate|prove|report|observe|establish|identify|introduce|propose|present|develop|discover)"
    r"|our (?:results|findings|analysis|experiments|method|model|approach)|results (?:show|indicate|suggest|reveal|demonstrate)"
    r"|outperform\w*|achiev\w+|reveal\w*|is shown|are shown)\b",
    re.IGNORECASE,
)
_TENSION = re.compile(
    r"\b(?:contrary to|in contrast (?:to|with)|contradict\w*|disagree\w*|inconsisten\w+ with|conflicting"
    r"|controvers\w+|debated|debate (?:over|about|on|as)|ongoing debate"
    r"|challeng\w+ (?:the|this|that|these|existing|previous|prevailing|conventional)|surprisingly|counter-?intuitive\w*"
    r"|unlike previous|no evidence (?:that|for|of)|fail\w* to (?:replicate|reproduce)|overestimate[sd]?|underestimate[sd]?"
    r"|call\w* into question|paradox\w*|discrepan\w+)\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:remains? (?:unclear|unknown|open|elusive|challenging|poorly|largely|an open|to be|limited|a challenge|difficult)"
    r"|little is known|not (?:yet )?(?:been )?(?:well |fully |systematically )?(?:understood|explored|studied|known|investigated)"
    r"|open (?:problem|question|challenge)s?|future (?:work|research|studies|directions?)|under-?explored|unexplored|lack of"
    r""
    r"|face\w* (?:key |several |serious |major )?limitations|limitations? (?:of|include|remain)|is needed"
    r"|are needed|unanswered|unsolved|poorly understood)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"^(?:this|these|those|that|it|they|its|their|such|he|she|moreover|furthermore|additionally|in addition|however|thus|hence"
    r"|therefore|then|also|finally|second|secondly|third|first|firstly|consequently|in particular|specifically|for example|here"
    r"|meanwhile|as a result|by contrast|nevertheless|both"
    r"|the (?:former|latter|proposed|present(?:ed)?|above|code|same|resulting))\b",
    re.IGNORECASE,
)
_URL = re.compile(r"https?:|www\.|\bgithub\b|\bavailable at\b", re.IGNORECASE)


def sections(evidence: Evidence, language: str, length: str) -> Iterator[str]:
    """Yield the body of an extractive briefing, a piece at a time: headings, then items that cite ``[n]`` and ``[F1]``."""
    writer = _Extract(evidence, language, ITEMS[length])
    yield f"## {phrase(language, 'new')}\n\n"
    yield from writer.new()
    yield f"\n## {phrase(language, 'themes')}\n\n"
    yield from writer.themes()
    yield f"\n## {phrase(language, 'meet')}\n\n"
    yield from writer.meet()
    for name, cue in (("tensions", _TENSION), ("gaps", _GAP)):
        yield f"\n## {phrase(language, name)}\n\n"
        yield from writer.cued(name, cue)
    yield f"\n## {phrase(language, 'first')}\n\n"
    yield from writer.first()


class _Extract:
    def __init__(self, evidence: Evidence, language: str, items: int) -> None:
        self.evidence, self.language, self.items = evidence, language, items
        self.used: dict[int, set[str]] = defaultdict(set)
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in evidence.facts:
            self.facts[fact.kind].append(fact)

    def new(self) -> Iterator[str]:
        for fact in [*self.facts["count"][:2], *self.facts["trend"][: self.items]]:
            yield f"- {_stated(fact)}\n"
        seen: set[str] = set()
        newest = sorted(self.evidence.sources, key=lambda s: (s.published, -s.number), reverse=True)
        for source in [s for s in newest if not (s.topic in seen or seen.add(s.topic))] + newest:  # type: ignore[func-returns-value]
            if sum(map(len, self.used.values())) >= self.items:
                break
            yield from self._item(source, _FINDING)

    def themes(self) -> Iterator[str]:
        by_topic: dict[str, list[Source]] = defaultdict(list)
        for source in self.evidence.sources:
            by_topic[source.topic or source.field].append(source)
        sized = self.facts["count"][2:]
        named = {name: fact for name in by_topic for fact in sized if fact.text.startswith((f"{name}:", f"{name}："))}
        order = sorted(named, key=lambda name: named[name].number) or sorted(by_topic, key=lambda n: -len(by_topic[n]))
        for name in order[: self.items + 1]:
            title = name or phrase(self.language, "unnamed")
            yield f"- {_stated(named[name])}\n" if name in named else f"- **{inline(title)}**\n"
            for source in by_topic[name][:2]:
                yield from self._item(source, _FINDING)

    def meet(self) -> Iterator[str]:
        by_number = self.evidence.by_number
        facts = self.facts["bridge"]
        for fact in [f for f in facts if len(f.papers) != 2][: self.items]:
            yield f"- {_stated(fact)}\n"
        close = [f for f in facts if len(f.papers) == 2]
        for (a, b, _), fact in list(zip(self.evidence.pairs, close, strict=False))[: self.items]:
            yield f"- {_stated(fact)}\n"
            yield from self._item(by_number[a], _FINDING)
            yield from self._item(by_number[b], _FINDING)
        if not facts:
            yield self._absent("none_meet")

    def cued(self, name: str, cue: re.Pattern[str]) -> Iterator[str]:
        found = 0
        for source in self.evidence.sources:
            item = "".join(self._item(source, cue, needed=True))
            found += bool(item)
            yield item
            if found == self.items:
                return
        if not found:
            yield self._absent(f"none_{name}")

    def first(self) -> Iterator[str]:
        """The paper nearest to the middle of each large topic; the order of the evidence is just that."""
        seen: set[str] = set()
        at = 0
        for source in self.evidence.sources:
            if at == self.items or (source.topic in seen and len(seen) >= self.items):
                break
            if source.topic in seen and source.topic:
                continue
            seen.add(source.topic)
            at += 1
            yield f"{at}. “{inline(source.title)}” — {inline(source.byline)} [{source.number}]\n"

    def _absent(self, name: str) -> str:
        return "".join(f"{_stated(fact)}\n" for fact in self.facts[name])

    def _item(self, source: Source, cue: re.Pattern[str], needed: bool = False) -> Iterator[str]:
        quote = best_sentence(source.abstract, cue, self.used[source.number], needed)
        if quote:
            self.used[source.number].add(quote)
            yield f"- “{inline(quote)}” — {inline(source.byline)}, {inline(source.label)} [{source.number}]\n"


def _stated(fact: Fact) -> str:
    return f"{inline(fact.text)} [F{fact.number}]"


def best_sentence(abstract: str, cue: re.Pattern[str], used: set[str], needed: bool = False) -> str:
    """Return the sentence of an abstract that stands best by itself and answers a cue, "" when none does.

    >>> best_sentence("It is so. We show that green tea doubles the yield of every barley field we planted.", _FINDING, set())
    'We show that green tea doubles the yield of every barley field we planted.'
    """
    all_of = sentences(abstract)
    best, best_score = "", 0.0 if needed else -10.0
    for at, sentence in enumerate(all_of):
        words = len(WORD.findall(sentence))
        if sentence in used or not ends_whole(sentence) or not 7 <= words <= 60 or _URL.search(sentence):
            continue
        hit = bool(cue.search(sentence))
        if needed and not hit:
            continue
        score = 3.0 * hit - 2.5 * bool(_DANGLING.search(sentence)) - 0.5 * (not 12 <= words <= 40)
        score += 0.5 * at / max(1, len(all_of) - 1) + 0.02 * min(20, len(content(sentence)))
        if score > best_score:
            best, best_score = sentence, score
    return best


def absences(sources: Sequence[Source], pairs: int, language: str, start: int) -> list[Fact]:
    """Return a fact for each section that no abstract read has a sentence for, numbered from ``start``."""
    found = {
        name: any(best_sentence(s.abstract, cue, set(), needed=True) for s in sources)
        for name, cue in (("none_tensions", _TENSION), ("none_gaps", _GAP))
    }
    missing = [name for name, there in {**found, "none_meet": pairs > 0}.items() if not there]
    return [Fact(start + i, name, phrase(language, name, read=len(sources))) for i, name in enumerate(missing)]
