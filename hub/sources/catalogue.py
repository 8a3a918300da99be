"""The catalogue: every source that can be read, which of them are on, and feeds that a person added."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from hub.errors import SettingsError, SourceError
from hub.i18n.failures import why_not_parsed
from hub.i18n.messages import Said
from hub.papers.fields import arxiv_categories, domain_of
from hub.papers.identifiers import oai_set
from hub.permissions import Action, require
from hub.settings import Settings
from hub.sources.web.public_only import Door, check_scheme, door_of
from hub.storage import integrity


class Protocol(StrEnum):
    """Which adapter reads a source."""

    FEED = auto()
    ARXIV = auto()
    OAI = auto()
    BIORXIV = auto()
    CROSSREF = auto()
    EUROPEPMC = auto()
    PUBMED = auto()
    OPENALEX = auto()
    SEMANTICSCHOLAR = auto()
    OPENREVIEW = auto()
    OSF = auto()
    HAL = auto()
    DATACITE = auto()
    PMLR = auto()
    CVF = auto()


PROTOCOLS = tuple(Protocol)
CONFERENCES = frozenset({Protocol.PMLR, Protocol.CVF, Protocol.OPENREVIEW})
INDEXES = frozenset({Protocol.PUBMED, Protocol.OPENALEX, Protocol.SEMANTICSCHOLAR, Protocol.DATACITE})
PREPRINTS = frozenset({Protocol.ARXIV, Protocol.OAI, Protocol.BIORXIV, Protocol.OSF, Protocol.HAL})
TWIN = "The catalogue has this feed already, as {source}, and it is on."
TWIN_OFF = "The catalogue has this feed already, as {source}: turn it on among all sources."
SHIPPED = Path(__file__).parent / "catalogue.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Parameters
    ----------
    id, name
        ``arxiv-cs.AI`` and ``arXiv``: the id names the source here, the name is what its papers carry.
    protocol
        One of :data:`PROTOCOLS`: which adapter reads it.
    url, api, oai, set
        Where it is; where its past is, when that is another place (Crossref, for a feed with an ISSN or a prefix; arXiv's API);
        its OAI-PMH; which part of it (an OAI set, a category, a query).
    field, domain
        What its papers are about where they do not say so themselves.
    issn, licence, interval_s, on, added
        Its ISSN; under what terms its texts are; the pause between two requests; whether it is read; whether a person added it.
    every_days
        How often it usually brings something.
    """

    id: str
    name: str
    protocol: str
    url: str = ""
    api: str = ""
    oai: str = ""
    set: str = ""
    field: str = ""
    domain: str = ""
    issn: str = ""
    licence: str = ""
    interval_s: float = 1.0
    on: bool = False
    added: bool = False
    every_days: float = 1.0

    @property
    def has_past(self) -> bool:
        """Whether days before today can be read."""
        return not self.added and (self.protocol not in (Protocol.FEED, Protocol.PMLR, Protocol.CVF) or bool(self.api))


def catalogue(home: Path, config: Settings) -> dict[str, Source]:
    """Return all sources by id: those that ship (or of HUB_CATALOGUE), then those added, with the reader's on and off.

    Raises
    ------
    SettingsError
        When a catalogue cannot be read, with the entry and what is wrong with it.
    """
    path = config.catalogue or SHIPPED
    table = _read(path)
    entries = [*_arxiv(table), *_subjects(table), *table.get("source", [])]
    sources = {source.id: source for source in (_source(entry, path) for entry in entries)}
    works = services(config)["crossref"]
    for name, source in sources.items():
        if source.protocol == Protocol.FEED and source.issn and not source.api:
            sources[name] = dataclasses.replace(source, api=f"{works}/journals/{source.issn}/works")
    choices = _choices(home)
    sources |= {entry["id"]: _source({**entry, "added": True}, _file(home)) for entry in choices["added"]}
    return {name: dataclasses.replace(source, on=choices["on"].get(name, source.on)) for name, source in sources.items()}


class Group(StrEnum):
    """The groups in which a reader finds a source."""

    PREPRINTS = "Preprint servers"
    JOURNALS = "Journals"
    CONFERENCES = "Conferences"
    INDEXES = "Indexes"
    ADDED = "Feeds that were added"
    IMPORTED = "Imported"


def group_of(source: Source) -> Group:
    """Return the group of a source."""
    if source.added:
        return Group.ADDED
    if source.protocol in CONFERENCES or source.id == "acl-anthology":
        return Group.CONFERENCES
    if source.protocol in INDEXES:
        return Group.INDEXES
    is_preprint = source.protocol in PREPRINTS or "preprint" in source.licence
    return Group.PREPRINTS if is_preprint or source.id == "nber" else Group.JOURNALS


def services(config: Settings) -> dict[str, str]:
    """Return the addresses of the services that are asked for what feeds leave out, by name."""
    shipped: dict[str, str] = dict(_read(SHIPPED).get("services", {}))
    return shipped if config.catalogue is None else shipped | dict(_read(config.catalogue).get("services", {}))


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, tomllib.TOMLDecodeError) as e:
        said = Said("The catalogue {path} cannot be read: {why}. Correct it or unset HUB_CATALOGUE.", path=path, why=str(e))
        raise SettingsError(said) from e


@lru_cache(maxsize=4)
def _parsed(path: Path, changed_ns: int) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def doors(sources: Iterable[Source], config: Settings) -> frozenset[Door]:
    """Return the hosts and ports that the owner's own catalogue names: they may be private, where redirects from them may not.

    The catalogue that ships names public hosts, so a name of it that resolves inside is an attack; a feed that a person added
    is never trusted.
    """
    if config.catalogue is None:
        return frozenset()
    addresses = [url for source in sources if not source.added for url in (source.url, source.api, source.oai)]
    addresses += _read(config.catalogue).get("services", {}).values()
    return frozenset(door for url in addresses if (door := door_of(url)))


def switch(home: Path, source_id: str, on: bool) -> None:
    """Turn a source on or off, from now on."""
    require(Action.SOURCES)
    with _changing(home) as choices:
        choices["on"][source_id] = on


def add(home: Path, config: Settings, name: str, url: str) -> Source:
    """Add a feed by its address and turn it on; return it.

    Raises
    ------
    SourceError
        When the address is no web address, or the catalogue has it already.
    """
    require(Action.SOURCES)
    check_scheme(url)
    with _changing(home) as choices:
        check_new(home, config, url)
        known = catalogue(home, config)
        stem = "".join(c if c.isalnum() else "-" for c in name.casefold()).strip("-") or "feed"
        source_id = next(i for n in range(1, len(known) + 2) if (i := stem if n == 1 else f"{stem}-{n}") not in known)
        entry = {"id": source_id, "name": name, "protocol": "feed", "url": url, "on": True}
        choices["added"].append(entry)
    return _source({**entry, "added": True}, _file(home))


def check_new(home: Path, config: Settings, url: str) -> None:
    """Raise a SourceError when a source of the catalogue is at this address."""
    twin = next((source for source in catalogue(home, config).values() if source.url == url), None)
    if twin is not None:
        raise SourceError(Said(TWIN if twin.on else TWIN_OFF, source=twin.id), url=url)


def remove(home: Path, source_id: str) -> None:
    """Take an added feed out again; what it brought stays."""
    require(Action.SOURCES)
    with _changing(home) as choices:
        choices["added"] = [entry for entry in choices["added"] if entry["id"] != source_id]


def _arxiv(table: dict[str, Any]) -> list[dict[str, Any]]:
    template = table.get("arxiv")
    if not template:
        return []
    on = set(template.get("on", []))
    names = arxiv_categories()
    archives = {name.split(".")[0] for name in names}
    rest = {key: value for key, value in template.items() if key not in ("on", "url", "oai")}
    categories = [
        {**rest, "id": f"arxiv-{c}", "name": "arXiv", "protocol": "arxiv", "set": c, "field": c, "on": c in on,
         "url": template["url"].replace("{set}", c), "oai": template.get("oai", "")}
        for c in names
    ]  # fmt: skip
    whole = [
        {
            **rest,
            "id": f"arxiv-oai-{a}",
            "name": "arXiv",
            "protocol": "oai",
            "field": a,
            "set": oai_set(a),
            "url": template["oai"],
        }
        for a in sorted(archives)
        if template.get("oai")
    ]
    return categories + whole


def _subjects(table: dict[str, Any]) -> list[dict[str, Any]]:
    entries = []
    for template in table.get("subjects", []):
        rest = {key: value for key, value in template.items() if key not in ("subjects", "url")}
        for subject in template["subjects"]:
            slug = subject.casefold().replace(" ", "_").replace("(", "").replace(")", "").replace("/", "_")
            address = template["url"].replace("{subject}", slug)
            entries.append({**rest, "id": f"{template['id']}-{slug.replace('_', '-')}", "url": address, "field": subject})
    return entries


def _source(entry: dict[str, Any], path: Path) -> Source:
    try:
        source = Source(**entry)
    except TypeError as e:
        said = Said("{file}: the source {source!r} has a key too many or too few ({why}).", file=path.name,
                    source=entry.get("id", "?"), why=str(e))  # fmt: skip
        raise SettingsError(said) from e
    if source.protocol not in PROTOCOLS:
        said = Said("{file}: the source {source!r} has the protocol {protocol!r}; there are: {known}.", file=path.name,
                    source=source.id, protocol=source.protocol, known=", ".join(PROTOCOLS))  # fmt: skip
        raise SettingsError(said)
    return source if source.domain else dataclasses.replace(source, domain=domain_of(source.field, source.name))


def _file(home: Path) -> Path:
    return home / "sources.json"


def _choices(home: Path) -> dict[str, Any]:
    file = _file(home)
    if not file.exists():
        return {"on": {}, "added": []}
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except ValueError as e:
        said = Said("{file} cannot be read ({why}): correct it or move it away.", file=file, why=why_not_parsed(e))
        raise SettingsError(said) from e


@contextmanager
def _changing(home: Path) -> Iterator[dict[str, Any]]:
    """Give the reader's choices to change and keep them: one process or thread after the other, so that none loses another's."""
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "sources.lock"):
        choices = _choices(home)
        yield choices
        integrity.write(_file(home), json.dumps(choices, ensure_ascii=False, indent=1))
