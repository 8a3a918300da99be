"""Which records of a corpus may be one paper: pairs that share a key, found without holding the corpus in memory.

A record has keys for its DOI, its title, its first and last author with the longest words of the title, and for pairs of those
words. Keys are kept as 64-bit hashes (a clash costs a comparison, nothing else): some 100 bytes a record. Pairs that
cannot be of one paper by their years, authors or titles are dropped before any record is read again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.papers.identity import folded
from hub.sources.linkage.matching import JOINED, LONGEST_YEARS_APART, Facts

LARGEST_BLOCK = 60
"""Titles that more records than this share ("Editorial") name no paper."""
PAIRS_AT_ONCE = 500_000
BUCKETS = 16
"""Keys are sorted a bucket at a time, which takes a sixteenth of the memory."""
LEAST_COMMON, LEAST_COMMON_NUMBERED = 0.34, 0.7
"""Which share of the shorter title's words the other must have; more of it where both have a number of one server."""
FULL_NAMES = 3
"""Of so many authors the given names count too: sources that write the family first have them the other way round."""
ARXIV, PUBLISHED = 1, 2

Rows = npt.NDArray[np.int64]
_UINT64 = (1 << 64) - 1


class Signatures:
    """What is kept of each record: its keys, and what rules out that two records are one paper."""

    def __init__(self) -> None:
        self._titles = [(array("Q"), array("I")) for _ in range(BUCKETS)]
        self._dois = [(array("Q"), array("I")) for _ in range(BUCKETS)]
        self._years, self._servers = array("h"), array("I")
        self._families, self._words = array("Q"), array("Q")

    def __len__(self) -> int:
        return len(self._years)

    def add(self, record: Facts) -> None:
        """Keep the signature of the next record."""
        row = len(self)
        for keys, buckets in ((title_keys(record), self._titles), ((record.base,) if record.base else (), self._dois)):
            for key in keys:
                hashed = hash(key) & _UINT64
                column, owners = buckets[hashed % BUCKETS]
                column.append(hashed)
                owners.append(row)
        self._years.append(record.published.year)
        self._servers.append(_server(record))
        given = (word for name in record.authors[:FULL_NAMES] for word in folded(name) if len(word) > 1)
        self._families.append(_bits([*record.families, *given]))
        self._words.append(_bits([word for word in record.words if len(word) > 2]))

    def pairs(self, new: npt.NDArray[np.bool_]) -> Rows:
        """Return the pairs of rows (n_pairs, 2), sorted, that share a key and may be one paper.

        ``new`` (n_records,) marks the records that joined the corpus since its pairs were looked at: only pairs with one of
        them are returned.
        """
        found = [part[new[part].any(axis=1)] for bucket in self._dois for part in _blocks(*bucket)]
        found += [self._possible(part[new[part].any(axis=1)]) for bucket in self._titles for part in _blocks(*bucket)]
        return np.unique(np.concatenate([np.empty((0, 2), dtype=np.int64), *found]), axis=0)

    def _possible(self, pairs: Rows) -> Rows:
        a, b = pairs[:, 0], pairs[:, 1]
        years, servers = (np.frombuffer(column, dtype=kind) for column, kind in ((self._years, "i2"), (self._servers, "u4")))
        families, words = (np.frombuffer(column, dtype=np.uint64) for column in (self._families, self._words))
        ours, theirs = families[a], families[b]
        common = np.bitwise_count(words[a] & words[b]) / np.maximum(
            1, np.minimum(np.bitwise_count(words[a]), np.bitwise_count(words[b]))
        )
        numbered = (servers[a] == servers[b]) & (servers[a] > 0)
        keep = (np.abs(years[a] - years[b]) <= LONGEST_YEARS_APART) & (a != b)
        keep &= ((ours & theirs) > 0) | (ours == 0) | (theirs == 0)
        keep &= common >= np.where(numbered, LEAST_COMMON_NUMBERED, LEAST_COMMON)
        return pairs[keep]


def _blocks(column: array[int], rows: array[int]) -> Iterator[Rows]:
    """Yield pairs of rows (n, 2), the lower row first, that share a key with no more than LARGEST_BLOCK others."""
    keys, owners = np.frombuffer(column, dtype=np.uint64), np.frombuffer(rows, dtype=np.uint32)
    if len(keys):
        order = np.argsort(keys)
        owners, keys = owners[order], keys[order]
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        sizes = np.diff(np.r_[starts, len(keys)])
        del keys, order
        for size in range(2, LARGEST_BLOCK + 1):
            left, right = np.triu_indices(size, 1)
            at = starts[sizes == size]
            step = max(1, PAIRS_AT_ONCE // len(left))
            for first in range(0, len(at), step):
                members = owners[at[first : first + step, None] + np.arange(size)].astype(np.int64)
                members.sort(axis=1)
                pairs = np.stack([members[:, left].ravel(), members[:, right].ravel()], axis=1)
                yield pairs[pairs[:, 0] != pairs[:, 1]]


def title_keys(record: Facts) -> Iterator[Any]:
    """Yield what a record shares with the other records of its paper, but for the DOI."""
    if record.kind not in JOINED:
        return
    yield record.compact_title
    longest = sorted({word for word in record.words if len(word) > 3}, key=lambda word: (-len(word), word))[:3]
    for family, count in ((record.first_family, 3), (record.families[-1] if len(record.families) > 1 else "", 2)):
        for word in longest[:count] if family else ():
            yield family, word
    for word in longest[1:]:
        yield longest[0], word, ""


def _server(record: Facts) -> int:
    if record.id.startswith("arXiv:"):
        return ARXIV
    if not record.base:
        return 0
    return (hash(record.base.split("/")[0]) & 0x7FFFFFF8) + 8 if record.is_preprint else PUBLISHED


def _bits(words: Sequence[str]) -> int:
    bits = 0
    for word in words:
        bits |= 1 << (hash(word) & 63)
    return bits
