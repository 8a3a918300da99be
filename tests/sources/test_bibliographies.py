"""CSV, BibTeX and RIS as reference managers and spreadsheets write them; and arXiv's snapshot under its own name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.errors import RejectCode
from hub.papers.model import Paper
from hub.sources.formats.files import read_document, read_file
from hub.sources.importing import import_paths
from hub.sources.record import Record, Reject, paper_of
from hub.storage.corpus import Corpus

SCOPUS = (
    '﻿"Authors","Title","Year","Source title","DOI","Abstract"\n'
    '"Byron, A.; Gödel, K.","On engines, twice","2025","Nature","10.1038/x1","We ""compute""."\n'
)
WOS = "AU\tTI\tSO\tPY\tDI\nByron, Ada; Godel, Kurt\tOn engines\tSCIENCE\t2025\t10.1126/x2\n"
EXCEL = "title;authors;date;journal\nÜber Maschinen;Ada Byron;03.04.2025;Zeitschrift\n"
BIB = r"""
@comment{made by hand}
@string{jan = "January"}
@article{byron2025, title={{On {L}\'evy engines}}, author={Byron, Ada and G{\"o}del, Kurt}, journal={Nature}, year=2025,
  month=jan, doi={10.1038/x1}, abstract={We compute 5\% more.}}
@misc{arx, title={Engines of thought}, author={Ada Byron}, eprint={2501.00001}, archivePrefix={arXiv}, primaryClass={cs.AI},
  year={2025}}
@inproceedings{c, title={In proceedings}, author={Ada Byron}, booktitle={Proc. of Engines}, date={2025-03-04}}
@article{untitled, author={Ada Byron}, journal={Nature}, year=2025}
@article{broken, title={No end
"""
RIS = """TY  - JOUR
TI  - On engines
AU  - Byron, Ada
AU  - Gödel, Kurt
T2  - Nature
PY  - 2025
DA  - 2025/03/04
DO  - 10.1038/x1
AB  - We compute.
UR  - https://example.org/x1
XX  - unknown tags pass
ER  -

TY  - CONF
T1  - Engines in conference
A1  - Byron, Ada
JO  - Proc. of Engines
Y1  - 2024///
ER  -
"""


def papers(text: str, suffix: str, charset: str = "utf-8") -> tuple[list[Paper], list[Reject]]:
    entries = list(read_document(text.encode(charset), f"refs{suffix}", suffix))
    return [paper_of(e) for e in entries if isinstance(e, Record) and e.title], [e for e in entries if isinstance(e, Reject)]


@pytest.mark.parametrize(
    ("text", "charset", "expected"),
    [
        (SCOPUS, "utf-8", ("On engines, twice", ("A. Byron", "K. Gödel"), "2025-12-31", "Nature", "10.1038/x1")),
        (WOS, "utf-8", ("On engines", ("Ada Byron", "Kurt Godel"), "2025-12-31", "SCIENCE", "10.1126/x2")),
        (WOS, "utf-8-sig", ("On engines", ("Ada Byron", "Kurt Godel"), "2025-12-31", "SCIENCE", "10.1126/x2")),
        (
            EXCEL.replace("03.04.2025", "2025-04-03"),
            "cp1252",
            ("Über Maschinen", ("Ada Byron",), "2025-04-03", "Zeitschrift", ""),
        ),
    ],
)
def test_tables_of_scopus_web_of_science_and_excel(text: str, charset: str, expected: tuple[object, ...]) -> None:
    [paper], rejects = papers(text, ".csv", charset)
    assert (paper.title, paper.authors, str(paper.published), paper.source, paper.doi) == expected
    assert rejects == []


def test_a_table_without_titles_says_which_columns_it_has() -> None:
    found, [reject] = papers("name,date\nx,2025\n", ".csv")
    assert found == [] and "no column for the title (its columns: name, date)" in reject.why


def test_bibtex_of_every_kind_and_its_broken_entry(tmp_path: Path) -> None:
    file = tmp_path / "refs.bib"
    file.write_text(BIB, "utf-8")
    corpus = Corpus(str(tmp_path / "corpus"))
    summary = import_paths([file], corpus)
    assert summary.added == 3
    assert [(reject.where, reject.code) for reject in summary.rejected] == [
        ("refs.bib: line 9 (untitled)", RejectCode.NO_TITLE), ("refs.bib: line 10", RejectCode.CUT_OFF),
    ]  # fmt: skip
    by_id = {p.id: p for p in corpus.papers(["doi:10.1038/x1", "arXiv:2501.00001"])}
    lead = by_id["doi:10.1038/x1"]
    assert (lead.title, lead.authors, str(lead.published), lead.abstract) == (
        "On Lévy engines", ("Ada Byron", "Kurt Gödel"), "2025-01-31", "We compute 5% more.",
    )  # fmt: skip
    assert (by_id["arXiv:2501.00001"].field, by_id["arXiv:2501.00001"].source) == ("cs.AI", "arXiv")


def test_ris_of_two_dialects() -> None:
    (journal, conference), rejects = papers(RIS, ".ris")
    assert (journal.title, journal.authors, str(journal.published), journal.source, journal.doi, journal.abstract) == (
        "On engines", ("Ada Byron", "Kurt Gödel"), "2025-03-04", "Nature", "10.1038/x1", "We compute.",
    )  # fmt: skip
    assert (conference.title, conference.source, str(conference.published)) == (
        "Engines in conference",
        "Proc. of Engines",
        "2024-12-31",
    )
    assert rejects == []


SNAPSHOT = {
    "id": "0704.0001", "submitter": "A. Byron", "authors": "A. Byron, K. G\\\"odel", "title": "On\n  engines",
    "comments": "37 pages", "journal-ref": "Phys.Rev.D76:013009,2007", "doi": "10.1103/PhysRevD.76.013009",
    "categories": "hep-ph math.CO",
    "abstract": "  We\ncompute.\n",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
                 {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"}],
    "update_date": "2008-11-26", "authors_parsed": [["Byron", "A.", ""], ["G\\\"odel", "K.", "Jr"]],
}  # fmt: skip


def test_arxivs_snapshot_is_read_line_by_line_under_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "arxiv-metadata-oai-snapshot.json"
    file.write_text("\n".join(json.dumps({**SNAPSHOT, "id": f"0704.{n:04d}"}) for n in range(1, 301)), "utf-8")
    monkeypatch.setattr("hub.sources.formats.files.read_document", lambda *_: pytest.fail("it was read whole"))
    entries = list(read_file(file))
    assert len(entries) == 300
    paper = paper_of(entries[0])  # type: ignore[arg-type]
    assert (paper.id, paper.title, paper.abstract, paper.authors, paper.version) == (
        "arXiv:0704.0001", "On engines", "We compute.", ("A. Byron", "K. Gödel Jr"), 2,
    )  # fmt: skip
    assert (str(paper.published), str(paper.updated), paper.doi, paper.categories) == (
        "2007-04-02", "2007-07-24", "10.1103/physrevd.76.013009", ("hep-ph", "math.CO"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["{}", '{\n"message": {"DOI": "10.1/x"}\n}', "[]", "{", '{"a": 1} rubbish'])
def test_other_json_is_still_one_document(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, "utf-8")
    entries = list(read_file(file))
    assert len(entries) <= 1
