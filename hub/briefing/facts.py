"""What AcademicHub counted itself, as numbered facts that a briefing may cite: sizes, trend calls, bridges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.briefing.model import Fact, Pair, Source
from hub.briefing.phrases import listed, phrase
from hub.errors import NotEnoughPapers
from hub.i18n.messages import speaker
from hub.storage.selection import Search, Selection
from hub.storage.snapshot import Snapshot

TOPICS = 8
TRENDS = 6
BRIDGES = 2
"""Findings of each kind."""
Found = tuple[str, str, int]
"""Kind, text and topic of a fact without its number."""


def counted(snapshot: Snapshot, rows: npt.NDArray[np.int64], language: str, topics: int = TOPICS) -> list[Fact]:
    """Return the size and span of a selection, its domains, and its largest topics (fields, where no topic is fitted)."""
    papers = snapshot.papers.iloc[rows]
    n = f"{len(rows):,}"
    days = papers["published"]
    texts: list[tuple[str, int]] = [
        (phrase(language, "count", selected=n, since=days.min().date().isoformat(), until=days.max().date().isoformat()), -1)
    ]
    say = speaker(language)
    domains = papers["domain"].astype(str).value_counts()
    parts = [phrase(language, "part", name=say(str(d)), n=f"{k:,}") for d, k in domains.items()]
    texts.append((phrase(language, "domains", parts=listed(language, parts)), -1))
    codes = papers["topic"].to_numpy()
    fields = papers["field"].astype(str).to_numpy()
    for topic, size in Counter(codes[codes >= 0].tolist()).most_common(topics):
        top = [f for f, _ in Counter(f for f in fields[codes == topic].tolist() if f).most_common(3)]
        name = snapshot.topic_names.get(topic, str(topic))
        where = listed(language, top or ["-"])
        texts.append((phrase(language, "topic", name=name, n=f"{size:,}", selected=n, fields=where), topic))
    if not (codes >= 0).any():
        for field, size in Counter(f for f in fields.tolist() if f).most_common(topics):
            texts.append((phrase(language, "field", name=field, n=f"{size:,}", selected=n), -1))
    return [Fact(i, "count", text, topic) for i, (text, topic) in enumerate(texts, start=1)]


def paired(sources: Sequence[Source], pairs: Sequence[Pair], language: str, start: int) -> list[Fact]:
    """Return a fact for each pair of close papers of different fields, numbered from ``start``."""
    by_number = {source.number: source for source in sources}
    return [
        Fact(
            start + i, "bridge",
            phrase(language, "pair", a=by_number[p.a].title.rstrip("."), fa=by_number[p.a].field or by_number[p.a].domain,
                   b=by_number[p.b].title.rstrip("."), fb=by_number[p.b].field or by_number[p.b].domain, phrase=p.phrase,
                   percentile=f"{min(p.percentile, 99.9):.1f}", cosine=f"{p.cosine:.2f}"),
            papers=(by_number[p.a].id, by_number[p.b].id),
        )
        for i, p in enumerate(pairs)
    ]  # fmt: skip


def bars(snapshot: Snapshot, rows: npt.NDArray[np.int64], most: int = TOPICS) -> list[tuple[str, int]]:
    """Return the largest topics of a selection (its fields, where no topic is fitted) with their papers."""
    codes = snapshot.papers["topic"].to_numpy()[rows]
    if (codes >= 0).any():
        return [(snapshot.topic_names.get(t, str(t)), n) for t, n in Counter(codes[codes >= 0].tolist()).most_common(most)]
    fields = Counter(f for f in snapshot.papers["field"].astype(str).to_numpy()[rows].tolist() if f)
    return fields.most_common(most)


def findings(
    snapshot: Snapshot, rows: npt.NDArray[np.int64], selection: Selection, search: Search | None, language: str, start: int
) -> tuple[list[Fact], list[str]]:
    """Return trend calls and bridges as facts numbered from ``start``, and notes on what could not be told."""
    if not len(snapshot.topics):
        return [], [phrase(language, "no_topics")]
    found: list[Found] = []
    notes: list[str] = []
    for name, look in (("trends", _trends), ("bridges", _bridges)):
        try:
            found += look(snapshot, rows, selection, search, language)
        except NotEnoughPapers as e:
            notes.append(phrase(language, f"no_{name}", why=str(e)))
    if not any(kind == "trend" for kind, _, _ in found) and not notes:
        found.append(("steady", phrase(language, "all_steady"), -1))
    return [Fact(start + i, kind, text, topic) for i, (kind, text, topic) in enumerate(found)], notes


def _trends(
    snapshot: Snapshot, rows: npt.NDArray[np.int64], selection: Selection, search: Search | None, language: str
) -> list[Found]:
    """The topics that do not stand still, surest first, each with the evidence behind the call."""
    from hub.trends import select
    from hub.trends.calls import Call, why

    found, say = select(snapshot, selection, search), speaker(language)
    moving = found.table[found.table["call"] != Call.STEADY].sort_values("q", kind="stable", na_position="last").head(TRENDS)
    return [
        (
            "trend",
            phrase(
                language,
                "trend",
                name=row["name"],
                call=phrase(language, str(row["call"])),
                why=why({str(k): v for k, v in row.items()}, found.weeks, say).rstrip("。"),
            ),
            int(row["topic"]),
        )
        for row in moving.to_dict("records")
    ]


def _bridges(
    snapshot: Snapshot, rows: npt.NDArray[np.int64], selection: Selection, search: Search | None, language: str
) -> list[Found]:
    """Methods that travel, fields that come closer, and the same problem in other words, each with its reason."""
    from hub.bridges import closer_fields, same_problem, sentences, travels

    kinds: tuple[tuple[str, Callable[..., Any], Callable[..., str]], ...] = (
        ("travels", travels, sentences.travel),
        ("closer", closer_fields, sentences.closer_fields),
        ("same", same_problem, sentences.same_problem),
    )
    say = speaker(language)
    found: list[Found] = []
    for name, look, why in kinds:
        for row in look(snapshot, rows).head(BRIDGES).to_dict("records"):
            named = {"name": row.get("name"), "a": row.get("name_a", row.get("a")), "b": row.get("name_b", row.get("b"))}
            if name == "closer":
                named |= {side: say(str(named[side])) for side in ("a", "b")}
            reason = why(row, say).rstrip(".。").removesuffix(f": {say('none')}").removesuffix(f"：{say('none')}")
            found.append(
                (
                    "bridge",
                    phrase(language, name, why=reason, **named),
                    int(row.get("topic", -1)),
                )
            )
    return found
