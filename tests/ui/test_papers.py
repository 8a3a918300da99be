"""How a paper is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from hub.ui.papers import authors_shown, card_markdown, paper_links


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "arXiv:2606.18811", "title": "On $x^2$ [draft]", "authors": "A. One; B. Two", "source": "arXiv", "field": "cs.AI",
        "published": datetime(2026, 6, 12), "announce": "new", "url": "https://arxiv.org/abs/2606.18811", "doi": "", "topic": 3,
    } | changes  # fmt: skip


def test_a_card_tells_number_source_date_topic_title_authors_abstract_and_links() -> None:
    card = card_markdown(record(), 4, abstract="We show $a<b$ in <b>bold</b>.", topic="Sparse *models*")
    who, what = card.split("\n\n")
    head, title, authors = who.split("  \n")
    abstract, links = what.split("  \n")
    assert head == r"**4\.** :small[:gray[arXiv \(cs\.AI\) · 2026\-06\-12 · Sparse \*models\*]]"
    assert title == r"**[On $x^2$ \[draft\]](https://arxiv.org/abs/2606.18811)**"
    assert authors == r":small[A\. One\, B\. Two]"
    assert abstract == r"We show $a<b$ in \<b\>bold\<\/b\>\."
    assert "https://arxiv.org/pdf/2606.18811" in links


def test_a_card_without_abstract_says_so_and_one_without_address_is_not_linked() -> None:
    assert "No abstract" in card_markdown(record(), abstract=" ")
    assert "No abstract" not in card_markdown(record(), abstract=None)
    assert "](" not in card_markdown(record(id="hash:1", url="javascript:alert(1)"), abstract="x")


@pytest.mark.parametrize(("count", "end"), [(0, ""), (1, "A0"), (10, "A9"), (12, "and 2 more")])
def test_the_first_ten_authors_are_named(count: int, end: str) -> None:
    assert authors_shown("; ".join(f"A{i}" for i in range(count))).endswith(end)


def test_links_name_each_address_once() -> None:
    page = record(id="doi:10.1/x", url="https://doi.org/10.1/x", doi="10.1/x")
    assert [url for _label, url in paper_links(page)] == ["https://doi.org/10.1/x"]
    assert len(paper_links(record(doi="10.48550/arXiv.2606.18811"))) == 3
