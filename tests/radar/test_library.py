"""A reader's own papers from ids and files: each entry is matched, kept by its words, or reported."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import RadarError
from hub.i18n.messages import spoken
from hub.radar.library import MOST, add, by_words, paper_id, pasted, read
from hub.radar.model import MAX_SEEDS, Radar
from hub.storage.corpus import Corpus
from hub.storage.snapshot import Snapshot

BIBTEX = """
@article{known, title={Proteins STUDY 5: x}, doi={10.48550/arXiv.2606.10005}, eprint={2606.10005}, archiveprefix={arXiv}}
@article{broken, title={No end, year=2020}
@misc{outside, title="An {\\'e}tude of {Folding}", abstract={A protein.}, year=2019}
@article{untitled, author={X}, year=2020}
@article{nocomma title={Y}}
"""
RIS = """TY  - JOUR
TI  - A study of ice
DO  - 10.1000/ice
PY  - 2020
ER  -

TY  - JOUR
TI  - An entry without its end
TY  - JOUR
AU  - Nobody
ER  -
"""


@pytest.mark.parametrize(
    "text", ["arXiv:2606.10005", "2606.10005", "2606.10005v3", "https://arxiv.org/abs/2606.10005", "10.48550/arXiv.2606.10005"]
)
def test_every_way_to_write_an_id_names_the_paper(snapshot: Snapshot, text: str) -> None:
    assert paper_id(snapshot, text) == "arXiv:2606.10005"


def test_pasted_ids_are_found_or_reported(snapshot: Snapshot) -> None:
    ids, wrong = pasted(snapshot, "2606.10005, 2606.99999\nnonsense 2606.10005")
    assert ids == ["arXiv:2606.10005"]
    assert len(wrong) == 2 and "in the corpus" in wrong[0] and "nonsense" in wrong[1]


def test_each_broken_bibtex_entry_is_reported(snapshot: Snapshot) -> None:
    library = read(BIBTEX.encode(), "mine.bib")
    assert len(library.entries) == 2
    where = [place for place, _what in library.broken]
    assert len(where) == 3 and where[0].startswith("line 3") and "untitled" in where[1] and where[2].startswith("line 6")
    added = add(Radar("x"), library, snapshot)
    assert added.radar.seeds == ("arXiv:2606.10005",)
    assert [paper.title for paper in added.radar.own] == ["An étude of Folding"]


def test_two_libraries_without_ids_are_two(snapshot: Snapshot) -> None:
    first = add(Radar("x"), read(b"title,abstract\nOn ice,a\nOn snow,b\n", "a.csv"), snapshot)
    second = add(first.radar, read(b"title,abstract\nOn rain,a\nOn snow,b\n", "b.csv"), snapshot)
    assert (second.outside, second.already) == (1, 1)
    assert [paper.title for paper in second.radar.own] == ["On ice", "On snow", "On rain"]


def test_each_broken_ris_entry_is_reported() -> None:
    library = read(RIS.encode(), "mine.ris")
    assert [(entry.title, entry.doi, entry.year) for entry in library.entries] == [
        ("A study of ice", "10.1000/ice", 2020), ("An entry without its end", "", 0),
    ]  # fmt: skip
    assert [what for _where, what in library.broken] == ["this entry has no title"]


def test_zotero_csl_json_is_read() -> None:
    items = [{"id": "z", "title": "Sea ice", "DOI": "10.1000/sea", "issued": {"date-parts": [[2021, 3]]}}, {"id": "none"}, 7]
    library = read(json.dumps(items).encode(), "zotero.json")
    assert [(entry.title, entry.year) for entry in library.entries] == [("Sea ice", 2021)]
    assert len(library.broken) == 2


ZOTERO_RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
 <bib:Article rdf:about="#item_1"><z:itemType>journalArticle</z:itemType>
  <dcterms:isPartOf><bib:Journal><dc:title>A journal</dc:title><dc:identifier>DOI 10.1000/sea</dc:identifier></bib:Journal>
  </dcterms:isPartOf><dc:title>Sea ice</dc:title><dcterms:abstract>Of ice.</dcterms:abstract><dc:date>2021-03</dc:date>
 </bib:Article>
 <bib:Article rdf:about="http://arxiv.org/abs/2606.10005"><z:itemType>preprint</z:itemType><dc:title>Proteins study</dc:title>
  <dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/2606.10005</rdf:value></dcterms:URI></dc:identifier></bib:Article>
 <z:Attachment rdf:about="#item_2"><z:itemType>attachment</z:itemType><dc:title>paper.pdf</dc:title></z:Attachment>
 <bib:Article rdf:about="#item_3"><z:itemType>book</z:itemType></bib:Article>
</rdf:RDF>"""


def test_zotero_rdf_is_read(snapshot: Snapshot) -> None:
    library = read(ZOTERO_RDF.encode(), "zotero.rdf")
    assert [(e.title, e.abstract, e.doi, e.year) for e in library.entries] == [
        ("Sea ice", "Of ice.", "10.1000/sea", 2021), ("Proteins study", "", "", 0),
    ]  # fmt: skip
    assert [(str(where), str(what)) for where, what in library.broken] == [("entry 4", "this entry has no title")]
    assert add(Radar("x"), library, snapshot).radar.seeds == ("arXiv:2606.10005",)


def test_an_rdf_file_that_defines_entities_is_refused() -> None:
    bomb = ZOTERO_RDF.replace("<rdf:RDF", '<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF', 1)
    with pytest.raises(RadarError, match="an attack"):
        read(bomb.encode(), "zotero.rdf")


def test_zotero_csv_is_read(snapshot: Snapshot) -> None:
    text = (
        '"Key","Item Type","Publication Year","Author","Title","DOI","Url","Abstract Note"\n'
        '"K1","journalArticle","2021","Lovelace, Ada","Sea, ice","10.1000/sea","","Of ice."\n'
        '"K2","preprint","2026","","Proteins study","","http://arxiv.org/abs/2606.10005",""\n'
        '"K3","book","2020","","","","",""\n'
    )
    library = read(text.encode("utf-8-sig"), "zotero.csv")
    first = library.entries[0]
    assert (first.title, first.abstract, first.year) == ("Sea, ice", "Of ice.", 2021)
    assert [str(where) for where, _what in library.broken] == ["line 4"]
    assert add(Radar("x"), library, snapshot).radar.seeds == ("arXiv:2606.10005",)
    with pytest.raises(RadarError, match="no column for the title"):
        read(b"a,b\n1,2\n", "x.csv")


def test_papers_are_found_by_words_or_by_an_id(snapshot: Snapshot, corpus: Corpus) -> None:
    found = by_words(snapshot, corpus.search_ids, "protein enzyme", 5)
    assert len(found) == 5 and all(i.startswith("arXiv:2606.1") for i in found)
    rows = [snapshot.row_of[i] for i in found]
    assert rows == sorted(rows), "the newest first"
    assert by_words(snapshot, corpus.search_ids, "https://arxiv.org/abs/2606.10005") == ["arXiv:2606.10005"]
    assert by_words(snapshot, corpus.search_ids, "zzzz") == []


def test_what_is_said_of_a_library_is_said_in_chinese(snapshot: Snapshot) -> None:
    library = read(BIBTEX.encode(), "mine.bib")
    told = spoken(add(Radar("x"), library, snapshot).said(len(library.broken)), "zh")
    assert told == "已添加 2 篇（其中库内 1 篇）；3 条有误。"
    assert all("行" in spoken(where, "zh") for where, _what in library.broken)


@pytest.mark.parametrize(("data", "name"), [(b"hello", "x.pdf"), (b"[1, ", "x.json"), (b"", "x.bib"), (b"\xff\xfe", "x.ris")])
def test_a_file_that_holds_no_reference_says_so(data: bytes, name: str) -> None:
    with pytest.raises(RadarError):
        read(data, name)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        library = read(b"@article{a, title={A}}\n" + data, "x.bib")
    except RadarError:
        return
    assert library.entries or library.broken


def test_five_thousand_papers_are_cut_to_the_newest_and_counted(snapshot: Snapshot) -> None:
    text = "\n".join(f"@misc{{k{i}, title={{Paper number {i}}}, year={1900 + i % 120}}}" for i in range(5000))
    library = read(text.encode(), "all.bib")
    added = add(Radar("x", liked=("arXiv:2606.10005",)), library, snapshot)
    assert len(library.entries) == 5000
    assert (added.in_corpus + added.outside + added.already, added.left_out) == (MOST, 5000 - MOST)
    assert "4000 left out" in added.said()
    assert MOST < MAX_SEEDS


def test_adding_a_file_twice_adds_nothing_the_second_time(snapshot: Snapshot) -> None:
    library = read(BIBTEX.encode(), "mine.bib")
    once = add(Radar("x"), library, snapshot)
    twice = add(once.radar, library, snapshot)
    assert twice.radar == once.radar and twice.already == 2
