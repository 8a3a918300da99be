"""Abstracts that feeds leave out or cut short, looked up by DOI: many at once, at one service after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache

from hub import plain_disk
from hub.errors import SourceError
from hub.i18n.messages import said_by
from hub.papers.cleaning import clean_abstract
from hub.papers.model import Kind, Paper
from hub.papers.teasers import TEASER, told_by
from hub.settings import Settings
from hub.sources import catalogue
from hub.sources.adapters import crossref, europepmc, pubmed, semanticscholar
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus, parts

MOST = 20_000
"""How many are asked for in one refresh; the newest first, the rest with the next."""
AT_ONCE = 1000
"""After so many the corpus is written, so that a kill loses no more."""
HOUR, DAY = 3600.0, 86400.0
ASK_AGAIN_S = (6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY)
"""How long after each look-up in vain the next one follows: publishers hand abstracts in hours or days after the feed."""
MOST_FAILURES = 3
"""After so many failures one after the other a service counts as down for this run."""
Progress = Callable[[str, int, int], None]


@dataclass
class _Service:
    """One service: ``ask`` returns abstracts by DOI for at most ``at_once`` DOIs."""

    name: str
    ask: Callable[[Sequence[str], Client, str], dict[str, str]]
    api: str
    at_once: int
    failed: int = 0

    @property
    def is_down(self) -> bool:
        return self.failed >= MOST_FAILURES


def fill_abstracts(
    home: Path,
    corpus: Corpus,
    *,
    config: Settings,
    most: int = MOST,
    apis: dict[str, str] | None = None,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fill the abstracts of papers that have a DOI and none, or a teaser; return ``{"asked", "filled", "error", "requests"}``.

    Crossref, Europe PMC, PubMed and Semantic Scholar are asked in turn for what those before did not have. Where each came from
    is kept in ``Paper.origins["abstract"]``. What nobody has is asked for again after hours, then days, then weeks. When a
    service fails the others are asked all the same, and ``error`` says why.

    Parameters
    ----------
    apis
        Addresses of the services by name; those of the catalogue unless given.
    """
    services = _services(apis or catalogue.services(config))
    asked = filled = 0
    errors: list[str] = []
    named = catalogue.doors(catalogue.catalogue(home, config).values(), config)
    with (
        plain_disk.table(home / "abstracts", eviction_policy="none") as tried,
        Client(home, config, doors=named, patience=patience) as client,
    ):
        wanted = _wanting(corpus, tried, most)
        for part in parts(wanted, AT_ONCE):
            papers = corpus.papers(part)
            found, answered = _looked_up({paper.doi: paper for paper in papers}, client, services, errors)
            corpus.upsert(found.values())
            now = time.time()
            for doi in answered - set(found):  # only once what came is safe: a kill before this asks again
                times = int(tried.get(doi, (0, 0.0))[0]) + 1
                tried.set(doi, (times, now + ASK_AGAIN_S[min(times, len(ASK_AGAIN_S)) - 1]))
            for doi in found:
                tried.delete(doi)
            asked, filled = asked + len(answered), filled + len(found)
            if progress:
                progress("abstracts", asked, len(wanted))
            if all(service.is_down for service in services):
                break
        requests = client.asked
    return {"asked": asked, "filled": filled, "error": errors[0] if errors else None, "requests": requests}


def _services(apis: dict[str, str]) -> list[_Service]:
    known = (
        ("Crossref", crossref.abstracts_of, "crossref", crossref.ABSTRACTS),
        ("Europe PMC", europepmc.abstracts_of, "europepmc", europepmc.ABSTRACTS),
        ("PubMed", pubmed.abstracts_of, "pubmed", pubmed.ABSTRACTS),
        ("Semantic Scholar", semanticscholar.abstracts_of, "semanticscholar", semanticscholar.ABSTRACTS),
    )
    return [_Service(name, ask, apis[key], at_once) for name, ask, key, at_once in known if apis.get(key)]


def _looked_up(
    papers: dict[str, Paper], client: Client, services: Sequence[_Service], errors: list[str]
) -> tuple[dict[str, Paper], set[str]]:
    """Return the completed papers by DOI, and the DOIs that every service in reach was asked for."""
    found: dict[str, Paper] = {}
    unanswered: set[str] = set()
    for service in services:
        left = [doi for doi in papers if doi not in found]
        for dois in parts(left, service.at_once):
            if service.is_down:
                unanswered |= set(dois)
                continue
            try:
                texts = service.ask(dois, client, service.api)
            except SourceError as e:
                service.failed += 1
                errors.append(said_by(e))
                unanswered |= set(dois)
                continue
            service.failed = 0
            for doi in dois:
                completed = _completed(papers[doi], texts.get(doi, ""), service.name)
                if completed is not None:
                    found[doi] = completed
    return found, set(papers) - (unanswered - set(found))


def _completed(paper: Paper, text: str, service: str) -> Paper | None:
    told = told_by(clean_abstract(text), title=paper.title, source=paper.source, authors=paper.authors) if text else None
    if told is None or not told.text or told.is_teaser or len(told.text) < len(paper.abstract):
        return None
    return paper.replace(abstract=told.text, origins={**paper.origins, "abstract": service})


def _wanting(corpus: Corpus, tried: diskcache.Cache, most: int) -> list[str]:
    papers = corpus.columns(["id", "doi", "abstract", "kind", "published", "origins"])
    lacks = (papers["abstract"] == "") | papers["origins"].str.contains(f'"abstract": "{TEASER}"', regex=False)
    papers = papers[lacks & (papers["doi"] != "") & (papers["kind"] == Kind.PAPER)]
    newest = papers.sort_values("published", ascending=False)
    now = time.time()
    pairs = zip(newest["id"].tolist(), newest["doi"].tolist(), strict=True)
    return [paper_id for paper_id, doi in pairs if _is_due(tried.get(doi), now)][:most]


def _is_due(kept: Any, now: float) -> bool:
    return kept is None or not isinstance(kept, tuple) or now >= float(kept[1])
