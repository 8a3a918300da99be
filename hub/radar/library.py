"""A reader's own papers: ids that were typed or pasted, and the files that BibTeX, RIS and Zotero write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hub.errors import RadarError
from hub.identifiers import ArxivId, doi, doi_base
from hub.identifiers import arxiv_id as written_arxiv_id
from hub.radar.interests import OwnPaper, Radar
from hub.radar.space import title_key
from hub.snapshot import Snapshot
from hub.text import clean

MOST = 1000
"""Papers that are taken from one file, the newest first: more make a radar slower, not better."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference: ``key`` names it in its file, ``year`` is 0 when none is given."""

    key: str
    title: str
    abstract: str = ""
    doi: str = ""
    arxiv: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """What a file of references holds.

    Parameters
    ----------
    entries
        Those that can be used.
    broken
        Where each of the others stands, and what is wrong with it; nothing is dropped in silence.
    """

    entries: tuple[Entry, ...]
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a library to a radar; ``left_out`` entries were beyond :data:`MOST`."""

    radar: Radar
    in_corpus: int
    outside: int
    already: int
    left_out: int

    def said(self, broken: int = 0) -> str:
        """Return what came of it as one English line, with every entry accounted for."""
        parts = [f"{self.in_corpus + self.outside} papers added ({self.in_corpus} of them in the corpus)"]
        parts += [f"{self.already} were there already"] if self.already else []
        parts += [f"{self.left_out} left out: a radar learns from the newest {MOST:,}"] if self.left_out else []
        parts += [f"{broken} broken"] if broken else []
        return "; ".join(parts) + "."


def paper_id(snapshot: Snapshot, text: str) -> str:
    """Return the id of the paper that a typed id, DOI, arXiv id or address names.

    Raises
    ------
    RadarError
        When the Snapshot holds no such paper.
    """
    text = text.strip()
    if text in snapshot.row_of:
        return text
    arxiv, name = arxiv_id(text), doi(text)
    for candidate in ([f"arXiv:{arxiv.id}"] if arxiv else []) + ([f"doi:{doi_base(name)[0]}", f"doi:{name}"] if name else []):
        if candidate in snapshot.row_of:
            return candidate
    if name:
        found = snapshot.papers["id"][snapshot.papers["doi"].str.lower() == name]
        if len(found):
            return str(found.iloc[0])
    if not arxiv and not name:
        raise RadarError(
            f"{text!r} is neither a paper's id nor a DOI or arXiv id: paste one such as 2606.18811 or 10.1101/287466."
        )
    raise RadarError(f"No paper {text!r} is in the corpus: refresh its source, or upload a reference file that holds its title.")


def arxiv_id(text: str) -> ArxivId | None:
    """Return the arXiv id in ``text``, also where it is written as the DOI that arXiv gives each paper.

    >>> arxiv_id("https://doi.org/10.48550/arXiv.2606.10005")
    ArxivId(id='2606.10005', version=0)
    """
    return written_arxiv_id(re.sub(r"^.*10\.48550/arxiv\.", "", text.strip(), flags=re.I))


def pasted(snapshot: Snapshot, text: str) -> tuple[list[str], list[str]]:
    """Return the ids of papers named in pasted text, one a line or parted by blanks or commas, and what went wrong."""
    ids: list[str] = []
    wrong: list[str] = []
    for item in filter(None, re.split(r"[\s,;]+", text)):
        try:
            ids.append(paper_id(snapshot, item))
        except RadarError as e:
            wrong.append(str(e))
    return list(dict.fromkeys(ids)), wrong


def read(data: bytes, name: str) -> Library:
    """Return the references of a BibTeX, RIS or CSL-JSON file (Zotero exports all three).

    Raises
    ------
    RadarError
        When the file is none of them, or holds no reference at all.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "json" or text.lstrip().startswith(("[", "{")):
        library = _csl(text, name)
    elif suffix == "ris" or re.search(r"^TY  ?-", text, re.M):
        library = _ris(text)
    elif suffix in ("bib", "bibtex", "txt") or re.search(r"@\w+\s*\{", text):
        library = _bibtex(text)
    else:
        raise RadarError(f"{name} is not BibTeX, RIS or CSL JSON: export the library in one of these.")
    if not library.entries and not library.broken:
        raise RadarError(f"{name} holds no reference: check that it was exported with its entries.")
    return library


def add(radar: Radar, library: Library, snapshot: Snapshot) -> Added:
    """Return the radar with a library's papers as its seeds: those of the corpus by id, the others by their words."""
    newest = sorted(library.entries, key=lambda entry: -entry.year)
    by_title = {title_key(str(title)): str(i) for title, i in zip(snapshot.papers["title"], snapshot.papers["id"], strict=True)}
    by_doi = {str(d).lower(): str(i) for d, i in zip(snapshot.papers["doi"], snapshot.papers["id"], strict=True) if d}
    seeds, own = [], []
    for entry in newest[:MOST]:
        ids = [
            f"arXiv:{entry.arxiv}",
            f"doi:{doi_base(entry.doi)[0]}",
            by_doi.get(entry.doi, ""),
            by_title.get(title_key(entry.title), ""),
        ]
        known = next((i for i in ids if i in snapshot.row_of), "")
        if known:
            seeds.append(known)
        else:
            own.append(OwnPaper(entry.doi or entry.arxiv or entry.key, entry.title, entry.abstract[:4000]))
    had = {*radar.positives, *radar.disliked, *(paper.key for paper in radar.own)}
    fresh, fresh_own = [i for i in dict.fromkeys(seeds) if i not in had], [p for p in own if p.key not in had]
    changed = radar.replace(seeds=(*radar.seeds, *fresh), own=(*radar.own, *fresh_own))
    taken = len(changed.seeds) - len(radar.seeds), len(changed.own) - len(radar.own)
    return Added(changed, *taken, len(newest[:MOST]) - sum(taken), len(newest) - len(newest[:MOST]))


def _bibtex(text: str) -> Library:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    parsed = parse_string(text)
    entries: list[Entry] = []
    broken: list[tuple[str, str]] = []
    for found in parsed.blocks:
        where = f"line {(found.start_line or 0) + 1}"
        block = found.ignore_error_block if isinstance(found, model.DuplicateBlockKeyBlock) else found
        if isinstance(block, model.ParsingFailedBlock):
            broken.append((where, f"this entry cannot be read ({' '.join(str(block.error).split())})"))
        elif isinstance(block, model.Entry):
            fields = {field.key.lower(): str(field.value) for field in block.fields}
            _take(entries, broken, f"{where} ({block.key})", block.key, fields, fields.get("eprint", "") or fields.get("url", ""))
    return Library(tuple(entries), tuple(broken))


def _ris(text: str) -> Library:
    import rispy

    entries: list[Entry] = []
    broken: list[tuple[str, str]] = []
    starts = [match.start() for match in re.finditer(r"^TY  ?-", text, re.M)]
    for start, end in pairwise([*starts, len(text)] if starts else []):
        where = f"line {text.count(chr(10), 0, start) + 1}"
        part = text[start:end]
        if not re.search(r"^ER  ?-", part, re.M):
            broken.append((where, "this entry has no end (ER): it was cut off"))
            continue
        try:
            parsed = rispy.loads(part)
        except (ValueError, OSError, KeyError) as e:
            broken.append((where, f"this entry cannot be read ({e})"))
            continue
        fields = {key: value if isinstance(value, str) else " ".join(map(str, value)) for key, value in parsed[0].items()}
        fields["title"] = fields.get("title") or fields.get("primary_title", "")
        _take(entries, broken, where, fields.get("id", "") or where, fields, fields.get("urls", ""))
    return Library(tuple(entries), tuple(broken))


def _csl(text: str, name: str) -> Library:
    try:
        value = json.loads(text)
    except ValueError as e:
        raise RadarError(f"{name} is not whole JSON ({e}): export the library again as CSL JSON, BibTeX or RIS.") from e
    items: Iterable[Any] = value if isinstance(value, list) else value.get("items", [])
    entries: list[Entry] = []
    broken: list[tuple[str, str]] = []
    for i, item in enumerate(items, 1):
        if not isinstance(item, dict):
            broken.append((f"entry {i}", "this entry is not a reference"))
            continue
        years = re.search(r"\d{4}", json.dumps(item.get("issued", "")))
        fields = {key.lower(): str(item[key]) for key in item} | {"year": years[0] if years else ""}
        _take(entries, broken, f"entry {i}", fields.get("id", f"entry {i}"), fields, fields.get("url", ""))
    return Library(tuple(entries), tuple(broken))


def _take(
    entries: list[Entry], broken: list[tuple[str, str]], where: str, key: str, fields: Mapping[str, str], link: str
) -> None:
    title = clean(re.sub(r"(?<!\\)[{}]", "", fields.get("title", "")))
    if not title:
        broken.append((where, "this entry has no title"))
        return
    arxiv = (
        arxiv_id(link) or arxiv_id(fields.get("journal", ""))
        if "arxiv" in (link + fields.get("archiveprefix", "") + fields.get("journal", "")).lower()
        else None
    )
    year = re.search(r"\d{4}", fields.get("year", "") or fields.get("date", ""))
    abstract = clean(re.sub(r"(?<!\\)[{}]", "", fields.get("abstract", "")))
    entries.append(
        Entry(key, title, abstract, doi(fields.get("doi", "")), arxiv.id if arxiv else "", int(year[0]) if year else 0)
    )
