"""Where the fields of a selection meet: papers that stand in two of them, and pairs that are close and say one thing.

A pair counts when its two sides belong to different fields, its cosine lies above a high percentile of such pairs of the whole
corpus, and both texts share a phrase that the corpus does not use everywhere; the phrase is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.papers.model import Paper
from hub.papers.sentences import STOPWORDS, plain, stem
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
PERCENTILE = 99.9
"""Of the cosines of pairs of different fields, over the corpus."""
SAMPLE = 1500
"""Papers of the corpus that the percentile is taken from."""
SIDE = 1200
"""Papers of one field that are compared at most."""
LOOKED_AT = 60
"""Closest pairs whose texts are read for a shared phrase."""
COMMON = 0.01
"""Share of the corpus' titles above which a phrase says nothing."""
TERM = 3
"""Titles of the corpus that must hold a phrase for it to be a term rather than chance; fewer in a small corpus."""
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_GENERIC_WORDS = """
    state art real world large small high low scale level deep learning neural network networks model models data task
    tasks recent advances wide range extensive experiments experimental significantly performance existing open source
    future research better best across different various three two four one first second key important critical code
    available outperform achieve demonstrate improve long term short time findings highlight highlights analyze analyse
    how trained training train human people empirical theoretical evidence researchers researcher literature role effect
    effects impact set sets understanding approach approaches framework frameworks algorithm algorithms provide provides
    address addresses problem problems case cases quality levels comparison main major common general global local
    including include includes world-wide per cent lead leads factors factor process processes system systems analysis
    analyses information based strong novel simple complex number numbers control design field fields change changes
    test tests robust statistical group groups sample samples paper
    """
_GENERIC = frozenset(map(stem, _GENERIC_WORDS.split()))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Rows ``both`` that stand in two of the fields, and pairs of rows with cosine, percentile and shared phrase."""

    both: tuple[int, ...]
    pairs: tuple[tuple[int, int, float, float, str], ...]


def sides(snapshot: Snapshot, rows: Rows, asked: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the side (n_rows,) that each row stands on: the asked field, else its domain (or field); -1: none."""
    papers = snapshot.papers
    if len(asked) > 1:
        fields = papers["field"].astype(str).to_numpy()[rows]
        domains = papers["domain"].astype(str).to_numpy()[rows]
        found = np.full(len(rows), -1, dtype=np.int64)
        for at, name in enumerate(asked):
            within = (
                (fields == name) | (domains == name) | np.array([f.split(".")[0] == name for f in fields.tolist()], dtype=bool)
            )
            found[(found < 0) & within] = at
        return found
    for column in ("domain", "field"):
        codes = snapshot.codes(column)[0][rows].astype(np.int64)
        if len(set(codes.tolist())) > 1:
            return codes
    return np.zeros(len(rows), dtype=np.int64)


def meeting(snapshot: Snapshot, corpus: Corpus, rows: Rows, asked: Sequence[str], most: int, near: Rows | None = None) -> Meeting:
    """Return at most ``most`` papers of two fields and as many pairs, closest first; ``near`` are rows to look at first."""
    side = sides(snapshot, rows, asked)
    both = _both(snapshot, rows, asked, most)
    if not snapshot.vectors.shape[1] or len(set(side.tolist()) - {-1}) < 2:
        return Meeting(both, ())
    where = _looked_at(rows, side, near)
    vectors = np.asarray(snapshot.vectors[rows[where]])
    cosines = np.triu(vectors @ vectors.T, k=1)
    apart = (side[where][:, None] != side[where]) & (side[where][:, None] >= 0) & (side[where] >= 0)
    cosines = np.where(apart, cosines, 0.0)
    sample = _sample(snapshot)
    least = float(np.percentile(sample, PERCENTILE)) if len(sample) else 1.0
    flat = cosines.ravel()
    closest = np.argpartition(-flat, min(LOOKED_AT * 8, len(flat) - 1))[: LOOKED_AT * 8]
    closest = closest[np.argsort(-flat[closest], kind="stable")]
    pairs: list[tuple[int, int, float]] = []
    seen: set[int] = set()
    for at in closest.tolist():
        a, b = divmod(at, len(where))
        if cosines[a, b] <= least or len(pairs) == LOOKED_AT:
            break
        if a in seen or b in seen:
            continue
        seen |= {a, b}
        pairs.append((int(rows[where[a]]), int(rows[where[b]]), float(cosines[a, b])))
    ids = snapshot.papers["id"].to_numpy()
    papers = {p.id: p for p in corpus.papers([str(ids[r]) for pair in pairs for r in pair[:2]])} if pairs else {}
    common = _Common(snapshot)
    found = []
    for a, b, cosine in pairs:
        one, two = papers.get(str(ids[a])), papers.get(str(ids[b]))
        phrase = shared_phrase(one, two, common) if one and two else ""
        if phrase:
            found.append((a, b, round(cosine, 3), round(float((sample < cosine).mean() * 100), 1), phrase))
        if len(found) == most:
            break
    return Meeting(both, tuple(found))


def _both(snapshot: Snapshot, rows: Rows, asked: Sequence[str], most: int) -> tuple[int, ...]:
    """The newest papers whose own field is one that was asked for and whose categories name another."""
    if len(asked) < 2:
        return ()
    fields = snapshot.papers["field"].astype(str).to_numpy()[rows]
    categories = snapshot.papers["categories"].astype(str).to_numpy()[rows]
    found = []
    for row, field, names in zip(rows.tolist(), fields.tolist(), categories.tolist(), strict=True):
        stands = {field, *names.replace(";", " ").split()}
        if sum(any(n == a or n.split(".")[0] == a for n in stands) for a in asked) > 1:
            found.append(row)
    found.sort(key=lambda row: (-int(snapshot.days[row]), row))
    return tuple(found[:most])


def _looked_at(rows: Rows, side: npt.NDArray[np.int64], near: Rows | None) -> npt.NDArray[np.int64]:
    chance = np.random.default_rng(0)
    first = np.isin(rows, near) if near is not None else np.zeros(len(rows), dtype=bool)
    kept = []
    for value in sorted(set(side.tolist()) - {-1}):
        of = np.flatnonzero(side == value)
        if len(of) > SIDE:
            of = of[np.argsort(-(first[of] + chance.random(len(of))), kind="stable")[:SIDE]]
        kept.append(of)
    found = np.sort(np.concatenate(kept))
    return found if len(found) <= 2 * SIDE else np.sort(chance.choice(found, 2 * SIDE, replace=False))


def _sample(snapshot: Snapshot) -> npt.NDArray[np.float32]:
    """Cosines of pairs of the corpus whose papers are of different fields."""
    rows = np.sort(np.random.default_rng(0).choice(len(snapshot), min(SAMPLE, len(snapshot)), replace=False))
    vectors = np.asarray(snapshot.vectors[rows])
    fields = snapshot.codes("field")[0][rows]
    upper = np.triu(np.ones((len(rows), len(rows)), dtype=bool), k=1) & (fields[:, None] != fields)
    return np.asarray((vectors @ vectors.T)[upper], dtype=np.float32)


class _Common:
    """Knows how many of the corpus' titles hold a phrase."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._titles = "\n".join(snapshot.papers["title"].astype(str)).lower()
        self._n = max(1, len(snapshot))

    def telling(self, phrase: str) -> bool:
        """Whether a phrase is a term of the corpus, and not one of everywhere."""
        titles = self._titles.count(phrase)
        return min(TERM, self._n // 1000) <= titles < max(COMMON * self._n, 2 * TERM)


def shared_phrase(one: Paper, two: Paper, common: _Common | None = None) -> str:
    """Return the most telling phrase of two or three words that both papers use, "" where they share none."""
    ours, theirs = _phrases(f"{one.title}. {one.abstract}"), _phrases(f"{two.title}. {two.abstract}")
    titles = {*_phrases(one.title), *_phrases(two.title)}
    scored = sorted(ours.keys() & theirs.keys(), key=lambda p: (-(p in titles), -len(p), -min(len(ours[p]), len(theirs[p])), p))
    for stems in scored[:25]:
        phrase = max(ours[stems], key=ours[stems].count)
        if not _GENERIC & {*stems} and (common is None or common.telling(phrase)):
            return phrase
    return ""


def _phrases(text: str) -> Mapping[tuple[str, ...], list[str]]:
    """The runs of two and three words that carry meaning, by their stems, as they are written."""
    found: dict[tuple[str, ...], list[str]] = {}
    for part in re.split(r"[.,;:()?!\[\]\"]|\$[^$]*\$", plain(text)):
        tokens = [t.lower() for t in _TOKEN.findall(part)]
        for n in (2, 3):
            for i in range(len(tokens) - n + 1):
                run = tokens[i : i + n]
                if all(len(t) > 2 and t not in STOPWORDS for t in run):
                    found.setdefault(tuple(map(stem, run)), []).append(" ".join(run))
    return found
