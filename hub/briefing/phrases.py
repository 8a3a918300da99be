"""The fixed sentences of a briefing, in each language; a briefing's language is the reader's choice, not the page's."""

from __future__ import annotations

from collections.abc import Mapping

from hub.i18n.messages import about, phrases_of

SECTIONS = ("new", "themes", "meet", "tensions", "gaps", "first")
"""The six sections that a model is asked for, in order; an orientation (``glance``) stands before them."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "glance": "At a glance",
        "new": "What is new",
        "themes": "Themes across fields",
        "meet": "Where they meet",
        "tensions": "Tensions and contradictions",
        "gaps": "Gaps and opportunities",
        "first": "What to read first",
        "method": "How this was made",
        "facts": "What AcademicHub counted",
        "ledger": "Ledger",
        "references": "References",
        "title": "Briefing: {what}",
        "everything": "all papers",
        "marked": "{n} marked papers",
        "count": "The selection holds {selected} papers, published from {since} to {until}.",
        "domains": "Its papers come from {parts}.", "part": "{name} ({n})",
        "topic": "{name}: {n} of the {selected} selected papers, mostly {fields}.",
        "field": "{name}: {n} of the {selected} selected papers.",
        "pair": "“{a}” ({fa}) and “{b}” ({fb}) both write of “{phrase}” and are closer in the text model than "
                "{percentile} % of the pairs of different fields (cosine {cosine}).",
        "trend": "{name} is {call}: {why}.",
        "emerging": "emerging", "rising": "rising", "bursting": "bursting", "fading": "fading", "gone": "gone",
        "travels": "{name} travels from field to field: {why}.",
        "closer": "{a} and {b} write more about the same topics: {why}.",
        "same": "{a} and {b} may study the same problem in other words: {why}.",
        "no_topics": "No topics are fitted yet, so trend calls and bridges are not included.",
        "no_trends": "Trend calls are not included: {why}",
        "no_bridges": "Bridges are not included: {why}",
        "all_steady": "No topic of the selection rises or fades beyond chance.",
        "manifest": "Manifest",
        "both": "Papers that stand in {fields} at once:",
        "close": "Both write of “{phrase}”, closer in the text model than {percentile} % of the pairs of different fields "
                 "(cosine {cosine}):",
        "opposed": "These two disagree, or seem to:",
        "why_both": "it stands in {fields}",
        "why_topic": "nearest to the middle of “{topic}”",
        "extractive": "No language model wrote this: every quotation is a sentence of an abstract, word for word; a leading "
                      "connective may be left out (…). Lines without a paper's number are AcademicHub's own counts.",
        "written": "Written by the model {model}; each sentence was checked against the abstracts that it cites.",
        "translated": "Written and checked in English, then translated sentence by sentence, numbers and citations compared.",
        "read": "{selected} papers selected, {read} read: {how}.",
        "left": "Left out: {parts}.",
        "left_rest": "{n} papers that were not chosen",
        "left_no_abstract": "{n} without an abstract",
        "left_only_orders": "{n} with nothing but instructions to a model in the abstract",
        "left_over_budget": "{n} over the model's token budget",
        "left_orders": "{n} sentences that try to steer a model",
        "left_cut": "the ends of {n} abstracts over 4,000 characters",
        "vectors": "Sentences were compared by words, numbers, negations and vectors ({embedder}).",
        "verified": "A small model ({embedder}) read each sentence beside what it cites; numbers and negations were compared.",
        "lexical": "Sentences were compared by words, numbers and negations.",
        "totals": "Verdicts: {parts}. Struck out: {struck}.",
        "stopped": "The model stopped early ({why}); the unfinished sentence was dropped.",
        "and": " and ",
        "unnamed": "papers without a topic yet",
        "who": " ({byline}, {where})", "colon": ": ",
        "first_item": "“{quote}” — {byline}, {label}",
        "supported": "supported", "partly": "partly", "unsupported": "unsupported",
        "inference": "inference", "no citation": "no citation",
        "struck": "struck out", "quoted": "quoted word for word",
    },
}  # fmt: skip


def phrase(language: str, what: str, /, **values: object) -> str:
    """Return a fixed sentence in a language, its gaps filled.

    >>> phrase("zh", "first"), phrase("en", "field", name="cs.CL", n=3, selected=9)
    ('先读什么', 'cs.CL: 3 of the 9 selected papers.')
    """
    return (phrases_of(language).get(what) or PHRASES["en"][what]).format(**values)


def listed(language: str, parts: list[str]) -> str:
    """Return parts as a list in running text.

    >>> listed("en", ["a", "b", "c"]), listed("zh", ["a", "b"])
    ('a, b and c', 'a、b')
    """
    if language != "en" or len(parts) < 2:
        return about(language).comma.join(parts)
    return ", ".join(parts[:-1]) + PHRASES["en"]["and"] + parts[-1]
