"""From what a source wrote to a paper: nothing of it is lost on the way."""

from __future__ import annotations

import pytest

from hub.sources.adapters.feed import read_feed
from hub.sources.record import Record, paper_of

OLD = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    b'<channel rdf:about="http://arxiv.org/"><title>q-bio updates on arXiv.org</title></channel>'
    b'<item rdf:about="http://arxiv.org/abs/1902.05555"><title>How moss counts. (arXiv:1902.05555v2 [q-bio.PE] UPDATED)</title>'
    b"<link>http://arxiv.org/abs/1902.05555</link><description>&lt;p&gt;We count moss.&lt;/p&gt;</description></item></rdf:RDF>"
)


def test_the_suffix_of_an_old_arxiv_title_keeps_the_abstract() -> None:
    (record,) = read_feed(OLD, "old")
    assert isinstance(record, Record)
    paper = paper_of(record)
    assert (paper.title, paper.abstract, paper.version, paper.announce, paper.categories) == (
        "How moss counts.", "We count moss.", 2, "replace", ("q-bio.PE",)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "paper_id"),
    [
        ({"id": "arXiv:2601.05125", "source": "arXiv"}, "arXiv:2601.05125"),
        ({"url": "https://arxiv.org/abs/2601.05125", "source": "arXiv"}, "arXiv:2601.05125"),
        ({"doi": "10.1103/moss.1", "source": "Moss Letters"}, "doi:10.1103/moss.1"),
    ],
)
def test_a_comment_that_names_a_paper_does_not_take_its_place(told: dict[str, str], paper_id: str) -> None:
    title = 'Comment on "How moss counts" (arXiv:1902.05555)'
    paper = paper_of(Record("line 1", title=title, abstract="It does not.", published="2026-01-22", **told))
    assert (paper.id, paper.title) == (paper_id, title)


def test_a_title_names_the_paper_where_nothing_else_does() -> None:
    paper = paper_of(
        Record("line 1", title="How moss counts. (arXiv:1902.05555v2 [q-bio.PE])", published="2019-02-14", source="arXiv")
    )
    assert (paper.id, paper.title, paper.version) == ("arXiv:1902.05555", "How moss counts.", 2)
