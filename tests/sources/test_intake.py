"""Importing: every entry accounted for, twice changes nothing, a newer version updates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.errors import SourceError
from hub.sources.importing import Summary, import_paths
from hub.storage.corpus import Corpus

ARXIV = {
    "id": "arXiv:2601.00001v1", "title": r"L\'evy flights", "abstract": "We fly.", "authors": ["Ada Byron", "Kurt G\\\"odel"],
    "published": "2026-01-02", "source": "arXiv", "field": "math.PR", "categories": ["math.PR", "stat.ML"],
    "url": "https://arxiv.org/abs/2601.00001v1",
}  # fmt: skip


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(record) for record in records), "utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(str(tmp_path / "corpus"))


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    return summary.added, summary.updated, summary.duplicates, summary.not_papers, len(summary.rejected)


def test_every_record_is_accounted_for_and_twice_changes_nothing(tmp_path: Path, corpus: Corpus) -> None:
    file = write(
        tmp_path / "a.jsonl",
        ARXIV,
        {**ARXIV, "id": "arXiv:2601.00002", "url": "", "title": ""},
        {**ARXIV, "id": "arXiv:x", "url": "", "published": "soon"},
        {**ARXIV, "id": "doi:10.1000/1", "url": "", "source": "Nature", "title": "Author Correction: Flights"},
        {**ARXIV},
    )
    first = import_paths([file], corpus)
    assert counts(first) == (1, 0, 1, 1, 2)
    assert first.seen == 5
    assert [(r.where, r.why) for r in first.rejected] == [
        ("a.jsonl: line 2", "it has no title"),
        ("a.jsonl: line 3", "it has no date ('soon' is none)"),
    ]
    assert counts(import_paths([file], corpus)) == (0, 0, 2, 1, 2)
    [paper] = corpus.papers(["arXiv:2601.00001"])
    assert (paper.title, paper.authors, paper.domain, paper.version) == (
        "Lévy flights",
        ("Ada Byron", "Kurt Gödel"),
        "Mathematics",
        1,
    )


def test_a_newer_version_updates_and_an_older_one_does_not(tmp_path: Path, corpus: Corpus) -> None:
    second = {**ARXIV, "id": "arXiv:2601.00001v2", "title": "Flights of Lévy", "updated": "2026-03-01"}
    import_paths([write(tmp_path / "1.jsonl", ARXIV)], corpus)
    assert counts(import_paths([write(tmp_path / "2.jsonl", second)], corpus))[:3] == (0, 1, 0)
    assert counts(import_paths([tmp_path / "1.jsonl"], corpus))[:3] == (0, 0, 1)
    [paper] = corpus.papers(["arXiv:2601.00001"])
    assert (paper.title, paper.version, str(paper.published), str(paper.updated)) == (
        "Flights of Lévy",
        2,
        "2026-01-02",
        "2026-03-01",
    )


def test_a_broken_line_and_a_strange_file_are_rejects(tmp_path: Path, corpus: Corpus) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "b.jsonl").write_text('{"id": 1,\n' + json.dumps(ARXIV), "utf-8")
    (folder / "notes.xyz").write_text("hello", "utf-8")
    (folder / "page.xml").write_text("<!DOCTYPE html><html><body>Log in</body></html>", "utf-8")
    summary = import_paths([folder], corpus)
    assert counts(summary) == (1, 0, 0, 0, 3)
    assert {r.where for r in summary.rejected} == {"b.jsonl: line 1", "notes.xyz", "page.xml"}


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(SourceError, match="check the path"):
        import_paths([tmp_path / "none"], corpus)


@pytest.mark.shared
def test_the_mixed_corpus_imports_whole(shared: Path, corpus: Corpus) -> None:
    summary = import_paths([shared / "corpora" / "biomed_covid_preprints_2020.jsonl.gz"], corpus)
    assert summary.seen == 2072
    assert not summary.rejected
    domains = set(corpus.columns(["id", "domain"])["domain"])
    assert {"Biology", "Medicine", "Social science"} <= domains
