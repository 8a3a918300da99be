"""Noun phrases as titles write them: the candidates for names of topics.

A title is cut at punctuation, formulas and stop words; what stands between two cuts, up to four words of it, is a candidate
where it ends in a noun. No tagger is needed: a word that hardly ever stands last before a cut ("gravitational", "deep") is
no noun here, whatever the language (compare the C-value of Frantzi et al. 2000, which asks for a tagger first).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.papers import chinese
from hub.topics.naming.stopwords import STOP_WORDS

LONGEST = 4
"""Words of a phrase."""
LEAST = 3
"""Titles that a phrase must stand in, word for word."""
LANGUAGES = ("es", "fr", "de", "it", "pt", "nl", "ru", "tr", "pl", "id")
ENGLISH = frozenset(
    {
        "car",
        "comment",
        "door",
        "era",
        "fine",
        "force",
        "mimo",
        "primer",
        "quasi",
        "sea",
        "sex",
        "solo",
        "toda",
        "total",
        "var",
        "war",
    }
)
"""Stop words of those languages that English titles use as words of their own."""
MODIFIERS = frozenset({"effective", "general", "great", "high", "higher", "key", "large", "limited", "low", "lower"})
"""Words that every abstract says, but that open terms of their own: large language models, general relativity, low energies."""
WORD = re.compile(r"[0-9]*[^\W\d_][^\W_]*(?:['’][^\W\d_]+)?(?:[-‐‑–][^\W_]+)*|[0-9]+(?:-[^\W_]+)*|\$[^$]*\$|\s+|.", re.DOTALL)
CHARACTERS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
MODIFIER = re.compile(r".(?:ed|al|ic|ive|ous|ary|able|ible|ful|less|ly|ing|ian|ant|ent|like|based|free|driven|aware|wise)$")
"""Endings of words that are rarely nouns: they need to be seen as such more often."""
PARTICIPLE = re.compile(
    r".{2,}[^e]ed$|(?:.*-)?(?:written|grown|known|given|taken|shown|made|built|born|borne|seen|held|found|driven)$"
)
"""Words that stand last before a cut ("earthquakes induced | by injection") and are no nouns for all that."""
NOUNS_IN_ED = frozenset({"biomed", "hundred", "infrared", "riverbed", "seabed", "testbed", "watershed"})
HEAD = 0.3
"""Share of a word's places in titles that must be the last before a cut; for those of :data:`MODIFIER` half as much again."""
GENERAL = 0.2
"""Share of a stop word's places in titles that must stand before punctuation or the end for it to be a noun: "peer reviews",
"a case study". What stands before such a word belongs to it, and is no head: "machine-written peer"."""
BREAK = 0

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Phrases:
    """The phrases of titles: ``used`` CSR (n_titles, n_phrases) of ones, and the ``shown`` n_phrases, in lower case."""

    used: sparse.csr_matrix
    shown: npt.NDArray[np.str_]


@cache
def foreign() -> frozenset[str]:
    """Return the stop words of :data:`LANGUAGES`, without those that English uses as words of their own."""
    import stop_words

    return frozenset(word.casefold() for language in LANGUAGES for word in stop_words.get_stop_words(language)) - ENGLISH


def title_phrases(titles: Sequence[str]) -> Phrases:
    """Return the phrases that stand in at least :data:`LEAST` titles, word for word.

    Parameters
    ----------
    titles
        n titles.
    """
    words, codes, rows = _coded(titles)
    nouns = _nouns(words, codes)
    stops = np.array([_stops(word) for word in words])
    digits = np.array([not any(c.isalpha() for c in word) for word in words])
    stops[BREAK], edge = True, stops | digits
    codes = np.where(stops[codes], BREAK, codes)
    shown: list[str] = []
    cells: list[tuple[Codes, Codes]] = []
    ids, texts = codes.copy(), list(words)
    alive = codes != BREAK
    for length in range(1, LONGEST + 1):
        if length > 1:
            follows = np.r_[codes[length - 1 :], np.zeros(length - 1, dtype=np.int64)]
            alive = alive & (follows != BREAK) & (rows == np.r_[rows[length - 1 :], np.full(length - 1, -1)])
            key = np.where(alive, ids * len(words) + follows, 0)
            values, ids = np.unique(key, return_inverse=True)
            texts = [f"{texts[v // len(words)]} {words[v % len(words)]}" if v else "" for v in values.tolist()]
            ids = np.where(alive, ids, 0)
        if not alive.any():
            break
        frequent = np.bincount(ids[alive], minlength=len(texts)) >= LEAST
        alive = alive & frequent[ids]
        last = np.r_[codes[length - 1 :], np.zeros(length - 1, dtype=np.int64)]
        good = alive & nouns[last] & ~edge[codes] & ~edge[last]
        kept, position = np.unique(ids[good], return_inverse=True)
        cells.append((rows[good], position + len(shown)))
        shown += [texts[i] for i in kept.tolist()]
    row, column = (np.concatenate(part) for part in zip(*cells, strict=True)) if cells else (np.zeros(0, np.int64),) * 2
    used = sparse.coo_matrix((np.ones(len(row), np.float32), (row, column)), (len(titles), len(shown))).tocsr()
    used.data[:] = 1.0
    enough = np.bincount(used.indices, minlength=len(shown)) >= LEAST
    return Phrases(sparse.csr_matrix(used[:, enough]), np.array(shown, dtype=object)[enough])


def _coded(titles: Sequence[str]) -> tuple[list[str], Codes, Codes]:
    """Return the words, the code of each word or cut in all titles, and the title of each; code 0 is a cut."""
    code: dict[str, int] = {"": BREAK}
    flat: list[int] = []
    ends: list[int] = []
    for title in titles:
        for token in WORD.findall(title):
            if token.isspace():
                continue
            if not token[0].isalnum():
                flat.append(BREAK)
            elif CHARACTERS.search(token):
                for run in CHARACTERS.findall(token):
                    for term in chinese.terms(run):
                        flat += [code.setdefault(term, len(code)), BREAK]
            else:
                flat.append(code.setdefault(token.casefold(), len(code)))
        flat.append(BREAK)
        ends.append(len(flat))
    marks: Codes = np.array([0, *ends], dtype=np.int64)
    rows = np.repeat(np.arange(len(titles)), marks[1:] - marks[:-1])
    return list(code), np.array(flat, dtype=np.int64), rows


def _nouns(words: list[str], codes: Codes) -> npt.NDArray[np.bool_]:
    """Which words (n_words,) stand last before a cut often enough to be the head of a phrase."""
    everywhere = np.bincount(codes, minlength=len(words))
    participle = np.array([bool(PARTICIPLE.fullmatch(word)) and word not in NOUNS_IN_ED for word in words], dtype=bool)
    ends = np.bincount(codes[:-1][codes[1:] == BREAK], minlength=len(words)) if len(codes) > 1 else np.zeros(len(words))
    cut = participle | (np.array([_stops(word) for word in words]) & (ends < GENERAL * everywhere))
    cut[BREAK] = True
    last = np.bincount(codes[:-1][cut[codes[1:]]], minlength=len(words)) if len(codes) > 1 else np.zeros(len(words))
    needed = np.array([HEAD * (1.5 if MODIFIER.search(word) else 1.0) for word in words])
    never = participle | np.isin(words, sorted(MODIFIERS))
    # Two places more, half of them last, so that a rare word is neither sure to be a noun nor sure to be none.
    return np.asarray(((last + 1.0) / (everywhere + 2.0) >= needed) & ~never)


def _stops(word: str) -> bool:
    return (word in STOP_WORDS and word not in MODIFIERS) or word in foreign()
