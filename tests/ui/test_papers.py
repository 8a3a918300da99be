"""How a paper is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from hub.ui.papers.cards import authors_shown, card_markdown, facts_markdown
from hub.ui.papers.sheet import paper_links


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "arXiv:2606.18811", "title": "On $x^2$ [draft]", "authors": "A. One; B. Two", "source": "arXiv", "field": "cs.AI",
        "published": datetime(2026, 6, 12), "announce": "new", "url": "https://arxiv.org/abs/2606.18811", "doi": "", "topic": 3,
    } | changes  # fmt: skip


def test_the_line_above_a_title_tells_number_source_date_topic_and_why() -> None:
    head = facts_markdown(record(), 4, topic="Sparse *models*", why="meaning 0.8")
    assert head == r"**4\.** :small[:gray[arXiv \(cs\.AI\) · 2026\-06\-12 · Sparse \*models\* · meaning 0\.8]]"


def test_a_card_tells_authors_and_abstract_and_marks_what_was_asked_for() -> None:
    authors, abstract = card_markdown(record(), abstract="We show $a<b$ in <b>bold</b> moves.", marked=["moving"]).split("\n\n")
    assert authors == r":small[A\. One\, B\. Two]"
    assert abstract == r"We show $a<b$ in \<b\>bold\<\/b\> :primary-background[moves]\."


def test_a_card_without_abstract_says_so() -> None:
    assert "No abstract" in card_markdown(record(), abstract=" ")
    assert "No abstract" not in card_markdown(record(), abstract=None)


@pytest.mark.parametrize(("count", "end"), [(0, ""), (1, "A0"), (10, "A9"), (12, "and 2 more")])
def test_the_first_ten_authors_are_named(count: int, end: str) -> None:
    assert authors_shown("; ".join(f"A{i}" for i in range(count))).endswith(end)


def test_links_name_each_address_once() -> None:
    page = record(id="doi:10.1/x", url="https://doi.org/10.1/x", doi="10.1/x")
    assert [url for _label, url in paper_links(page)] == ["https://doi.org/10.1/x"]
    assert len(paper_links(record(doi="10.48550/arXiv.2606.18811"))) == 3
