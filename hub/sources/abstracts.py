"""Abstracts that feeds leave out, filled from Crossref or Europe PMC by DOI."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import diskcache

from hub.errors import SourceError
from hub.i18n.messages import said_by
from hub.papers.cleaning import clean_abstract
from hub.papers.model import Paper
from hub.settings import Settings
from hub.sources.adapters import crossref, europepmc
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus, parts

MOST = 500
"""How many are asked for in one refresh; the newest first, the rest with the next."""
ASK_AGAIN_S = 7 * 86400
AT_ONCE = 50
MOST_FAILURES = 3
"""After so many failures one after the other the services count as down, and the next refresh goes on."""
Progress = Callable[[str, int, int], None]
Service = Callable[[str, Client, str], str]


def fill_abstracts(
    home: Path,
    corpus: Corpus,
    *,
    config: Settings,
    most: int = MOST,
    crossref_api: str = crossref.API,
    europepmc_api: str = europepmc.API,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fill the abstracts of papers that have a DOI and none; return ``{"asked", "filled", "error"}``.

    Where each came from is kept in ``Paper.origins["abstract"]``. What neither service has is asked for again after a
    week. When a service fails, what was filled so far stays and ``error`` says why.
    """
    services = (("Crossref", crossref.abstract_of, crossref_api), ("Europe PMC", europepmc.abstract_of, europepmc_api))
    asked = filled = failed = 0
    error = ""
    with (
        diskcache.Cache(str(home / "abstracts"), eviction_policy="none") as tried,
        Client(home, config, patience=patience) as client,
    ):
        wanted = _wanting(corpus, tried, most)
        for part in parts(wanted, AT_ONCE):
            found: list[Paper] = []
            answered: list[str] = []
            for paper in corpus.papers(part):
                try:
                    name, text = _asked(paper.doi, client, services)
                except SourceError as e:
                    error, failed = said_by(e), failed + 1
                    if failed >= MOST_FAILURES:
                        break
                    continue  # one DOI that a service chokes on must not keep the others waiting
                failed = 0
                answered.append(paper.doi)
                if text:
                    found.append(paper.replace(abstract=text, origins={**paper.origins, "abstract": name}))
            corpus.upsert(found)
            for doi in answered:  # only once what came is safe: a kill before this asks again
                tried.set(doi, time.time(), expire=ASK_AGAIN_S)
            asked, filled = asked + len(answered), filled + len(found)
            if progress:
                progress("abstracts", asked, len(wanted))
            if failed >= MOST_FAILURES:
                break
    return {"asked": asked, "filled": filled, "error": error or None}


def _asked(doi: str, client: Client, services: Iterable[tuple[str, Service, str]]) -> tuple[str, str]:
    """Return who has the abstract of a DOI, and the abstract; a service that fails only counts when no other has it."""
    failure: SourceError | None = None
    for name, ask, api in services:
        try:
            text = _clean(ask(doi, client, api))
        except SourceError as e:
            failure = e
            continue
        if text:
            return name, text
    if failure is not None:
        raise failure
    return "", ""


def _clean(text: str) -> str:
    return clean_abstract(text) if text else ""


def _wanting(corpus: Corpus, tried: diskcache.Cache, most: int) -> list[str]:
    papers = corpus.columns(["id", "doi", "abstract", "kind", "published"])
    papers = papers[(papers["abstract"] == "") & (papers["doi"] != "") & (papers["kind"] == "paper")]
    newest = papers.sort_values("published", ascending=False)
    pairs = zip(newest["id"].tolist(), newest["doi"].tolist(), strict=True)
    return [paper_id for paper_id, doi in pairs if doi not in tried][:most]
