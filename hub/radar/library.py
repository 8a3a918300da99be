"""A reader's own papers: ids that were typed or pasted, words that find them, and libraries that are added to a radar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from hub.errors import PaperError, RadarError, RejectCode
from hub.i18n.messages import Said
from hub.papers.cleaning import clean_abstract, clean_title
from hub.papers.dates import parse_day
from hub.papers.identifiers import arxiv_id, doi, doi_base
from hub.radar.model import OwnPaper, Radar
from hub.radar.ranking.space import title_key
from hub.sources.formats.files import read_document
from hub.sources.record import Record, odd, place_in_file
from hub.storage.selection import Search
from hub.storage.snapshot import Snapshot

MOST = 1000
"""Papers that are taken from one file, the newest first: more make a radar slower, not better."""
NO_ID = "{text!r} is neither a paper's id nor a DOI or arXiv id: paste one such as 2606.18811 or 10.1101/287466."
NOT_HERE = "No paper {text!r} is in the corpus: refresh its source, or upload a reference file that holds its title."
NO_REFERENCE = "{name} holds no reference ({why}): export the library as BibTeX, RIS, CSL JSON, Zotero RDF or CSV."
ADDED = "{taken} papers added ({corpus} of them in the corpus)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference; ``year`` is 0 when none is given."""

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
    broken: tuple[tuple[Said, Said], ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a library to a radar; ``left_out`` entries were beyond :data:`MOST`."""

    radar: Radar
    in_corpus: int
    outside: int
    already: int
    left_out: int

    def said(self, broken: int = 0) -> Said:
        """Return what came of it in one line, with every entry accounted for."""
        parts = [Said(ADDED, taken=self.in_corpus + self.outside, corpus=self.in_corpus)]
        parts += [Said("{n} were there already", n=self.already)] if self.already else []
        left = Said("{n} left out: a radar learns from the newest {most:,}", n=self.left_out, most=MOST)
        parts += [left] if self.left_out else []
        parts += [Said("{n} broken", n=broken)] if broken else []
        return Said("{parts}.", parts=tuple(parts))


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
        raise RadarError(Said(NO_ID, text=text))
    raise RadarError(Said(NOT_HERE, text=text))


def read(data: bytes, name: str) -> Library:
    """Return the references of a file in any form that papers are imported from; a title is all that one needs here.

    Raises
    ------
    RadarError
        When the file holds no reference at all.
    """
    entries: list[Entry] = []
    broken: list[tuple[Said, Said]] = []
    for found in read_document(data, name, Path(name).suffix.lower()):
        where = place_in_file(found.where)
        if not isinstance(found, Record):
            broken.append((where, _said(found.why)))
            continue
        try:
            entries.append(_entry(found))
        except Exception as e:  # noqa: BLE001 - one odd value costs one entry
            broken.append((where, _said(odd(found.where, e).why)))
    if not entries and (not broken or str(broken[-1][0]) == name):
        why = broken[0][1] if broken else Said("it is empty")
        raise RadarError(Said(NO_REFERENCE, name=name, why=why))
    return Library(tuple(entries), tuple(broken))


def _said(text: str) -> Said:
    return text if isinstance(text, Said) else Said("{place}", place=text)


def _entry(record: Record) -> Entry:
    title = clean_title(record.title)
    if not title:
        raise PaperError(Said("this entry has no title"), RejectCode.NO_TITLE)
    arxiv = next(
        (i for text in (record.id, record.url, record.doi, record.source) if "arxiv" in text.lower() and (i := arxiv_id(text))),
        None,
    )
    day = parse_day(record.published)
    name = doi(record.doi) or doi(record.id)
    return Entry(title, clean_abstract(record.abstract), name, arxiv.id if arxiv else "", day.day.year if day else 0)


def by_words(snapshot: Snapshot, search: Search, query: str, most: int = 20) -> list[str]:
    """Return the ids of the papers that words find, those of a typed id or DOI first, then the newest."""
    try:
        return [paper_id(snapshot, query)]
    except RadarError:  # not an id, so words
        rows = sorted(snapshot.row_of[i] for i in search(query) if i in snapshot.row_of)  # rows stand newest first
    return snapshot.papers["id"].iloc[rows[:most]].astype(str).tolist()


def pasted(snapshot: Snapshot, text: str) -> tuple[list[str], list[Said]]:
    """Return the ids of papers named in pasted text, one a line or parted by blanks or commas, and what went wrong."""
    ids: list[str] = []
    wrong: list[Said] = []
    for item in filter(None, re.split(r"[\s,;]+", text)):
        try:
            ids.append(paper_id(snapshot, item))
        except RadarError as e:
            wrong.append(e.args[0])
    return list(dict.fromkeys(ids)), wrong


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
            own.append(OwnPaper(entry.doi or entry.arxiv or title_key(entry.title), entry.title, entry.abstract[:4000]))
    had = {*radar.positives, *radar.disliked, *(paper.key for paper in radar.own)}
    fresh, fresh_own = [i for i in dict.fromkeys(seeds) if i not in had], [p for p in own if p.key not in had]
    changed = radar.replace(seeds=(*radar.seeds, *fresh), own=(*radar.own, *fresh_own))
    taken = len(changed.seeds) - len(radar.seeds), len(changed.own) - len(radar.own)
    return Added(changed, *taken, len(newest[:MOST]) - sum(taken), len(newest) - len(newest[:MOST]))
