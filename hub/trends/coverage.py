"""What was covered when: streams that start, stop, pause or jump, so that none of it passes for a trend.

A *stream* is a source, or a category of a source: collectors gather by category, and a paper reaches the corpus when any of
its categories is gathered. A stream whose weekly volume jumps, against the other streams of its source, is *broken*. Papers
with the same set of broken streams form a *stratum*; shares are compared within strata (:mod:`hub.stats.rates`,
:mod:`hub.trends.series`), so the volume of a stream carries no weight. Papers of no broken stream are one stratum: real
shifts between their fields count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from hub.papers.model import source_label
from hub.storage.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
MIN_WEEKLY = 4.0
"""Papers a week below which a stream's stops cannot be told from chance, nor matter."""
SMALL_STREAM = 0.003
"""Streams below this part of a week's papers cannot move a share and are left alone."""
FACTOR = 1.8
"""How far volume must jump to count as a break; lower and summer counts as one, see docs/TRENDS.md."""
SPANS = (2, 4, 8)
"""Weeks compared on both sides of a possible break: short ones find outages, long ones small steps."""
Z_BREAK = 5.0
MISSING = 5.0
"""Papers that should have come while a source brought none, at its rate otherwise, from which it was not gathered then."""
HOLIDAY = np.log(2.0)
"""A step that most streams make together is taken for a holiday up to this size, for an outage beyond."""
TRICKLE = 1 / 3
"""A stratum is not covered in a week that brings less than this part of its usual volume (median over papers, 3-week mean)."""
SMALL_STRATUM = 0.002
"""Strata below this part of the papers are merged into that of their largest broken stream."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """The strata of a Snapshot's papers, its breaks, and the day up to which it is complete.

    ``strata`` (n_papers,) int32, -1 for a paper that cannot be compared (its stratum hardly came in its week); ``n_strata``;
    ``breaks`` one row a break: stream, source, kind (start, stop, pause, resume, jump, drop), day, per_week_before,
    per_week_after, papers (of the stream); ``first_day`` and ``last_day`` in days since 1970-01-01.
    """

    strata: npt.NDArray[np.int32]
    n_strata: int
    breaks: pd.DataFrame
    first_day: int
    last_day: int


@lru_cache(maxsize=4)
def coverage(snapshot: Snapshot) -> Coverage:
    """Return the Coverage of all papers of a Snapshot. Computed once a Snapshot."""
    sources, names = snapshot.codes("source")
    return find_coverage(snapshot.days, sources, names, snapshot.papers["categories"], snapshot.papers["field"])


def find_coverage(
    days: npt.NDArray[np.int32], sources: npt.NDArray[np.int32], names: list[str], categories: pd.Series, fields: pd.Series
) -> Coverage:
    """Return the Coverage of papers given by their columns, each (n_papers,); ``categories`` joined by spaces."""
    if not len(days):
        return Coverage(np.zeros(0, dtype=np.int32), 1, _table([]), 0, -1)
    first, last = complete_span(days)
    weeks = (last - first + 1) // 7
    if weeks < 2 * min(SPANS):
        return Coverage(np.zeros(len(days), dtype=np.int32), 1, _table([]), first, last)
    member, streams = _membership(sources, names, categories, fields)
    start = last + 1 - 7 * weeks
    week = (days - start) // 7
    inside = (days >= start) & (days <= last)
    by_week = sparse.csr_matrix((np.ones(inside.sum()), (week[inside], np.flatnonzero(inside))), shape=(weeks, len(days)))
    volume = np.asarray((by_week @ member).todense()).T
    source_of = np.array([names.index(s.split("\t")[0]) for s in streams], dtype=np.int64)
    whole = np.array(["\t" not in s for s in streams])
    least = max(MIN_WEEKLY, SMALL_STREAM * inside.sum() / weeks)
    rows = []
    for source in np.unique(source_of):
        ours = np.flatnonzero((source_of == source) & (volume.max(1) > 0))
        found = find_breaks(volume[ours], common=len(ours) >= 8, least=least)
        for i, at, kind, before, after in found:
            stream = ours[i]
            name, _, category = streams[stream].partition("\t")
            label = source_label(name, "" if whole[stream] else category)
            rows.append((stream, label, name, kind, start + 7 * at, before, after, int(volume[stream].sum())))
    known = {r[0] for r in rows}
    late = small_starts_and_stops(days[inside], sources[inside], len(names), start, last)
    for source, kind, day, rate, told in late:
        stream = streams.index(names[source])
        if stream not in known:
            known.add(stream)
            before, after = (0.0, rate) if kind == "start" else (rate, 0.0)
            if told:
                papers = int(volume[stream].sum())
                rows.append((stream, source_label(names[source], ""), names[source], kind, day, before, after, papers))
    strata, n_strata = _strata(member, volume.sum(1), sorted(known))
    strata = _without_trickle(strata, n_strata, np.where(inside, week, -1), int(weeks))
    return Coverage(strata, n_strata, _table(_told_once(rows, whole)), first, last)


def small_starts_and_stops(
    days: npt.NDArray[np.int32], sources: npt.NDArray[np.int32], n_sources: int, first: int, last: int
) -> list[tuple[int, str, int, float, bool]]:
    """Return sources of any size that begin late or end early: (source, kind, day, papers a week, whether it is sure).

    A feed of three papers a week is too small to find a step in, but a dozen that are subscribed to in one week make a topic of
    their own. A source whose first paper comes when, at its later rate, five or more should have come is taken for one that
    was not gathered before. It is sure, and told to the reader, when that holds for days with papers too: a journal's issue
    brings many papers at once.
    """
    found = []
    for source in np.flatnonzero(np.bincount(sources, minlength=n_sources)):
        own = np.sort(days[sources == source]).astype(np.int64)
        distinct = len(np.unique(own))
        begin, end = int(own[0]), int(own[-1])
        late, early = begin - first, last - end
        kind, gap, at = ("start", late, begin) if late >= early else ("stop", early, end + 1)
        span = max(last - first + 1 - gap, 7)
        if gap >= 7 * min(SPANS) and len(own) / span * gap >= MISSING:
            found.append((int(source), kind, at, 7 * len(own) / span, bool(distinct / span * gap >= MISSING)))
    return found


def complete_span(days: npt.NDArray[np.int32]) -> tuple[int, int]:
    """Return the first and last day between which the corpus is gathered, in days since 1970-01-01.

    Journals date papers ahead and archives reach back; both leave thin tails. A week with less than a tenth of the
    papers of a usual one (the median of weeks with papers, weighted by papers) does not count at either end.
    """
    low = int(days.min())
    per_day = np.bincount(days - low)
    per_week = np.convolve(per_day, np.ones(7))  # papers in the seven days up to each
    usual = np.median(per_week[np.repeat(np.arange(len(per_day)), per_day)]) if len(days) < 1_000_000 else per_week.mean()
    full = np.flatnonzero((per_week[: len(per_day)] >= usual / 10) & (per_day > 0))
    after = np.convolve(per_day, np.ones(7))[6:]  # papers in the seven days from each
    begun = np.flatnonzero((after >= usual / 10) & (per_day > 0))
    return low + int(begun[0]), low + int(full[-1])


def find_breaks(
    volume: npt.ArrayLike, common: bool = False, least: float = MIN_WEEKLY
) -> list[tuple[int, int, str, float, float]]:
    """Return the breaks of streams' weekly volumes: (stream, week, kind, papers a week before, and after).

    Parameters
    ----------
    volume
        (n_streams, n_weeks) papers.
    common
        Whether to take what most streams do at a time (holidays) out of each.
    least
        Papers a week that a stream must have on one side of a break.
    """
    v = np.asarray(volume, dtype=float)
    n, weeks = v.shape
    running = np.pad(np.cumsum(v, axis=1), ((0, 0), (1, 0)))
    spread = _spread(v)
    strength = np.zeros((n, weeks + 1))
    sides = np.zeros((n, weeks + 1, 2))
    for span in SPANS:
        at = np.arange(1, weeks)
        left, right = np.minimum(span, at), np.minimum(span, weeks - at)
        at, left, right = at[(keep := np.minimum(left, right) >= min(2, span))], left[keep], right[keep]
        a = running[:, at] - running[:, at - left]
        b = running[:, at + right] - running[:, at]
        step = np.log((b + 0.5) / right) - np.log((a + 0.5) / left)
        enough = np.maximum(a / left, b / right) >= least
        shared = np.zeros(len(at))
        if common:
            masked = np.where(enough, step, np.nan)
            masked[:, ~enough.any(0)] = 0.0
            shared = np.nanmedian(masked, axis=0)
            shared = np.where(np.abs(shared) <= HOLIDAY, shared, 0.0)
        clear = enough & (np.minimum(np.abs(step), np.abs(step - shared)) >= np.log(FACTOR)) & (step * (step - shared) > 0)
        likelihood = _likelihood(a, b, right * np.exp(shared) / (left + right * np.exp(shared)))
        z = np.where(clear, np.sqrt(np.maximum(likelihood, 0.0) / spread[:, None]), 0.0)
        better = z > strength[:, at]
        strength[:, at] = np.where(better, z, strength[:, at])
        sides[:, at, 0] = np.where(better, a / left, sides[:, at, 0])
        sides[:, at, 1] = np.where(better, b / right, sides[:, at, 1])
    found = []
    for stream in np.flatnonzero((strength > Z_BREAK).any(1)):
        left_over = strength[stream].copy()
        while left_over.max() > Z_BREAK:
            week = int(left_over.argmax())
            before, after = sides[stream, week]
            found.append((int(stream), week, _kind(v[stream], week, before, after), float(before), float(after)))
            left_over[max(0, week - 1) : week + 2] = 0
            _silence(left_over, week, np.sign(after - before), sides[stream])
    return sorted(found)


def _likelihood(a: Floats, b: Floats, chance: Floats) -> Floats:
    """Return twice the log likelihood ratio of two rates against one: it peaks right at the step, also at zero papers."""
    total = a + b
    return 2 * (
        special.xlogy(a, a) + special.xlogy(b, b) - special.xlogy(a, total * (1 - chance)) - special.xlogy(b, total * chance)
    )


def _silence(strength: Floats, at: int, direction: float, sides: Floats) -> None:
    """Drop weaker echoes of the same step around a break: they go the same way within the longest span."""
    near = slice(max(0, at - max(SPANS)), at + max(SPANS) + 1)
    same = np.sign(sides[near, 1] - sides[near, 0]) == direction
    strength[near] = np.where(same, 0.0, strength[near])


def _kind(volume: Floats, at: int, before: float, after: float) -> str:
    if after < 0.1 * before:
        return "stop" if volume[at:].mean() < 0.1 * before else "pause"
    if before < 0.1 * after:
        return "start" if volume[:at].mean() < 0.1 * after else "resume"
    return "jump" if after > before else "drop"


def _spread(volume: Floats) -> Floats:
    """Return how much wider than Poisson a stream's weeks vary: robust, so that the breaks themselves do not count."""
    if volume.shape[1] < 4:
        return np.full(len(volume), 3.0)
    steps = np.abs(np.diff(2 * np.sqrt(volume), axis=1))
    return np.maximum(1.0, (np.median(steps, axis=1) / 0.6745) ** 2 / 2)


def _membership(
    sources: npt.NDArray[np.int32], names: list[str], categories: pd.Series, fields: pd.Series
) -> tuple[sparse.csr_matrix, list[str]]:
    """Return which paper is in which stream, (n_papers, n_streams), and the streams: ``source``, or ``source TAB category``.

    Only categories count that are some paper's field in that source: the rest are keywords and subject codes.
    """
    text = categories.astype(str).where(categories.notna(), "") + "\t" + fields.astype(str).where(fields.notna(), "")
    combos, values = pd.factorize(text)
    pairs, first = np.unique(sources.astype(np.int64) * len(values) + combos, return_inverse=True)
    known: dict[str, set[str]] = {}
    for pair in pairs:
        known.setdefault(names[pair // len(values)], set()).add(values[pair % len(values)].split("\t")[1])
    ids: dict[str, int] = {name: i for i, name in enumerate(names)}
    rows, columns = [], []
    for pair_id, pair in enumerate(pairs):
        source = names[pair // len(values)]
        listed, _, field = values[pair % len(values)].partition("\t")
        tokens = {field, *(token for token in listed.split() if token in known[source])} - {""}
        streams = {source} | ({f"{source}\t{token}" for token in tokens} if len(known[source]) > 1 else set())
        rows += [pair_id] * len(streams)
        columns += [ids.setdefault(stream, len(ids)) for stream in streams]
    table = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(pairs), len(ids)))
    return table[first], list(ids)


def _strata(member: sparse.csr_matrix, volume: Floats, broken: list[int]) -> tuple[npt.NDArray[np.int32], int]:
    if not broken:
        return np.zeros(member.shape[0], dtype=np.int32), 1
    order = sorted(broken, key=lambda stream: -volume[stream])
    flags = np.asarray(member[:, order].todense(), dtype=bool)
    _, signature, size = np.unique(np.packbits(flags, axis=1), axis=0, return_inverse=True, return_counts=True)
    signature = signature.ravel()
    small = size[signature] < SMALL_STRATUM * len(flags)
    largest = np.where(flags.any(1), flags.argmax(1), -1)
    label = np.where(small, largest + len(size) + 1, signature)
    _, strata = np.unique(label, return_inverse=True)
    return strata.ravel().astype(np.int32), int(strata.max()) + 1


def _told_once(rows: list[tuple[Any, ...]], whole: npt.NDArray[np.bool_]) -> list[tuple[Any, ...]]:
    """Leave out fields where their source does the same, and the source where it only does what some of its fields do."""
    of_source = {(r[2], r[4]): r[3] for r in rows if whole[r[0]]}
    fields = [r for r in rows if not whole[r[0]] and of_source.get((r[2], r[4])) != r[3]]
    explained = {(r[2], r[4]) for r in fields}
    sources = [r for r in rows if whole[r[0]] and (r[3] in ("start", "stop", "pause", "resume") or (r[2], r[4]) not in explained)]
    return [r[1:] for r in sources + fields]


def _without_trickle(
    strata: npt.NDArray[np.int32], n_strata: int, week: npt.NDArray[np.int64], weeks: int
) -> npt.NDArray[np.int32]:
    """Return the strata with -1 for papers of weeks in which their stratum hardly came.

    What still trickles in after a stream stops came another way (by a cross-list) and is of other topics.
    """
    if n_strata == 1:
        return strata
    kept = week >= 0
    volume = np.bincount(strata[kept] * weeks + week[kept], minlength=n_strata * weeks).reshape(n_strata, weeks).astype(float)
    smooth = np.stack([np.convolve(row, np.ones(3), "same") for row in volume])
    smooth /= np.convolve(np.ones(weeks), np.ones(3), "same")
    usual = np.array([np.median(np.repeat(row, volume[i].astype(int))) if volume[i].sum() else 0 for i, row in enumerate(smooth)])
    thin = smooth < TRICKLE * usual[:, None]
    thin[volume.sum(1).argmax()] = False  # the largest is what the others are held against
    return np.where(kept & thin[strata, np.maximum(week, 0)], -1, strata).astype(np.int32)


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    columns = ["stream", "source", "kind", "day", "per_week_before", "per_week_after", "papers"]
    table = pd.DataFrame(rows, columns=columns)
    table["day"] = pd.to_datetime(table["day"].astype("int64"), unit="D") if len(table) else pd.Series(dtype="datetime64[s]")
    return table.sort_values(["papers", "day"], ascending=[False, True], ignore_index=True)
