"""Which quotes tell most of what a selection says, within a number of words.

Concepts are content stems. Each weighs as the square root of how many of the papers hold it, and counts once: the greedy
choice takes what adds most new weight a word (concept coverage, Gillick & Favre 2009; greedy under a budget, Lin & Bilmes 2010).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hub.briefing.model import Source
from hub.briefing.quotes import Quote
from hub.papers.sentences import content

TITLE, ROLE = 0.5, 0.5
"""How much a quote gains by the words of its own title in it, and by surely telling a task, an idea or a result: such a sentence
tells what its paper is about, a rare detail does not."""


def weights(sources: Iterable[Source]) -> dict[str, float]:
    """Return the weight of each concept of these papers' titles and abstracts."""
    seen = Counter(stem for s in sources for stem in {*content(s.title), *content(s.abstract)})
    return {stem: n**0.5 for stem, n in seen.items()}


def picked(
    quotes: Sequence[Quote],
    words: int,
    weight: Mapping[str, float],
    covered: set[str],
    introduced: set[int],
    *,
    prefer: Mapping[str, float] | None = None,
    most: int = 1000,
    a_paper: int = 2,
) -> list[Quote]:
    """Return quotes that fit into so many words, by their use; ``covered`` and ``introduced`` grow with what is taken.

    A paper that is not yet introduced costs its title too, whose words are then covered as well.

    Parameters
    ----------
    prefer
        Factors by role.
    most, a_paper
        The most quotes, and the most of one paper.
    """
    taken: list[Quote] = []
    left = {id(quote): quote for quote in quotes}
    titles = {q.source.number: frozenset(content(q.source.title)) for q in quotes}
    main = {id(q): _main(q, titles[q.source.number]) * (prefer or {}).get(q.role, 1.0) for q in quotes}
    by_paper: Counter[int] = Counter()
    spent = 0
    while left and len(taken) < most:
        best, best_gain, best_cost = None, 0.0, 0
        for quote in left.values():
            new = quote.source.number not in introduced
            cost = quote.words + (len(quote.source.title.split()) + 3 if new else 0)
            if spent + cost > words or by_paper[quote.source.number] >= a_paper:
                continue
            concepts = quote.concepts | titles[quote.source.number] if new else quote.concepts
            gain = sum(weight.get(c, 0.0) for c in concepts if c not in covered) / cost * main[id(quote)]
            if gain > best_gain:
                best, best_gain, best_cost = quote, gain, cost
        if best is None:
            break
        del left[id(best)]
        taken.append(best)
        spent += best_cost
        by_paper[best.source.number] += 1
        if best.source.number not in introduced:
            introduced.add(best.source.number)
            covered |= titles[best.source.number]
        covered |= best.concepts
    return taken


def _main(quote: Quote, title: frozenset[str]) -> float:
    """How much a quote says of what its paper is about."""
    told = quote.share if quote.role != "problem" else 0.0
    return 1.0 + TITLE * len(title & quote.concepts) / max(1, len(title)) + ROLE * told
