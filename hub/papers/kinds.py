"""What a record is: a paper, or one of the things that journals put beside papers."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_NATURE_NEWS = re.compile(r"^10\.1038/d\d{5}-")
"""DOIs of what Nature's journalists write; its papers have ``s4...``."""


_ENDED = re.compile(r"[.!?:;…][\s\W]*$")
TEASER = 220
"""Characters of a line that stands where research has its abstract."""
LONGEST = 2000
"""Characters of a title that are looked at."""


def kind_of(title: str, types: tuple[str, ...] = (), doi: str = "", source: str = "", abstract: str = "") -> str:
    """Return the kind of a record, one of :data:`hub.papers.model.KINDS`, by its type, its DOI and its title.

    ``abstract`` tells "Correction to X" as a notice, which has none, from a paper about a correction; and in some journals
    news and comment from research, by a line without a full stop.

    >>> kind_of("Author Correction: A new method"), kind_of("Issue Information"), kind_of("A correction to Newton's law")
    ('correction', 'front-matter', 'paper')
    >>> kind_of("How bees sleep", doi="10.1038/d41586-024-02710-0"), kind_of("Bees", types=("Published Erratum",))
    ('news', 'correction')
    """
    for name in types:
        known = _named("types").get(" ".join(name.casefold().split()))
        if known:
            return known
    if _NATURE_NEWS.match(doi):
        return "news"
    by_source = _named("sources").get(source.casefold())
    if by_source:
        return by_source
    if abstract and source.casefold() in _table()["teasers"] and len(abstract) < TEASER and not _ENDED.search(abstract):
        return str(_table()["teasers"][source.casefold()])
    patterns = _titles("titles") if abstract else [*_titles("titles"), *_titles("notices")]
    title = title[:LONGEST]
    for kind, begins, holds in patterns:
        if (begins and begins.match(title)) or (holds and holds.search(title)):
            return kind
    return "paper"


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).with_suffix(".toml")).read_text("utf-8"))


@cache
def _named(part: str) -> dict[str, str]:
    return {name: kind for kind, names in _table()[part].items() for name in names}


@cache
def _titles(part: str) -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None]]:
    """Return each kind with what its titles begin with, and what stands anywhere in them: to look everywhere takes long."""
    return [
        (kind, _any([p for p in patterns if p.startswith("^")]), _any([p for p in patterns if not p.startswith("^")]))
        for kind, patterns in _table()[part].items()
    ]


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.I) if patterns else None
