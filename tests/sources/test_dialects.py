"""Other tools' dialects: what services export and people save, each with what is right of its one entry."""
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from hub.errors import RejectCode
from hub.papers.model import Paper
from hub.sources.formats.files import read_document
from hub.sources.record import Record, Reject, paper_of

TWO = ("Eva Lind", "Ken Ito")


def read(data: str | bytes, suffix: str = "") -> tuple[list[Paper], list[Reject]]:
    entries = list(read_document(data.encode() if isinstance(data, str) else data, "f", suffix))
    return [paper_of(e) for e in entries if isinstance(e, Record)], [e for e in entries if isinstance(e, Reject)]


def told(paper: Paper) -> tuple[object, ...]:
    return paper.title, paper.authors, str(paper.published), paper.source, paper.doi or paper.id


TABLES = {
    "Mendeley": ('Title,Authors,Year,Source,DOI\nOn eels,"Lind, Eva and Ito, Ken",2021,Weir Notes,10.5555/m.1\n',
                 ("On eels", TWO, "2021-12-31", "Weir Notes", "10.5555/m.1")),
    "Scopus 2025": ('"Authors","Author full names","Author(s) ID","Title","Year","Source title","DOI","Abstract"\n"Lind, E.","Lind, Eva (57200000001); Ito, Ken (57200000002)","57200000001","On eels","2025","Weir Notes","10.5555/s.1","[No abstract available]"\n',
                    ("On eels", TWO, "2025-12-31", "Weir Notes", "10.5555/s.1")),
    "no author": ("Title,Authors,Year,Journal,DOI\nOn eels,[No author name available],2025,Weir Notes,10.5555/s.2\n",
                  ("On eels", (), "2025-12-31", "Weir Notes", "10.5555/s.2")),
    "Covidence": ("Title,Authors,Published Year,Published Month,Journal,DOI\nOn eels,\"Lind, E.; Ito, K.\",2024,Mar,Weir Notes,10.5555/c.1\n",
                  ("On eels", ("E. Lind", "K. Ito"), "2024-03-31", "Weir Notes", "10.5555/c.1")),
    "IEEE": ('"Document Title","Authors","Publication Title","Date Added To Xplore","Publication Year","DOI"\n"On eels","E. Lind; K. Ito","Weir Trans.","5 Mar 2024","2024","10.5555/i.1"\n',
             ("On eels", ("E. Lind", "K. Ito"), "2024-03-05", "Weir Trans.", "10.5555/i.1")),
    "Springer": ("Item Title,Publication Title,Item DOI,Authors,Publication Year\nOn eels,Weir Notes,10.5555/sp.1,Eva LindKen Ito,2024\n",
                 ("On eels", TWO, "2024-12-31", "Weir Notes", "10.5555/sp.1")),
    "Google Scholar": ('Authors,Title,Publication,Year,Publisher\n"Lind, Eva; Ito, Ken; ",On eels,Weir Notes,2024,Weir House\n',
                       ("On eels", TWO, "2024-12-31", "Weir Notes", None)),
    "OpenAlex": ("id,doi,display_name,publication_date,primary_location.source.display_name,authorships.author.display_name\nW1,https://doi.org/10.5555/o.1,On eels,2024-03-05,Weir Notes,Eva Lind|Ken Ito\n",
                 ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/o.1")),
    "Embase": ('TITLE,AUTHORS,SOURCE,PUBLICATION YEAR,DOI\nOn eels,"Lind E., Ito K.",Weir Notes (2024) 12:3 (1-9),2024,10.5555/e.1\n',
               ("On eels", ("Lind E.", "Ito K."), "2024-12-31", "Weir Notes", "10.5555/e.1")),
    "EBSCO": ('Article Title,Author,Journal Title,Publication Date,DOI\nOn eels,"Lind, Eva;Ito, Ken",Weir Notes,Jun2024,10.5555/b.1\n',
              ("On eels", TWO, "2024-06-30", "Weir Notes", "10.5555/b.1")),
    "lists of Python": ("title,authors,year,journal,doi\nOn eels,\"['Eva Lind', 'Ken Ito']\",2024,Weir Notes,10.5555/p.1\n",
                        ("On eels", TWO, "2024-12-31", "Weir Notes", "10.5555/p.1")),
    "objects of Python": ("title,authors,year,venue,doi\nOn eels,\"[{'authorId': '1', 'name': 'Eva Lind'}]\",2024,Weir Notes,10.5555/p.2\n",
                          ("On eels", ("Eva Lind",), "2024-12-31", "Weir Notes", "10.5555/p.2")),
    "Excel in German": ("Titel;Autoren;Jahr;Zeitschrift;DOI\nÜber Aale;Lind, Eva / Ito, Ken;2024;Wehrblätter;10.5555/x.1\n",
                        ("Über Aale", TWO, "2024-12-31", "Wehrblätter", "10.5555/x.1")),
}  # fmt: skip


@pytest.mark.parametrize("tool", TABLES)
def test_tables_of_other_tools(tool: str) -> None:
    text, expected = TABLES[tool]
    [paper], rejects = read(text, ".csv")
    assert told(paper)[: 4 + (expected[4] is not None)] == expected[: 4 + (expected[4] is not None)]
    assert (rejects, paper.abstract) == ([], "")


@pytest.mark.parametrize(
    ("text", "charset", "expected"),
    [
        ("タイトル,著者,雑誌名,発行年\nウナギの回遊に関する研究,山田太郎; 佐藤花子,河川学会誌,2022\n", "shift_jis", ("ウナギの回遊に関する研究", ("山田太郎", "佐藤花子"), "河川学会誌")),
        ("제목,저자,학술지,발행년\n뱀장어의 이동에 관한 연구,김철수; 이영희,하천학회지,2022\n", "euc_kr", ("뱀장어의 이동에 관한 연구", ("김철수", "이영희"), "하천학회지")),
        ("題名,作者,期刊,年份\n鰻魚遷徙之研究,王小明;李大華,河川學報,2022\n", "big5", ("鰻魚遷徙之研究", ("王小明", "李大華"), "河川學報")),
        ("题名,作者,来源,年\n河鳗迁徙规律的研究,赵一;钱二,河流学报,2022\n", "gb18030", ("河鳗迁徙规律的研究", ("赵一", "钱二"), "河流学报")),
    ],
)  # fmt: skip
def test_tables_in_the_charsets_of_east_asia(text: str, charset: str, expected: tuple[object, ...]) -> None:
    [paper], rejects = read(text.encode(charset), ".csv")
    assert (paper.title, paper.authors, paper.source) == expected
    assert rejects == []


def test_attachments_and_notes_beside_papers_are_told() -> None:
    rows = "Key,Item Type,Publication Year,Title,Url\nA,attachment,,Full Text PDF,http://e.example/1\nB,note,,,\nC,webpage,2020,On eels,http://e.example/2\n"
    papers, rejects = read(rows, ".csv")
    assert [paper.title for paper in papers] == ["On eels"]
    assert [(reject.where, reject.code) for reject in rejects] == [("f: line 2", RejectCode.NO_ARTICLE), ("f: line 3", RejectCode.NO_ARTICLE)]  # fmt: skip


RIS = "TY  - JOUR\nTI  - On eels\nAU  - Lind, Eva\nPY  - 2020\nJO  - Weir Notes\n"


@pytest.mark.parametrize(
    "text",
    [
        RIS.lower().replace("on eels", "On eels").replace("jour", "JOUR").replace("lind, eva", "Lind, Eva").replace("weir notes", "Weir Notes") + "er  -\n",
        RIS.replace("  - ", "  -\t") + "ER  -\t\n",
        RIS.replace("  - ", " - ") + "ER -\n",
        RIS.replace("TY  - JOUR\n", "DB  - Own\n").replace("PY  - ", "TY  - JOUR\nPY  - ") + "ER  -\n",
        "Record 1 of 1\nProvider: House\n\n" + RIS + "ER  - \n\nLink to it: <http://e.example>\nC1  - Database: House\n",
        RIS.replace("AU  - Lind, Eva", "A1  - Lind, Eva\nAU  - "),
    ],
)  # fmt: skip
def test_ris_as_programs_write_it(text: str) -> None:
    [paper], rejects = read(text)
    assert (paper.title, paper.authors, str(paper.published), paper.source) == ("On eels", ("Eva Lind",), "2020-12-31", "Weir Notes")  # fmt: skip
    assert rejects == []


def test_an_entry_of_ris_that_begins_on_the_line_on_which_another_ends() -> None:
    papers, _ = read(RIS + "ER  - " + RIS.replace("eels", "weirs") + "ER  -\n")
    assert [paper.title for paper in papers] == ["On eels", "On weirs"]


def test_the_three_letters_of_cochrane_and_the_longer_of_two_lists_of_authors() -> None:
    [paper], _ = read(RIS + "A1  - Lind, Eva;Ito, Ken\nAB  - We count eels in all the weirs.\nDOI - 10.5555/c.9\nER  -\n")
    assert (paper.doi, paper.abstract, paper.authors) == ("10.5555/c.9", "We count eels in all the weirs.", TWO)


WORDS = "AB 我们数了鳗鱼。"


@pytest.mark.parametrize(
    "text",
    [
        "RT Journal Article\nSR 1\nA1 Eva Lind;Ken Ito;\nT1 On eels\nJF Weir Notes\nYR 2022\nAB We count eels\nin all the weirs.\nDO 10.5555/r.1\nDS CNKI\n",
        "{Reference Type}: Journal Article\n{Title}: On eels\n{Author}: Eva Lind\n{Author}: Ken Ito\n{Journal}: Weir Notes\n{Year}: 2022\n{Abstract}: We count eels in all the weirs.\n{DOI}: 10.5555/r.1\n",
    ],
)
def test_refworks_and_noteexpress(text: str) -> None:
    both, rejects = read(text + "\n" + text.replace("eels", "weirs").replace("r.1", "r.2"), ".txt")
    assert told(both[0]) == ("On eels", TWO, "2022-12-31", "Weir Notes", "10.5555/r.1")
    assert [paper.abstract for paper in both] == ["We count eels in all the weirs.", "We count weirs in all the weirs."]
    assert rejects == []


def test_a_proceedings_paper_of_web_of_science_has_its_volume_for_a_source() -> None:
    [paper], _ = read("FN Clarivate\nVR 1.0\nPT C\nAU Lind, E\nTI On eels\nBT Proceedings of Weirs\nPY 2023\nER\n\nEF\n")
    assert paper.source == "Proceedings of Weirs"


AUTHORS = [
    (r"Kovalevskait{\.{e}}, Jolanta", ("Jolanta Kovalevskaitė",)),
    (r"Eva Lind, Ken Ito, and Ann Otto", (*TWO, "Ann Otto")),
    (r"Lind, Eva \& Ito, Ken", TWO),
    (r"Eva Lind and Ken Ito et al.", TWO),
    (r"{Barge \& Sluice, Inc.}", ("Barge & Sluice, Inc.",)),
    (r"King, Jr., Martin Luther and Ada Otto", ("Martin Luther King Jr.", "Ada Otto")),
]


@pytest.mark.parametrize(("written", "expected"), AUTHORS)
def test_authors_of_bibtex(written: str, expected: tuple[str, ...]) -> None:
    [paper], _ = read(f"@article{{a, title={{On eels}}, author={{{written}}}, year=2020, journal={{Weir Notes}}}}")
    assert paper.authors == expected


def test_bibtex_with_a_comma_too_few_or_too_many() -> None:
    text = '@article{a,\n title={On {E}els}\n year={2020},,\n journal="Weir Notes"\n abstract={At night\n x = {y}.}\n}\n@article{b, title={On weirs}, year=2021, journal={Weir Notes}}\n'
    papers, rejects = read(text)
    assert [(p.title, str(p.published), p.source) for p in papers] == [("On Eels", "2020-12-31", "Weir Notes"), ("On weirs", "2021-12-31", "Weir Notes")]  # fmt: skip
    assert rejects == []


def test_quotes_dashes_and_the_journals_of_astronomy_in_bibtex() -> None:
    [paper], _ = read(r"@article{a, title={``Eels'' --- in $f''(x)$}, year={2020-XX}, journal={\apj}}")
    assert (paper.title, paper.source, str(paper.published)) == (
        "``Eels'' --- in $f''(x)$",
        "Astrophysical Journal",
        "2020-12-31",
    )
    [paper], _ = read(r"@article{a, title={``Eels'' --- in weirs}, year=2020, journal={\mnras}}")
    assert paper.title == "“Eels” — in weirs"


BASE: dict[str, Any] = {"title": "On eels", "abstract": "We count."}
OBJECTS: dict[str, tuple[Any, tuple[object, ...]]] = {
    "OpenAlex": ({"results": [{"id": "https://openalex.org/W1", "doi": "https://doi.org/10.5555/j.1", "display_name": "On eels", "publication_date": "2024-03-05", "type": "article",
                               "authorships": [{"author": {"display_name": "Eva Lind"}}, {"author": {"display_name": "Ken Ito"}}],
                               "primary_location": {"source": {"display_name": "Weir Notes"}}, "abstract_inverted_index": {"count.": [1], "We": [0]}}]},
                 ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/j.1")),
    "Semantic Scholar": ({"total": 1, "data": [BASE | {"paperId": "x", "externalIds": {"DOI": "10.5555/j.2"}, "venue": "Weir Notes", "publicationDate": "2024-03-05",
                                                       "authors": [{"authorId": "1", "name": "Eva Lind"}, {"authorId": "2", "name": "Ken Ito"}]}]},
                         ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/j.2")),
    "Zotero": ([{"key": "A", "data": {"itemType": "journalArticle", "title": "On eels", "abstractNote": "We count.", "publicationTitle": "Weir Notes", "date": "2024-03-05", "DOI": "10.5555/j.3",
                                      "creators": [{"creatorType": "author", "firstName": "Eva", "lastName": "Lind"}, {"creatorType": "author", "name": "Ken Ito"},
                                                   {"creatorType": "editor", "name": "Ann Otto"}]}}],
               ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/j.3")),
    "INSPIRE": ({"hits": {"hits": [{"id": "1", "metadata": {"titles": [{"title": "On eels"}], "abstracts": [{"value": "We count."}], "authors": [{"full_name": "Lind, Eva"}, {"full_name": "Ito, Ken"}],
                                                          "dois": [{"value": "10.5555/j.4"}], "earliest_date": "2023-01-02", "publication_info": [{"journal_title": "Weir Notes"}]}}]}},
                ("On eels", TWO, "2023-01-02", "Weir Notes", "10.5555/j.4")),
    "dblp": ({"result": {"hits": {"hit": [{"info": {"authors": {"author": [{"text": "Eva Lind 0001"}, {"text": "Ken Ito"}]}, "title": "On eels", "venue": "Weir Notes", "year": "2023", "doi": "10.5555/j.5", "abstract": "We count."}}]}}},
             ("On eels", TWO, "2023-12-31", "Weir Notes", "10.5555/j.5")),
    "HAL": ({"response": {"docs": [{"title_s": ["On eels"], "abstract_s": ["We count."], "authFullName_s": ["Eva Lind", "Ken Ito"], "producedDate_tdate": "2024-03-05T00:00:00Z", "journalTitle_s": "Weir Notes", "doiId_s": "10.5555/j.6"}]}},
            ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/j.6")),
    "CORE": ({"results": [BASE | {"authors": [{"name": "Lind, Eva"}, {"name": "Ito, Ken"}], "yearPublished": 2024, "doi": "10.5555/j.7", "journals": [{"title": "Weir Notes"}]}]},
             ("On eels", TWO, "2024-12-31", "Weir Notes", "10.5555/j.7")),
    "Lens": ([BASE | {"lens_id": "1", "date_published": "2024-03-05", "authors": [{"first_name": "Eva", "last_name": "Lind"}, {"first_name": "Ken", "last_name": "Ito"}], "source": {"title": "Weir Notes"}, "external_ids": [], "identifiers": [{"type": "doi", "value": "10.5555/j.8"}]}],
             ("On eels", TWO, "2024-03-05", "Weir Notes", "10.5555/j.8")),
    "S2ORC": ([BASE | {"paper_id": "1", "authors": [{"first": "Eva", "middle": [], "last": "Lind"}, {"first": "Ken", "last": "Ito"}], "year": 2019, "arxiv_id": "1901.00001", "journal": "Weir Notes"}],
              ("On eels", TWO, "2019-12-31", "arXiv", "arXiv:1901.00001")),
    "arxiv.py": ([{"entry_id": "http://arxiv.org/abs/2301.00008v1", "title": "On eels", "summary": "We count.", "authors": ["Eva Lind", "Ken Ito"], "published": "2023-01-02 10:00:00+00:00"}],
                 ("On eels", TWO, "2023-01-02", "arXiv", "arXiv:2301.00008")),
    "OSF": ({"data": [{"id": "abcde", "type": "preprints", "attributes": {"title": "On eels", "description": "We count.", "date_published": "2024-03-05T10:00:00", "doi": "10.5555/j.9", "authors": "Eva Lind; Ken Ito"}}]},
            ("On eels", TWO, "2024-03-05", "unknown", "10.5555/j.9")),
    "pandas": ({"title": {"0": "On eels"}, "authors": {"0": "Eva Lind; Ken Ito"}, "abstract": {"0": "We count."}, "year": {"0": 2024}, "journal": {"0": "Weir Notes"}, "doi": {"0": "10.5555/j.10"}},
               ("On eels", TWO, "2024-12-31", "Weir Notes", "10.5555/j.10")),
    "medRxiv of 2020": ({"collection": [{"rel_doi": "10.1101/2020.01.02.5", "rel_title": "On eels", "rel_date": "2020-01-03", "rel_site": "medRxiv", "rel_abs": "We count.", "version": "1",
                                         "rel_authors": [{"author_name": "Eva Lind"}, {"author_name": "Ken Ito"}]}]},
                        ("On eels", TWO, "2020-01-03", "medRxiv", "10.1101/2020.01.02.5")),
}  # fmt: skip


@pytest.mark.parametrize("service", OBJECTS)
def test_answers_of_services(service: str) -> None:
    value, expected = OBJECTS[service]
    [paper], rejects = read(json.dumps(value), ".json")
    assert told(paper) == expected
    assert (rejects, paper.abstract) == ([], "We count.")


def test_what_openalex_calls_retracted_is_the_paper_not_its_notice() -> None:
    work = {"id": "https://openalex.org/W1", "title": "On eels", "publication_year": 2024, "is_retracted": True}
    [paper], _ = read(json.dumps(work))
    assert (paper.kind, paper.status) == ("retracted", "retracted")


def test_an_object_with_a_doi_in_a_form_of_its_own() -> None:
    own: Mapping[str, object] = {
        "DOI": "10.5555/own.1",
        "Title": "On eels",
        "Year": 2021,
        "Authors": ["Eva Lind"],
        "Journal": "Weir Notes",
    }
    [paper], _ = read(json.dumps(own))
    assert told(paper) == ("On eels", ("Eva Lind",), "2021-12-31", "Weir Notes", "10.5555/own.1")


ENDNOTE = """<xml><records><record><database name="x">x</database><ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Lind, Eva</style></author><author><style>Ito, Ken</style></author></authors></contributors><titles><title>
<style>On </style><style face="italic">eels</style></title><secondary-title><style>Weir Notes</style></secondary-title></titles><dates>
<year><style>2024</style></year><pub-dates><date><style>Mar 5</style></date></pub-dates></dates><abstract><style>We count.</style></abstract>
<electronic-resource-num><style>10.5555/x.1</style></electronic-resource-num></record></records></xml>"""
JATS = """<article article-type="research-article"><front><journal-meta><journal-title-group><journal-title>Weir Notes</journal-title>
</journal-title-group></journal-meta><article-meta><article-id pub-id-type="doi">10.5555/x.1</article-id><title-group><article-title>On
<italic>eels</italic></article-title></title-group><contrib-group><contrib contrib-type="author"><name><surname>Lind</surname><given-names>Eva
</given-names></name></contrib><contrib contrib-type="author"><name><surname>Ito</surname><given-names>Ken</given-names></name></contrib>
</contrib-group><pub-date><year>2024</year></pub-date><pub-date pub-type="epub"><day>05</day><month>03</month><year>2024</year></pub-date>
<abstract><p>We count.</p></abstract></article-meta></front></article>"""
DBLP = """<result><hits total="1"><hit><info><authors><author pid="1">Eva Lind 0001</author><author>Ken Ito</author></authors><title>On eels.
</title><venue>Weir Notes</venue><year>2024</year><doi>10.5555/x.1</doi><ee>https://doi.org/10.5555/x.1</ee></info></hit></hits></result>"""


@pytest.mark.parametrize(("text", "day"), [(ENDNOTE, "2024-03-05"), (JATS, "2024-03-05"), (DBLP, "2024-12-31")])
def test_xml_of_endnote_pubmed_central_and_dblps_search(text: str, day: str) -> None:
    [paper], rejects = read(text, ".xml")
    assert told(paper) == ("On eels", TWO, day, "Weir Notes", "10.5555/x.1")
    assert rejects == []


def test_a_medline_set_of_former_years() -> None:
    text = "<MedlineCitationSet><MedlineCitation><PMID>7</PMID><Article><Journal><JournalIssue><PubDate><MedlineDate>2012 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>Weir Notes</Title></Journal><ArticleTitle>On eels.</ArticleTitle></Article></MedlineCitation></MedlineCitationSet>"
    [paper], _ = read(text)
    assert (paper.title, str(paper.published), paper.source) == ("On eels", "2012-11-30", "Weir Notes")


def test_a_document_of_a_known_root_without_any_paper_is_told() -> None:
    _, [reject] = read("<xml><other/></xml>")
    assert reject.code is RejectCode.UNKNOWN_FORM


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("GB2312", "gb18030"), ("gbk", "gb18030"), ("I859-1", "latin-1"), ("utf8", "utf-8"), ("Ä", "utf-8"), ("big5", "big5")],
)
def test_xml_in_a_charset_that_the_parser_does_not_know(declared: str, charset: str) -> None:
    title = "On eels" if charset == "latin-1" else "河流中的生物"
    text = f"<?xml version='1.0' encoding='{declared}'?><dblp><article key='a'><title>{title}.</title><year>2020</year><journal>Weir Notes</journal></article></dblp>"
    [paper], rejects = read(text.encode(charset), ".xml")
    assert (paper.title, rejects) == (title, [])


def test_a_reference_to_no_character_costs_no_feed() -> None:
    feed = "<rss version='2.0'><channel><title>Weir&#99999999999; Notes</title><item><title>On &#xFFFFFFFF;eels</title><link>https://w.example/1</link><pubDate>Mon, 15 Mar 2021 10:00:00 GMT</pubDate></item></channel></rss>"
    [paper], rejects = read(feed, ".xml")
    assert (paper.title, paper.source, rejects) == ("On eels", "Weir Notes", [])


FEED = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>{journal}</title><link>{link}</link><item>{item}<pubDate>Mon, 15 Mar 2021 10:00:00 GMT</pubDate></item></channel></rss>"


@pytest.mark.parametrize(
    ("journal", "link", "item", "expected"),
    [
        ("Rivers", "https://www.mdpi.com/journal/rivers",
         "<title>Rivers, Vol. 5, Pages 12: On eels: a count</title><link>https://www.mdpi.com/1/2/3</link><dc:creator>Eva Lind</dc:creator><description>&lt;p&gt;Rivers, Vol. 5, Pages 12: On eels: a count&lt;/p&gt; &lt;p&gt;Rivers doi: 10.3390/rivers5010012&lt;/p&gt; &lt;p&gt;Authors: Eva Lind&lt;/p&gt; &lt;p&gt;We count. They are few.&lt;/p&gt;</description>",
         ("On eels: a count", ("Eva Lind",), "Rivers", "We count. They are few.")),
        ("IEEE Trans. Eels - new TOC", "http://ieeexplore.ieee.org",
         "<title>On eels</title><link>http://ieeexplore.ieee.org/document/3</link><authors>Eva Lind;Ken Ito;</authors><description>We count. They are few. It rains.</description>",
         ("On eels", TWO, "IEEE Trans. Eels", "We count. They are few. It rains.")),
        ("Frontiers in Rivers | New and Recent Articles", "https://www.frontiersin.org",
         "<title>On eels</title><link>https://www.frontiersin.org/1</link>", ("On eels", (), "Frontiers in Rivers", "")),
        ("Latest Results for Weir Notes", "http://link.springer.com", "<title>On eels</title><link>https://link.springer.com/1</link>", ("On eels", (), "Weir Notes", "")),
    ],
)  # fmt: skip
def test_feeds_of_more_publishers(journal: str, link: str, item: str, expected: tuple[object, ...]) -> None:
    [paper], rejects = read(FEED.format(journal=journal, link=link, item=item), ".xml")
    assert (paper.title, paper.authors, paper.source, paper.abstract) == expected
    assert rejects == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Corrections", "correction"), ("Partial retraction: On eels", "correction"), ("关于《河鳗》一文的更正", "correction"), ("本刊声明", "front-matter"),
     ("招聘启事", "front-matter"), ("新书介绍", "review-item"), ("2021 Index", "front-matter"), ("IEEE Eels Society Information", "front-matter"),
     ("Society information and eels", "paper"), ("Corrections of eel counts", "paper")],
)  # fmt: skip
def test_more_of_what_journals_put_beside_papers(title: str, kind: str) -> None:
    [paper], _ = read(
        FEED.format(
            journal="Weir Notes", link="https://w.example", item=f"<title>{title}</title><link>https://w.example/1</link>"
        ),
        ".xml",
    )
    assert paper.kind == kind


def test_a_notice_of_concern_names_the_paper_that_it_is_about() -> None:
    [paper], _ = read(
        FEED.format(
            journal="Weir Notes",
            link="https://w.example",
            item="<title>Expression of Concern: On eels</title><link>https://w.example/1</link>",
        ),
        ".xml",
    )
    assert (paper.kind, paper.status, paper.relations) == ("correction", "", ("concern title:On eels",))
