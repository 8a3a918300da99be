from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from hub import demo
from hub.errors import HubError
from hub.papers.model import DOMAINS
from hub.storage.corpus import Corpus
from hub.storage.snapshot import load

UNTIL = date(2026, 6, 30)


@pytest.fixture(scope="module")
def papers() -> list[demo.Paper]:
    return demo.papers(until=UNTIL)


@cache
def big_truth(planted: bool = True) -> pd.DataFrame:
    return demo.truth(count=20_000, planted=planted)


def monthly(course: str, planted: bool = True) -> np.ndarray:
    """Share of the corpus that topics of a course have in each of the twelve months."""
    truth = big_truth(planted)
    month = (truth["t"] * 12).astype(int)
    hits = truth["topic"].isin(topics_of(course))
    return np.bincount(month[hits], minlength=12) / np.bincount(month, minlength=12)


def topics_of(course: str) -> set[str]:
    truth = demo.truth()
    return set(truth.loc[truth["course"] == course, "topic"])


def test_papers_are_readable_and_all_different(papers: list[demo.Paper]) -> None:
    assert (
        len(papers) == len({p.id for p in papers}) == len({p.title.lower() for p in papers}) == len({p.abstract for p in papers})
    )
    words = [len(p.abstract.split()) for p in papers]
    assert min(words) >= 80
    assert max(words) <= 150
    assert all("{" not in p.title and p.abstract[0].isupper() and p.abstract.endswith(".") for p in papers)
    assert 0.1 < np.mean(["$" in p.abstract for p in papers]) < 0.6
    assert all(1 <= len(p.authors) <= 7 for p in papers)


def test_every_domain_and_named_source_is_there(papers: list[demo.Paper]) -> None:
    assert {p.domain for p in papers} == set(DOMAINS)
    assert {p.source for p in papers} == {"arXiv", "bioRxiv", "medRxiv", "Nature", "Science", "PNAS"}
    assert {"cs.AI", "cs.CL", "cs.LG", "cs.CV", "math.PR", "quant-ph"} <= {p.field for p in papers}
    assert all(p.categories[0] == p.field for p in papers)


def test_every_paper_says_that_it_is_synthetic(papers: list[demo.Paper]) -> None:
    assert demo.is_demo(p.id for p in papers).all()
    assert {p.journal for p in papers} == {demo.JOURNAL}
    assert not any(p.url or p.doi for p in papers)
    assert not demo.is_demo(["arXiv:2601.00001", "doi:10.1101/demo:1"]).any()


def test_dates_span_the_months_and_rest_at_weekends(papers: list[demo.Paper]) -> None:
    days = [p.published for p in papers]
    assert max(days) <= UNTIL
    assert 360 <= (max(days) - min(days)).days <= 366
    weekend = np.mean([d.weekday() >= 5 for d in days])
    assert 0 < weekend < 0.1


def test_the_same_arguments_give_the_same_papers_and_a_later_day_moves_dates_alone() -> None:
    first, again = (demo.papers(seed=3, count=200, until=UNTIL) for _ in range(2))
    assert first == again
    later = demo.papers(seed=3, count=200, until=date(2026, 7, 8))
    assert [(p.id, p.title, p.abstract, p.field) for p in first] == [(p.id, p.title, p.abstract, p.field) for p in later]
    assert demo.papers(seed=4, count=200, until=UNTIL) != first


def test_truth_tells_the_field_of_every_paper(papers: list[demo.Paper]) -> None:
    truth = demo.truth()
    assert [p.id for p in papers] == truth["id"].tolist()
    assert [p.field for p in papers] == truth["field"].tolist()
    assert 30 <= truth["topic"].nunique() <= 40
    assert truth.groupby("topic").size().min() >= 20


def test_planted_courses_show_in_the_shares() -> None:
    rise, fade, emerge, steady = (monthly(course) for course in ("rise", "fade", "emerge", "steady"))
    assert rise[9:].mean() > 2 * rise[:3].mean()
    assert fade[9:].mean() < fade[:3].mean() / 2
    assert emerge[:3].sum() == 0 < emerge[9:].min()
    assert steady.std() / steady.mean() < 0.15


def test_a_burst_stands_out_at_its_time() -> None:
    truth = big_truth()
    for label in topics_of("burst"):
        times = truth.loc[truth["topic"] == label, "t"].to_numpy()
        at = truth.loc[truth["topic"] == label, "at"].iloc[0]
        near = np.abs(times - at) < 0.05
        assert near.mean() > 0.4  # a tenth of the time


def test_travelling_topics_reach_their_later_fields_only_after_they_turn() -> None:
    truth = big_truth()
    for label in topics_of("cross"):
        own = truth[truth["topic"] == label]
        moved = own[own["travelled"]]
        assert moved["t"].min() >= own["at"].iloc[0]
        assert set(moved["field"]).isdisjoint(own.loc[~own["travelled"], "field"])
        assert own.loc[own["t"] > 0.85, "travelled"].mean() == pytest.approx(0.65, abs=0.12)


def test_without_planting_nothing_moves() -> None:
    truth = big_truth(planted=False)
    assert set(truth["course"]) == {"steady"}
    assert not truth["travelled"].any()
    for course in ("rise", "fade", "burst", "emerge"):
        share = monthly(course, planted=False)
        assert share.std() / share.mean() < 0.25


def test_bad_numbers_say_what_to_do() -> None:
    with pytest.raises(HubError, match="at least one month"):
        demo.papers(months=0)


def test_adding_twice_adds_nothing_and_publishes_the_papers(tmp_path) -> None:  # type: ignore[no-untyped-def]
    corpus = Corpus(str(tmp_path / "corpus"))
    first = demo.add(tmp_path, corpus, count=150, until=UNTIL)
    again = demo.add(tmp_path, corpus, count=150, until=date(2026, 7, 3))
    assert (first["seen"], first["added"], again["added"], again["duplicates"]) == (150, 150, 0, 150)
    assert demo.is_demo(load(tmp_path).papers["id"]).all()
    assert len(load(tmp_path)) == 150
