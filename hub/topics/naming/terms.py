"""Which terms each paper uses: words and two-word terms, plural and singular as one, acronyms in capitals.

Written over NumPy codes because a ``CountVectorizer`` with bigrams takes four times as long as everything else that
follows the vectors. Chinese is cut into words by a dictionary, and up to three neighbours make a term
(:mod:`hub.papers.chinese`). Runs of Japanese or Korean characters become n-grams of 2 to 4 characters, of which the longest
that explains the shorter ones stays.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hub.papers import chinese
from hub.storage.snapshot import Terms
from hub.topics.naming.stopwords import STOP_WORDS

MATHS = re.compile(
    r"\$[^$]*\$|\\\((?:[^\\\n]|\\(?![()]))*+\\\)|\\\[(?:[^\\\n]|\\(?![\[\]]))*+\\\]|https?://\S+|\\[A-Za-z]+"
    r"|\{|\}|~|\^|_|'s\b|’s\b"  # each beginning with a letter of its own: so the engine skips to one, in a third of the time
)
ACCENT = re.compile(r"""\\["'`^~=.]\s*\{?([A-Za-z])\}?""")
"""Schr\\"odinger: the letter without its accent, as a bare accent would cut the word in two."""
TOKEN = re.compile(r"(?:(?<![0-9])[0-9]*+)[^\W\d_][^\W_]*(?:-[^\W_]+)*|[.,;:!?()\[\]/\"“”|=<>]|\$")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
MAX_TERMS = 120_000
BREAK = 0
"""The code of what ends a two-word term: punctuation, a formula, a stop word."""

Codes = npt.NDArray[np.integer]
Marks = npt.NDArray[np.int32]
"""A number a token: 32 bits, as there are some 230 tokens a paper, and of a million papers 64 bits would fill 2 GB each."""
COUNTED = 1 << 20
"""Codes that are counted in one go, which NumPy widens to 64 bits."""


def count_terms(texts: Sequence[str]) -> Terms:
    """Return the terms that each text uses.

    Parameters
    ----------
    texts
        n titles with abstracts.

    Returns
    -------
    Terms
        ``counts`` CSR (n, n_terms) float32. A term that stands in one paper only is left out, unless there are fewer
        than 20 papers.
    """
    surface, words, ends = _tokens(texts)
    canonical, shown = _canonical(surface, _counted(words, len(surface)))
    words = canonical[words]
    papers = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(ends, prepend=0))
    least = _least(len(texts))
    words[~_frequent(words, len(shown), least)[words]] = BREAK
    inner = (words[:-1] != BREAK) & (words[1:] != BREAK) & (papers[:-1] == papers[1:]) & (words[:-1] != words[1:])
    single = words != BREAK
    rows, columns = papers[single], words[single]
    papers, pairs = papers[:-1][inner], words[:-1][inner].astype(np.int64) * len(shown) + words[1:][inner]
    del words, inner, single
    kept = _frequent_pairs(pairs, max(least, 2))
    position = np.searchsorted(kept, pairs).astype(np.int32)
    found = kept[np.minimum(position, len(kept) - 1)] == pairs if len(kept) else np.zeros(len(pairs), dtype=bool)
    del pairs
    rows = np.concatenate([rows, papers[found]])
    columns = np.concatenate([columns, (len(shown) + position[found]).astype(np.int32)])
    del papers, position, found
    shape = (len(texts), len(shown) + len(kept))
    counts = sparse.coo_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape).tocsr()
    del rows, columns
    names = np.array([*shown, *(f"{shown[c // len(shown)]} {shown[c % len(shown)]}" for c in kept.tolist())])
    return _pruned(Terms(counts, names), least)


def _frequent_pairs(pairs: Codes, least: int) -> Codes:
    """Return, sorted, the pairs that stand there so often."""
    pairs = np.sort(pairs)
    starts = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]]) if len(pairs) else np.zeros(0, dtype=np.int64)
    return pairs[starts[np.diff(starts, append=len(pairs)) >= least]]


def _counted(codes: Codes, n: int) -> Codes:
    """Return how often each of n codes stands there."""
    counts = np.zeros(n, dtype=np.int64)
    for begin in range(0, len(codes), COUNTED):
        counts += np.bincount(codes[begin : begin + COUNTED], minlength=n)
    return counts


def count_known(texts: Sequence[str], words: npt.NDArray[np.str_]) -> sparse.csr_matrix:
    """Return how often each text uses terms that are known already: CSR (n_texts, len(words)) float32."""
    column = {word.lower(): i for i, word in enumerate(words.tolist())}
    known = dict.fromkeys((part for word in column for part in word.split()), 1)
    pairs: list[tuple[int, int]] = []
    for row, text in enumerate(texts):
        surface, codes, _ = _tokens([text])
        lower = [singular(form.lower(), known) for form in surface]
        for first, second in zip([BREAK, *codes.tolist()], codes.tolist(), strict=False):
            if second == BREAK:
                continue
            said = (lower[second], f"{lower[first]} {lower[second]}") if first != BREAK else (lower[second],)
            pairs.extend((row, i) for term in said if (i := column.get(term, column.get(f"{term}s"))) is not None)
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_matrix((np.ones(len(pairs), np.float32), (rows, columns)), (len(texts), len(words)))


def _least(n_texts: int) -> int:
    return 1 if n_texts < 20 else 2 if n_texts < 2_000 else 3 if n_texts < 20_000 else 5


def _frequent(words: Codes, n_words: int, least: int) -> npt.NDArray[np.bool_]:
    return _counted(words, n_words) >= least


def _tokens(texts: Sequence[str]) -> tuple[list[str], Marks, Codes]:
    """Return the surface forms, the code of each token, and where each text's tokens end. Code 0 is a break."""
    code = _Codes()
    flat = array("i")
    ends: list[int] = []
    for text in texts:
        text = ACCENT.sub(r"\1", text) if "\\" in text else text
        tokens = TOKEN.findall(MATHS.sub(lambda m: " " if m[0][-1] == "s" and m[0][0] in "'’" else " $ ", text))
        if CJK.search(text):
            tokens = list(_with_characters(tokens))
        flat.extend(map(code.__getitem__, tokens))
        flat.append(BREAK)
        ends.append(len(flat))
    return (
        code.surface,
        np.frombuffer(flat, dtype=np.int32) if flat else np.zeros(0, dtype=np.int32),
        np.array(ends, dtype=np.int64),
    )


class _Codes(dict[str, int]):
    """The code of each token, given when it is first asked for, a break for what is no word; ``surface`` are the words."""

    def __init__(self) -> None:
        super().__init__()
        self.surface = [""]

    def __missing__(self, token: str) -> int:
        self[token] = found = len(self.surface) if token[-1].isalnum() else BREAK
        if found:
            self.surface.append(token)
        return found


def _with_characters(tokens: Iterable[str]) -> Iterable[str]:
    for token in tokens:
        place = 0
        for run in CJK.finditer(token):
            if token[place : run.start()]:
                yield token[place : run.start()]
            for part in chinese.terms(run[0]) if chinese.HAN.fullmatch(run[0]) else _grams(run[0]):
                yield part
                yield "."  # they overlap already: no pairs of them
            place = run.end()
        if token[place:]:
            yield token[place:]


def _grams(run: str) -> Iterable[str]:
    return (run[start : start + size] for size in (2, 3, 4) for start in range(len(run) - size + 1))


def _canonical(surface: list[str], counts: Codes) -> tuple[Marks, list[str]]:
    """Return the code of the term that each surface form belongs to, and how each term is shown."""
    lower = [form.lower() for form in surface]
    known: dict[str, int] = {}
    for form, n in zip(lower, counts.tolist(), strict=True):
        known[form] = known.get(form, 0) + n
    index: dict[str, int] = {"": BREAK}
    target = np.zeros(len(surface), dtype=np.int32)
    best: dict[int, tuple[float, str]] = {BREAK: (0, "")}
    for i, (form, low) in enumerate(zip(surface, lower, strict=True)):
        stem = singular(low, known)
        if low in STOP_WORDS or stem in STOP_WORDS or len(low) < 2:
            continue
        term = index.setdefault(stem, len(index))
        target[i] = term
        # A capital at the start of a sentence is no acronym: lower case wins unless it is rare.
        weight = float(counts[i]) * (3.0 if form == low else 1.0) * (1.01 if low == stem else 1.0)
        if weight > best.get(term, (0.0, ""))[0]:
            best[term] = (weight, form)
    return target, [best[i][1] for i in range(len(index))]


def singular(word: str, known: dict[str, int]) -> str:
    """Return the singular of an English word when the texts use it too, else the word itself.

    >>> singular("networks", {"network": 9}), singular("bus", {"bu": 1}), singular("theories", {"theory": 2})
    ('network', 'bus', 'theory')
    >>> singular("syntheses", {"synthesis": 9})
    'synthesis'
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith(("theses", "yses")) and word[:-2] + "is" in known:
        return word[:-2] + "is"
    if word.endswith("ies") and word[:-3] + "y" in known:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")) and word[:-2] in known:
        return word[:-2]
    return word[:-1] if word[:-1] in known else word


def _pruned(terms: Terms, least: int) -> Terms:
    """Drop terms of too few papers, and n-grams of characters that a longer one explains."""
    counts = terms.counts
    in_papers = _counted(counts.indices, counts.shape[1])
    keep = in_papers >= least
    _drop_explained(terms.words, in_papers, keep)
    if keep.sum() > MAX_TERMS:
        keep &= in_papers >= np.sort(in_papers[keep])[-MAX_TERMS]
    return Terms(sparse.csr_matrix(counts[:, keep]), terms.words[keep])


def _drop_explained(words: npt.NDArray[np.str_], in_papers: Codes, keep: npt.NDArray[np.bool_]) -> None:
    column = {words[i]: i for i in np.flatnonzero(keep) if CJK.fullmatch(words[i])}
    for word, i in column.items():
        for part in (word[1:], word[:-1]) if len(word) > 2 else ():
            j = column.get(part)
            if j is not None and in_papers[i] >= 0.8 * in_papers[j]:
                keep[j] = False
