"""Documents of other services that people save: PubMed, PLOS, OSTI and dblp XML, DOAJ JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.papers.identifiers import arxiv_id
from hub.sources.formats.csl import affiliations, first_text, person
from hub.sources.formats.xml import Element, elements, markup, text, texts
from hub.sources.record import Record, Reject, guarded, numbered

NO_LABELS = frozenset({"UNASSIGNED", "UNLABELLED", "UNLABELED", "UNKNOWN", "ABSTRACT", "SUMMARY"})
"""Labels of parts of an abstract that say nothing of them."""
CHANGES = {"RetractionIn": "retracted", "ExpressionOfConcernIn": "concern", "ErratumIn": "corrected",
           "CorrectedandRepublishedIn": "corrected"}  # fmt: skip
"""What PubMed's links from a paper to later notices make of it, the gravest first. https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html"""
_BRACKETS = re.compile(r"(?<!\s)\s*+\[([^\[\]]*+)\]")
"""OSTI writes where an author works after the name."""
_HOMONYM = re.compile(r"(?<!\s)\s+\d{4}$")
"""dblp numbers people of one name: Wen Guo 0001."""


def _reader(
    names: tuple[str, ...], record: Callable[[Element, str], Record | Reject]
) -> Callable[[bytes, str], Iterator[Record | Reject]]:
    def one(element: Element | Reject, where: str) -> Record | Reject:
        return element if isinstance(element, Reject) else record(element, where)

    def read(data: bytes, where: str) -> Iterator[Record | Reject]:
        return guarded(numbered(elements(data, where, *names), where), where, one)

    return read


def _pubmed(element: Element, where: str) -> Record | Reject:
    if element.tag == "PubmedBookArticle":
        return Reject(where, Said("it is a book of PubMed's bookshelf, not an article"), RejectCode.NO_ARTICLE)
    if element.tag == "MedlineCitation":  # in a MedlineCitationSet, as PubMed gave them until 2016
        whole = Element("PubmedArticle")
        whole.append(element)
        element = whole
    article = element.find("MedlineCitation/Article")
    if article is None:
        return Reject(where, Said("it has no Article"), RejectCode.NO_ARTICLE)
    names = [
        WholeName(text(a, "CollectiveName") or f"{text(a, 'ForeName')} {text(a, 'LastName')} {text(a, 'Suffix')}".strip())
        for a in article.iterfind("AuthorList/Author")
    ]
    ids = {i.get("IdType", ""): text(i) for i in element.iterfind("PubmedData/ArticleIdList/ArticleId")}
    doi = ids.get("doi") or next((text(i) for i in article.iterfind("ELocationID") if i.get("EIdType") == "doi"), "")
    pmid = text(element, "MedlineCitation/PMID")
    parts = [
        f"{'' if label in NO_LABELS else label.capitalize()}: {words}".removeprefix(": ")
        for p in article.iterfind("Abstract/AbstractText")
        if (words := markup(p)) and isinstance(label := p.get("Label", ""), str)
    ]
    title = markup(article.find("ArticleTitle")).removesuffix(".")
    if title.startswith("[") and title.endswith("]"):  # it was translated
        title = title[1:-1].removesuffix(".")
    if title.casefold() in ("", "not available", "no title available"):
        title = markup(article.find("VernacularTitle")).removesuffix(".")
    changes = {c.get("RefType", "") for c in element.iterfind("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")}
    return Record(
        where,
        title=title,
        abstract=" ".join(parts),
        authors=names,
        published=_pubmed_day(article),
        id=doi or f"pubmed:{pmid}",
        doi=doi,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        source=text(article, "Journal/Title"),
        types=tuple(texts(article, "PublicationTypeList/PublicationType")),
        affiliations=[text(a) for a in article.iter("Affiliation")],
        status=next((status for change, status in CHANGES.items() if change in changes), ""),
        authors_in_one_line=False,
    )


def _pubmed_day(article: Element) -> str:
    for path in ("ArticleDate", "Journal/JournalIssue/PubDate"):
        found = article.find(path)
        if found is not None:
            told = text(found, "MedlineDate")
            parts = [text(found, name) for name in ("Year", "Month", "Day")]
            if parts[1].isdigit():
                return "-".join(part for part in parts if part)
            return (
                told.split("-")[0] if told else " ".join(part for part in (*parts[:2], text(found, "Season"), parts[2]) if part)
            )
    return ""


def _plos(element: Element, where: str) -> Record:
    named = {child.get("name", ""): texts(child, "str") or [text(child)] for child in element}
    one = {name: values[0] for name, values in named.items() if values}
    doi = one.get("id", "")
    title = one.get("title_display") or one.get("title") or ""
    return Record(
        where,
        title=title,
        abstract=" ".join(named.get("abstract", [])),
        authors=named.get("author_display", []),
        published=one.get("publication_date", ""),
        id=doi,
        doi=doi,
        url=f"https://doi.org/{doi}" if doi else "",
        source=one.get("journal", ""),
        types=(one.get("article_type", ""),),
        authors_in_one_line=False,
    )


def _osti(element: Element, where: str) -> Record:
    relation = text(element, "relation")
    journal = relation.split("Journal Name:")[-1].split(";")[0].strip() if "Journal Name:" in relation else ""
    abstract = text(element, "description")
    return Record(
        where,
        title=text(element, "title"),
        abstract="" if abstract == "N/A" else abstract,
        authors=[_BRACKETS.sub("", name.split(", E-mail")[0]) for name in text(element, "creator").split(";")],
        affiliations=[*_BRACKETS.findall(text(element, "creator")), text(element, "publisherResearch")],
        published=text(element, "date"),
        doi=text(element, "doi"),
        id=text(element, "doi") or f"osti:{text(element, 'ostiId')}",
        url=text(element, "identifier-citation"),
        source=journal or "OSTI",
        types=(text(element, "type"),),
        authors_in_one_line=False,
    )


def _dblp(element: Element, where: str) -> Record:
    address = text(element, "ee")
    arxiv = arxiv_id(address) if "arxiv" in address.lower() else None
    return Record(
        where,
        title=markup(element.find("title")).removesuffix("."),
        authors=[WholeName(_HOMONYM.sub("", name)) for name in texts(element, "author")],
        published=text(element, "year"),
        doi=address if "doi" in address else "",
        id=f"arXiv:{arxiv.id}" if arxiv else f"dblp:{element.get('key', '')}",
        url=address,
        source=text(element, "journal") or text(element, "booktitle"),
        field="Computer science",
        authors_in_one_line=False,
        types=("journal-volume",) if element.tag == "proceedings" else (),
        status="withdrawn" if element.get("publtype") == "withdrawn" else "",
    )


def _dblp_hit(element: Element, where: str) -> Record:
    """Return the Record of a hit of dblp's search, which has no key and gives lists inside of others."""
    for author in element.iterfind("authors/author"):
        author.text = text(author)
        element.append(author)
    venue = element.find("venue")
    if venue is not None:
        venue.tag = "booktitle"
    return _dblp(element, where)


def _jats(element: Element, where: str) -> Record:
    """Return the Record of an article in JATS, as PubMed Central gives it. https://jats.nlm.nih.gov"""
    about, journal = element.find("front/article-meta"), element.find("front/journal-meta")
    if about is None:
        about = Element("article-meta")
    ids = {i.get("pub-id-type", ""): text(i) for i in about.iterfind("article-id")}
    names = [
        WholeName(text(c, "collab") or f"{text(c, 'name/given-names')} {text(c, 'name/surname')}".strip())
        for c in about.iterfind("contrib-group/contrib")
        if c.get("contrib-type", "author") == "author"
    ]
    days = ["-".join(part for n in ("year", "month", "day") if (part := text(d, n))) for d in about.iterfind("pub-date")]
    number = ids.get("pmc", "").removeprefix("PMC")
    return Record(
        where,
        title=markup(about.find("title-group/article-title")),
        abstract=markup(about.find("abstract")),
        authors=names,
        published=best_date(days),
        id=ids.get("doi") or (f"pmc:{number}" if number else ""),
        doi=ids.get("doi", ""),
        url=f"https://www.ncbi.nlm.nih.gov/pmc/articles/PMC{number}/" if number else "",
        source=text(journal, ".//journal-title"),
        types=(element.get("article-type", ""),),
        affiliations=[_unlabelled(a) for a in about.iter("aff")],
        authors_in_one_line=False,
    )


def _unlabelled(element: Element) -> str:
    for label in (*element.iterfind("label"), *element.iterfind("sup")):
        label.text = ""
    return text(element)


def _endnote(element: Element, where: str) -> Record:
    """Return the Record of an entry of EndNote's XML, each value of which is parted by its styles."""
    days = [text(element, "dates/pub-dates/date"), text(element, "dates/year")]
    doi = text(element, "electronic-resource-num")
    kind = element.find("ref-type")
    return Record(
        where,
        key=text(element, "rec-number"),
        title=text(element, "titles/title"),
        abstract=text(element, "abstract"),
        authors=texts(element, "contributors/authors/author"),
        published=best_date([f"{days[0]} {days[1]}" if days[1] and days[1] not in days[0] else days[0], days[1]]),
        id=doi,
        doi=doi,
        url=next(iter(texts(element, "urls/related-urls/url")), ""),
        source=text(element, "titles/secondary-title") or text(element, "periodical/full-title") or text(element, "publisher"),
        types=(kind.get("name", "").casefold() if kind is not None else "",),
        affiliations=[text(element, "auth-address")],
        authors_in_one_line=False,
    )


def read_doaj(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the article of a DOAJ record."""
    return guarded([(where, value)], where, _doaj) if isinstance(value.get("bibjson"), dict) else None


def _doaj(value: dict[str, Any], where: str) -> Record:
    about = value["bibjson"]
    ids = {
        first_text(i.get("type")).lower(): first_text(i.get("id")) for i in about.get("identifier") or () if isinstance(i, dict)
    }
    links = (first_text(i.get("url")) for i in about.get("link") or () if isinstance(i, dict))
    journal = about.get("journal")
    return Record(
        where,
        title=first_text(about.get("title")),
        abstract=first_text(about.get("abstract")),
        authors=[name for author in about.get("author") or () if (name := person(author))],
        published="-".join(part.zfill(2) for name in ("year", "month") if (part := first_text(about.get(name)))),
        doi=ids.get("doi", ""),
        id=ids.get("doi", "") or f"doaj:{first_text(value.get('id'))}",
        url=next(filter(None, links), ""),
        source=first_text(journal.get("title")) if isinstance(journal, dict) else "",
        affiliations=affiliations(about.get("author")),
        authors_in_one_line=False,
    )


read_pubmed = _reader(("PubmedArticle", "PubmedBookArticle"), _pubmed)
read_medline = _reader(("MedlineCitation",), _pubmed)
read_dblp_search = _reader(("info",), _dblp_hit)
read_jats = _reader(("article",), _jats)
read_endnote = _reader(("record",), _endnote)
read_plos = _reader(("doc",), _plos)
read_osti = _reader(("record",), _osti)
read_dblp = _reader(("article", "inproceedings", "proceedings", "incollection", "phdthesis", "book"), _dblp)
