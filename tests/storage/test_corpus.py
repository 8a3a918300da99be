"""The paper table: what former releases left opens, and words find what they name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import lancedb
import pytest

from hub.errors import NotIndexed
from hub.papers.model import Paper
from hub.storage.corpus import Corpus
from hub.storage.layout import ADDED, SCHEMA
from hub.storage.republish import papers_frame, republish
from hub.storage.snapshot import load


def paper(number: int, title: str, abstract: str = "", authors: tuple[str, ...] = ()) -> Paper:
    return Paper(f"arXiv:2601.{number:05}", title, abstract, authors, date(2026, 1, 1), "arXiv", "cs.CL", "Computer science")


@pytest.mark.parametrize("lacking", [ADDED, ADDED[1:]])
def test_a_table_of_a_former_release_opens_and_takes_papers(tmp_path: Path, lacking: tuple[str, ...]) -> None:
    Corpus(str(tmp_path / "new")).upsert([paper(1, "Sparse maps")])
    rows = lancedb.connect(str(tmp_path / "new")).open_table("papers").to_arrow().drop_columns(list(lacking))
    lancedb.connect(str(tmp_path / "old")).create_table("papers", rows)
    old = Corpus(str(tmp_path / "old"))
    assert old.upsert([paper(2, "Dense maps")]).added == 1
    assert {found.title for found in old.papers(["arXiv:2601.00001", "arXiv:2601.00002"])} == {"Sparse maps", "Dense maps"}
    assert old.columns(SCHEMA.names).shape == (2, len(SCHEMA.names))


@pytest.mark.parametrize("typed", ["Schrodinger", "Schrödinger", "schroedinger", "SCHRÖDINGER"])
def test_accents_do_not_part_what_is_one_word(tmp_path: Path, typed: str) -> None:
    corpus = Corpus(str(tmp_path))
    corpus.upsert([paper(1, "The Schrödinger equation"), paper(2, "The Schrodinger bridge"), paper(3, "Other")])
    found, score = corpus.holding(typed)
    assert len(found) == len(score) == (0 if typed == "schroedinger" else 2)


def test_words_phrases_and_any_word_find_what_they_name(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path))
    corpus.upsert([paper(1, "Mean field games"), paper(2, "Field theory", "The mean of it."), paper(3, "Games")])

    def found(words: str, **how: bool) -> set[str]:
        return {paper_id[-1] for paper_id in corpus.holding(words, **how)[0]}

    assert found("field mean") == {"1", "2"}
    assert found("mean field", phrase=True) == {"1"}
    assert found("mean games", every=False) == {"1", "2", "3"}
    assert found("") == set()


def test_a_page_never_builds_the_index_beside_the_worker(tmp_path: Path) -> None:
    Corpus(str(tmp_path)).upsert([paper(1, "Ice sheets")])
    page = Corpus(str(tmp_path), builds_index=False)
    with pytest.raises(NotIndexed, match="not indexed yet"):
        page.search_ids("ice")
    Corpus(str(tmp_path)).optimize()
    assert len(page.search_ids("ice")) == 1


def test_where_authors_work_is_kept_where_a_former_release_had_no_place_for_it(tmp_path: Path) -> None:
    Corpus(str(tmp_path / "new")).upsert([paper(1, "Sparse maps")])
    rows = lancedb.connect(str(tmp_path / "new")).open_table("papers").to_arrow().drop_columns(["institutions"])
    lancedb.connect(str(tmp_path / "old")).create_table("papers", rows)
    old = Corpus(str(tmp_path / "old"))
    assert old.papers(["arXiv:2601.00001"])[0].institutions == ()
    assert set(papers_frame(old)["institutions"]) == {""}
    told = paper(1, "Sparse maps").replace(institutions=("ETH Zurich", "University of California, Irvine"))
    assert old.upsert([told]).updated == 1
    assert old.upsert([told, paper(1, "Sparse maps")]).duplicates == 2, "a record that does not tell takes nothing away"
    assert Corpus(str(tmp_path / "old")).papers([told.id])[0].institutions == told.institutions
    republish(tmp_path, old)
    shown = load(tmp_path).papers["institutions"].tolist()
    assert shown == papers_frame(old)["institutions"].tolist() == ["ETH Zurich; University of California, Irvine"]


def test_two_records_of_one_paper_tell_together_where_its_authors_work(tmp_path: Path) -> None:
    one = paper(1, "Sparse maps").replace(institutions=("ETH Zürich", "CERN"))
    two = paper(1, "Sparse maps", "An abstract.").replace(institutions=("University of Lisbon", "ETH Zurich"))
    for turn, order in enumerate(([one, two], [two, one], [one, two, one, two])):
        corpus = Corpus(str(tmp_path / str(turn)))
        for record in order:
            corpus.upsert([record])
        assert corpus.papers([one.id])[0].institutions == ("CERN", "ETH Zürich", "University of Lisbon")


def test_a_paper_that_another_process_wrote_meanwhile_is_not_there_twice(tmp_path: Path) -> None:
    ours, theirs = Corpus(str(tmp_path)), Corpus(str(tmp_path))
    looked = ours.version
    theirs.upsert([paper(1, "Ice sheets")])
    ours._write([paper(1, "Ice sheets")], {paper(1, "").id}, looked)
    assert len(Corpus(str(tmp_path))) == 1


def test_a_batch_of_new_and_changed_papers_leaves_one_of_each(tmp_path: Path) -> None:
    corpus = Corpus(str(tmp_path))
    corpus.upsert([paper(1, "Ice sheets")])
    counts = corpus.upsert([paper(1, "Ice sheets").replace(version=2), paper(2, "Dense maps")])
    assert (counts.added, counts.updated, len(corpus)) == (1, 1, 2)
    assert {found.version for found in corpus.papers([paper(1, "").id])} == {2}
