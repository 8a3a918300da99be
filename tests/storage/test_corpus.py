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
