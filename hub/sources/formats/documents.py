"""Documents of other services that people save: PubMed, PLOS, OSTI and dblp XML, DOAJ JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hub.i18n.messages import Said
from hub.sources.formats.xml import Element, elements, text, texts
from hub.sources.record import Record, Reject


def _reader(
    names: tuple[str, ...], record: Callable[[Element, str], Record | Reject]
) -> Callable[[bytes, str], Iterator[Record | Reject]]:
    def read(data: bytes, where: str) -> Iterator[Record | Reject]:
        for number, element in enumerate(elements(data, where, *names), 1):
            yield element if isinstance(element, Reject) else record(element, f"{where}: entry {number}")

    return read


def _pubmed(element: Element, where: str) -> Record | Reject:
    if element.tag == "PubmedBookArticle":
        return Reject(where, Said("it is a book of PubMed's bookshelf, not an article"))
    article = element.find("MedlineCitation/Article")
    if article is None:
        return Reject(where, Said("it has no Article"))
    names = [
        text(a, "CollectiveName") or f"{text(a, 'ForeName')} {text(a, 'LastName')} {text(a, 'Suffix')}".strip()
        for a in article.iterfind("AuthorList/Author")
    ]
    ids = {i.get("IdType", ""): text(i) for i in element.iterfind("PubmedData/ArticleIdList/ArticleId")}
    doi = ids.get("doi") or next((text(i) for i in article.iterfind("ELocationID") if i.get("EIdType") == "doi"), "")
    pmid = text(element, "MedlineCitation/PMID")
    parts = [
        f"{p.get('Label', '').capitalize()}: {text(p)}".removeprefix(": ") for p in article.iterfind("Abstract/AbstractText")
    ]
    title = text(article, "ArticleTitle") or text(article, "VernacularTitle")
    return Record(
        where,
        title=title.removesuffix(".").strip("[]") if title.startswith("[") else title.removesuffix("."),
        abstract=" ".join(parts),
        authors=names,
        published=_pubmed_day(article),
        id=doi or f"pubmed:{pmid}",
        doi=doi,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        source=text(article, "Journal/Title"),
        types=tuple(texts(article, "PublicationTypeList/PublicationType")),
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
        authors=[name.split(", E-mail")[0] for name in text(element, "creator").split(";")],
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
    return Record(
        where,
        title=text(element, "title").removesuffix("."),
        authors=texts(element, "author"),
        published=text(element, "year"),
        doi=address if "doi" in address else "",
        id=f"dblp:{element.get('key', '')}",
        url=address,
        source=text(element, "journal") or text(element, "booktitle"),
        field="Computer science",
        authors_in_one_line=False,
        types=("journal-volume",) if element.tag == "proceedings" else (),
    )


def read_doaj(value: dict[str, Any], where: str) -> Iterator[Record | Reject] | None:
    """Return the article of a DOAJ record."""
    about = value["bibjson"]
    ids = {i.get("type", "").lower(): i.get("id", "") for i in about.get("identifier", [])}
    link = next((i.get("url", "") for i in about.get("link", []) if i.get("url")), "")
    record = Record(
        where,
        title=about.get("title") or "",
        abstract=about.get("abstract") or "",
        authors=[a.get("name", "") for a in about.get("author", [])],
        published="-".join(part.zfill(2) for part in (about.get("year") or "", about.get("month") or "") if part),
        doi=ids.get("doi", ""),
        id=ids.get("doi", "") or f"doaj:{value.get('id', '')}",
        url=link,
        source=(about.get("journal") or {}).get("title", ""),
        authors_in_one_line=False,
    )
    return iter([record])


read_pubmed = _reader(("PubmedArticle", "PubmedBookArticle"), _pubmed)
read_plos = _reader(("doc",), _plos)
read_osti = _reader(("record",), _osti)
read_dblp = _reader(("article", "inproceedings", "proceedings", "incollection", "phdthesis", "book"), _dblp)
