"""Files as people have them: each form with what services and people do to it, every entry accounted for."""
# ruff: noqa: E501

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from hub.errors import RejectCode
from hub.papers.cleaning import LONGEST, clean_abstract, clean_title
from hub.papers.dates import parse_day
from hub.papers.model import Paper
from hub.sources.formats.files import read_document, read_file
from hub.sources.record import Record, Reject, paper_of
from tests.sources.mutated import NBIB, RIS, WOS, read_all

HOSTILE = [
    "\\[",
    "\\(",
    "<!-- ",
    "&lt;!-- ",
    "<![CDATA[",
    "$\\$",
    "\\cite[",
    "\\textbf{",
    "<math>",
    "<inline-formula>",
    "{",
    "\\begin{equation}",
    "&#9",
    "( ",
]


def read(data: str | bytes, suffix: str = "") -> tuple[list[Paper], list[Reject]]:
    entries = list(read_document(data.encode() if isinstance(data, str) else data, "f", suffix))
    return [paper_of(e) for e in entries if isinstance(e, Record)], [e for e in entries if isinstance(e, Reject)]


@pytest.mark.parametrize("suffix", [".ris", ".txt", ".csv", ""])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIS, ("On weirs", ("Eva Lind",), "2021-03-04", "Weir Notes", "10.5555/w.1", "Weirs hold water back.")),
        (NBIB, ("Weirs and eels", ("Eva Lind",), "2021-03-04", "Weir notes", "10.5555/w.2", "Eels pass at night.")),
        (WOS, ("Dunes on ice", ("E Lind", "K Ito"), "2020-03-04", "DUNES", "10.5555/d.1", "")),
    ],
)
def test_a_form_is_known_by_what_it_holds_whatever_the_file_is_called(text: str, expected: object, suffix: str) -> None:
    [paper], rejects = read(text, suffix)
    assert (paper.title, paper.authors, str(paper.published), paper.source, paper.doi, paper.abstract) == expected
    assert rejects == []


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_charsets_and_line_ends(charset: str, end: str) -> None:
    text = "题名,作者,来源,发表时间\n湿地水鸟的迁徙规律研究,赵一;钱二,湿地学报,2022-05-06\n".replace("\n", end)
    [paper], _ = read(text.encode(charset), ".csv")
    assert (paper.title, paper.authors, paper.source) == ("湿地水鸟的迁徙规律研究", ("赵一", "钱二"), "湿地学报")


def test_a_table_after_a_preamble_with_a_long_field_and_an_open_quote() -> None:
    rows = ["Searched on 3 May", "", "Rank;Title;Authors;Year;Source title;References", f'1;"Long {"x" * 10}";A B;2020;J;"{"r" * 200_000}"',
            '2;"Open;C D;2021;J;', "3;Third;E F;2022;J;"]  # fmt: skip
    papers, [reject] = read("\n".join(rows), ".csv")
    assert [paper.title for paper in papers] == ["Long xxxxxxxxxx", "Third"]
    assert (reject.where, reject.code) == ("f: line 5", RejectCode.BROKEN)


def test_a_column_of_dates_tells_whether_the_day_comes_first() -> None:
    papers, _ = read("title,date,journal\nA one,03/04/2021,J\nB two,28/04/2021,J\n", ".csv")
    assert [str(paper.published) for paper in papers] == ["2021-04-03", "2021-04-28"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("12 févr. 2020", "2020-02-12"), ("3. Oktober 2019", "2019-10-03"), ("2020年7月", "2020-07-31"), ("Sept-Oct 2018", "2018-10-31"),
     ("2019-02-30", None), ("1999/2001", "2001-12-31"), ("31-Dec-19", "2019-12-31"), ("n.d.", None), ("2020-05-00", "2020-05-31")],
)  # fmt: skip
def test_dates_in_the_forms_that_are_seen(written: str, expected: str | None) -> None:
    day = parse_day(written)
    assert (str(day.day) if day else None) == expected


@pytest.mark.parametrize(
    "value",
    [{"issued": {"date-parts": []}}, {"issued": None}, {"author": None}, {"title": [None]}, {"author": [{"given": None}]}, {"DOI": 7},
     {"issued": {"date-parts": [["x"]]}}, {"container-title": {}}, {"relation": []}, {"update-to": [None]}],
)  # fmt: skip
def test_an_odd_value_costs_its_entry_at_most(value: dict[str, object]) -> None:
    good = {"DOI": "10.5555/g", "title": "Good", "type": "article", "issued": {"date-parts": [[2020]]}, "container-title": "J"}
    entries = list(read_document(json.dumps([good | {"DOI": "10.5555/odd"} | value, good]).encode(), "f"))
    assert len(entries) == 2
    assert isinstance(entries[1], Record) and entries[1].title == "Good"


def test_json_that_is_deep_or_breaks_off() -> None:
    _, [deep] = read("[" * 1000 + "]" * 1000)
    assert deep.code in (RejectCode.WRONG_TYPE, RejectCode.BROKEN)
    papers, [cut] = read('[{"title": "A", "published": "2020", "source": "J"}, {"title": "B", "publ', ".json")
    assert [paper.title for paper in papers] == ["A"]
    assert cut.code == RejectCode.CUT_OFF


def test_broken_xml_costs_the_record_that_it_is_in() -> None:
    one = "<PubmedArticle><MedlineCitation><Article><ArticleTitle>{}</ArticleTitle><Journal><Title>J</Title><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal></Article></MedlineCitation></PubmedArticle>"
    text = (
        "<PubmedArticleSet>" + one.format("First.") + one.format("Second & broken") + one.format("Third.") + "</PubmedArticleSet>"
    )
    papers, [reject] = read(text, ".xml")
    assert [paper.title for paper in papers] == ["First", "Third"]
    assert reject.code == RejectCode.BROKEN


def test_a_gzip_file_that_breaks_off_keeps_what_was_read(tmp_path: Path) -> None:
    lines = "".join(
        json.dumps({"title": f"Paper {n} {os.urandom(20).hex()}", "published": "2020", "source": "J"}) + "\n" for n in range(2000)
    )
    file = tmp_path / "papers.data"
    whole = gzip.compress(lines.encode())
    file.write_bytes(whole[: len(whole) // 2])
    entries = list(read_file(file))
    assert sum(isinstance(entry, Record) for entry in entries) > 500
    assert isinstance(entries[-1], Reject) and entries[-1].code == RejectCode.CUT_OFF


def test_a_gzip_bomb_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "bomb.jsonl.gz"
    with gzip.open(file, "wb", compresslevel=9) as out:
        for _ in range(130):
            out.write(b"\n" * 1_000_000)
    [reject] = read_file(file)
    assert isinstance(reject, Reject) and reject.code == RejectCode.TOO_LARGE


@pytest.mark.timeout(60)
@pytest.mark.parametrize("sign", HOSTILE)
def test_cleaning_takes_no_longer_than_the_text_is_long(sign: str) -> None:
    """With an expression that takes quadratic time these take minutes."""
    text = sign * (LONGEST // len(sign))
    assert len(clean_abstract(text)) <= LONGEST and len(clean_title(text)) <= LONGEST


@pytest.mark.timeout(300)
def test_twenty_thousand_broken_inputs_stop_nothing() -> None:
    came, failed, _ = read_all(20_000, seed=1, own_only=True)
    assert failed == []
    assert came["paper"] > 1000
