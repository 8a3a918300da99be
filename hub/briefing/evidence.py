"""From a selection to the papers that a briefing reads: a set that covers its topics, fields and dates.

Topics get places by the square root of their share (so that small ones are heard), each filled by maximal marginal
relevance (Carbonell & Goldstein 1998) over the papers' vectors: near the topic or the question, far from what is already
chosen, with a bonus for fields and quarters that are still short of their share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.briefing.meeting import Meeting, meeting, sides
from hub.briefing.model import Evidence, Fact, LeftOut, Pair, Source
from hub.errors import NotEnoughPapers
from hub.i18n.messages import Said
from hub.llm import tokens
from hub.papers.model import Paper
from hub.papers.untrusted import free_of_orders, without_orders
from hub.storage.corpus import Corpus
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

Floats = npt.NDArray[np.float32]
RELEVANCE = 0.65
"""Weight of relevance against novelty in MMR."""
COVERAGE = 0.15
"""Bonus of a field or quarter that is short of its share."""
POOL = 40
"""Candidates looked at for each place of a topic; keeps the time bounded whatever the selection."""
NO_TOPIC = -1


@dataclass(frozen=True)
class _Strata:
    codes: npt.NDArray[np.int64]
    fields: npt.NDArray[np.int64]
    quarters: npt.NDArray[np.int64]
    vectors: Floats


def gather(
    snapshot: Snapshot,
    corpus: Corpus,
    rows: Rows,
    *,
    papers: int,
    budget: int,
    facts: Sequence[Fact] = (),
    notes: Sequence[str] = (),
    question: Floats | None = None,
    seed: int = 0,
    asked: Sequence[str] = (),
) -> Evidence:
    """Return the evidence for a selection.

    Parameters
    ----------
    rows
        Rows (n_selected,) of the Snapshot.
    papers, budget
        The most papers, and the most estimated tokens of their titles and abstracts, that may be read.
    question
        The focus question's vector (dim,) of the Snapshot's embedder, or None.
    asked
        The fields that the selection names; with two or more, each gets its share of the papers.

    Raises
    ------
    NotEnoughPapers
        When no paper of the selection has an abstract.
    """
    order = by_field(snapshot, rows, int(papers * 1.3) + 8, asked, question=question, seed=seed)
    found_meeting = meeting(snapshot, corpus, rows, asked, max(3, papers // 8), near=order)
    first = [*found_meeting.both, *(row for pair in found_meeting.pairs for row in pair[:2])]
    order = _with_first(order, first, papers)
    found = {paper.id: paper for paper in corpus.papers(snapshot.papers["id"].to_numpy()[order])}
    left_out: Counter[LeftOut] = Counter()
    sources: list[Source] = []
    spent = 0
    names = snapshot.topic_names
    topics = snapshot.papers["topic"].to_numpy()
    for row in order.tolist():
        if len(sources) == papers:
            break
        paper = found.get(str(snapshot.papers["id"].iat[row]))
        if paper is None or not paper.abstract.strip():
            left_out[LeftOut.NO_ABSTRACT] += 1
            continue
        topic = int(topics[row])
        source, planted = _source(paper, len(sources) + 1, names.get(topic, ""))
        if not source.abstract:
            left_out[LeftOut.ONLY_ORDERS] += 1
            continue
        cost = tokens(source.title) + tokens(source.abstract) + 40
        if spent + cost > budget and sources:
            left_out[LeftOut.OVER_BUDGET] += 1
            continue
        spent += cost
        left_out[LeftOut.ORDERS] += planted
        left_out[LeftOut.CUT] += source.cut
        sources.append(source)
    if not sources:
        raise NotEnoughPapers("No paper of this selection has an abstract to write from: widen the filters.", have=0, need=1)
    strata = _strata(snapshot, rows)
    number = {snapshot.row_of[source.id]: source.number for source in sources}
    side = sides(snapshot, np.array(list(number), dtype=np.int64), asked) if len(asked) > 1 else None
    return Evidence(
        sources=tuple(sources),
        facts=tuple(facts),
        selected=len(rows),
        topics=len(set(strata.codes.tolist()) - {NO_TOPIC}),
        left_out={why: n for why, n in left_out.items() if n},
        how=_how(snapshot, rows, question is not None),
        notes=tuple(notes),
        pairs=_pairs(found_meeting, number),
        both=tuple(number[row] for row in found_meeting.both if row in number),
        asked=tuple(asked),
        side={} if side is None else dict(zip(number.values(), side.tolist(), strict=True)),
    )


def by_field(
    snapshot: Snapshot, rows: Rows, n: int, asked: Sequence[str], *, question: Floats | None = None, seed: int = 0
) -> Rows:
    """Return at most ``n`` of ``rows``, most useful first, each of the asked fields with its share (:func:`field_places`)."""
    side = sides(snapshot, rows, asked) if len(asked) > 1 else np.zeros(len(rows), dtype=np.int64)
    given = field_places(side, n)
    if len(given) < 2:
        return chosen(snapshot, rows, n, question=question, seed=seed)
    placed: list[tuple[float, int, int]] = []
    for value, count in given.items():
        of = chosen(snapshot, rows[side == value], count, question=question, seed=seed)
        placed += [((at + 0.5) / max(1, len(of)), value, row) for at, row in enumerate(of.tolist())]
    return np.array([row for _, _, row in sorted(placed)], dtype=np.int64)


def field_places(side: npt.NDArray[np.int64], n: int) -> dict[int, int]:
    """Return how many of ``n`` places each side gets: by the square root of its size, yet at least half of an equal share.

    >>> field_places(np.array([0] * 1260 + [1] * 76), 48)
    {0: 36, 1: 12}
    """
    given = places(side, n)
    for value, size in zip(*np.unique(side, return_counts=True), strict=True):
        least = min(int(size), n // (2 * len(given)))
        while given[int(value)] < least:
            given[max(given, key=lambda v: given[v])] -= 1
            given[int(value)] += 1
    return given


def _with_first(order: Rows, first: Sequence[int], papers: int) -> Rows:
    """Put the rows where fields meet among the first ``papers``, in place of the least useful ones."""
    first = list(dict.fromkeys(first))[: papers // 2]
    rest = [row for row in order.tolist() if row not in set(first)]
    at = max(0, papers - len(first))
    return np.array([*rest[:at], *first, *rest[at:]], dtype=np.int64)


def chosen(snapshot: Snapshot, rows: Rows, n: int, *, question: Floats | None = None, seed: int = 0) -> Rows:
    """Return at most ``n`` of ``rows``, most useful first: stratified maximal marginal relevance (see the module)."""
    rows = np.asarray(rows, dtype=np.int64)
    if len(rows) <= 1:
        return rows
    rows = np.random.default_rng(seed).permutation(rows)  # ties fall by the seed, never by the order of import
    strata = _strata(snapshot, rows)
    relevance = _relevance(strata, question)
    pool = _pool(strata.codes, relevance, places(strata.codes, n))
    at, vectors = rows[pool], strata.vectors[pool]
    codes, fields, quarters, gain = strata.codes[pool], strata.fields[pool], strata.quarters[pool], relevance[pool]
    open_places = places(strata.codes, min(n, len(rows)))
    wanted = {name: _shares(values, n) for name, values in (("fields", strata.fields), ("quarters", strata.quarters))}
    nearest = np.zeros(len(at), dtype=np.float32)
    free = np.ones(len(at), dtype=bool)
    picked: list[int] = []
    taken = {"fields": Counter[int](), "quarters": Counter[int]()}
    while len(picked) < min(n, len(at)):
        allowed = free & np.isin(codes, [code for code, left in open_places.items() if left > 0])
        allowed = allowed if allowed.any() else free
        score = RELEVANCE * gain - (1 - RELEVANCE) * nearest
        for name, values in (("fields", fields), ("quarters", quarters)):
            short = {v for v, share in wanted[name].items() if taken[name][v] < share}
            score = score + COVERAGE * np.isin(values, list(short))
        best = int(np.argmax(np.where(allowed, score, -np.inf)))
        picked.append(best)
        free[best] = False
        open_places[int(codes[best])] = open_places.get(int(codes[best]), 0) - 1
        taken["fields"][int(fields[best])] += 1
        taken["quarters"][int(quarters[best])] += 1
        if vectors.shape[1]:
            nearest = np.maximum(nearest, vectors @ vectors[best])
    return at[np.array(picked, dtype=np.int64)]


def places(codes: npt.NDArray[np.int64], n: int) -> dict[int, int]:
    """Return how many of ``n`` places each stratum gets: by the square root of its size, largest remainder, none above its size.

    >>> places(np.array([0] * 100 + [1] * 25 + [2] * 4), 8)
    {0: 5, 1: 2, 2: 1}
    """
    values, sizes = np.unique(codes, return_counts=True)
    weight = np.sqrt(sizes)
    exact = weight / weight.sum() * n
    given = np.minimum(np.floor(exact).astype(int), sizes)
    for i in np.argsort(-(exact - np.floor(exact)), kind="stable").tolist() * max(1, n):
        if given.sum() >= min(n, sizes.sum()):
            break
        given[i] += int(given[i] < sizes[i])
    return dict(zip(values.tolist(), given.tolist(), strict=True))


def _strata(snapshot: Snapshot, rows: Rows) -> _Strata:
    papers = snapshot.papers
    codes = papers["topic"].to_numpy()[rows].astype(np.int64)
    fields = snapshot.codes("field")[0][rows].astype(np.int64)
    if not (codes >= 0).any():  # before the first fit, fields stand in for topics
        codes = fields
    quarters = papers["published"].to_numpy("datetime64[M]")[rows].astype(np.int64) // 3
    vectors = np.asarray(snapshot.vectors[np.sort(rows)])[np.argsort(np.argsort(rows))] if len(rows) else snapshot.vectors[:0]
    return _Strata(codes, fields, quarters, vectors)


def _relevance(strata: _Strata, question: Floats | None) -> Floats:
    vectors = strata.vectors
    if not vectors.shape[1]:
        return np.zeros(len(vectors), dtype=np.float32)
    near = np.zeros(len(vectors), dtype=np.float32)
    for code in np.unique(strata.codes):
        of = np.flatnonzero(strata.codes == code)
        centre = vectors[of].mean(axis=0)
        near[of] = vectors[of] @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    if question is not None and question.shape[0] == vectors.shape[1]:
        return np.asarray(0.25 * near + 0.75 * (vectors @ question), dtype=np.float32)
    return near


def _pool(codes: npt.NDArray[np.int64], relevance: Floats, quota: Mapping[int, int]) -> Rows:
    """Return the most relevant candidates of each stratum, :data:`POOL` for each of its places."""
    kept = []
    for code in np.unique(codes):
        of = np.flatnonzero(codes == code)
        size = POOL * (quota.get(int(code), 0) + 1)
        kept.append(of if len(of) <= size else of[np.argpartition(-relevance[of], size)[:size]])
    return np.concatenate(kept)


def _shares(values: npt.NDArray[np.int64], n: int) -> dict[int, int]:
    found, sizes = np.unique(values, return_counts=True)
    return {int(v): int(np.floor(n * s / len(values))) for v, s in zip(found, sizes, strict=True)}


def _source(paper: Paper, number: int, topic: str) -> tuple[Source, int]:
    abstract, planted, cut = without_orders(paper.abstract)
    title, orders, _ = without_orders(paper.title)
    return Source(
        number, paper.id, title or "(a title that was nothing but instructions)", paper.authors[:20], paper.published,
        free_of_orders(paper.source_label), paper.domain, free_of_orders(paper.field), free_of_orders(topic), paper.url,
        paper.doi, abstract, cut,
    ), planted + orders  # fmt: skip


def _pairs(found: Meeting, number: Mapping[int, int]) -> tuple[Pair, ...]:
    return tuple(
        Pair(number[a], number[b], cosine, percentile, phrase)
        for a, b, cosine, percentile, phrase in found.pairs
        if a in number and b in number
    )


def _how(snapshot: Snapshot, rows: Rows, asked: bool) -> Said:
    placed = bool((snapshot.papers["topic"].to_numpy()[rows] >= 0).any())
    strata = Said("topics") if placed else Said("fields (no topics are fitted yet)")
    if not snapshot.vectors.shape[1]:
        return Said(
            "spread over {strata}, fields and quarters; the papers have no vectors yet, so likeness was not weighed",
            strata=strata,
        )
    near = Said("near the question and its topic") if asked else Said("near the middle of its topic")
    return Said(
        "spread over {strata}, fields and quarters; in each, papers {near} and unlike those already chosen (MMR)",
        strata=strata,
        near=near,
    )
