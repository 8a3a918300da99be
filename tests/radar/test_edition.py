"""The daily paper as files: numbered, with nothing live in them."""

from __future__ import annotations

from datetime import date

import feedparser
import pytest

from hub.radar.delivery import edition
from hub.radar.delivery.edition import Daily, Entry, Section

NASTY = "<script>alert(1)</script> [x](javascript:alert(1)) *a*"


@pytest.fixture
def daily() -> Daily:
    first = Entry(
        1, "arXiv:1", NASTY, "Ann Author", "arXiv (cs.CL)", date(2026, 6, 30), "https://example.org/1", "It works.", "near"
    )
    second = Entry(2, "arXiv:2", "Plain \x0c title", "", "Nature", date(2026, 6, 29), "javascript:alert(1)")
    return Daily("Tuesday", "2 papers", date(2026, 6, 30), (Section("Physics", "2 papers", (first, second)),))


def test_markdown_numbers_the_papers_and_lets_nothing_live(daily: Daily) -> None:
    text = edition.markdown(daily)
    assert "**1. [" in text and "**2. Plain title**" in text
    assert "](<javascript" not in text
    assert "<script" not in text.replace("\\<script", "")


def test_html_shows_markup_as_text(daily: Daily) -> None:
    page = edition.html(daily)
    assert "<script" not in page
    assert page.count("<h2>") == 1 and "It works." in page


def test_atom_holds_each_paper_with_its_place(daily: Daily) -> None:
    feed = feedparser.parse(edition.atom(daily))
    assert [entry.id for entry in feed.entries] == ["urn:academichub:paper:arXiv:1", "urn:academichub:paper:arXiv:2"]
    assert feed.entries[0].tags[0].term == "Physics"
    assert "It works." in feed.entries[0].summary
    assert not feed.bozo


def test_the_one_sentence_is_the_result_and_empty_without_an_abstract() -> None:
    text = "Dust is hard to weigh. We use a telescope. We find that dust is cold and lighter than was thought."
    assert edition.finding(text) == "We find that dust is cold and lighter than was thought."
    assert edition.finding("") == ""
