"""Which of the twelve domains a paper belongs to, and what arXiv's categories are called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

NO_FIELD = frozenset({"", "not_found", "not found", "unknown", "none", "n/a"})


@cache
def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


def arxiv_categories() -> dict[str, str]:
    """Return the name of each arXiv category: ``{"cs.CL": "Computation and Language", ...}``."""
    return dict(_tables("arxiv")["categories"])


def field_name(field: str) -> str:
    """Return a field as a reader knows it: arXiv's name for a category of its, other fields as they are.

    >>> field_name("cs.CL"), field_name("stat"), field_name("Genomics")
    ('Computation and Language', 'Statistics', 'Genomics')
    """
    names = _tables("arxiv")
    known = names["categories"].get(field) or names["archives"].get(field)
    return str(known) if known else canonical_field(field).replace("_", " ")


def is_arxiv_category(field: str) -> bool:
    """Whether this is a category or an archive of arXiv's taxonomy."""
    names = _tables("arxiv")
    return field in names["categories"] or field in names["archives"]


def is_known_field(field: str) -> bool:
    """Whether a table here knows this field: arXiv's, bioRxiv's, medRxiv's, or a plain name of a science."""
    return bool(_domain_of_field(field))


def canonical_source(name: str) -> str:
    """Return the one name under which a server or journal is kept.

    >>> canonical_source("Proceedings of the National Academy of Sciences"), canonical_source("Nature")
    ('PNAS', 'Nature')
    """
    return str(_tables("fields")["aliases"].get(name, name))


@lru_cache(maxsize=4096)
def domain_of(field: str, source: str = "", categories: Sequence[str] = ()) -> str:
    """Return the domain (one of :data:`hub.papers.model.DOMAINS`) of a field, else of its categories, else of its source.

    ``categories`` as a tuple. What no table knows, and journals of every field, are ``Other``.

    >>> domain_of("cs.CL"), domain_of("Genomics", "bioRxiv"), domain_of("", "ChemRxiv"), domain_of("multidisciplinary", "Science")
    ('Computer science', 'Biology', 'Chemistry', 'Other')
    >>> domain_of("environmental_and_climate_politics_studies", "Environmental Research Letters")
    'Earth science'
    """
    about = _by_name("sources").get(_key(canonical_source(source)), "")
    if about and canonical_field(field) in set(_names().values()):  # a collector's folder says less than the journal itself
        return about
    for name in (field, *categories):
        found = _domain_of_field(name)
        if found and found != "Other":
            return found
    return _domain_of_source(source) or _domain_of_source(field) or "Other"


def _domain_of_field(field: str) -> str:
    if is_arxiv_category(field):
        table = _tables("fields")["arxiv"]
        return str(table.get(field) or table[field.split(".")[0]])
    return _by_name("fields").get(_key(field), "")


def _domain_of_source(source: str) -> str:
    name = canonical_source(source.removesuffix("(OSF)").strip())
    found = _by_name("sources").get(_key(name))
    return found or next((domain for domain, pattern in _words() if pattern.search(name)), "")


@cache
def _words() -> list[tuple[str, re.Pattern[str]]]:
    return [(domain, re.compile(rf"\b(?:{'|'.join(words)})", re.I)) for domain, words in _tables("fields")["words"].items()]


@cache
def _by_name(table: str) -> dict[str, str]:
    return {_key(name): domain for domain, names in _tables("fields")[table].items() for name in names}


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def is_of_every_field(source: str) -> bool:
    """Whether a journal publishes papers of every field, so that its name tells no domain.

    >>> is_of_every_field("PNAS"), is_of_every_field("Nature Physics")
    (True, False)
    """
    return _key(canonical_source(source)) in {_key(name) for name in _tables("fields")["every"]["sources"]}


@lru_cache(maxsize=4096)
def canonical_field(field: str) -> str:
    """Return the one name under which a field is kept: folders of collectors by what they hold, everything else as it is.

    >>> canonical_field("macro"), canonical_field("environmental_and_climate_politics_studies"), canonical_field("cs.CL")
    ('Macroeconomics', 'Climate and environmental politics', 'cs.CL')
    """
    if is_arxiv_category(field):
        return field
    return "" if _key(field) in NO_FIELD else _names().get(_key(field), field)


def folders_of(fields: Collection[str]) -> set[str]:
    """Return the names of collectors' folders that hold these fields, as a reader may still write them.

    >>> sorted(folders_of(["Macroeconomics"]))
    ['macro', 'macroeconomics']
    """
    return {folder.replace(" ", "_") for folder, name in _names().items() if name in fields}


def field_label(field: str) -> str:
    """Return a field with both its code and its name, so that either finds it in a list.

    >>> field_label("cs.CL"), field_label("Genomics")
    ('cs.CL Computation and Language', 'Genomics')
    """
    name = field_name(field)
    return f"{field} {name}" if is_arxiv_category(field) else name


@cache
def _names() -> dict[str, str]:
    return {_key(folder): name for name, folders in _tables("fields")["names"].items() for folder in folders}


def called(field: str, text: str) -> bool:
    """Whether a field is what a reader calls ``text``: its code, its archive, or words of its name, the last of them begun.

    >>> called("cs.CL", "cs"), called("cs.CL", "computation and language"), called("cs.CL", "cs.LG"), called("Genomics", "genom")
    (True, True, False, True)
    """
    asked, code = _key(text), _key(field)
    return bool(asked) and (asked in (code, code.split(".")[0]) or f" {asked}" in f" {_key(field_name(field))}")
