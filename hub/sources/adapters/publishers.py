"""What each publisher does to its feeds, undone: where the journal's name, the authors, the kind and the abstract really are."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from hub.papers.fields import is_known_field
from hub.papers.teasers import leading_authors
from hub.sources.record import Record

_PAIR = re.compile(r"(Publication date|Source|Author\(s\))\s*:\s*(?:</b>\s*)?", re.I)
_INSIDE = r"(?:[^<]|<(?!/?p>))*+"
"""What stands in a paragraph: no part runs on into the next one, so that a heap of openers costs no more than as many letters."""
_PENSOFT = re.compile(rf"<p>DOI:\s*+(?P<doi>{_INSIDE})</p>\s*<p>Authors?:\s*+(?P<authors>{_INSIDE})</p>\s*<p>(?:Abstract:\s*)?")
_FILES = re.compile(r"(?<![>\s])(?:<[^<>]*>|\s)++$")
_LISTS = re.compile(
    r"(?<!\s)\s*+[:|–-]\s*(?:most recent articles|new and recent articles|latest (?:articles|papers|issue)|current issue|new toc"
    r"|table of contents|advance.*)$",
    re.I,
)
_ARXIV_LINK = re.compile(r"<a [^<>]*>((?:[^<]|<(?!/?a\b))*+)</a>")
_BRACKETED = re.compile(r"^\s*\[(?P<section>[^\]]{3,60})\]\s*(?=\S)")
_DATED_DOI = re.compile(r"10\.(?:1101|64898)/(\d{4})\.(\d{2})\.(\d{2})\.\d+")
_ACL_ID = re.compile(r"aclanthology\.org/(?P<id>(?=[A-Za-z_.-]*\d)[\w.-]*+)/?$")
_MDPI_ISSUE = re.compile(r"^[^:]{2,150}, Vol\. \d+, Pages? [\w–-]+: ")
_MDPI_REPEATS = re.compile(r"\s*<p>\s*+(?:[^<:]{2,150}, Vol\. \d+, Pages? |[^<:]{2,150} doi:|Authors?:)", re.I)
_NBER_ID = re.compile(r"nber\.org/papers/(w\d+)")


@cache
def _section_kinds() -> dict[str, str]:
    """Return which sections of the Lancet's, Science's, Cell's and Atypon's feeds hold no papers, and what they are."""
    kinds = {
        "editorial": "comment|comments|commentary|correspondence|letters|editor's choice|editors' choice|editorial|editorials|"
        "policy forum|perspective|perspectives|viewpoint|world view|letters to the editor|this week in science|in this issue|"
        "research in context|offline|expert voices|insights|in other journals",
        "news": "world report|obituary|retrospective|in depth|feature|features|news in brief|in brief|news|news at a glance|"
        "special report|the art of medicine|profile|lifeline|newsdesk|working life|careers|science and culture|core concepts|"
        "inner workings|news feature|front matter|qna|q&a|this week|podcast|in memoriam",
        "correction": "corrections|correction|erratum|errata|department of error|retraction|expression of concern",
        "book review": "books et al.|books|book|book review|media watch",
    }
    return {name: kind for kind, names in kinds.items() for name in names.split("|")}


def as_publisher_means(record: Record, entry: Any, feed: Any) -> None:
    """Mend a record by the quirks of whoever made the feed."""
    record.from_feed = True
    address = f"{record.url} {record.id} {feed.get('link', '')}"
    for marks, mend in _PUBLISHERS:
        if any(mark in address for mark in marks):
            mend(record, entry, feed)
            break
    else:
        _plain(record, entry, feed)
    record.title = record.title.removeprefix("\ufeff")


def _journal(feed: Any, entry: Any) -> str:
    name = feed.get("prism_publicationname", "") or entry.get("prism_publicationname", "") or feed.get("title", "")
    return str(name)


def _plain(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or _LISTS.sub("", _journal(feed, entry).removeprefix("Latest Results for "))
    if record.types == () and len(record.categories) == 1:
        record.types = (record.categories[0],)


def _arxiv(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = "arXiv"
    record.authors = [name for raw in record.authors for name in (_ARXIV_LINK.findall(raw) or [raw])]
    primary = entry.get("arxiv_primary_category", {}).get("term", "")
    record.field = primary or (record.categories[0] if record.categories else "")
    if record.doi and "10.48550" in record.doi:
        record.doi = ""


def _rxiv(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = "medRxiv" if "medrxiv" in record.url.lower() else "bioRxiv"
    record.doi = record.doi or _bmj_doi(record.url)
    found = re.search(r"v(\d{1,3})(?:\?|$|\.)", record.url)
    record.version = int(found[1]) if found else 1
    first = first_day(record.doi)
    if first and record.version > 1:
        record.updated, record.published = record.published or record.updated, first
    title = feed.get("title", "")
    subject = title.split(":")[-1].strip() if ":" in title else ""
    section = entry.get("prism_section", "").strip()
    record.field = section or record.field or (subject if is_known_field(subject) else "")
    record.types = ()


def _bmj_doi(url: str) -> str:
    found = re.search(r"/short/([\d.]+)v\d+", url)
    return f"10.1101/{found[1]}" if found else ""


def _chemrxiv(record: Record, entry: Any, feed: Any) -> None:
    record.source = "ChemRxiv"


def _nature(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or _journal(feed, entry)
    record.abstract = re.sub(r"^\s*<p>[^<]*Published online:.*?</p>", "", record.abstract, count=1, flags=re.S)
    if record.abstract.strip() == record.title.strip():
        record.abstract = ""


def _sciencedirect(record: Record, entry: Any, feed: Any) -> None:
    *closed, _rest = re.split(r"</p>", record.abstract, flags=re.I)
    told = [(name, part) for part in closed if (name := _PAIR.search(part))]
    pairs = {name[1].lower(): part[name.end() :] for name, part in told}
    record.published = record.published or pairs.get("publication date", "")
    record.authors = record.authors or [pairs.get("author(s)", "")]
    journal = re.sub(r"<[^<>]+>", "", pairs.get("source", "")).split(", Volume")[0]
    record.source = record.source or journal.strip() or feed.get("title", "").removeprefix("ScienceDirect Publication: ")
    if pairs:
        record.abstract = ""


def _tandf(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or entry.get("dc_source", "") or feed.get("prism_publicationname", "")
    record.abstract = ""
    record.published = record.published or record.updated


def _acs(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "")
    cite = re.search(r"<cite>([^<]*(?:<(?!/?cite>)[^<]*)*+)</cite>", record.abstract)
    if cite:
        record.source = record.source if record.source != feed.get("title") else cite[1]
        record.abstract = ""
    if "paragraphSection" not in record.abstract:
        record.abstract = ""


def _silverchair(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = record.source or re.sub(r"(?<!\s)\s+(?:Current Issue|Advance Access|Latest.*)$", "", feed.get("title", ""))


def _rsc(record: Record, entry: Any, feed: Any) -> None:
    record.source = record.source or feed.get("title", "")
    head = re.search(
        rf"<p><strong>((?:[^<]|<(?!/?(?:p|strong)>))*+)</strong>{_INSIDE}</p>(?:\s*<p>(?P<authors>[^<]*)</p>)?", record.abstract
    )
    if head:
        record.types = (head[1],)
        record.authors = record.authors or [head["authors"] or ""]
    rest = re.sub(r"<p>\s*<a (?:[^<]|<(?!/a>|p>))*+</a>\s*</p>", "", record.abstract[head.end() :] if head else record.abstract)
    record.abstract = rest


def _pensoft(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = record.source or feed.get("title", "").removeprefix("Latest Articles from ")
    record.types = tuple(record.categories)
    record.categories = []
    found = _PENSOFT.search(record.abstract)
    if found:
        record.doi, record.authors = found["doi"], [found["authors"]]
        record.abstract = record.abstract[found.end() :].rpartition("</p>")[0]
    files = record.abstract.rfind("HTML")
    if files >= 0 and re.sub(r"<[^<>]*>", " ", record.abstract[files:]).split() == ["HTML", "XML", "PDF"]:
        record.abstract = _FILES.sub("", record.abstract[:files])


def _pubmed(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = record.source or entry.get("dc_source", "")
    content = next((c.get("value", "") for c in entry.get("content", [])), "")
    after = re.split(r"<p>\s*<b>\s*ABSTRACT\s*</b>\s*</p>", content, maxsplit=1)
    record.url = re.sub(r"\?.*", "", record.url)
    record.abstract = re.split(r"<p[^<>]*>\s*PMID:", after[1], maxsplit=1)[0] if len(after) == 2 else entry.get("summary", "")
    record.types = ()


def _cnki(record: Record, entry: Any, feed: Any) -> None:
    record.from_feed = False
    record.source = record.source or feed.get("title", "").removesuffix("-CNKI")
    leading = record.abstract.split(";")
    count = next((n for n, part in enumerate(leading) if len(part) > 40 or "," in part), len(leading))
    if count < len(leading) and len(leading) > 1:
        record.authors, record.abstract = leading[:count], ";".join(leading[count:])
    record.abstract = record.abstract.removeprefix("<正>").strip("~")


def _ssrn(record: Record, entry: Any, feed: Any) -> None:
    record.source = "SSRN"


def first_day(doi: str) -> str:
    """Return the day that a DOI of bioRxiv or medRxiv carries, on which the paper was handed in; empty for those before 2020.

    >>> first_day("10.1101/2026.05.12.654321"), first_day("10.64898/2026.01.02.700001v2"), first_day("10.1101/287466")
    ('2026-05-12', '2026-01-02', '')
    """
    found = _DATED_DOI.search(doi)
    return "-".join(found.groups()) if found else ""


def _section(record: Record, name: str) -> None:
    kind = _section_kinds().get(" ".join(name.casefold().split()))
    if kind:
        record.types = (kind, *record.types)


def _bracketed(record: Record, entry: Any, feed: Any) -> None:
    """Cell's and the Lancet's feeds write the section before the title: "[Articles] ..."."""
    found = _BRACKETED.match(record.title)
    if found:
        record.title = record.title[found.end() :]
        _section(record, found["section"])
    for name in record.types:
        _section(record, name)
    record.source = record.source or _journal(feed, entry)


def _atypon(record: Record, entry: Any, feed: Any) -> None:
    """Science, PNAS, NEJM, ACM, Wiley: the description cites the paper; some go on with a significance statement."""
    for name in record.types:
        _section(record, name)
    record.abstract = re.sub(r"(<br\s*/?>\s*|^\s*)Significance(?=[A-Z])", r"\1", record.abstract, count=1)
    _plain(record, entry, feed)


def _aps(record: Record, entry: Any, feed: Any) -> None:
    names, record.abstract = leading_authors(record.abstract)
    record.authors = record.authors or names
    record.types = ()
    record.source = record.source or re.sub(r"^Recent Articles in ", "", _journal(feed, entry))


def _acl(record: Record, entry: Any, feed: Any) -> None:
    """The ACL Anthology's feed tells authors and volume; DOIs are made of its ids. https://aclanthology.org/info/ids/"""
    names, _, volume = record.abstract.partition(" in ")
    record.authors = record.authors or [names.replace(" and ", ", ")]
    record.journal, record.abstract = record.journal or volume, ""
    found = _ACL_ID.search(record.url)
    if found and not record.doi:
        record.doi = f"10.18653/v1/{found['id']}"
    record.source = record.source or "ACL Anthology"


def _nber(record: Record, entry: Any, feed: Any) -> None:
    """NBER writes "Title -- by Author, Author"; DOIs are made of the numbers of its papers."""
    title, parted, names = record.title.rpartition(" -- by ")
    if parted:
        record.title, record.authors = title, record.authors or [names]
    found = _NBER_ID.search(record.url)
    if found:
        record.url = f"https://www.nber.org/papers/{found[1]}"
        record.doi = record.doi or f"10.3386/{found[1]}"
    record.source, record.from_feed = record.source or "NBER", False


def _pmlr(record: Record, entry: Any, feed: Any) -> None:
    record.source, record.from_feed = record.source or "PMLR", False
    record.journal = record.journal or feed.get("title", "")


def _mdpi(record: Record, entry: Any, feed: Any) -> None:
    """MDPI writes "Journal, Vol. 5, Pages 12: Title", and title, DOI and authors again before the abstract."""
    record.title = _MDPI_ISSUE.sub("", record.title[:4000], count=1)
    parts = [part for part in record.abstract.split("</p>") if not _MDPI_REPEATS.match(part[:300])]
    record.abstract, record.from_feed = "</p>".join(parts), False
    record.source = record.source or _journal(feed, entry)


def _jmlr(record: Record, entry: Any, feed: Any) -> None:
    record.source, record.from_feed = record.source or "Journal of Machine Learning Research", False


_PUBLISHERS = (
    (("arxiv.org", "oai:arXiv"), _arxiv),
    (("biorxiv.org", "medrxiv.org"), _rxiv),
    (("chemrxiv.org",), _chemrxiv),
    (("nature.com",), _nature),
    (("sciencedirect.com",), _sciencedirect),
    (("tandfonline.com",), _tandf),
    (("pubs.acs.org",), _acs),
    (("academic.oup.com",), _silverchair),
    (("pubs.rsc.org",), _rsc),
    (("pensoft.net",), _pensoft),
    (("pubmed.ncbi",), _pubmed),
    (("cnki.net",), _cnki),
    (("aclanthology.org",), _acl),
    (("nber.org",), _nber),
    (("proceedings.mlr.press",), _pmlr),
    (("jmlr.org",), _jmlr),
    (("mdpi.com",), _mdpi),
    (("aps.org",), _aps),
    (("thelancet.com", "cell.com"), _bracketed),
    (("science.org", "pnas.org", "nejm.org", "dl.acm.org", "onlinelibrary.wiley.com", "journals.sagepub.com"), _atypon),
    (("ssrn.com",), _ssrn),
)
"""What an address holds, and how entries from there are mended."""
