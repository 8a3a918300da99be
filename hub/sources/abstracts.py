"""Abstracts that feeds leave out, filled from Crossref or Europe PMC by DOI."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diskcache

from hub.corpus import Corpus, parts
from hub.errors import SourceError
from hub.paper import Paper
from hub.settings import Settings
from hub.sources import crossref, europepmc
from hub.sources.http import Client, Patience
from hub.text import clean_abstract

MOST = 500
"""How many are asked for in one refresh; the newest first, the rest with the next."""
ASK_AGAIN_S = 7 * 86400
FIRST_DAYS_S = 30 * 86400
Progress = Callable[[str, int, int], None]


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
    filled: list[Paper] = []
    asked, error = 0, ""
    with (
        diskcache.Cache(str(home / "abstracts"), eviction_policy="none") as tried,
        Client(home, config, patience=patience) as client,
    ):
        wanted = _wanting(corpus, tried, most)
        for part in parts(wanted, 50):
            for paper in corpus.papers(part):
                try:
                    found = next(
                        ((name, text) for name, ask, api in services if (text := _clean(ask(paper.doi, client, api)))), None
                    )
                except SourceError as e:
                    error = str(e)
                    break
                asked += 1
                tried.set(paper.doi, time.time(), expire=ASK_AGAIN_S)
                if found:
                    filled.append(paper.replace(abstract=found[1], origins={**paper.origins, "abstract": found[0]}))
            if progress:
                progress("abstracts", asked, len(wanted))
            if error:
                break
    corpus.upsert(filled)
    return {"asked": asked, "filled": len(filled), "error": error or None}


def _clean(text: str) -> str:
    return clean_abstract(text) if text else ""


def _wanting(corpus: Corpus, tried: diskcache.Cache, most: int) -> list[str]:
    papers = corpus.columns(["id", "doi", "abstract", "kind", "published"])
    papers = papers[(papers["abstract"] == "") & (papers["doi"] != "") & (papers["kind"] == "paper")]
    newest = papers.sort_values("published", ascending=False)
    pairs = zip(newest["id"].tolist(), newest["doi"].tolist(), strict=True)
    return [paper_id for paper_id, doi in pairs if doi not in tried][:most]
