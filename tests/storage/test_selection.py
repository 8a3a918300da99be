"""Filters to rows: what passes, what is refused, and that filtering twice is filtering once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import demo
from hub.errors import SelectionError
from hub.storage import snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.storage.selection import Selection
from hub.storage.snapshot import Snapshot


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Corpus]:
    home: Path = tmp_path_factory.mktemp("selection")
    corpus = Corpus(str(home / "corpus"))
    demo.add(home, corpus, count=300, until=date(2026, 6, 30))
    republish(home, corpus)
    return snapshot.load(home), corpus


def test_an_empty_selection_is_every_paper_newest_first(shown: tuple[Snapshot, Corpus]) -> None:
    now, _corpus = shown
    rows = Selection().rows(now)
    assert len(rows) == len(now) == 300
    assert (np.diff(now.days[rows]) <= 0).all()


@given(
    sources=st.sets(st.sampled_from(["arXiv", "bioRxiv", "Nature", "nowhere"]), max_size=2),
    fields=st.sets(st.sampled_from(["cs", "cs.CL", "Physics", "Biology", "nothing"]), max_size=2),
    since=st.none() | st.dates(date(2025, 7, 1), date(2026, 2, 1)),
    until=st.none() | st.dates(date(2026, 2, 2), date(2026, 7, 1)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_pass_each_filter_and_no_other_row_does(
    shown: tuple[Snapshot, Corpus], sources: set[str], fields: set[str], since: date | None, until: date | None
) -> None:
    now, _corpus = shown
    rows = set(Selection(tuple(sources), tuple(fields), since, until).rows(now).tolist())
    for row, paper in enumerate(now.papers.itertuples()):
        day = paper.published.date()
        passes = (
            (not sources or paper.source in sources)
            and (not fields or bool({paper.field, paper.field.split(".")[0], paper.domain} & fields))
            and (since is None or day >= since)
            and (until is None or day <= until)
        )
        assert (row in rows) == passes


def test_two_filters_are_the_rows_that_both_give(shown: tuple[Snapshot, Corpus]) -> None:
    now, _corpus = shown
    both = Selection(("arXiv",), ("Computer science",)).rows(now)
    apart = np.intersect1d(Selection(("arXiv",)).rows(now), Selection(fields=("Computer science",)).rows(now))
    assert np.array_equal(np.sort(both), apart)
    assert len(both)


def test_text_asks_the_corpus_and_a_phrase_is_narrower(shown: tuple[Snapshot, Corpus]) -> None:
    now, corpus = shown
    title = now.papers["title"].iloc[7]
    first, second = [word for word in title.split() if word.isalpha() and len(word) > 4][:2]
    words = Selection(text=f"{second} {first}").rows(now, corpus.search_ids)
    assert 7 in words
    assert set(Selection(text=f'"{title}"').rows(now, corpus.search_ids)) <= set(
        Selection(text=title).rows(now, corpus.search_ids)
    )
    assert len(Selection(text="zyzzyva").rows(now, corpus.search_ids)) == 0
    with pytest.raises(SelectionError, match="corpus"):
        Selection(text="anything").rows(now)


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(SelectionError, match="swap"):
        Selection(since=date(2026, 2, 1), until=date(2026, 1, 1))


def test_only_papers_count_unless_other_kinds_are_asked_for(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path / "corpus"))
    made = demo.papers(count=12)
    corpus.upsert([made[0].replace(kind="correction"), *made[1:]])
    republish(tmp_path, corpus)
    now = snapshot.load(tmp_path)
    assert len(Selection().rows(now)) == 11
    assert len(Selection(kinds=()).rows(now)) == 12
    assert now.papers["id"].iloc[Selection(kinds=("correction",)).rows(now)].tolist() == [made[0].id]
