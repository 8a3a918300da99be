"""BibTeX and BibLaTeX, as people and programs write them: split by bibtexparser, understood here."""

from __future__ import annotations

import calendar
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.papers.fields import is_arxiv_category
from hub.sources.formats.streamed import PartReader, Parts
from hub.sources.formats.text import decoded
from hub.sources.record import Record, Reject, guarded

_MONTHS = {name.lower(): name for name in calendar.month_abbr if name}
_COMMAND_END = re.compile(r"\\(?:[A-Za-z]+\s*|[^A-Za-z\s])$")
_NOT_SHOWN = re.compile(r"\\(?:noopsort|switchargs|protect|relax|ignorespaces)\b\s*(?:\{[^{}]*\})?")
_ENTRY = re.compile(r"^[^\S\n]*@[^\S\n]*\w+\s*[{(]", re.M)
_NO_COMMA = re.compile(r"""["}][ \t]*\n[ \t]*[A-Za-z][\w-]{1,30}[ \t]*=[ \t]*[{"\w]""")
_COMMAS = re.compile(r",\s*,")
_NESTING = re.compile(r"\\.|[{}\"]|,(?:\s*,)+|^[^\S\n]*@[^\S\n]*\w+", re.M)
_ET_AL = re.compile(r"(?<![\s,])[\s,]++(?:and\s+)?(?:et\s+al\.?|others)$", re.I)
_REFERS = re.compile(rb"\b(?:crossref|xdata)\s*=\s*[{\"]\s*([^{}\"]{1,500})", re.I)
_BEGINS = re.compile(rb"^[^\S\n]*@\w+[^\S\n]*[{(]\s*([^\s,{}()]{1,200})\s*,", re.M)
_PIECE = re.compile(r"\s*(?:#\s*)?([^#{}\"\s]+)")
_VANCOUVER = re.compile(r"^[^\s,]+(?: [^\s,]+){0,3} [A-Z]{1,4}$")
_SUFFIX = re.compile(r"^(?:jr|sr|i{2,3}|iv)\.?$", re.I)
_INHERITED = (
    "booktitle", "year", "date", "month", "day", "journal", "journaltitle", "publisher", "series", "organization", "school",
    "institution", "editor", "url",
)  # fmt: skip
SOURCES = (
    "journal", "journaltitle", "booktitle", "maintitle", "school", "institution", "organization", "publisher", "eventtitle",
    "series",
)  # fmt: skip
"""Where an entry says what it appeared in, best first."""
VOLUMES = frozenset({"proceedings", "mvproceedings", "periodical", "collection", "mvcollection"})
"""Entries that hold papers, and are none."""
NO_ENTRY = frozenset({"comment", "string", "preamble", "xdata", "set", "control"})


@cache
def _aas() -> dict[str, str]:
    """Return journals by the macros that ADS writes in BibTeX."""
    return tomllib.loads(Path(__file__).with_name("aas.toml").read_text("utf-8"))


def is_bibtex(text: str) -> bool:
    """Whether a text has an entry of BibTeX at the start of a line."""
    return _ENTRY.search(text) is not None


def read_bibtex(data: bytes, where: str) -> Iterator[Record | Reject]:
    """Yield the entries of a BibTeX file; what cannot be parsed is a Reject each."""
    return Bibliography().read(data, where)


class Bibliography:
    """A BibTeX file that is read, whole or a part at a time: its abbreviations, and the volumes that entries refer to."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._volumes: dict[str, dict[str, str]] = {}

    def look_up(self, parts: Parts) -> None:
        """Read the volumes that entries of other parts refer to: those stand after them."""
        wanted = {key.strip().lower() for part in parts() for found in _REFERS.findall(part) for key in found.split(b",")}
        for part in parts() if wanted else ():
            starts = [(found.start(), found[1].strip().lower()) for found in _BEGINS.finditer(part)]
            ends = [at for at, _ in starts[1:]] + [len(part)]
            for (at, key), end in zip(starts, ends, strict=True):
                if key in wanted:
                    self._volumes |= _by_key(*self._blocks(part[at:end]))

    def read(self, data: bytes, where: str, before: int = 0) -> Iterator[Record | Reject]:
        """Yield the entries of the file, or of its next part."""
        from bibtexparser.model import Entry

        blocks, fields = self._blocks(data)
        read, parents = iter(fields), {**self._volumes, **_by_key(blocks, fields)}

        def placed() -> Iterator[tuple[str, Any]]:
            for block in blocks:
                place = f"{where}: line {before + (block.start_line or 0) + 1}"
                if isinstance(block, Entry):
                    yield f"{place} ({block.key})", (block, next(read))
                elif getattr(block, "error", None) is not None:
                    yield place, (block, {})

        def record(item: tuple[Any, dict[str, str]], place: str) -> Record | Reject:
            block, values = item
            if not isinstance(block, Entry):
                return _broken(block, place)
            return _record(block, _with_parents(values, parents), place)

        yield from (entry for entry in guarded(placed(), where, record) if not _is_none(entry))

    def _blocks(self, data: bytes) -> tuple[list[Any], list[dict[str, str]]]:
        """Return the blocks of a part and the fields of its entries; its abbreviations are kept."""
        from bibtexparser.model import Entry, String  # slow to import, and few need it
        from bibtexparser.splitter import Splitter

        logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it logs the text of each broken entry
        blocks = [_mended(block) for block in Splitter(with_commas(decoded(data))).split().blocks]
        for block in blocks:
            if isinstance(block, String):
                self._strings[block.key.lower()] = value_of(str(block.value), self._strings)
        return blocks, [_fields(block, self._strings) for block in blocks if isinstance(block, Entry)]


def _by_key(blocks: list[Any], fields: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the fields of entries by their keys in small letters."""
    keys = [block.key.lower() for block in blocks if hasattr(block, "fields") and not getattr(block, "error", None)]
    return dict(zip(keys, fields, strict=True))


def begin_in_parts(parts: Parts) -> PartReader:
    """Return what reads a large BibTeX file a part at a time."""
    made = Bibliography()
    made.look_up(parts)
    return made.read


def with_commas(text: str) -> str:
    """Return BibTeX with one comma between two fields, where somebody forgot it or wrote two.

    >>> with_commas("@article{a,\\n title={A}\\n year={2020},,\\n}")
    '@article{a,\\n title={A},\\n year={2020},\\n}'
    """
    if not (_NO_COMMA.search(text) or _COMMAS.search(text)):
        return text
    kept, at, depth = [], 0, 0
    for mark in _NESTING.finditer(text):
        sign = mark[0]
        if sign.lstrip()[:1] == "@":
            depth = 0
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        if depth == 1 and (sign[0] == "," or (sign in '}"' and _NO_COMMA.match(text, mark.start()))):
            kept += [text[at : mark.start()], "," if sign[0] == "," else f"{sign},"]
            at = mark.end()
    return "".join([*kept, text[at:]])


def _is_none(entry: Record | Reject) -> bool:
    return isinstance(entry, Record) and bool(entry.types) and entry.types[0] in NO_ENTRY


def _mended(block: Any) -> Any:
    """Return the entry inside a block that was refused for a field or key that stands in it twice."""
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    while isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)) and block.ignore_error_block is not None:
        block = block.ignore_error_block
    return block


def _broken(block: Any, where: str) -> Reject:
    from bibtexparser.exceptions import BlockAbortedException

    if isinstance(block.error, BlockAbortedException):
        cut = "end of file" in str(getattr(block.error, "abort_reason", ""))
        told = Said("this entry has no end, or no comma where one is needed: a brace or a quote is not closed")
        return Reject(where, told, RejectCode.CUT_OFF if cut else RejectCode.BROKEN)
    return Reject(where, Said("BibTeX that cannot be read"), RejectCode.BROKEN)


def _fields(entry: Any, strings: Mapping[str, str]) -> dict[str, str]:
    """Return an entry's fields by their lower-case names; of one that stands twice the first that holds anything."""
    values: dict[str, str] = {}
    for field in entry.fields:
        name = str(field.key).strip().lower()
        if not values.get(name):
            values[name] = value_of(str(field.value), strings)
    return values


def value_of(raw: str, strings: Mapping[str, str]) -> str:
    """Return the text of a field: braces or quotes around it gone, parts joined by ``#``, abbreviations written out.

    >>> value_of('{A {Big} one}', {}), value_of('mar # "~15"', {}), value_of('ptrs # { A}', {"ptrs": "Phil. Trans."})
    ('A {Big} one', 'Mar~15', 'Phil. Trans. A')
    """
    raw, parts, at = raw.strip(), [], 0
    while at < len(raw):
        if raw[at] in '{"':
            end = _closed(raw, at)
            parts.append(raw[at + 1 : end])
            at = end + 1
        elif found := _PIECE.match(raw, at):
            name = found[1]
            parts.append(strings.get(name.lower()) or _MONTHS.get(name.lower(), name))
            at = found.end()
        else:
            at += 1
    return "".join(parts)


def _closed(raw: str, start: int) -> int:
    """Return where the brace or quote that opens at ``start`` is closed; the end of the text when it is not."""
    depth, quoted = 0, raw[start] == '"'
    for mark in re.finditer(r"\\.|[{}\"]", raw[start + (1 if quoted else 0) :], re.S):
        at = start + (1 if quoted else 0) + mark.start()
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0 and not quoted:
                return at
        elif mark[0] == '"' and quoted and depth <= 0:
            return at
    return len(raw)


def _with_parents(values: dict[str, str], parents: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return an entry with what it takes over from the volume that it refers to."""
    made = dict(values)
    for name in (made.get("crossref", ""), *made.get("xdata", "").split(",")):
        parent = parents.get(name.strip().lower())
        if parent is None or parent is values:
            continue
        if not made.get("booktitle") and not made.get("journal"):
            made["booktitle"] = parent.get("booktitle") or parent.get("title", "")
        for field in _INHERITED:
            if not made.get(field) and parent.get(field):
                made[field] = parent[field]
    return made


def _record(block: Any, value: dict[str, str], where: str) -> Record:
    arxiv = _arxiv(value)
    journal = next((text for name in SOURCES if (text := plain(value.get(name, "")))), "")
    kind = str(block.entry_type).lower()
    doi = value.get("doi", "") or next((value[n] for n in ("url", "ee", "note", "eprint") if "10." in value.get(n, "")
                                        and "doi" in (value[n] + n).lower()), "")  # fmt: skip
    field = value.get("primaryclass") or value.get("eprintclass") or ""
    return Record(
        where,
        key=block.key,
        title=_title(value),
        abstract=plain(value.get("abstract", "")),
        authors=names(value.get("author") or value.get("editor", "")),
        published=_day(value),
        id=f"arXiv:{arxiv}" if arxiv else identifiers.doi(doi),
        doi=identifiers.doi(doi),
        url=_url(value),
        field=field if is_arxiv_category(field) else "",
        source="arXiv" if arxiv else _aas().get(journal.removeprefix("\\"), journal) or plain(value.get("howpublished", "")),
        journal="" if journal.casefold().startswith(("arxiv", "corr")) or not arxiv else journal,
        types=("journal-volume",) if kind in VOLUMES else (kind,),
        affiliations=[plain(value.get(name, "")) for name in ("affiliation", "affiliations")],
        authors_in_one_line=False,
    )


def _title(value: Mapping[str, str]) -> str:
    title, subtitle = plain(value.get("title", "")), plain(value.get("subtitle", ""))
    return f"{title}: {subtitle}" if title and subtitle and subtitle.casefold() not in title.casefold() else title


def _arxiv(value: Mapping[str, str]) -> str:
    told = f"{value.get('archiveprefix', '')} {value.get('eprinttype', '')} {value.get('archive', '')}".casefold()
    places = [value.get("eprint", "")] if "arxiv" in told or not told.strip() else []
    journal = value.get("journal", "") or value.get("journaltitle", "")
    if re.match(r"\W*(?:arxiv|corr\b)", journal, re.I):
        places += [journal, value.get("volume", ""), value.get("number", ""), value.get("pages", "")]
    for name in ("arxiv", "arxivid", "url", "ee", "howpublished", "note"):
        text = value.get(name, "")
        places += [text] if name.startswith("arxiv") or "arxiv" in text.lower() else []
    for text in places:
        found = identifiers.arxiv_id(re.sub(r"[{}\\]", "", text))
        if found:
            return found.id
    return ""


def _url(value: Mapping[str, str]) -> str:
    told = value.get("url") or value.get("ee") or value.get("howpublished", "")
    found = re.search(
        r"https?://[^\s{}<>\"]+", told.replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
    )
    return found[0] if found else ""


def _day(value: Mapping[str, str]) -> str:
    year, month, day = (plain(value.get(name, "")).replace("~", " ").strip() for name in ("year", "month", "day"))
    year = re.sub(r"^[\W_]+(?=\d)|(?<=\d)[.\s]+$", "", year)
    parted = " ".join(part for part in (day if not re.search(r"\d", month) else "", month, year) if part)
    if month.isdigit() and len(month) <= 2 and year:
        parted = f"{year}-{month.zfill(2)}" + (f"-{day.zfill(2)}" if day.isdigit() else "")
    told = plain(value.get("date", "")) or plain(value.get("issued", ""))
    return best_date([told, parted, year])


def plain(text: str) -> str:
    """Return a field without the braces that only keep its letters as they are, ``$...$`` left alone.

    What commands take in braces stays for :mod:`hub.papers.cleaning`.

    >>> plain(r"Why {{it}} {Spills}: {\\'E}tude of $x_{1}$ in {\\textsc{Na}}Cl"), plain(r"{\\noopsort{1973b}}1973")
    ("Why it Spills: {\\\\'E}tude of $x_{1}$ in {\\\\textsc{Na}}Cl", '1973')
    """
    if "$" not in text:
        text = text.replace("``", "“").replace("''", "”").replace("---", "—")
    if "{" not in text and "\\" not in text:
        return text
    text = _NOT_SHOWN.sub("", text)
    kept: list[str] = []
    shown: list[bool] = []
    in_math, last, after_argument = False, 0, -1
    for mark in re.finditer(r"\\.|[{}$]", text, re.S):
        at, sign = mark.start(), mark[0]
        if sign[0] == "\\":
            continue
        if sign == "$":
            in_math = not in_math
        elif sign == "{":
            argument = in_math or text[at + 1 : at + 2] == "\\" or at == after_argument
            argument = argument or bool(_COMMAND_END.search(text, max(0, at - 40), at))
            shown.append(argument)
            if not argument:
                kept.append(text[last:at])
                last = at + 1
        elif shown:
            if shown.pop():
                after_argument = at + 1
            else:
                kept.append(text[last:at])
                last = at + 1
    return "".join([*kept, text[last:]])


def names(text: str) -> list[str]:
    """Return the names in an author field, given name first.

    >>> names("{Bureau of Rivers, Inc.} and Gödel, Kurt AND Ludwig van der Beek and others")
    ['Bureau of Rivers, Inc.', 'Kurt Gödel', 'Ludwig van der Beek']
    >>> names("family=Hoven, given=Jeroen, prefix=van den and Marsh, Jr., Ada"), names("Wils E, Rink G, Falk M")
    (['Jeroen van den Hoven', 'Ada Marsh Jr.'], ['Wils E', 'Rink G', 'Falk M'])
    """
    from bibtexparser.middlewares.names import split_multiple_persons_names

    text = " ".join(text.split())
    if text.count(",") > 1 and "{" not in text:
        text = re.sub(r" \\?& ", " and ", text)
    return [name for part in split_multiple_persons_names(text) for name in _name(part.strip())] if text else []


def _name(text: str) -> list[str]:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    if text.strip("{}. ").casefold() in ("others", "et al", "et al.", "and others", ""):
        return []
    if text.startswith("{") and _closed(text, 0) == len(text) - 1:
        return [WholeName(plain(text[1:-1]))]
    if re.search(r"\b(?:family|given)\s*=", text):
        return [_extended(text)]
    text = text[:-40] + _ET_AL.sub("", text[-40:])
    if ";" in text and "{" not in text:
        return [name for part in text.split(";") if part.strip() for name in _name(part.strip())]
    parts = [part.strip() for part in text.split(",")] if "{" not in text else []
    if len(parts) > 2 and not parts[-1] and all(" " in part for part in parts[:-1]):  # "Eva Lind, Ken Ito, and Ann Otto"
        return [WholeName(part) for part in parts[:-1]]
    if len(parts) > 2 or (len(parts) == 2 and all(map(_VANCOUVER.match, parts))):
        listed = all(" " in part for part in parts) and not any(map(_SUFFIX.match, parts))
        if listed or all(map(_VANCOUVER.match, parts)):
            return [WholeName(plain(part)) for part in parts if part]
    read = parse_single_name_into_parts(text, strict=False)
    return [WholeName(plain(" ".join((*read.first, *read.von, *read.last, *read.jr))))]


def _extended(text: str) -> str:
    """Return a name of BibLaTeX's extended form, ``family=Hoven, given=Jeroen, prefix=van den``."""
    part = {m[1].lower(): m[2].strip('" ') for m in re.finditer(r"(?<![\w-])([\w-]++)\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)", text)}
    order = ("given", "prefix", "family", "suffix")
    return WholeName(plain(" ".join(part[name].strip("{}") for name in order if part.get(name))))
