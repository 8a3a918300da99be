"""Sentences, words and numbers of abstracts and of what is written about them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 100
"""Characters before a full stop that are looked at: abbreviations and initials are shorter."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set; vocabularies are written this way."""
    return frozenset(text.split())


ABBREVIATIONS = words(
    """al e.g i.e etc vs cf fig figs eq eqs ref refs no nos sec dr prof mr mrs st approx resp ca viz w.r.t i.i.d a.k.a sp spp
    var subsp ph.d u.s u.k inc ltd jr dept vol ch dist min max"""
)
_END = re.compile(r"""(?<=[.!?])["”’')\]]*\s+(?=["“‘'(\[$]*[A-Z0-9Α-Ω$\\“"(\[])|(?<=[。！？])["”’」』）\])]*\s*""")
_MATH = re.compile(r"(?<!\\)\$\$?[^$]{1,400}?(?<!\\)\$\$?")
_QUOTE = re.compile(r"“[^“”]{1,600}”|《[^《》]{1,600}》")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
STOPWORDS = words(
    """a an the and or of in on at to for from by with as is are was were be been being it its this that these those we our
    us they their them he she his her which who whom whose what when where while than then so such into onto over
    under between among within through during across per via also both each other more most less least very can could
    may might will would shall should must do does did done has have had having there here however thus hence
    therefore but if not no nor only own same some any all both few many much just about above below up down out off
    again further once i you your using used use show shows shown showed paper study work propose proposed present
    presented find found result results report reported authors et al based new novel approach method"""
)
_COUNTING = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty"""
_NUMBER_WORDS = {w: float(n) for n, w in enumerate(_COUNTING.split(), start=2)} | {
    "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "hundred": 100.0,
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """Return the sentences of running text; none ends inside mathematics, an abbreviation or an initial.

    >>> sentences("Smith et al. saw it. It costs $a. B$ more, e.g. 3.5 times! Why?")
    ['Smith et al. saw it.', 'It costs $a. B$ more, e.g. 3.5 times!', 'Why?']
    """
    text = " ".join(text.split())
    inside = bytearray(len(text) + 1)
    for start, end in (match.span() for part in (_MATH, _QUOTE) for match in part.finditer(text)):
        inside[start + 1 : end] = b"\1" * (end - start - 1)
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        end = match.start()
        if inside[end] or _abbreviated(text[max(start, end - LONGEST_WORD) : end]):
            continue
        if text[start : match.end()].strip():
            found.append(text[start : match.end()].strip())
        start = match.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return found


def _abbreviated(part: str) -> bool:
    if not part.endswith("."):
        return False
    last = part.rsplit(maxsplit=1)[-1].lstrip("([\"“'").rstrip(".").lower()
    return last in ABBREVIATIONS or bool(re.fullmatch(r"[a-z]", last) and part[-2:-1].isupper())


def ends_whole(text: str) -> bool:
    """Return whether ``text`` ends where a sentence ends, not in the middle of one.

    >>> ends_whole("It works [3]."), ends_whole("It works [3]. This is bec")
    (True, False)
    """
    uncited = re.sub(r"(?<![\]\s])(?:\s*+\[[\d,;\sF–-]++\])++\s*+$", "", text.rstrip())
    tail = uncited.rstrip(" \t\n\"”’')]*_`」』）")
    return not tail or tail[-1] in ".!?:。！？：…"


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a crude stem: enough to match the forms of one English word, never shown.

    >>> {stem(w) for w in ("improve", "improves", "improved", "improving")}, stem("studies") == stem("study")
    ({'improv'}, True)
    """
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("isation", "is"), ("ization", "is"), ("izes", "is"), ("ized", "is"),
                         ("ize", "is"), ("izing", "is"), ("ational", "at"), ("ations", "at"), ("ation", "at"), ("ments", ""),
                         ("ment", ""), ("ingly", ""), ("edly", ""), ("ally", "al"), ("ing", ""), ("ers", ""), ("ed", ""),
                         ("er", ""), ("ly", ""), ("es", ""), ("s", ""), ("e", "")):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 3 and not word.endswith("ss" + ending[2:]):
            word = word[: len(word) - len(ending)] + kept
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def content(text: str) -> list[str]:
    """Return the stems of the words of ``text`` that carry meaning, in their order."""
    return [stem(w) for w in WORD.findall(plain(text)) if w.lower() not in STOPWORDS and len(w) > 1]


def plain(text: str) -> str:
    """Return ``text`` in NFKC with straight quotes and dashes, so that two spellings of one thing compare equal."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").replace("—", "-")
    return " ".join(text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'").split())


def numbers(text: str) -> list[float]:
    """Return the numbers that ``text`` states, in figures or in words, without its ``[n]`` citations.

    >>> numbers("Three of 1,200 cells (12.5%) grew by -3 K [4]."), numbers("GPT-4 and CO2")
    ([3.0, 1200.0, 12.5, 3.0], [4.0])
    """
    text = plain(re.sub(r"\[F?\d[\dF,;\s–-]*\]", " ", text))
    text = re.sub(r"(?<=\d)[{}]*,[{}]*(?=\d{3}(?!\d))", "", text).replace("{,}", "")
    figures = r"(?<![A-Za-z\d.])-?\d+(?:\.\d+)?|(?<=[A-Za-z]-)\d+(?:\.\d+)?|(?<![\w.])\.\d+"
    found = [(match.start(), abs(float(match.group()))) for match in re.finditer(figures, text)]
    spelled = ((match.start(), _NUMBER_WORDS.get(match.group().lower())) for match in re.finditer(r"[A-Za-z]+", text))
    found += [(at, value) for at, value in spelled if value is not None]
    return [value for _, value in sorted(found)]
