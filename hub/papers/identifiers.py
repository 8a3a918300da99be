"""What a paper is called: arXiv ids and DOIs, found in what sources write and brought into one form."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple


class ArxivId(NamedTuple):
    """An arXiv id without its version, and the version (0 when none was named)."""

    id: str
    version: int


# https://info.arxiv.org/help/arxiv_identifier.html
_NEW = r"\d{4}\.\d{4,5}"
_OLD = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(rf"(?<![\d.])({_NEW}|(?<![a-z-]){_OLD})(?:v(\d{{1,3}}))?(?![\d])")
_FLOAT = re.compile(r"(?:arxiv:|https?://(?:[\w-]+\.)?arxiv\.org/(?:abs|pdf)/)?(\d{3,4}\.\d+)$", re.I)
_FIVE_DIGITS_FROM = 1501
_SUBJECT = re.compile(r"(?<=[a-z])\.[A-Z]{2}(?=/\d{7})")
"""The subject in an old id: math.GT/0309136 is math/0309136, as arXiv itself writes it now."""
LONGEST = 2000
"""Characters in which an id is looked for: addresses are shorter."""
_LATEX = (("{\\_}", "_"), ("\\_", "_"), ("\\%", "%"), ("\\&", "&"), ("\\#", "#"), ("{_}", "_"))
_VOLATILE = re.compile(r"(?:^|[./])cnki\.(?:net|com\.cn)/.*[?&]v=|[?&;](?:jsessionid|sessionid|phpsessid|sid|token)=", re.I)
"""Addresses that are made anew for each visitor: they name no paper."""
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.I)
_SILVERCHAIR = re.compile(r"/(?:advance-)?article(?:-abstract|-lookup|-pdf)?/doi/(10\.\d{4,9}/[^/?#]+)/\d+(?:/|$)", re.I)
_VERSIONED_DOI = re.compile(  # preprint servers that give each version a DOI or a suffix of its own
    r"^(?P<base>10\.(?:1101|64898)/.+?)v(?P<a>\d{1,3})$|^(?P<base2>10\.26434/.+?)(?:-v|/v)(?P<b>\d{1,3})$"
    r"|^(?P<base3>10\.21203/.+?)/v(?P<c>\d{1,3})$|^(?P<base4>10\.20944/.+?)\.v(?P<d>\d{1,3})$"
    r"|^(?P<base5>10\.\d{4,9}/osf\.io/\w+?)_v(?P<e>\d{1,3})$|^(?P<base6>10\.12688/.+?)\.(?P<f>\d{1,2})$"
)
_ARXIV_DOI = "10.48550/arxiv."
_AS_DOI = re.compile(r"^.*10\.48550/arxiv\.", re.I)
"""The DOI that arXiv gives each paper."""


def arxiv_id(text: str) -> ArxivId | None:
    """Return the arXiv id in an id, address or DOI; None when there is none.

    Ids that a spreadsheet read as numbers are mended: arXiv numbers have five digits from January 2015, four before.

    >>> arxiv_id("http://arxiv.org/abs/quant-ph/0201082v1"), arxiv_id("oai:arXiv.org:2609.26820v1")
    (ArxivId(id='quant-ph/0201082', version=1), ArxivId(id='2609.26820', version=1))
    >>> arxiv_id("math.GT/0309136"), arxiv_id("https://doi.org/10.48550/arXiv.2606.10005")
    (ArxivId(id='math/0309136', version=0), ArxivId(id='2606.10005', version=0))
    >>> arxiv_id("http://arxiv.org/abs/1801.0154899999998")
    ArxivId(id='1801.01549', version=0)
    >>> arxiv_id("arXiv:1801.0154899999998"), arxiv_id("1801.015"), arxiv_id("704.0001"), arxiv_id("10.1101/2020.01.02.1")
    (ArxivId(id='1801.01549', version=0), ArxivId(id='1801.01500', version=0), ArxivId(id='0704.0001', version=0), None)
    """
    text = text[:LONGEST].strip()
    if "10.48550" in text:
        text = _AS_DOI.sub("arXiv:", text)
    number = _FLOAT.match(text)
    if number:
        return _mended(number[1])
    if _DOI.match(text) and not text.lower().startswith(_ARXIV_DOI):
        return None
    found = _ARXIV.search(text)
    if not found or not _is_month(found[1]):
        return None
    return ArxivId(_SUBJECT.sub("", found[1]), int(found[2] or 0))


def _mended(number: str) -> ArxivId | None:
    month, _, digits = number.partition(".")
    month = month.zfill(4)
    width = 5 if int(month) >= _FIVE_DIGITS_FROM else 4
    if len(digits) > width:
        month, _, digits = f"{float(number):0{5 + width}.{width}f}".partition(".")
    mended = f"{month}.{digits.ljust(width, '0')}"
    return ArxivId(mended, 0) if _is_month(mended) else None


def _is_month(name: str) -> bool:
    digits = name.split("/")[-1][:4]
    return 1 <= int(digits[2:4]) <= 12


def oai_set(category: str) -> str:
    """Return the set in which arXiv's OAI-PMH has a category. https://info.arxiv.org/help/oa

    >>> oai_set("cs.AI"), oai_set("astro-ph.GA"), oai_set("quant-ph"), oai_set("math")
    ('cs:cs:AI', 'physics:astro-ph:GA', 'physics:quant-ph', 'math')
    """
    archive, _, name = category.partition(".")
    if archive in ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"):
        return f"{archive}:{archive}:{name}" if name else archive
    return f"physics:{archive}:{name}" if name else f"physics:{archive}"


def arxiv_month(name: str) -> tuple[int, int]:
    """Return the year and month in which an arXiv id was given.

    >>> arxiv_month("2609.26820"), arxiv_month("quant-ph/0201082"), arxiv_month("hep-th/9901001")
    ((2026, 9), (2002, 1), (1999, 1))
    """
    digits = name.split("/")[-1]
    year = int(digits[:2])
    return (1900 if year >= 91 else 2000) + year, int(digits[2:4])


def doi(text: str) -> str:
    r"""Return the DOI in ``text``, in lower case and without address, version query or trailing punctuation; else "".

    >>> doi("https://doi.org/10.1038/S41586-024-02710-0."), doi("doi:10.1101/287466"), doi("pubmed:34739370")
    ('10.1038/s41586-024-02710-0', '10.1101/287466', '')
    >>> doi(r"10.1007/978-3-319-1{\_}2")
    '10.1007/978-3-319-1_2'
    """
    text = text[:LONGEST]
    if "_" in text or "\\" in text:
        for written, meant in _LATEX:
            text = text.replace(written, meant)
    numbered = _SILVERCHAIR.search(text)
    if numbered:
        return numbered[1].lower()
    found = _DOI.search(text.replace("%2F", "/"))
    if not found:
        return ""
    name = re.split(r"[?#&;|]", found[0].lower())[0] if "://" in text else found[0].lower()
    name = name.rstrip(".,;:'")
    while name.endswith((")", "]", "}")) and name.count(name[-1]) > name.count({")": "(", "]": "[", "}": "{"}[name[-1]]):
        name = name[:-1].rstrip(".,;:")
    return name


def doi_base(name: str) -> tuple[str, int]:
    """Return a DOI without the version that preprint servers put into it, and that version (0 when none).

    >>> doi_base("10.26434/chemrxiv-2024-abcde-v2"), doi_base("10.1038/nature1v2")
    (('10.26434/chemrxiv-2024-abcde', 2), ('10.1038/nature1v2', 0))
    """
    found = _VERSIONED_DOI.match(name)
    if not found:
        return name, 0
    values = [value for value in found.groups() if value]
    return values[0], int(values[1])


def paper_id(*, arxiv: str = "", doi_name: str = "", url: str = "", title: str = "", source: str = "") -> str:
    """Return the id of a paper from the best name it has: arXiv, DOI, lasting address, else its title and source.

    >>> paper_id(arxiv="2606.18811"), paper_id(doi_name="10.1101/287466")
    ('arXiv:2606.18811', 'doi:10.1101/287466')
    """
    if arxiv:
        return f"arXiv:{arxiv}"
    if doi_name:
        return f"doi:{doi_base(doi_name)[0]}"
    if url and not _VOLATILE.search(url[:LONGEST]):
        return f"url:{_digest(_bare(url))}"
    return f"hash:{_digest(f'{source}|{title}'.casefold())}"


def part_id(name: str, title: str) -> str:
    """Return the id of a paper that shares its DOI or address with others: a chapter under its book's, an item of a list.

    >>> part_id("doi:10.1000/book", "Introduction") == part_id("doi:10.1000/book", "introduction")
    True
    """
    return f"{name}#{_digest(' '.join(title.casefold().split()))[:8]}"


def _bare(url: str) -> str:
    plain = re.sub(r"^https?://(www\.)?", "", url.strip())
    return re.sub(r"[?&](utm_[^=&#?]+|dgcid|rss|af|TRACK)=[^&#]*", "", plain).rstrip("/?&")


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=10).hexdigest()
