"""Which records of a corpus may be one paper: pairs that share a key, found without holding the corpus in memory.

A record has keys for its DOI, its title, its first and last author with the longest words of the title, and for pairs of those
words. Keys are kept as 64-bit hashes (a clash costs a comparison, nothing else): some 100 bytes a record. Pairs that
cannot be of one paper by their years, authors or titles are dropped before any record is read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice

import numpy as np
import numpy.typing as npt
from pandas.util import hash_array

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
KEYS = 1
"""Counts the changes of what :func:`signatures` gives: those that were kept of another one are made anew."""
FEW = 0.1
"""Where less than this part of the records is new, only what shares a key with one of them is sorted."""
AT_ONCE = 1000

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Signatures:
    """What is kept of each record: its keys, and what rules out that two records are one paper.

    The same records have the same signatures in every process.

    Parameters
    ----------
    years, servers
        (n_records,) int16 and uint32: when it was published, and whose number it has (0 for none).
    families, words
        (n_records,) uint64: a bit for each name of its authors, and for each word of its title.
    dois
        (n_records,) uint64: the hash of its DOI, 0 for none.
    counts, keys
        (n_records,) uint8 and (n_keys,) uint64: how many keys each record has, and those of all, one record's after the other's.
    """

    years: npt.NDArray[np.int16]
    servers: npt.NDArray[np.uint32]
    families: npt.NDArray[np.uint64]
    words: npt.NDArray[np.uint64]
    dois: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint8]
    keys: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.years)

    def take(self, rows: Rows) -> Signatures:
        """Return those of some records, in the order of ``rows`` (n,)."""
        ends = np.cumsum(self.counts, dtype=np.int64)
        sizes = self.counts[rows].astype(np.int64)
        shifts = (ends - self.counts)[rows] - (np.cumsum(sizes) - sizes)
        keys = self.keys[np.repeat(shifts, sizes) + np.arange(sizes.sum())]
        return Signatures(*[*(getattr(self, field.name)[rows] for field in fields(self)[:-1]), keys])

    def pairs(self, new: npt.NDArray[np.bool_]) -> Rows:
        """Return the pairs of rows (n_pairs, 2), sorted, that share a key and may be one paper.

        ``new`` (n_records,) marks the records that joined the corpus since its pairs were looked at: only pairs with one of
        them are returned.
        """
        named = np.flatnonzero(self.dois).astype(np.uint32)
        owners = np.repeat(np.arange(len(self), dtype=np.uint32), self.counts)
        found = [part[new[part].any(axis=1)] for part in _shared(self.dois[named], named, new)]
        found += [self._possible(part[new[part].any(axis=1)]) for part in _shared(self.keys, owners, new)]
        return np.unique(np.concatenate([np.empty((0, 2), dtype=np.int64), *found]), axis=0)

    def _possible(self, pairs: Rows) -> Rows:
        a, b = pairs[:, 0], pairs[:, 1]
        ours, theirs = self.families[a], self.families[b]
        one, other = self.words[a], self.words[b]
        common = np.bitwise_count(one & other) / np.maximum(1, np.minimum(np.bitwise_count(one), np.bitwise_count(other)))
        numbered = (self.servers[a] == self.servers[b]) & (self.servers[a] > 0)
        keep = (np.abs(self.years[a] - self.years[b]) <= LONGEST_YEARS_APART) & (a != b)
        keep &= ((ours & theirs) > 0) | (ours == 0) | (theirs == 0)
        keep &= common >= np.where(numbered, LEAST_COMMON_NUMBERED, LEAST_COMMON)
        return pairs[keep]


def signatures(records: Iterable[Facts]) -> Signatures:
    """Return the signatures of records, in their order."""
    rest = iter(records)
    return concatenated([_signatures(part) for part in iter(lambda: list(islice(rest, AT_ONCE)), [])])


def concatenated(parts: Sequence[Signatures]) -> Signatures:
    """Return signatures of several parts as one."""
    parts = [*parts, _signatures([])]
    return Signatures(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Signatures)))


def _signatures(records: Sequence[Facts]) -> Signatures:
    keys, families, words = _Texts(), _Texts(), _Texts()
    for record in records:
        keys.add("\0".join(key) for key in title_keys(record))
        families.add(
            [*record.families, *(word for name in record.authors[:FULL_NAMES] for word in folded(name) if len(word) > 1)]
        )
        words.add(word for word in record.words if len(word) > 2)
    bases = [record.base for record in records]
    return Signatures(
        np.array([record.published.year for record in records], dtype=np.int16),
        np.array([_server(record) for record in records], dtype=np.uint32),
        families.bits(),
        words.bits(),
        np.where(np.array(bases, dtype=object) != "", _hashes(bases) | np.uint64(1), np.uint64(0)),
        np.array(keys.sizes, dtype=np.uint8),
        _hashes(keys.texts),
    )


class _Texts:
    """The texts of each record, one record's after the other's: hashed in one go, and no lists for Python to look after."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.sizes: list[int] = []

    def add(self, texts: Iterable[str]) -> None:
        before = len(self.texts)
        self.texts.extend(texts)
        self.sizes.append(len(self.texts) - before)

    def bits(self) -> npt.NDArray[np.uint64]:
        """Return a bit for each text of each record (n_records,), one of 64 by its hash."""
        sizes = np.array(self.sizes, dtype=np.int64)
        made, some = np.zeros(len(sizes), dtype=np.uint64), sizes > 0
        if self.texts:
            bits = np.uint64(1) << (_hashes(self.texts) & np.uint64(63))
            made[some] = np.bitwise_or.reduceat(bits, (np.cumsum(sizes) - sizes)[some])
        return made


def _shared(keys: npt.NDArray[np.uint64], owners: npt.NDArray[np.uint32], new: npt.NDArray[np.bool_]) -> Iterator[Rows]:
    """Yield pairs of rows (n, 2), the lower row first, that share a key with no more than LARGEST_BLOCK others."""
    if new.sum() < FEW * len(new):
        wanted = np.isin(keys, keys[new[owners]])
        keys, owners = keys[wanted], owners[wanted]
    for bucket in range(BUCKETS):
        chosen = keys % np.uint64(BUCKETS) == bucket
        yield from _blocks(keys[chosen], owners[chosen])


def _blocks(keys: npt.NDArray[np.uint64], owners: npt.NDArray[np.uint32]) -> Iterator[Rows]:
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


def title_keys(record: Facts) -> Iterator[tuple[str, ...]]:
    """Yield what a record shares with the other records of its paper, but for the DOI."""
    if record.kind not in JOINED:
        return
    yield (record.compact_title,)
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
    return (zlib.crc32(record.base.split("/")[0].encode()) & 0x7FFFFFF8) + 8 if record.is_preprint else PUBLISHED


def _hashes(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.asarray(hash_array(np.array(texts, dtype=object), categorize=False), dtype=np.uint64)
