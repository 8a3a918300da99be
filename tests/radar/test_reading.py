"""What a reader did with papers, and what is new since the last visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hub.errors import RadarError
from hub.radar.listing import listing
from hub.radar.model import Radar
from hub.radar.reading import Reading
from hub.radar.store import RadarStore
from hub.storage.snapshot import Snapshot


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    store = RadarStore(tmp_path)
    store.save(Radar("x", topics=(1,)))
    return Reading(store)


def test_a_status_lasts_until_it_is_taken_back(reading: Reading) -> None:
    reading.mark(["a", "b"], "saved")
    reading.mark(["a"], "read")
    assert reading.statuses() == {"a": "read", "b": "saved"} and reading.saved() == ["b"]
    reading.mark(["a"], "unread")
    assert "a" not in reading.statuses()
    with pytest.raises(RadarError, match="not a status"):
        reading.mark(["a"], "lost")


def test_a_visit_is_compared_with_the_one_before(reading: Reading) -> None:
    monday = datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert reading.visit("x", monday) is None
    assert reading.visit("x", monday + timedelta(hours=1)) is None
    tuesday = monday + timedelta(days=1)
    assert reading.visit("x", tuesday) == monday + timedelta(hours=1)
    assert reading.visit("x", tuesday + timedelta(minutes=5)) == monday + timedelta(hours=1)
    assert reading.last_visit("x") == monday + timedelta(hours=1)


def test_new_is_what_came_into_the_corpus_since_the_last_visit(snapshot: Snapshot) -> None:
    radar = Radar("x", topics=(1,))
    now = datetime.now(UTC)
    assert all(paper.new for paper in listing(snapshot, radar).papers)
    assert all(paper.new for paper in listing(snapshot, radar, last_visit=now - timedelta(days=1)).papers)
    assert not any(paper.new for paper in listing(snapshot, radar, last_visit=now + timedelta(minutes=1)).papers)


def test_archived_papers_are_not_listed(snapshot: Snapshot) -> None:
    radar = Radar("x", topics=(1,))
    first = listing(snapshot, radar).papers[0].id
    assert first not in {paper.id for paper in listing(snapshot, radar, statuses={first: "archived"}).papers}
    saved = listing(snapshot, radar, statuses={first: "saved"}).papers
    assert next(paper.status for paper in saved if paper.id == first) == "saved"


def test_an_opened_paper_is_seen_from_its_first_day_and_the_oldest_are_forgotten(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.see("a", date(2026, 6, 1))
    reading.see("a", date(2026, 6, 9))
    assert reading.seen() == {"a": "2026-06-01"}
    monkeypatch.setattr("hub.radar.reading.SEEN", 2)
    for paper_id in ("b", "c"):
        reading.see(paper_id, date(2026, 6, 2))
    assert list(reading.seen()) == ["b", "c"]
