"""What AcademicHub counted itself, as numbered facts that a briefing may cite: sizes, trend calls, bridges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hub.briefing.model import Fact, Source
from hub.briefing.phrases import listed, phrase
from hub.snapshot import Snapshot

TOPICS = 8


def counted(snapshot: Snapshot, rows: npt.NDArray[np.int64], language: str, topics: int = TOPICS) -> list[Fact]:
    """Return the size and span of a selection, its domains, and its largest topics (fields, where no topic is fitted)."""
    papers = snapshot.papers.iloc[rows]
    n = f"{len(rows):,}"
    days = papers["published"]
    texts: list[tuple[str, int]] = [
        (phrase(language, "count", selected=n, since=days.min().date().isoformat(), until=days.max().date().isoformat()), -1)
    ]
    domains = papers["domain"].astype(str).value_counts()
    texts.append((phrase(language, "domains", parts=listed(language, [f"{d} ({k:,})" for d, k in domains.items()])), -1))
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


def paired(sources: Sequence[Source], pairs: Sequence[tuple[int, int, float]], language: str, start: int) -> list[Fact]:
    """Return a fact for each pair of close papers of different fields, numbered from ``start``."""
    by_number = {source.number: source for source in sources}
    return [
        Fact(
            start + i, "bridge",
            phrase(language, "pair", a=by_number[a].title.rstrip("."), fa=by_number[a].field or by_number[a].domain,
                   b=by_number[b].title.rstrip("."), fb=by_number[b].field or by_number[b].domain, cosine=f"{cosine:.2f}"),
            papers=(by_number[a].id, by_number[b].id),
        )
        for i, (a, b, cosine) in enumerate(pairs)
    ]  # fmt: skip
