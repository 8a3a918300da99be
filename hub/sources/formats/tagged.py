"""Files of tagged lines: RIS of every dialect, PubMed's own format (.nbib) and Web of Science's plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.sources.formats.text import decoded
from hub.sources.record import Record, Reject, guarded

_RIS_LINE = re.compile(r"^\s{0,3}([A-Z][A-Z0-9]|DOI|[a-z][a-z0-9](?=  -)) {1,2}-(?:[ \t](.*)|\s*)$")
"""A tag and its value; Cochrane's has three letters. In small letters only with both blanks: "as - it seems" is no tag."""
_RIS_START = re.compile(r"^\s{0,3}(?:TY {1,2}-|ty  -)", re.M)
_RIS_NEXT = re.compile(r"TY {1,2}-\s*(\w+)\s*$")
_NBIB_LINE = re.compile(r"^([A-Z]{2,4}) {0,2}- ?(.*)$")
_WOS_LINE = re.compile(r"^([A-Z][A-Z0-9])(?: (.*))?$")
_DOI_TOLD = re.compile(r"\b(?:doi\b|https?://(?:dx\.)?doi\.org/)", re.I)
_ABBREVIATED = re.compile(r"^[A-Z]{1,6}$")
BOOKS_PARTS = frozenset({"CHAP", "CONF", "CPAPER", "ECHAP"})
VOLUMES = frozenset({"CONF-VOLUME", "JFULL", "EDBOOK", "SER"})
NO_PAPERS = {"NEWS": "news", "BLOG": "news", "DATA": "dataset", "COMP": "dataset", "ADVS": "other"}


@dataclass
class Tagged:
    """One entry: each tag with its lines, continued lines joined."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    ended: bool = False

    def one(self, *tags: str) -> str:
        """Return the first value that one of the tags has."""
        return next((text for tag in tags for text in self.values.get(tag, ()) if text.strip()), "")

    def all(self, *tags: str) -> list[str]:
        """Return every value of the first of the tags that has any."""
        return next(([text for text in self.values[tag] if text.strip()] for tag in tags if any(self.values.get(tag, ()))), [])


def is_ris(text: str) -> bool:
    """Whether this is RIS, by its first entries' ``TY  - ``."""
    return _RIS_START.search(text[:20_000]) is not None


def is_nbib(text: str) -> bool:
    """Whether this is PubMed's own format: it begins with the number of an article."""
    return re.match(r"\s*PMID- ?\d", text) is not None


def is_web_of_science(text: str) -> bool:
    """Whether this is Web of Science's plain text: ``FN`` and ``VR`` lines, then ``PT J``."""
    return (
        re.match(r"\s*(?:FN |VR \d|PT [A-Z]\s*\n)", text) is not None
        and re.search(r"^PT [A-Z]\s*$", text[:5000], re.M) is not None
    )


def read_ris(data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
    """Yield the entries of a RIS file; one without its end (``ER``) ends where the next begins."""
    found = _ris_entries(decoded(data))
    yield from guarded(((f"{where}: line {before + entry.line}", entry) for entry in found), where, _ris)


def _ris_entries(text: str) -> Iterator[Tagged]:
    entry: Tagged | None = None
    before: dict[str, list[str]] = {}  # tags since the last end: some programs write the kind, TY, in the middle
    last = ""
    for number, line in enumerate(text.split("\n"), 1):
        found = _RIS_LINE.match(line)
        tag = found[1].upper() if found else ""
        if tag == "TY":
            if entry is not None:
                yield entry
            entry, last = Tagged(number, {**before, "TY": [(found[2] or "").strip() if found else ""]}), "TY"
            before = {}
        elif entry is None:
            if found and tag != "ER":
                before.setdefault(tag, []).append((found[2] or "").strip())
            elif tag == "ER":
                before = {}
        elif tag == "ER":
            yield entry
            following = _RIS_NEXT.search((found[2] or "")[-40:]) if found else None  # on one line with the end before it
            entry, last = (Tagged(number, {"TY": [following[1]]}), "TY") if following else (None, "")
        elif found:
            entry.values.setdefault(tag, []).append((found[2] or "").strip())
            last = tag
        elif line.strip() and entry.values.get(last):
            entry.values[last][-1] += f" {line.strip()}"
    if entry is not None:
        yield entry


def _ris(entry: Tagged, where: str) -> Record | Reject:
    kind = entry.one("TY").upper()
    title = entry.one("TI", "T1", "CT") or ("" if kind in BOOKS_PARTS else entry.one("BT"))
    arxiv = next((i for tag in ("UR", "L1", "L2", "M1", "N1", "AN", "ID", "JO", "T2") for text in entry.values.get(tag, ())
                  if "arxiv" in text.lower() and (i := identifiers.arxiv_id(text))), None)  # fmt: skip
    doi = _ris_doi(entry)
    source = _ris_source(entry, kind)
    return Record(
        where,
        key=entry.one("ID", "LB"),
        title=title or (entry.one("T2") if kind not in BOOKS_PARTS and entry.one("JO", "JF") else ""),
        abstract=entry.one("AB", "N2"),
        authors=_ris_people(entry),
        published=best_date(_ris_days(entry)),
        id=f"arXiv:{arxiv.id}" if arxiv else doi,
        doi=doi,
        url=next((text for tag in ("UR", "LK", "L2", "L1") for text in entry.values.get(tag, ()) if text.startswith("http")), ""),
        source="arXiv" if arxiv and not source else source,
        types=(NO_PAPERS.get(kind, kind.lower()),),
        affiliations=entry.values.get("AD", ()),
        authors_in_one_line=False,
    )


def _ris_people(entry: Tagged) -> list[str]:
    """Return the authors: of two tags that name them the one that names more."""
    named = [[name for text in entry.all(tag) for name in people(text)] for tag in ("AU", "A1")]
    return max(named, key=len) or [name for text in entry.all("A2", "ED") for name in people(text)]


def people(text: str) -> list[str]:
    """Return the names of a value that should hold one and may hold all.

    >>> people("张三;李四;"), people("Gödel, Kurt"), people("Holub, A. and Lind, E.")
    (['张三', '李四'], ['Gödel, Kurt'], ['Holub, A.', 'Lind, E.'])
    """
    parts = re.split(r";|；", text) if ";" in text or "；" in text else _before_commas(text) if text.count(",") > 1 else [text]
    return [name for part in parts if (name := part.strip(" ,")) and name.casefold() not in ("et al", "et al.", "others")]


def _before_commas(text: str) -> list[str]:
    """Return what is parted by "and", where a comma still follows: the "and" of a last group's name parts nothing."""
    *head, last = text.rpartition(",")
    parts = re.split(r"(?<!\s)\s+and\s+(?!,)", head[0])
    return [*parts[:-1], f"{parts[-1]},{last}"]


def _ris_days(entry: Tagged) -> list[str]:
    days = [
        text.strip("/ ")
        for tag in ("DA", "Y1", "PY", "YR", "DP", "ET")
        for text in entry.values.get(tag, ())
        if re.search(r"\d", text)
    ]
    year, day = entry.one("PY", "YR", "Y1").strip("/ ")[:4], entry.one("DA").strip("/ ")
    parted = [f"{day} {year}"] if day and year.isdigit() and not re.search(r"\d{4}", day) else []
    return [*(d for d in days if re.search(r"\d{4}|\d[/.-]\d", d)), *parted]


def _ris_doi(entry: Tagged) -> str:
    if doi := identifiers.doi(entry.one("DO", "DOI")):
        return doi
    for tag in ("M3", "N1", "L3", "UR", "LK", "M1", "AN", "ID", "C7", "L2"):
        for text in entry.values.get(tag, ()):
            if ("10." in text) and (_DOI_TOLD.search(text) or text.startswith("10.")) and (doi := identifiers.doi(text)):
                return doi
    return ""


def _ris_source(entry: Tagged, kind: str) -> str:
    """Return what the entry appeared in: its journal's whole name before an abbreviation, a thesis's school, a publisher."""
    tags = ("C3", "T2", "BT", "JF", "JO", "JA", "T3") if kind in BOOKS_PARTS else ("T2", "JF", "JO", "JA", "J1", "J2", "BT", "T3")
    names = [text for tag in tags if (text := entry.one(tag)) and text != entry.one("TI", "T1")]
    whole = [name for name in names if not _ABBREVIATED.match(name)]
    return next(iter([*whole, *names]), "") or entry.one("PB", "DP")


def read_nbib(data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
    """Yield the entries of PubMed's own format. https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format"""
    found = split_entries(decoded(data), _NBIB_LINE, "PMID", " ")
    yield from guarded(((f"{where}: line {before + entry.line} ({entry.one('PMID')})", entry) for entry in found), where, _nbib)


def split_entries(text: str, form: re.Pattern[str], start: str, join: str) -> Iterator[Tagged]:
    """Yield the entries of a text whose lines begin with a tag, as ``form`` finds it; each begins with the tag ``start``."""
    entry: Tagged | None = None
    last = ""
    for number, line in enumerate(text.split("\n"), 1):
        found = form.match(line) if line[:1].strip() else None
        if found and found[1] == start:
            if entry is not None:
                yield entry
            entry, last = Tagged(number), ""
        if entry is None:
            continue
        if found:
            last = found[1]
            entry.values.setdefault(last, []).append((found[2] or "").strip())
        elif line.strip() and entry.values.get(last):
            if join == "\n":
                entry.values[last].append(line.strip())
            else:
                entry.values[last][-1] += f" {line.strip()}"
    if entry is not None:
        yield entry


def _nbib(entry: Tagged, where: str) -> Record | Reject:
    ids = [*entry.values.get("LID", ()), *entry.values.get("AID", ())]
    doi = next((identifiers.doi(text) for text in ids if "[doi]" in text), "")
    title = entry.one("TI").removesuffix(".")
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1]
    if not title or title.casefold().startswith("not available"):
        title = entry.one("TT").removesuffix(".")
    pmid = entry.one("PMID")
    marks = {"RIN": "retracted", "ECI": "concern", "EIN": "corrected"}
    return Record(
        where,
        key=pmid,
        title=title or entry.one("BTI"),
        abstract=entry.one("AB"),
        authors=[*entry.all("FAU", "AU"), *map(WholeName, entry.values.get("CN", ()))],
        published=best_date([entry.one("DEP"), entry.one("DP"), entry.one("PHST")]),
        id=doi or f"pubmed:{pmid}",
        doi=doi,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        source=entry.one("JT", "TA", "CTI", "PB"),
        types=tuple(entry.values.get("PT", ())),
        affiliations=entry.values.get("AD", ()),
        status=next((status for tag, status in marks.items() if entry.values.get(tag)), ""),
        authors_in_one_line=False,
    )


def read_web_of_science(data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
    """Yield the entries of Web of Science's plain text. https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html"""
    found = split_entries(decoded(data), _WOS_LINE, "PT", "\n")
    yield from guarded(((f"{where}: line {before + entry.line}", entry) for entry in found), where, _web_of_science)


def _web_of_science(entry: Tagged, where: str) -> Record | Reject:
    def joined(*tags: str) -> str:
        return " ".join(entry.all(*tags))

    return Record(
        where,
        key=entry.one("UT"),
        title=joined("TI"),
        abstract=joined("AB"),
        authors=[*entry.all("AF", "AU", "BF", "BA"), *map(WholeName, entry.values.get("CA", ()))],
        published=best_date(dates_of(joined("PD"), joined("PY"), joined("EA"))),
        id=joined("DI") or joined("UT"),
        doi=joined("DI"),
        url="",
        source=joined("SO", "BT", "SE", "PU"),
        categories=[name.strip() for name in joined("SC", "WC").split(";") if name.strip()],
        types=tuple(name.strip() for name in joined("DT").split(";")),
        affiliations=[joined("C3"), *_addresses(entry.values.get("C1", ()))],
        authors_in_one_line=False,
    )


def _addresses(lines: Sequence[str]) -> list[str]:
    """Return the addresses that Web of Science gives one a line, after its authors' names; a long one may go on."""
    named = bool(lines) and lines[0].startswith("[")
    return [part.replace("\n", " ") for part in re.split(r"\n(?=\[)", "\n".join(lines))] if named else list(lines)


def dates_of(day: str, year: str, *others: str) -> list[str]:
    """Return what may be the date where a day and its year stand apart.

    >>> dates_of("MAR 15", "2021"), dates_of("2021-03-15", "2021")
    (['MAR 15 2021', 'MAR 15', '2021'], ['2021-03-15', '2021'])
    """
    together = [f"{day} {year}"] if day and year and year not in day else []
    return [text for text in (*together, day, *others, year) if text]


def without_form(text: str, where: str) -> Reject | None:
    """Return why a file of tagged lines in a form that is not read here is none of papers; None when it is no such file."""
    if re.match(r"\s*%[0-9A-Z] \S", text) and len(re.findall(r"^%[0-9A-Z@] ", text[:5000], re.M)) > 1:
        told = Said("it is in EndNote's own tagged form (Refer): export it as RIS, BibTeX or CSV")
        return Reject(where, told, RejectCode.UNKNOWN_FORM)
    return None
