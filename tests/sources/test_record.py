"""From what a source wrote to a paper: nothing of it is lost on the way."""

from __future__ import annotations

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
