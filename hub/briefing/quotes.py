"""Which sentences of an abstract may be quoted by themselves, and how they are set.

A sentence that leans on the one before it ("These results ...", "Its limits ...") says nothing to a reader who has only that
sentence. A mere connective at its start ("However,", "In this paper,") is left out instead, and an ellipsis says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.briefing.model import Source
from hub.papers.roles import Role, labelled
from hub.papers.sentences import WORD, content, ends_whole

SHORTEST, LONGEST = 10, 55
"""Words of a sentence that is worth quoting."""
_CONNECTIVE = re.compile(
    r"^(?:however|moreover|furthermore|additionally|in addition|besides|thus|hence|therefore|consequently|accordingly|finally"
    r"|lastly|notably|importantly|here|further|first|firstly|second|secondly|third|thirdly|meanwhile|nevertheless|nonetheless"
    r"|overall|indeed|also|crucially|interestingly|specifically|to this end|to that end|to do so"
    r"|in th(?:is|e present) (?:paper|work|study|article|letter|survey|review|thesis|report)"
    r"|to (?:address|bridge|tackle|overcome|solve|fill|mitigate|close|remedy|resolve|meet|handle|alleviate)"
    r" (?:this|these|such|both|the above)\b[^,]{0,50})\s*,\s+",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"^(?:it|its|they|their|them|he|she|such|then|so|also|both|neither|either|another|others?|one|two|three|similarly|likewise"
    r"|in particular|for example|for instance|as a result|by contrast|in contrast|on the other hand|conversely|instead"
    r"|otherwise|rather|as such|in this (?:way|case|context|setting|regime|framework|sense)|in these|in doing so"
    r"|by doing so|in turn|and|but|or|because of th\w+|after (?:this|that|these)|under (?:this|these)|with (?:this|these)"
    r"|based on (?:this|these)|using (?:this|these)"
    r"|the (?:former|latter|proposed|present(?:ed)?|above|code|data|dataset|same|resulting|first|second|third|other|others|two"
    r"|three|remaining|authors?|question|answer|approach|method|methods|framework|model|system|algorithm|experiments?|results?))\b",
    re.IGNORECASE,
)
_ANAPHORA = re.compile(
    r"\b(?:this|these|those|such)\b(?!\s+(?:paper|work|study|article|letter|survey|review|thesis|report|as\b|that\b|who\b|of\b))",
    re.IGNORECASE,
)
_BOOKKEEPING = re.compile(
    r"https?:|www\.|\bgithub\b|\bavailable (?:at|on|from|upon)\b"
    r"|\b(?:section|sec\.|chapter|fig(?:ure|\.)|table|theorem|appendix)\s*\d"
    r"|\b(?:code|dataset|data|models?|resources?)\b[^.]{0,60}\b(?:will be|are|is) (?:made )?(?:publicly )?(?:available|released)"
    r"|\bwe (?:will |also |additionally )?(?:open-?source|(?:publicly )?release)\b"
    r"|\b(?:discusses?|concludes?) (?:the )?(?:implications|limitations|with)\b"
    r"|\brest of (?:this|the) (?:paper|article)\b|\bcopyright\b|©|\btrial registration\b|\bclinicaltrials\b"
    r"|\bfunding\b|\bmodelname\b|\bmethodname\b",
    re.IGNORECASE,
)
_HEAD = 9
"""Words from the start in which a demonstrative makes a sentence lean."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that stands by itself: of which paper, where in its abstract, what it does, how it is shown."""

    source: Source
    at: int
    text: str
    shown: str
    role: Role
    share: float
    concepts: frozenset[str]

    @property
    def words(self) -> int:
        """How many words are shown."""
        return len(self.shown.split())


def quotable(source: Source) -> list[Quote]:
    """Return the sentences of a source's abstract that may be quoted, in order."""
    found = []
    for at, said in enumerate(labelled(source.abstract)):
        shown = standing(said.sentence)
        if shown:
            concepts = frozenset(content(shown))
            found.append(Quote(source, at, said.sentence, shown, said.role, said.share, concepts))
    return found


def standing(sentence: str) -> str:
    """Return a sentence as it may be quoted by itself, "" when it cannot be.

    >>> standing("However, the yield of barley on dry soils remains poorly understood.")
    '… the yield of barley on dry soils remains poorly understood.'
    >>> standing("These results suggest that the yield of barley rises."), standing("Section 4 discusses implications of all.")
    ('', '')
    """
    rest = sentence
    while connective := _CONNECTIVE.match(rest):
        rest = rest[connective.end() :]
    words = WORD.findall(rest)
    if not SHORTEST <= len(words) <= LONGEST or not ends_whole(rest) or rest.rstrip()[-1:] in "?:;":
        return ""
    if _LEANING.search(rest) or _BOOKKEEPING.search(rest) or (not rest[:1].isalnum() and rest[:1] not in "$“\"'("):
        return ""
    head = " ".join(rest.split()[:_HEAD])
    if _ANAPHORA.search(head) or re.match(r"(?:this|these|those)\b", rest, re.IGNORECASE):
        return ""
    if re.search(r"[a-z][.?!][A-Z][a-z]", rest) or rest.count("(") != rest.count(")"):
        return ""  # two sentences run together, or a torn one
    return rest if rest == sentence else f"… {rest}"
