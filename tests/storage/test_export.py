"""Exports: each format is read by the libraries that readers use, and what matters survives the way out and in again."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import bibtexparser
import pandas as pd
import pytest
import rispy

from hub.errors import HubError
from hub.papers.identifiers import paper_id
from hub.papers.model import Paper
from hub.papers.status import Status
from hub.sources.importing import import_paths
from hub.storage import export
from hub.storage.corpus import Corpus
from hub.storage.republish import papers_frame

PAPERS = (
    Paper("arXiv:2601.00001", "Lévy flights & 50% of $x_1^{2}$", "We fly: a < b.", ("Ada Byron", "Kurt Gödel"), date(2026, 1, 2),
          "arXiv", "math.PR", "Mathematics", ("math.PR", "stat.ML"), "https://arxiv.org/abs/2601.00001", version=2),
    Paper("doi:10.1038/s41586-026-00001-1", '=HYPERLINK("http://evil") as a title', "+1 in the cell", ("Byron Ada",),
          date(2026, 2, 3), "Nature", url="https://doi.org/10.1038/s41586-026-00001-1", doi="10.1038/s41586-026-00001-1"),
    Paper(paper_id(url="https://example.org/1"), "钢铁的相变研究", '研究了, "相变"。', ("王 伟",), date(2025, 12, 31),
          "物理学报", url="https://example.org/1"),
    Paper("arXiv:2601.00002", "Lévy flights once more", "An interval [0, 1}} that is {half", ("Ada Byron",), date(2026, 1, 3),
          "arXiv", "math.PR", "Mathematics", ("math.PR",), "https://arxiv.org/abs/2601.00002"),
    Paper("doi:10.1000/group.1", "Books and their sellers", "We count.", ("Barnes and Noble Collaboration", "Ada Byron Jr"),
          date(2026, 1, 4), "Nature", url="https://example.org/2", doi="10.1000/group.1", status=Status.CONCERN,
          institutions=("University of California, San Diego", "Google DeepMind, London", "清华大学")),
)  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> pd.DataFrame:
    corpus = Corpus(str(tmp_path / "corpus"))
    corpus.upsert(PAPERS)
    rows = papers_frame(corpus)
    return rows.assign(abstract=rows["id"].map(corpus.abstracts(rows["id"].tolist())))


@pytest.mark.parametrize("format", ["jsonl", "csv", "bibtex", "ris"])
def test_what_goes_out_comes_in_again(format: str, table: pd.DataFrame, tmp_path: Path) -> None:
    suffix = {"jsonl": "jsonl", "csv": "csv", "bibtex": "bib", "ris": "ris"}[format]
    file = tmp_path / f"out.{suffix}"
    file.write_bytes(export.exported(table, format))
    corpus = Corpus(str(tmp_path / "again"))
    summary = import_paths([file], corpus)
    assert (summary.added, summary.rejected) == (len(PAPERS), [])
    back = papers_frame(corpus).set_index("id")
    was = table.set_index("id")
    same = [name for name in was.index if not name.startswith("url:") or format in ("jsonl", "csv")]
    assert set(same) <= set(back.index)
    for name in same:
        assert back.loc[name, "authors"].split("; ")[0].split()[-1] == was.loc[name, "authors"].split("; ")[0].split()[-1]
        assert back.loc[name, "institutions"] == was.loc[name, "institutions"]
        assert back.loc[name, "published"] == was.loc[name, "published"] or format == "bibtex"
        assert back.loc[name, "doi"] == was.loc[name, "doi"]
    if format in ("bibtex", "jsonl"):
        assert len(back.loc["doi:10.1000/group.1", "authors"].split("; ")) == 2, "a group's name is one author"
    assert back.loc["arXiv:2601.00001", "title"].startswith("Lévy flights & 50% of $x_1^{2}$")
    if format == "jsonl":
        kept = [c for c in was.columns if c not in ("abstract", "added")]
        pd.testing.assert_frame_equal(
            back[[c for c in kept if c in back]].sort_index(), was[kept].sort_index(), check_categorical=False
        )


def test_a_spreadsheet_runs_no_cell_and_reads_accents(table: pd.DataFrame) -> None:
    data = export.exported(table, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row["title"][0] for row in rows}.isdisjoint("=+-@")
    assert any(row["authors"] == "Ada Byron; Kurt Gödel" for row in rows)


def test_bibtex_is_valid_with_distinct_keys_and_the_eprint(table: pd.DataFrame) -> None:
    library = bibtexparser.parse_string(export.exported(table, "bibtex").decode())
    assert not library.failed_blocks
    assert len({entry.key for entry in library.entries}) == len(PAPERS)
    [arxiv] = [
        e for e in library.entries if e.fields_dict.get("eprint") and e.fields_dict["eprint"].value.strip("{}") == "2601.00001"
    ]
    assert arxiv.entry_type == "misc"
    assert [
        e.fields_dict["abstract"].value.count("half") for e in library.entries if "once more" in e.fields_dict["title"].value
    ] == [1]
    assert all(e.fields_dict["url"].value for e in library.entries)  # an abstract's braces did not end the entry
    depth = [sum((c == "{") - (c == "}") for c in f.value) for e in library.entries for f in e.fields]
    assert set(depth) == {0}
    assert r"50\% of $x_1^{2}$" in arxiv.fields_dict["title"].value


def test_ris_is_valid_and_names_the_kind_of_reference(table: pd.DataFrame) -> None:
    entries = rispy.loads(export.exported(table, "ris").decode())
    assert sorted(entry["type_of_reference"] for entry in entries) == ["JOUR", "JOUR", "JOUR", "UNPB", "UNPB"]
    nature = next(entry for entry in entries if entry.get("doi"))
    assert (nature["journal_name"], nature["date"]) == ("Nature", "2026/02/03")


def test_parquet_keeps_types(table: pd.DataFrame) -> None:
    back = pd.read_parquet(io.BytesIO(export.exported(table, "parquet")))
    assert back["published"].tolist() == table["published"].tolist()


def test_nothing_selected_and_an_unknown_format(table: pd.DataFrame) -> None:
    for name in export.FORMATS:
        assert isinstance(export.exported(table.head(0), name), bytes)
    with pytest.raises(HubError, match="csv, parquet, jsonl, bibtex, ris, markdown"):
        export.exported(table, "docx")
