"""A source speaks for its own papers: what another says of them fills gaps at most, and what contradicts stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from hub.papers.cleaning import clean
from hub.papers.fields import canonical_source
from hub.papers.identifiers import paper_id
from hub.papers.model import Paper
from hub.papers.teasers import TEASER
from hub.sources.catalogue import Source
from hub.storage.corpus import Corpus

ADDED = "added"
"""``Paper.origins`` says under this name which feed that a person added brought a paper."""
CLAIMS = "claims"
"""``Paper.origins`` says under this name which paper of another source a record said it was."""
ALIKE = 80
"""From this likeness of titles on (of 100, words in any order) two records tell of one paper."""
HOSTS = {"arXiv": "arxiv.org", "bioRxiv": "biorxiv.org", "medRxiv": "medrxiv.org", "ChemRxiv": "chemrxiv.org", "SSRN": "ssrn.com"}
"""Whose feeds a person may add under another name: their papers keep the server's."""
FILLED = ("abstract", "authors", "field", "categories", "doi", "journal", "url", "institutions")


def settled(papers: Sequence[Paper], corpus: Corpus, source: Source) -> tuple[list[Paper], list[str]]:
    """Return what of the papers that ``source`` brought may go into the corpus, and the ids that it wrongly claimed.

    arXiv speaks for arXiv's ids, then the catalogue's sources before feeds that a person added, then whoever came first. A record
    of another source under the same id leaves title, abstract and address as they are; when its title tells of another paper it
    gets an id of its own and gives up the DOI, so that both stand side by side.
    """
    papers = [_named(paper, source) for paper in papers]
    if source.added:
        papers = [paper.replace(origins={**paper.origins, ADDED: source.id}) for paper in papers]
    here = {paper.id: paper for paper in corpus.papers({paper.id for paper in papers})}
    kept, claimed = [], []
    for paper in papers:
        known = here.get(paper.id)
        if known is None or _voice(known) == _voice(paper):
            kept.append(paper)
        elif _weight(paper) > _weight(known):
            alike = _alike(paper, known)
            mine = _filled(paper, known) if alike else paper
            aside = [] if alike else [_aside(known)]
            claimed += [known.id] * len(aside)
            corpus.put([mine, *aside])
            here[paper.id] = mine
            kept.append(mine)
        elif _alike(paper, known):
            kept.append(_filled(known, paper) if _weight(paper) == _weight(known) else known)
        else:
            claimed.append(paper.id)
            kept.append(_aside(paper))
    return kept, claimed


def _named(paper: Paper, source: Source) -> Paper:
    """Return the paper under the name of the source that brought it: a feed that calls itself arXiv is not arXiv."""
    name = canonical_source(clean(source.name))
    if not name or paper.source == name:
        return paper
    host = urlsplit(source.url).hostname or ""
    own = HOSTS.get(paper.source, "\0")
    return paper if host == own or host.endswith(f".{own}") else paper.replace(source=name)


def _voice(paper: Paper) -> tuple[str, str]:
    return paper.source, paper.origins.get(ADDED, "")


def _weight(paper: Paper) -> int:
    if paper.origins.get(ADDED):
        return 0
    return 2 if paper.id.startswith("arXiv:") and paper.source == "arXiv" else 1


def _alike(one: Paper, other: Paper) -> bool:
    return fuzz.token_sort_ratio(one.title.casefold()[:1000], other.title.casefold()[:1000]) >= ALIKE


def _filled(lead: Paper, other: Paper) -> Paper:
    lacks = {name for name in FILLED if not getattr(lead, name) and getattr(other, name)}
    origins = dict(lead.origins)
    if lead.origins.get("abstract") == TEASER and other.abstract and other.origins.get("abstract") != TEASER:
        lacks.add("abstract")
    if "abstract" in lacks:
        origins["abstract"] = other.origins.get("abstract") or other.source_label
    return lead.replace(**{name: getattr(other, name) for name in lacks}, origins=origins)


def _aside(paper: Paper) -> Paper:
    own = paper_id(title=paper.title, source=f"{paper.source}|{paper.origins.get(ADDED, '')}")
    return paper.replace(id=own, doi="", versions=(), origins={**paper.origins, CLAIMS: paper.id})
