"""Where authors work, read from what each source tells of it: answers of services, files of programs, real feeds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.papers.institutions import institution_names
from hub.papers.model import Paper
from hub.sources.adapters import hal, openalex, semanticscholar
from hub.sources.catalogue import Source
from hub.sources.formats.files import read_document, read_file
from hub.sources.record import Record, paper_of

LUND = ("Lund University",)
ADDRESS = "Dept. of Geology, Lund University, Lund, Sweden"
PEOPLE = [{"given": "Ada", "family": "Byron", "affiliation": [{"name": ADDRESS}]}, {"given": "Kurt", "family": "Gödel"}]
ABOUT = {"title": "On clay", "DOI": "10.1000/clay", "doi": "10.1000/clay"}


def datacite(affiliation: Any) -> dict[str, Any]:
    about = {"titles": [{"title": "On clay"}], "doi": "10.1000/a", "publicationYear": 2026, "publisher": "Z"}
    creators = [{"name": "Ada", "affiliation": [affiliation]}]
    return {"data": [{"attributes": {**about, "types": {"resourceTypeGeneral": "Text"}, "creators": creators}}]}


SERVICES: dict[str, Any] = {
    "Crossref": {"message": {"items": [{**ABOUT, "issued": {"date-parts": [[2026, 1, 2]]}, "author": PEOPLE}]}},
    "DataCite": datacite(ADDRESS),
    "DataCite, with identifiers": datacite({"name": "Lund University"}),
    "Europe PMC": {
        "resultList": {
            "result": [
                {
                    **ABOUT,
                    "firstPublicationDate": "2026-01-02",
                    "authorList": {
                        "author": [
                            {
                                "fullName": "Byron A",
                                "authorAffiliationDetailsList": {"authorAffiliation": [{"affiliation": f"{ADDRESS}. a@lu.se"}]},
                            },
                            {"fullName": "Gödel K"},
                        ]
                    },
                }
            ]
        }
    },
    "Europe PMC, all in one": {
        "resultList": {"result": [{**ABOUT, "firstPublicationDate": "2026-01-02", "affiliation": ADDRESS}]}
    },
    "bioRxiv": {
        "collection": [
            {
                **ABOUT,
                "date": "2026-01-02",
                "server": "biorxiv",
                "authors": "Byron, A.",
                "author_corresponding_institution": "Lund University",
            }
        ]
    },
    "bioRxiv on COVID-19": {
        "collection": [
            {
                "rel_title": "On clay",
                "rel_doi": "10.1101/2020.01.02.1",
                "rel_date": "2020-01-02",
                "rel_site": "bioRxiv",
                "rel_authors": [{"author_name": "Ada", "author_inst": "Lund University"}],
            }
        ]
    },
    "DOAJ": {
        "id": "x",
        "bibjson": {
            "title": "On clay",
            "year": "2026",
            "month": "1",
            "journal": {"title": "Clay"},
            "author": [{"name": "Ada Byron", "affiliation": ADDRESS}, {"name": "Kurt Gödel"}],
        },
    },
    "OpenAlex, saved": {
        "id": "https://openalex.org/W1",
        "title": "On clay",
        "publication_date": "2026-01-02",
        "doi": "10.1000/clay",
        "authorships": [
            {
                "author": {"display_name": "Ada Byron"},
                "institutions": [{"display_name": "Lund University"}],
                "affiliations": [{"raw_affiliation_string": "x", "institution_ids": []}],
            }
        ],
    },
    "arXiv's snapshot": {
        "id": "2601.00001",
        "title": "On clay",
        "abstract": "We dig.",
        "categories": "cs.AI",
        "authors_parsed": [["Byron", "Ada", "", "Lund University"]],
        "versions": [{"created": "Fri, 2 Jan 2026"}],
    },
    "this hub": {"id": "x", "title": "On clay", "published": "2026-01-02", "source": "Clay", "institutions": ["Lund University"]},
}
FILES = {
    "RIS": f"TY  - JOUR\nTI  - On clay\nAU  - Byron, Ada\nPY  - 2026\nJO  - Clay\nAD  - {ADDRESS}\nER  - \n",
    "PubMed's": "PMID- 1\nTI  - On clay.\nAD  - Dept. of Law, Lund\n      University. a@lu.se\nDP  - 2026 Jan\nJT  - Clay\n",
    "Web of Science": "FN Clarivate\nVR 1.0\nPT J\nTI On clay\nSO CLAY\nPY 2026\nC1 [Byron, Ada; Li, X.] Lund Univ,\n"
    "   Dept Geol, Lund.\n   [Byron, Ada] Lund Univ, Lund, Sweden.\nC3 Lund University\nER\n\nEF\n",
    "RefWorks": f"RT Journal Article\nT1 On clay\nA1 Byron,Ada\nYR 2026\nJF Clay\nAD {ADDRESS}\n",
    "NoteExpress": "{Reference Type}: Journal Article\n{Title}: On clay\n{Year}: 2026\n{Journal}: Clay\n"
    f"{{Author Address}}: {ADDRESS}\n",
    "BibTeX": f"@article{{a, title={{On clay}}, author={{Byron}}, year=2026, journal={{Clay}}, affiliation={{{ADDRESS}}}}}\n",
    "Scopus": f'Authors,Title,Year,Source title,Affiliations\n"Byron A.",On clay,2026,Clay,"{ADDRESS}; {ADDRESS}"\n',
    "CNKI": "Title-题名,Author-作者,Organ-单位,Source-文献来源,PubTime-发表时间\nOn clay,Byron,Lund University,Clay,2026-01-02\n",
    "PubMed's XML": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><Title>Clay</Title>"
    "<JournalIssue><PubDate><Year>2026</Year></PubDate></JournalIssue></Journal><ArticleTitle>On clay</ArticleTitle><AuthorList>"
    f"<Author><LastName>Byron</LastName><AffiliationInfo><Affiliation>{ADDRESS}</Affiliation></AffiliationInfo></Author>"
    "</AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "JATS": "<article><front><journal-meta><journal-title>Clay</journal-title></journal-meta><article-meta><title-group>"
    "<article-title>On clay</article-title></title-group><contrib-group><contrib><name><surname>Byron</surname></name></contrib>"
    f"<aff><label>a</label>{ADDRESS}</aff></contrib-group><pub-date><year>2026</year></pub-date></article-meta></front></article>",
    "arXiv's archive": '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/><metadata><arXiv '
    'xmlns="http://arxiv.org/OAI/arXiv/"><id>2601.00001</id><created>2026-01-02</created><authors><author><keyname>Byron</keyname>'
    "<affiliation>Lund University</affiliation></author></authors><title>On clay</title><categories>cs.AI</categories><abstract>"
    "We dig.</abstract></arXiv></metadata></record></ListRecords></OAI-PMH>",
}


def only(data: bytes, suffix: str = "") -> Paper:
    [record] = read_document(data, "f", suffix)
    assert isinstance(record, Record), record
    return paper_of(record)


@pytest.mark.parametrize("service", SERVICES)
def test_services_tell_where_authors_work(service: str) -> None:
    paper = only(orjson.dumps(SERVICES[service]))
    assert (paper.title, paper.institutions) == ("On clay", LUND)


@pytest.mark.parametrize(
    ("adapter", "item"),
    [
        (openalex, {"title": "On clay", "authorships": [{"institutions": [{"display_name": "Lund University"}]}]}),
        (openalex, {"title": "On clay", "authorships": [{"institutions": [], "raw_affiliation_strings": [ADDRESS]}]}),
        (semanticscholar, {"title": "On clay", "authors": [{"name": "Ada", "affiliations": ["Lund University"]}]}),
        (hal, {"title_s": ["On clay"], "instStructName_s": ["Lund University"]}),
    ],
)
def test_answers_that_adapters_read_themselves_tell_it_too(adapter: Any, item: dict[str, Any]) -> None:
    record = adapter._record(Source("a", "A", "feed", "https://a.example"), item, "f")
    assert (record.title, institution_names(record.affiliations)) == ("On clay", LUND)


@pytest.mark.parametrize("program", FILES)
def test_files_of_programs_tell_where_authors_work(program: str) -> None:
    paper = only(FILES[program].encode())
    assert (paper.title, paper.institutions) == ("On clay", LUND)


def test_a_report_of_bibtex_has_a_publisher_and_not_a_workplace() -> None:
    report = "@techreport{a, title={On clay}, author={Byron, Ada}, year=2026, institution={Lund University}}"
    assert only(report.encode()).institutions == ()


def test_an_odd_value_costs_no_entry() -> None:
    for odd in (7, {"x": 1}, [None, 3, {"name": None}], [[[["deep"]]]]):
        work = {
            **ABOUT,
            "type": "article",
            "issued": {"date-parts": [[2026]]},
            "author": [{"family": "Byron", "affiliation": odd}],
        }
        assert only(orjson.dumps({"message": work})).title == "On clay"
        assert only(orjson.dumps({**SERVICES["this hub"], "institutions": odd})).title == "On clay"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "tells", "only_addresses_of_mail"), [("pubmed", 123, 2), ("crossref", 18, 0), ("doaj", 4, 0), ("osti", 101, 0)]
)
def test_of_real_records_that_tell_each_keeps_an_institution(
    folder: str, tells: int, only_addresses_of_mail: int, shared: Path
) -> None:
    files = sorted((shared / "feeds" / folder).iterdir())
    told = [entry for file in files for entry in read_file(file) if isinstance(entry, Record)]
    told = [record for record in told if set(record.affiliations) - {"", "None"}]
    assert len(told) == tells
    without = [record for record in told if not paper_of(record).institutions]
    assert len(without) == only_addresses_of_mail
    assert all(re.fullmatch(r"\S+@\S+", " ".join(record.affiliations)) for record in without)


@pytest.mark.shared
def test_most_real_addresses_are_cut_down_to_what_names_an_institution(shared: Path) -> None:
    files = [file for folder in ("pubmed", "crossref", "doaj") for file in sorted((shared / "feeds" / folder).iterdir())]
    records = [entry for file in files for entry in read_file(file) if isinstance(entry, Record)]
    addresses = sorted({address for record in records for address in record.affiliations if "," in address})
    whole = [address for address in addresses if "".join(institution_names([address])).count(",") >= address.count(",")]
    assert (len(addresses), len(whole)) == (262, 20)
