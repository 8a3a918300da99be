"""The morning's work in one go: read the sources, publish the papers, then find or grow the topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hub import demo, jobs
from hub.corpus import Corpus
from hub.publish import republish
from hub.settings import Settings

STEPS = {
    "embed": "Reading the papers' meaning",
    "terms": "Counting terms",
    "cluster": "Finding topics",
    "label": "Naming topics",
    "map": "Drawing the map",
}
"""The steps of a fit as a reader sees them."""


def gather(home: Path, corpus: Corpus, config: Settings) -> dict[str, Any]:
    """Refresh the sources that are on; publish; fit topics where there are none yet or drift asks for it, else place.

    Papers are published before topics are sought, so that readers see them at once. With nothing in the corpus and no
    source in reach, the demo corpus is taken in; it leaves again when the first real papers come.

    Returns
    -------
    dict
        ``sources`` (one summary each), ``papers`` in the corpus, ``synthetic`` (whether the demo corpus was taken in now),
        ``topics`` (what the fit or the placing did).

    Raises
    ------
    JobError
        When another worker is at work on this data folder.
    """
    from hub.sources.refresh import refresh

    with jobs.exclusive(home, "gather") as report:
        visits = refresh(
            home, progress=lambda source, done, total: report(f"Reading {source}", done, total), config=config, corpus=corpus
        )
        synthetic = not len(corpus)
        if synthetic:
            report("Writing the demo corpus")
            demo.add(home, corpus)
        elif any(visit.summary.added for visit in visits):
            corpus.remove_prefix(demo.PREFIX)
        corpus.optimize()
        report("Publishing the papers")
        republish(home, corpus)
        topics = _topics(home, corpus, config, report)
    return {"sources": [visit.as_dict() for visit in visits], "papers": len(corpus), "synthetic": synthetic, "topics": topics}


def _topics(home: Path, corpus: Corpus, config: Settings, report: jobs.Report) -> dict[str, Any]:
    from hub.embed import embedder
    from hub.topics.fit import fit

    model, why = embedder(config.embedder, home)

    def step(name: str, done: int, total: int) -> None:
        report(STEPS.get(name, name), done, total)

    return fit(home, corpus, model, why=why, step=step)
