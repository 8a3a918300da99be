"""A first run against a local server with 30 days of the sources that are on: requests, seconds, and papers with a full abstract.

The papers are those of ../shared/corpora (arXiv's and the journals'), dated over the last 30 days; HUB_BENCH_PAPERS sets how many
(default 20,000). The server speaks each service's own protocol: arXiv's feed and OAI-PMH, bioRxiv's and Crossref's API, journal
feeds with teasers, look-ups of DOIs at Crossref, Europe PMC, PubMed and Semantic Scholar. One journal refuses its feed. Pauses
between requests are left out, and told: they are what politeness adds.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hub.papers.teasers import TEASER
from hub.settings import Settings
from hub.sources import visits
from hub.sources.abstracts import fill_abstracts
from hub.sources.refresh import past_weeks, read_past, refresh
from hub.storage.corpus import Corpus
from tests.servers.feeds import Request
from tests.servers.world import CHALLENGE, Work, World, refusing, serving

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora"
PAPERS = int(os.environ.get("HUB_BENCH_PAPERS", "20000"))
DAYS = 30
CATEGORIES = ("cs.AI", "cs.CL", "cs.LG", "cs.CV", "math.PR", "quant-ph")
JOURNALS = {f"{n:04d}-0000": f"Journal {n}" for n in range(1, 12)}
PACE_S = {"oai": 3.0, "rss": 3.0, "biorxiv": 1.0, "feed": 1.0, "crossref": 1.0, "europepmc": 0.2, "pubmed": 0.34, "s2": 1.1}
"""Seconds between two requests of the catalogue and of each service's manual, without a contact or a key."""


def main() -> None:
    """Print what a first run takes and brings."""
    if not SHARED.exists():
        print("first run: ../shared is not here")
        return
    today = date.today()
    world = world_of(today)
    with tempfile.TemporaryDirectory() as folder, serving(world) as server:
        server.routes["/feed/0001-0000"] = refusing(200, CHALLENGE)
        count: Counter[str] = Counter()
        for path, answer in list(server.routes.items()):
            server.routes[path] = counted(answer, path.split("/")[1], count)
        file, home = Path(folder) / "catalogue.toml", Path(folder) / "home"
        file.write_text(world.catalogue(server.url, list(CATEGORIES), JOURNALS), "utf-8")
        config = Settings(HUB_HOME=home, HUB_CATALOGUE=file)  # type: ignore[call-arg]
        corpus = Corpus(config.corpus_path)
        started, cpu = time.perf_counter(), time.process_time()
        visits.want_since(home, today - timedelta(days=DAYS))
        first = refresh(home, config=config, corpus=corpus)
        told("the first week is in", len(corpus), started, cpu, count)
        failed = [visit for visit in first if visit.error]
        for week in past_weeks(home, config=config):
            failed += [visit for visit in read_past(home, week, config=config, corpus=corpus) if visit.error]
        told(f"{DAYS} days are in", len(corpus), started, cpu, count)
        lacked = without_abstract(corpus)
        filled = fill_abstracts(home, corpus, config=config)
        told("abstracts are in", len(corpus), started, cpu, count)
        papers = corpus.columns(["id", "doi", "source"])
        wanted = {f"arXiv:{w.key}" for w in world.arxiv} | {f"doi:{w.key}" for w in (*world.biorxiv, *world.journals)}
        lost = wanted - set(papers["id"])
        known = set().union(*world.known.values())
        lacks = without_abstract(corpus)
        owned = [w.key for w in world.journals if w.key in world.known["crossref"]]
        print(
            f"of {len(wanted):,} papers {len(lost):,} are lost; sources that failed: {len(failed)}; "
            f"fell back: {sum(bool(visit.instead) for visit in first)}\n"
            f"without a full abstract: {len(lacked):,} before the look-ups, {len(lacks):,} after "
            f"({filled['requests']} requests, failures: {filled['error'] or 'none'})\n"
            f"full where the local Crossref has one: {1 - np.mean([key in lacks for key in owned]):.2%} of {len(owned):,}; "
            f"where any service has one: {1 - np.mean([key in lacks for key in sorted(known)]):.2%} of {len(known):,}; "
            f"of all papers: {1 - len(lacks) / len(papers):.2%}"
        )
        paced = {name: count[name] * PACE_S.get(name, 0.0) for name in count}
        print(
            f"pauses that the services' manuals ask for: {sum(paced.values()):.0f} s one after the other; "
            f"{max(paced.values()):.0f} s at the slowest host (hosts are read side by side)"
        )


def counted(answer: Any, name: str, count: Counter[str]) -> Any:
    """Return an answer that counts its requests under a service's name."""

    def count_and_answer(request: Request) -> None:
        count[name.rstrip("*")] += 1
        answer(request)

    return count_and_answer


def told(what: str, papers: int, started: float, cpu: float, count: Counter[str]) -> None:
    """Print how far the run is."""
    asked = ", ".join(f"{name} {n}" for name, n in sorted(count.items()))
    print(f"{what}: {papers:,} papers, {time.perf_counter() - started:.0f} s ({time.process_time() - cpu:.0f} s of processor, "
          f"server's part included), {sum(count.values())} requests: {asked}", flush=True)  # fmt: skip


def without_abstract(corpus: Corpus) -> set[str]:
    """Return the DOIs of papers that have no abstract or a teaser only."""
    papers = corpus.columns(["id", "doi", "abstract", "origins"])
    lacks = (papers["abstract"] == "") | papers["origins"].str.contains(f'"abstract": "{TEASER}"', regex=False)
    return set(papers.loc[lacks, "doi"])


def world_of(today: date) -> World:
    """Return the corpora's papers dated over the last 30 days: arXiv 60 %, bioRxiv 15 %, journals the rest."""
    chance = np.random.default_rng(20260101)
    arxiv, journals = lines("arxiv_2025_2026", PAPERS * 6 // 10), lines("mixed_2025_2026", PAPERS - PAPERS * 6 // 10, arxiv=False)
    cut = PAPERS * 15 // 100
    days = [today - timedelta(days=n) for n in range(DAYS)]
    weekdays = [day for day in days if day.weekday() < 5]
    issns = list(JOURNALS)
    made_arxiv = [
        Work(f"{day:%y%m}.{n:05d}", p["title"], p["abstract"], day, names(p), tuple(chance.choice(CATEGORIES, 2, replace=False)))
        for n, p in enumerate(arxiv) if (day := weekdays[int(chance.integers(len(weekdays)))])
    ]  # fmt: skip
    made_biorxiv = [
        Work(f"10.64898/2026.10.01.{n:06d}", p["title"], p["abstract"], days[int(chance.integers(DAYS))], names(p))
        for n, p in enumerate(journals[:cut])
    ]
    made_journals = [
        Work(f"10.5555/j.{n}", p["title"], p["abstract"], days[int(chance.integers(DAYS))], names(p),
             issn=issns[int(chance.integers(len(issns)))], teaser=teaser(p["abstract"], n))
        for n, p in enumerate(journals[cut:])
    ]  # fmt: skip
    who = chance.random(len(made_journals))
    known = {
        name: {w.key for w, share in zip(made_journals, who, strict=True) if low <= share < high}
        for name, low, high in (("crossref", 0.0, 0.6), ("europepmc", 0.5, 0.75), ("pubmed", 0.7, 0.85), ("s2", 0.8, 0.95))
    }
    return World(made_arxiv, made_biorxiv, made_journals, known, today, oai_rows=1300)


def names(paper: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors of a line of a corpus."""
    authors = paper["authors"]
    found = authors if isinstance(authors, list) else str(authors).split(";")
    return tuple(str(name).strip() for name in found if str(name).strip())[:8] or ("Anonymous",)


def teaser(abstract: str, n: int) -> str:
    """Return what a feed gives in place of an abstract: a line that cites, its first sentence, its first 250 letters, or all."""
    first = abstract.split(". ")[0] + "."
    return (f"Journal, Volume 3, Issue {1 + n % 12}, May 2026.", first, abstract[:250] + "...", abstract)[n % 4]


def lines(name: str, most: int, *, arxiv: bool = True) -> list[dict[str, Any]]:
    """Return papers of a corpus that have an abstract of some length."""
    found = []
    with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            if len(paper.get("abstract") or "") > 400 and (paper["source"] == "arXiv") is arxiv:
                found.append(paper)
                if len(found) == most:
                    break
    return found


if __name__ == "__main__":
    main()
