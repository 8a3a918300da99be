"""What came in: which day is the last one, what arrived, and how a day's papers are ordered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from hub.storage import newest, snapshot
from hub.storage.snapshot import Snapshot
from hub.trends.unusual import unusual

LAST = date(2026, 6, 30)


def corpus(rows: list[dict[str, object]]) -> Snapshot:
    """Return a Snapshot of rows with day (before LAST), domain, topic, source and vector; the rest is filled in."""
    empty = snapshot.empty()
    papers = pd.DataFrame(
        {
            "id": [f"p{i:05d}" for i in range(len(rows))],
            "title": "A title", "authors": "Ann Author", "url": "", "doi": "", "categories": "", "journal": "", "announce": "",
            "published": [pd.Timestamp(LAST) - pd.Timedelta(days=int(r["day"])) for r in rows],  # type: ignore[call-overload]
            "updated": pd.NaT, "added": [r.get("added", pd.Timestamp("2026-01-01")) for r in rows],
            "source": [r.get("source", "arXiv") for r in rows], "field": [r.get("domain", "Physics") for r in rows],
            "domain": [r.get("domain", "Physics") for r in rows], "kind": "paper", "version": 1,
            "topic": [r.get("topic", 0) for r in rows], "second": -1, "confidence": 1.0, "unplaced": False, "x": 0.0, "y": 0.0,
        }
    )  # fmt: skip
    topics = pd.DataFrame(
        {"topic": [0, 1], "name": ["quiet", "loud"], "words": [[], []], "papers": 1, "parent": -1, "x": 0.0, "y": 0.0}
    )
    vectors = np.array([r.get("vector", (1.0, 0.0)) for r in rows], dtype=np.float32)
    return Snapshot("v", snapshot.typed(papers), topics, empty.themes, {}, _vectors=vectors)


def every(made: Snapshot) -> np.ndarray:
    return np.arange(len(made))


def test_one_record_dated_ahead_is_no_day_of_its_own_and_is_not_lost() -> None:
    made = corpus([{"day": d} for d in range(20) for _ in range(40)] + [{"day": -9}])
    found = newest.edition(made, every(made))
    assert (found.since, found.until) == (LAST, LAST)
    assert len(found.rows) == 41
    assert found.ahead == 1


def test_a_twentieth_of_a_normal_day_is_a_day() -> None:
    made = corpus([{"day": d} for d in range(20) for _ in range(40)] + [{"day": -1}, {"day": -1}])
    assert newest.edition(made, every(made)).until == date(2026, 7, 1)


def test_a_picked_day_holds_that_day_alone_and_a_week_seven() -> None:
    made = corpus([{"day": d} for d in range(20) for _ in range(3)])
    assert len(newest.edition(made, every(made), day=date(2026, 6, 20)).rows) == 3
    week = newest.edition(made, every(made), span=7)
    assert (len(week.rows), week.since) == (21, date(2026, 6, 24))


def test_what_arrived_after_the_last_look_counts_whatever_its_date() -> None:
    made = corpus([{"day": 5}, {"day": 300, "added": pd.Timestamp("2026-06-29 08:00")}])
    found = newest.arrived_since(made, every(made), moment=datetime(2026, 6, 28, tzinfo=UTC))
    assert found.rows.tolist() == [1]
    assert not len(newest.arrived_since(made, every(made), moment=datetime(2026, 7, 1, tzinfo=UTC)).rows)


def test_a_strip_counts_each_paper_of_its_days_once() -> None:
    made = corpus([{"day": d, "domain": "Biology" if d % 2 else "Physics"} for d in range(60)])
    table = newest.per_day(made, every(made), days=30)
    assert table["papers"].sum() == 30
    assert set(table["domain"]) == {"Biology", "Physics"}


def test_fields_come_by_size_and_topics_take_turns() -> None:
    old = [{"day": 20, "vector": (1.0, 0.0)}] * 5
    day = [{"day": 0, "topic": 0, "vector": v} for v in ((0.6, 0.8), (1.0, 0.0))] + [{"day": 0, "topic": 1, "vector": (0.0, 1.0)}]
    made = corpus([*day, *old, {"day": 0, "domain": "Biology"}])
    found = newest.by_field(made, every(made), chosen=np.array([0, 1, 2, 8]))
    assert list(found) == ["Physics", "Biology"]
    assert found["Physics"].tolist() == [1, 2, 0]  # nearest to the middle of its topic first, then the other topic


def test_a_topic_above_its_norm_is_unusual_and_a_source_that_comes_in_one_heap_is_not() -> None:
    before = [{"day": d, "topic": int(d % 10 == 0)} for d in range(1, 57) for _ in range(10)]
    loud = corpus([*[{"day": 0, "topic": 1}] * 8, *[{"day": 0, "topic": 0}] * 8, *before])
    found = unusual(loud, every(loud), chosen=np.arange(16))
    assert found["topic"].tolist() == [1]
    assert found["expected"][0] < 3 < found["papers"][0]
    heap = corpus([*[{"day": 0, "topic": 1, "source": "Heap"}] * 8, *[{"day": 0, "topic": 0}] * 8, *before])
    assert not len(unusual(heap, every(heap), chosen=np.arange(16)))
