"""What a topic card tells: how large a topic is in a selection, since when, what stands at its heart and at its edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.errors import SelectionError
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

EXAMPLES = 5
READER = "reader"
DEFINED_FROM = 1_000_000
"""Ids of topics that people define; the model's own stay far below."""
"""What ``named_by`` says of a name that people gave."""
LONG_DAYS = 400
"""A span of days above which the share is counted by month, else by week."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A topic that papers of this one nearly went to: for which ``share`` of them, and the words only one of the two has."""

    topic: int
    name: str
    share: float
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A subtopic within a selection: its ``rows`` among those of the topic, and what ``share`` of the topic they are."""

    subtopic: int
    name: str
    words: tuple[str, ...]
    rows: Rows
    share: float


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """The facts of one topic within a selection.

    ``weights`` are the words' shares of the terms of its papers, None where the Snapshot counts no terms. ``periods``
    datetime64 (n_periods,), ``shares`` and ``totals`` tell its share of so many selected papers over time, without weeks or
    months that the selection only touches. ``heart`` and
    ``edge`` are rows: nearest to the centroid, and with the least confidence. ``path`` names the themes above, widest first.
    ``statistical`` is the name from the words, ``named_by`` who gave the other one: a model, ``reader``, or nobody.
    """

    topic: int
    name: str
    statistical: str
    named_by: str
    words: tuple[str, ...]
    weights: tuple[float, ...] | None
    papers: int
    share: float
    confidence: float
    unplaced: int
    periods: npt.NDArray[np.datetime64]
    shares: npt.NDArray[np.float64]
    totals: npt.NDArray[np.int64]
    sources: tuple[tuple[str, float], ...]
    fields: tuple[tuple[str, float], ...]
    heart: Rows
    edge: Rows
    rivals: tuple[Rival, ...]
    parts: tuple[Part, ...]
    path: tuple[str, ...]
    trust: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible new topic: its number, name, words, members (``ids``), and those of them that are selected (``rows``)."""

    number: int
    name: str
    words: tuple[str, ...]
    ids: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Papers far from every topic: their ``rows`` (n_unplaced,), newest first, and the candidates that some of them form."""

    rows: Rows
    candidates: tuple[Candidate, ...]


def unplaced_of(snapshot: Snapshot, rows: Rows) -> Unplaced:
    """Return the selected papers that are far from every topic, and the candidate topics that have members among them."""
    far = rows[_far(snapshot, rows)]
    table, chosen = snapshot.table("candidates"), set(far.tolist())
    found = []
    for row in () if table is None else table.to_dict("records"):
        ids = tuple(str(member) for member in row["members"])
        own = np.array(sorted(chosen & {snapshot.row_of[i] for i in ids if i in snapshot.row_of}), dtype=np.int64)
        if len(own):
            found.append(Candidate(int(row["candidate"]), str(row["name"]), tuple(str(w) for w in row["words"])[:8], ids, own))
    return Unplaced(far, tuple(found))


def _far(snapshot: Snapshot, rows: Rows) -> npt.NDArray[np.bool_]:
    """Which of these papers are far from every topic of the model and in none that a reader defined."""
    papers = snapshot.papers
    return papers["unplaced"].to_numpy(dtype=bool)[rows] & (papers["topic"].to_numpy()[rows] < DEFINED_FROM)


def topic_facts(snapshot: Snapshot, rows: Rows, topic: int) -> TopicFacts:
    """Return the facts of a topic within the selected rows.

    Raises
    ------
    SelectionError
        When the Snapshot has no such topic.
    """
    known = snapshot.topics[snapshot.topics["topic"] == topic]
    if not len(known):
        raise SelectionError(f"There is no topic {topic} any more. Choose another one.")
    about = known.iloc[0]
    words = tuple(str(word) for word in about["words"])
    placed = rows[snapshot.papers["topic"].to_numpy()[rows] >= 0]
    mine = placed[snapshot.papers["topic"].to_numpy()[placed] == topic]
    confidence = snapshot.papers["confidence"].to_numpy()[mine]
    periods, shares, totals = share_over_time(snapshot, placed, mine)
    whole = filled(periods, snapshot.days[placed])
    if whole.sum() > 1:
        periods, shares, totals = periods[whole], shares[whole], totals[whole]
    return TopicFacts(
        topic=topic, name=str(about["name"]), statistical=str(about.get("statistical", "") or ""),
        named_by=str(about.get("named_by", "") or ""), words=words, weights=word_weights(snapshot, mine, words), papers=len(mine),
        share=len(mine) / max(len(placed), 1), confidence=float(confidence.mean()) if len(mine) else 0.0,
        unplaced=int(_far(snapshot, mine).sum()), periods=periods, shares=shares, totals=totals,
        sources=mix(snapshot, mine, "source"), fields=mix(snapshot, mine, "field"), heart=heart(snapshot, mine),
        edge=mine[np.argsort(confidence, kind="stable")[:EXAMPLES]], rivals=rivals(snapshot, mine, words),
        parts=parts(snapshot, mine, topic), path=path(snapshot, int(about["parent"])),
        trust=trust(snapshot, topic),
    )  # fmt: skip


def share_over_time(
    snapshot: Snapshot, placed: Rows, mine: Rows
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return periods (n,), what share of the placed papers of each is ``mine``, and how many were placed.

    Periods without papers are left out.
    """
    if not len(placed):
        return np.array([], dtype="datetime64[D]"), np.array([]), np.zeros(0, dtype=np.int64)
    days = snapshot.days
    span = int(days[placed].max() - days[placed].min())
    if span > LONG_DAYS:
        code = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        unit = "datetime64[M]"
    else:
        code = (days.astype(np.int64) + 3) // 7 * 7 - 3  # weeks from Monday: 1970-01-01 was a Thursday
        unit = "datetime64[D]"
    start = int(code[placed].min())
    everything, own = np.bincount(code[placed] - start), np.bincount(code[mine] - start)
    own = np.pad(own, (0, len(everything) - len(own)))
    there = np.flatnonzero(everything)
    return (there + start).astype(unit).astype("datetime64[D]"), own[there] / everything[there], everything[there]


def filled(periods: npt.NDArray[np.datetime64], days: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return for each period (n,) of :func:`share_over_time` whether the days (n_papers,) reach over all of it."""
    if not len(periods):
        return np.zeros(0, dtype=bool)
    starts = periods.astype(np.int64)
    if int(days.max() - days.min()) > LONG_DAYS:
        ends = (periods.astype("datetime64[M]") + 1).astype("datetime64[D]").astype(np.int64)
    else:
        ends = starts + 7
    return np.asarray((starts >= days.min()) & (ends - 1 <= days.max()))


def word_weights(snapshot: Snapshot, mine: Rows, words: tuple[str, ...]) -> tuple[float, ...] | None:
    """Return for each word in what share of the papers it occurs; None where the Snapshot counts no terms."""
    column = {word: k for k, word in enumerate(snapshot.terms.words.tolist())}
    if not column or not len(mine):
        return None
    counts = snapshot.terms.counts[mine]
    return tuple(float((counts[:, [column[w]]] > 0).sum() / len(mine)) if w in column else 0.0 for w in words)


def mix(snapshot: Snapshot, mine: Rows, column: str, most: int = 5) -> tuple[tuple[str, float], ...]:
    """Return the most frequent values of a column among these papers, each with its share."""
    codes, values = snapshot.codes(column)
    codes = codes[mine]
    count = np.bincount(codes[codes >= 0], minlength=len(values))
    order = np.argsort(-count, kind="stable")[:most]
    return tuple((values[k], float(count[k] / len(mine))) for k in order if count[k] and values[k])


def heart(snapshot: Snapshot, mine: Rows, most: int = EXAMPLES) -> Rows:
    """Return the papers nearest to the centroid of all of these, nearest first; the surest where there are no vectors."""
    if not len(mine):
        return mine
    if not snapshot.vectors.shape[1]:
        return mine[np.argsort(-snapshot.papers["confidence"].to_numpy()[mine], kind="stable")[:most]]
    vectors = np.asarray(snapshot.vectors[mine])
    near = vectors @ vectors.mean(axis=0)
    return mine[np.argsort(-near, kind="stable")[:most]]


def rivals(snapshot: Snapshot, mine: Rows, words: tuple[str, ...], most: int = 3) -> tuple[Rival, ...]:
    """Return the topics that stand second for most of these papers, with the words that tell the two apart."""
    second = snapshot.papers["second"].to_numpy()[mine]
    found, count = np.unique(second[np.isin(second, snapshot.topics["topic"].to_numpy(dtype=np.int64))], return_counts=True)
    theirs = dict(zip(snapshot.topics["topic"].tolist(), snapshot.topics["words"].tolist(), strict=True))
    names = snapshot.topic_names
    out = []
    for k in np.argsort(-count, kind="stable")[:most]:
        topic = int(found[k])
        other = tuple(str(word) for word in theirs[topic])
        here, there = (tuple(w for w in a if w not in b)[:4] for a, b in ((words, other), (other, words)))
        out.append(Rival(topic, names[topic], float(count[k] / len(mine)), here, there))
    return tuple(out)


def parts(snapshot: Snapshot, mine: Rows, topic: int) -> tuple[Part, ...]:
    """Return the subtopics of a topic that these of its papers are in, largest first."""
    table = snapshot.subtopics
    own = snapshot.papers["subtopic"].to_numpy()[mine]
    made = []
    for row in table[table["topic"] == topic].to_dict("records"):
        rows = mine[own == row["subtopic"]]
        if len(rows):
            words = tuple(str(word) for word in row["words"])
            made.append(Part(int(row["subtopic"]), str(row["name"]), words, rows, len(rows) / len(mine)))
    return tuple(sorted(made, key=lambda part: (-len(part.rows), part.subtopic)))


def path(snapshot: Snapshot, node: int) -> tuple[str, ...]:
    """Return the names of a theme and of all above it, the widest first, one that says nothing new once; none for -1."""
    above = dict(zip(snapshot.themes["node"].tolist(), snapshot.themes["parent"].tolist(), strict=True))
    names = snapshot.theme_names
    found: list[str] = []
    while node in above:
        if names[node] and names[node] not in found[-1:]:
            found.append(names[node])
        node = int(above[node])
    return tuple(reversed(found))


def trust(snapshot: Snapshot, topic: int) -> Mapping[str, Any]:
    """Return the row of the extra table ``trust`` for a topic; empty where the fit published none."""
    table = snapshot.table("trust")
    if table is None:
        return {}
    row = table[table["topic"] == topic]
    return {str(k): v for k, v in row.iloc[0].to_dict().items() if k != "topic"} if len(row) else {}
