"""A source speaks for its own papers: no feed can change what another source says of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from hub.papers.model import Paper
from hub.settings import Settings
from hub.sources.catalogue import Source
from hub.sources.claims import CLAIMS, settled
from hub.sources.refresh import refresh
from hub.sources.web.client import Patience
from hub.storage.corpus import Corpus
from tests.servers.feeds import fixed, item, publisher, rss

Make = Callable[..., Settings]
ARXIV = Source("arxiv-cs.AI", "arXiv", "arxiv")
JOURNAL = Source("journal", "Journal of Tests", "feed")
BLOG = Source("blog", "A blog", "feed", added=True)


def paper(title: str, source: str = "arXiv", **about: object) -> Paper:
    made = {"id": "arXiv:2611.00001", "abstract": "We show.", "authors": ("Ada Byron",), "published": date(2026, 11, 3)}
    return Paper(title=title, source=source, **{**made, **about})  # type: ignore[arg-type]


def took(corpus: Corpus, source: Source, *papers: Paper) -> list[str]:
    kept, claimed = settled(papers, corpus, source)
    corpus.upsert(kept)
    return claimed


@pytest.mark.parametrize("source", [JOURNAL, BLOG])
def test_another_source_cannot_replace_a_paper_and_stands_beside_it(source: Source, configured: Make) -> None:
    corpus = Corpus(configured().corpus_path)
    true = paper("How moss counts the days")
    took(corpus, ARXIV, true)
    false = paper("Buy cheap watches here", source.name, version=99, abstract="Long. " * 99, url="https://evil.example")
    assert took(corpus, source, false) == [true.id]
    assert took(corpus, source, false) == [true.id]
    assert corpus.papers([true.id]) == [true]
    assert len(corpus) == 2
    [beside] = corpus.papers(set(corpus.columns(["id"])["id"]) - {true.id})
    assert (beside.title, beside.doi, beside.origins[CLAIMS]) == (false.title, "", true.id)


def test_whoever_came_first_a_source_gets_its_own_paper_back(configured: Make) -> None:
    corpus = Corpus(configured().corpus_path)
    false, true = paper("Buy cheap watches here", "A blog", version=99), paper("How moss counts the days")
    took(corpus, BLOG, false)
    assert took(corpus, ARXIV, true) == [true.id]
    assert corpus.papers([true.id])[0].title == true.title
    assert sorted(corpus.columns(["title"])["title"]) == sorted([false.title, true.title])


def test_a_second_source_of_the_catalogue_fills_gaps_and_an_added_feed_does_not(configured: Make) -> None:
    corpus = Corpus(configured().corpus_path)
    known = paper("How moss counts the days", "Journal of Tests", id="doi:10.5555/a", abstract="", doi="10.5555/a")
    took(corpus, JOURNAL, known)
    same = known.replace(
        source="PubMed", abstract="We count moss.", title="How Moss Counts the Days.", url="https://other.example"
    )
    took(corpus, BLOG, same.replace(source="A blog"))
    assert corpus.papers([known.id]) == [known]
    took(corpus, Source("pubmed", "PubMed", "pubmed"), same)
    [merged] = corpus.papers([known.id])
    assert (merged.title, merged.source, merged.abstract) == (known.title, known.source, "We count moss.")
    assert merged.origins["abstract"] == "PubMed"


def test_a_source_may_change_its_own_paper(configured: Make) -> None:
    corpus = Corpus(configured().corpus_path)
    took(corpus, ARXIV, paper("How moss counts the days"))
    assert took(corpus, ARXIV, paper("A theory of counting in plants", version=2)) == []
    assert corpus.papers(["arXiv:2611.00001"])[0].title == "A theory of counting in plants"


def test_an_attack_by_a_real_feed_is_told(configured: Make, patience: Patience) -> None:
    evil = item(1, title="Buy cheap watches here", guid="oai:arXiv.org:2611.00001v99", link="https://evil.example/x")
    with publisher({"/evil": fixed(rss(evil))}) as server:
        config = configured({"id": "evil", "name": "Evil", "url": f"{server.url}/evil"})
        corpus = Corpus(config.corpus_path)
        true = paper("How moss counts the days")
        corpus.upsert([true])
        [visit] = refresh(config.home, config=config, corpus=corpus, patience=patience)
    assert visit.claims == [true.id]
    assert corpus.papers([true.id]) == [true]


def test_an_address_that_only_ends_like_a_servers_is_not_that_server(configured: Make) -> None:
    corpus = Corpus(configured().corpus_path)
    false = Source("blog", "A blog", "feed", url="https://evilarxiv.org/feed", added=True)
    true = Source("own", "My arXiv", "feed", url="https://export.arxiv.org/rss/math", added=True)
    kept, _ = settled([paper("How moss counts", id="url:1")], corpus, false)
    assert [p.source for p in kept] == ["A blog"]
    kept, _ = settled([paper("How moss counts", id="url:2")], corpus, true)
    assert [p.source for p in kept] == ["arXiv"]
