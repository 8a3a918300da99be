"""JSON of services and programs in no standard's form: what its names mean, by the names that columns of tables have.

OpenAlex, Semantic Scholar, Zotero, INSPIRE, Zenodo, CORE, dblp, HAL, PLOS, ADS, Lens, OSF, arxiv.py and whatever people write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.errors import RejectCode
from hub.i18n.messages import Said
from hub.papers import identifiers
from hub.papers.authors import WholeName
from hub.papers.dates import best_date
from hub.sources.formats.csl import affiliations, first_text, person, workplaces
from hub.sources.formats.tables import COLUMNS, NO_PAPERS, key_of, names_in
from hub.sources.record import Record, Reject

LISTS = ("items", "references", "results", "data", "docs", "hits", "hit", "response", "result", "works", "papers", "articles",
         "records", "entries", "publications", "documents")  # fmt: skip
"""Where answers of services keep what was found, one in another."""
INSIDE = ("metadata", "info", "data", "attributes", "_source", "bibjson", "article", "paper", "record")
"""Where an entry of such a list keeps what tells of the paper."""
DEEPEST = 4
MOST_WORDS = 50_000
_SUFFIX = re.compile(r"_(?:s|ss|t|tdate|i|txt)$")
"""What Solr adds to names."""
_SAID = ("value", "name", "title", "display_name", "displayname", "text", "$", "#text", "content", "full_name", "journal_title")
_HOMONYM = re.compile(r"\s\d{4}$")
_ARXIV_NUMBER = re.compile(r"(?:arxiv:)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.I)


def inside_of(value: Mapping[str, Any], depth: int = 0) -> list[Any] | None:
    """Return the list of entries that an answer of a service holds; None when it holds none.

    >>> inside_of({"response": {"numFound": 1, "docs": [{"title_s": "A"}]}})
    [{'title_s': 'A'}]
    """
    for name in LISTS if depth < DEEPEST else ():
        child = value.get(name)
        if isinstance(child, list) and (not child or any(isinstance(item, dict) for item in child)):
            return child
        if isinstance(child, dict) and (found := inside_of(child, depth + 1)) is not None:
            return found
    return None


def rows_of(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that was written column by column, as pandas does; nothing for anything else.

    >>> list(rows_of({"title": {"0": "A", "1": "B"}, "year": {"0": 2020, "1": 2021}}))
    [{'title': 'A', 'year': 2020}, {'title': 'B', 'year': 2021}]
    """
    title = value.get("title")
    if not title or not isinstance(title, dict):
        return
    columns = {name: column for name, column in value.items() if isinstance(column, dict)}
    if len(columns) == len(value) > 1 and all(column.keys() <= title.keys() for column in columns.values()):
        for row in title:
            yield {name: column.get(row) for name, column in columns.items()}


def record_of_object(value: Mapping[str, Any], where: str) -> Record | Reject:
    """Return the Record of a JSON object by what its names mean."""
    value = _opened(value)
    cells: dict[str, Any] = {}
    for name, content in value.items():
        key = key_of(_SUFFIX.sub("", str(name)))
        if cells.get(key) in (None, "", [], {}):
            cells[key] = content

    def texts(what: str) -> Iterator[str]:
        return (text for name in COLUMNS[what] if (text := said(cells.get(name))))

    kind = said(cells.get("itemtype")) or next(texts("kind"), "")
    if kind.casefold() in NO_PAPERS:
        return Reject(where, Said("it is no paper but of the kind {kind!r}", kind=kind), RejectCode.NO_ARTICLE)
    year, month, day = (next(texts(what), "") for what in ("year", "month", "dayofmonth"))
    parted = (
        "-".join(part.zfill(2) for part in (year, month, day) if part) if month.isdigit() else f"{day} {month} {year}".strip()
    )
    doi, arxiv = _ids(cells, next(texts("doi"), ""))
    link = next((text for text in texts("url") if text.startswith("http")), "")
    name = next(texts("id"), "")
    journal = _place(cells) or next(texts("source"), "")
    return Record(
        where,
        key=said(cells.get("key")),
        title=next(texts("title"), ""),
        abstract=_abstract(cells),
        authors=_people(cells),
        published=best_date([*texts("day"), parted, year]),
        updated=next(texts("updated"), ""),
        id=f"arXiv:{arxiv}" if arxiv else doi or name,
        doi=doi,
        url=link or (name if name.startswith("http") else ""),
        source="arXiv" if arxiv else journal,
        journal=journal if arxiv and "arxiv" not in journal.lower() else "",
        field=next(texts("field"), ""),
        categories=[part for text in _listed(next((cells[n] for n in COLUMNS["categories"] if cells.get(n)), None))
                    for part in (text.split() if arxiv else [text])],
        types=tuple(_listed(cells.get("publicationtypes")) or ([kind] if kind else [])),
        status="retracted" if cells.get("isretracted") is True else "",
        comment=next(texts("comment"), ""),
        affiliations=_workplaces(cells),
        authors_in_one_line=False,
    )  # fmt: skip


def _opened(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry with what it keeps inside of itself laid open."""
    for name in INSIDE:
        inner = value.get(name)
        if isinstance(inner, dict) and not any(key_of(str(key)) in COLUMNS["title"] for key in value):
            return {**value, **inner}
    return value


def said(value: Any) -> str:
    """Return the text that a JSON value stands for: its own, its first part's, or what an object calls its value or name.

    >>> said([{"value": "A"}]), said({"source": {"display_name": "B"}}), said(2020), said({"x": 1})
    ('A', '', '2020', '')
    """
    for _ in range(DEEPEST):
        if isinstance(value, list):
            value = next((part for part in value[:50] if part not in (None, "", {}, [])), None)
        elif isinstance(value, dict):
            value = next((value[name] for name in _SAID if value.get(name)), None)
        else:
            break
    return first_text(value) if not isinstance(value, (list, dict)) else ""


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for part in value[:100] if (text := said(part))]
    text = said(value)
    return [part.strip() for part in re.split(r"[;|]", text) if part.strip()]


def _place(cells: Mapping[str, Any]) -> str:
    """Return the journal where an object tells of it inside of another one: OpenAlex's location, INSPIRE's publication."""
    for outer, inner in (("primarylocation", "source"), ("hostvenue", ""), ("publicationinfo", ""), ("journalinfo", "journal")):
        place = cells.get(outer)
        place = place[0] if isinstance(place, list) and place else place
        if isinstance(place, dict) and (name := said(place.get(inner) if inner else place)):
            return name
    return ""


def _ids(cells: Mapping[str, Any], doi: str) -> tuple[str, str]:
    """Return the DOI and the arXiv number, also out of lists of ids of several kinds."""
    arxiv = ""
    for name in ("externalids", "ids", "identifier", "identifiers", "alternateidentifiers"):
        held = cells.get(name)
        for text in _told_ids(held):
            doi = doi or (identifiers.doi(text) if "10." in text else "")
            found = identifiers.arxiv_id(text.split(" ")[-1]) if "arxiv" in text.lower() else None
            arxiv = arxiv or (found.id if found else "")
    for name in ("arxivid", "arxiv", "arxiveprints", "eprint", "entryid", "id"):
        text = said(cells.get(name))
        if not arxiv and (name != "id" or "arxiv" in text.lower() or _is_arxiv(text, cells)):
            found = identifiers.arxiv_id(text) if "arxiv" in text.lower() or _ARXIV_NUMBER.fullmatch(text) else None
            arxiv = found.id if found else ""
    return identifiers.doi(doi), arxiv


def _told_ids(held: Any) -> list[str]:
    if isinstance(held, dict):
        return [f"{kind} {said(number)}" for kind, number in held.items()]
    parts = held if isinstance(held, list) else []
    return [" ".join(map(said, list(part.values())[:4])) if isinstance(part, dict) else said(part) for part in parts[:100]]


def _is_arxiv(text: str, cells: Mapping[str, Any]) -> bool:
    """Whether a bare number is one of arXiv's: only where categories, or arXiv itself, stand beside it."""
    return _ARXIV_NUMBER.fullmatch(text) is not None and ("categories" in cells or "arxiv" in said(cells.get("source")).lower())


def _abstract(cells: Mapping[str, Any]) -> str:
    index = cells.get("abstractinvertedindex")
    if isinstance(index, dict):
        places = [
            (at, word) for word, at_all in index.items() if isinstance(at_all, list) for at in at_all if isinstance(at, int)
        ]
        return " ".join(word for _, word in sorted(places[:MOST_WORDS]))
    return next((text for name in COLUMNS["abstract"] if (text := said(cells.get(name)))), "")


def _people(cells: Mapping[str, Any]) -> list[str]:
    held = _held(cells)
    if isinstance(held, str):
        return names_in(held)
    named = [name for part in held if (name := _person(part))] if isinstance(held, list) else []
    return named


def _workplaces(cells: Mapping[str, Any]) -> list[str]:
    held = (cells[name] for name in COLUMNS["affiliations"] if cells.get(name))
    return affiliations(_held(cells)) or next(filter(None, map(workplaces, held)), [])


def _held(cells: Mapping[str, Any]) -> Any:
    """Return what an object holds of its authors."""
    held = next((cells[name] for name in COLUMNS["authors"] if cells.get(name)), None)
    return held.get("author", [held]) if isinstance(held, dict) else held  # dblp: {"author": [...]}, or one author


def _person(part: Any) -> str:
    if not isinstance(part, dict):
        return first_text(part)
    if said(part.get("creatorType")) not in ("", "author"):
        return ""
    inner = part.get("author")
    if isinstance(inner, dict):
        part = inner
    plain = {key_of(str(name)).removesuffix("name"): content for name, content in part.items()}
    given = [said(plain.get("first")) or said(plain.get("given")), *_listed(plain.get("middle"))]
    family = said(plain.get("last")) or said(plain.get("family"))
    if family:
        return WholeName(" ".join(filter(None, (*given, family, said(plain.get("suffix"))))))
    whole = next((text for name in ("author", "full", "", "display", "text", "value") if (text := said(plain.get(name)))), "")
    return _HOMONYM.sub("", whole) or person(part)
