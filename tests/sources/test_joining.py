"""One paper once: what is joined, what never is, and that it does not matter when the records came."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from hub.papers.model import Paper
from hub.sources.linkage.matching import Facts, family_name, same_paper
from hub.sources.linkage.merging import groups, join
from hub.storage import memory
from hub.storage.corpus import Corpus

TITLE = "Graph networks that learn the folding of small proteins"
AUTHORS = ("Ada Byron", "Kurt Gödel", "Emmy Noether")
ABSTRACT = " ".join(f"word{n} of the abstract in question" for n in range(40))


def facts(name: str, title: str = TITLE, authors: tuple[str, ...] = AUTHORS, year: int = 2026, **more: str) -> Facts:
    doi = name.removeprefix("doi:") if name.startswith("doi:") else ""
    return Facts(name, title, authors, date(year, 3, 1), doi, **{"source": name.split(".")[0], **more})


ARXIV, JOURNAL = "arXiv:2601.00001", "doi:10.1038/s41586-026-1"
ONE = {
    "preprint and journal": (facts(ARXIV), facts(JOURNAL, year=2027)),
    "seven years later": (facts(ARXIV, year=2019), facts(JOURNAL)),
    "names in another order and form": (facts(ARXIV), facts(JOURNAL, authors=("Byron, A.", "Noether E", "K. Godel"))),
    "a title that was changed a little": (facts(ARXIV), facts(JOURNAL, TITLE.replace("small", "very small"))),
    "a title that was changed much, the same abstract": (
        facts(ARXIV, abstract=ABSTRACT), facts(JOURNAL, "How small proteins fold, learnt by graph networks", abstract=ABSTRACT),
    ),
    "no authors": (facts(ARXIV), facts(JOURNAL, authors=())),
    "no authors, the title with an article more": (facts(ARXIV), facts(JOURNAL, f"The {TITLE}", authors=())),
    "lost spaces": (facts(ARXIV), facts(JOURNAL, TITLE.replace(" of small", "ofsmall"), authors=())),
    "submitted twice": (facts(ARXIV), facts("arXiv:2602.00009")),
    "a server's mark of a version": (facts(JOURNAL), facts("doi:10.26434/c-1", f"{TITLE} (Version 2)")),
    "LaTeX and accents": (facts(ARXIV, TITLE + r" on $\mathbb{R}^n$"), facts(JOURNAL, TITLE + " on Rn")),
}  # fmt: skip
TWO = {
    "parts of a series": (facts(ARXIV, f"{TITLE}. Part I"), facts(JOURNAL, f"{TITLE}. Part II")),
    "an erratum": (facts(JOURNAL), facts("doi:10.1038/s41586-026-2", f"Erratum: {TITLE}", kind="correction")),
    "a reply": (facts(ARXIV), facts(JOURNAL, f"{TITLE}: Reply")),
    "editorials of one title": (
        facts(JOURNAL, "Editorial", ("A. Byron",), kind="editorial"),
        facts("doi:10.1038/s41586-026-2", "Editorial", ("A. Byron",), kind="editorial"),
    ),
    "a short title by others": (facts(ARXIV, "Graph networks"), facts(JOURNAL, "Graph networks", ("Alan Turing",))),
    "a long title by others": (facts(ARXIV), facts(JOURNAL, authors=("Alan Turing", "John Nash"))),
    "two published articles of one group": (facts(JOURNAL), facts("doi:10.1126/x", TITLE.replace("small", "large"))),
    "two preprints, abstracts alike": (
        facts(ARXIV, abstract=ABSTRACT), facts("arXiv:2602.00009", TITLE.replace("small", "large"), abstract=ABSTRACT[:900]),
    ),
    "the same words eleven years later": (facts(ARXIV, year=2014), facts(JOURNAL)),
    "no authors, abstracts that differ": (
        facts(ARXIV, abstract=ABSTRACT), facts(JOURNAL, f"The {TITLE}", (), abstract=ABSTRACT.translate({ord("o"): "u"})),
    ),
    "a series of one working paper list": (
        facts("url:1", TITLE.replace("small", "large"), abstract=ABSTRACT, source="S"),
        facts("url:2", abstract=ABSTRACT, source="S"),
    ),
    "no authors, another year": (facts(ARXIV, year=2023), facts(JOURNAL, authors=())),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE)
def test_records_of_one_paper_are_found_and_joined(case: str) -> None:
    a, b = ONE[case]
    assert same_paper(a, b) and same_paper(b, a)
    assert [{record.id for record in group} for group in groups([a, b])] == [{a.id, b.id}]


@pytest.mark.parametrize("case", TWO)
def test_two_papers_are_never_joined(case: str) -> None:
    a, b = TWO[case]
    assert not same_paper(a, b) and not same_paper(b, a)
    assert groups([a, b]) == []


def test_a_chain_of_likenesses_does_not_join_two_published_articles() -> None:
    first, second = facts(JOURNAL), facts("doi:10.1126/x", f"{TITLE} and peptides")
    between = facts(ARXIV, f"{TITLE} and peptide")
    assert same_paper(first, between) and same_paper(between, second)
    assert [len(group) for group in groups([first, between, second])] == [2]


def test_family_names_agree_however_they_are_written() -> None:
    assert {family_name(name) for name in ("Erdős, Paul", "P. Erdős", "Erdos P", "Paul Erdős Jr.")} == {"erdos"}


def paper(name: str, **changes: object) -> Paper:
    doi = name.removeprefix("doi:") if name.startswith("doi:") else ""
    source = "arXiv" if name.startswith("arXiv:") else "bioRxiv" if "10.1101" in name else "Nature"
    return Paper(name, TITLE, "", AUTHORS, date(2026, 3, 1), source, doi=doi).replace(**changes)


SERVER = "doi:10.1101/2026.01.01.1"
RECORDS = (
    paper(ARXIV, abstract="We learn.", field="q-bio.BM", published=date(2026, 1, 5), institutions=("Univ Oslo", "CERN")),
    paper(JOURNAL, authors=AUTHORS[:2], institutions=("Lund University",)),
    paper(SERVER, institutions=("University of Oslo", "Lund University")),
    *(paper(f"arXiv:2601.1{n:04d}", title=f"Another subject altogether, number {n}") for n in range(20)),
)  # fmt: skip


def joined(folder: Path, *parts: tuple[Paper, ...]) -> dict[str, Paper]:
    corpus = Corpus(str(folder))
    for part in parts:
        corpus.upsert(part)
        join(corpus)
    return {p.id: p for p in corpus.papers([p.id for p in RECORDS])}


def test_the_published_record_leads_and_is_filled_from_its_versions(tmp_path: Path) -> None:
    papers = joined(tmp_path, RECORDS)
    lead = papers[JOURNAL]
    assert lead.versions == (ARXIV, SERVER)
    assert (lead.kind, lead.abstract, lead.published, lead.field) == ("paper", "We learn.", date(2026, 1, 5), "q-bio.BM")
    assert lead.institutions == ("CERN", "Lund University", "University of Oslo"), "those of all records"
    assert dict(lead.origins) == {"abstract": "arXiv (q-bio.BM)", "field": "arXiv (q-bio.BM)"}
    assert {name for name, p in papers.items() if p.kind == "version"} == {ARXIV, SERVER}


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_matter_in_which_order_the_records_came(seed: int, tmp_path: Path) -> None:
    one_by_one = [(record,) for record in random.Random(seed).sample(RECORDS[:3], 3)]
    at_once, later = joined(tmp_path / "a", RECORDS), joined(tmp_path / "b", *one_by_one, RECORDS)
    assert {name: p.kind for name, p in later.items()} == {name: p.kind for name, p in at_once.items()}
    assert later[JOURNAL] == at_once[JOURNAL]


def test_importing_and_joining_again_changes_nothing(tmp_path: Path) -> None:
    once = joined(tmp_path, RECORDS)
    corpus = Corpus(str(tmp_path))
    counts = corpus.upsert(RECORDS)
    assert (counts.added, counts.updated) == (0, 0)
    version = corpus.version
    assert join(corpus) == 0 and join(corpus, anew=True) == 0
    assert corpus.version == version
    assert {p.id: p for p in corpus.papers([p.id for p in RECORDS])} == once


def test_a_large_corpus_is_joined_and_indexed_in_processes_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, alone = Corpus(str(tmp_path / "apart")), Corpus(str(tmp_path / "here"))
    for made in (corpus, alone):
        made.upsert(RECORDS)
    join(alone)
    started: list[str] = []
    real = memory.apart
    monkeypatch.setattr(memory, "apart", lambda statement: started.append(statement) or real(statement))
    monkeypatch.setattr("hub.sources.linkage.merging.LARGE", 1)
    monkeypatch.setattr("hub.storage.corpus.LARGE", 1)
    assert join(corpus) == 2
    corpus.optimize()
    assert len(started) == 2
    ids = [record.id for record in RECORDS]
    assert sorted(map(repr, corpus.papers(ids))) == sorted(map(repr, alone.papers(ids)))
    assert corpus.search_ids("another") == alone.search_ids("another")
    assert len(corpus.search_ids("another")) == 20
