"""The morning's work in one go: read the sources, publish the papers, then find or grow the topics."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import demo
from hub.i18n.messages import Said
from hub.llm import LanguageModel
from hub.papers.model import source_label
from hub.radar.daily import look_after
from hub.settings import Settings
from hub.sources import visits as status
from hub.sources.catalogue import catalogue
from hub.storage import inventory, leftovers, snapshot
from hub.storage.corpus import Corpus
from hub.storage.republish import republish
from hub.topics import overlay
from hub.worker import jobs
from hub.worker.finishing import finish

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from hub.sources.refresh import Visit

STEPS = {
    "embed": Said("Computing the papers' meaning"),
    "terms": Said("Counting terms"),
    "cluster": Said("Finding topics"),
    "label": Said("Naming topics"),
    "names": Said("Asking the language model for names"),
    "map": Said("Drawing the map"),
}
"""The steps of a fit as a reader sees them."""
KNOCK_S = 3.0
WORDS_ONLY = "tfidf-svd"
FIRST = "These are first topics, from the papers' words alone; those from their meaning follow."
LEARNED = (
    "These are early topics, from the meaning of some papers and what the others' words tell of theirs; those from all follow."
)
PAST_DAYS, PAST_S = 30, 1800.0
"""A first run reads so many days, so that trends have weeks to compare, for so many seconds at most; the next one goes on."""


def gather(home: Path, corpus: Corpus, config: Settings) -> dict[str, Any]:
    """Refresh the sources that are on, and what a first run lacks of the last 30 days; publish; place the new papers or fit anew.

    Last, the radars' alerts are checked and their digests mailed. Papers are published before topics are sought, so that
    readers see them at once; where there were no topics yet, first ones come from the papers' words alone, in seconds, those of
    many papers again once some are embedded, and are replaced by those from all vectors, which keep the numbers. With nothing
    in the corpus and no source in reach, the demo corpus is taken in; it leaves again when the first real papers come.

    Returns
    -------
    dict
        ``sources`` (one summary each), ``papers`` in the corpus, ``synthetic`` (whether they are the demo corpus),
        ``topics`` (what the placing or the fit did), ``radars`` (alerts raised, digests mailed, what failed).

    Raises
    ------
    JobError
        When another worker is at work on this data folder.
    """
    from hub.sources.abstracts import fill_abstracts
    from hub.sources.recleaning import is_due, reclean
    from hub.sources.refresh import refresh

    with jobs.exclusive(home, "gather") as report:
        names = _names(home, config)

        def reading(source: str, done: int, total: int) -> None:
            report(Said("Reading {source}", source=names.get(source, source)), done, total)

        leftovers.sweep(home)
        try:
            inventory.renew(home)  # what a former release, or a writer that was killed, did not note
        except OSError as e:  # doctor names what is closed or out of place; papers come in all the same
            log.warning("the list of what readers keep was not written: %s", e)
        if not len(corpus) and not _in_reach(home, config):
            report(Said("Writing the demo corpus"))
            demo.add(home, corpus)  # before the sources are tried in earnest: somebody waits before an empty page
            republish(home, corpus)
            _first_topics(home, corpus, config, report)
        if _is_first_run(home, corpus):
            status.want_since(home, date.today() - timedelta(days=PAST_DAYS))
        visits = refresh(home, progress=reading, config=config, corpus=corpus)
        relieved = any(visit.summary.added for visit in visits) and corpus.remove_prefix(demo.PREFIX) > 0
        if not len(corpus):
            demo.add(home, corpus)
        if is_due(corpus):
            report(Said("Cleaning the papers"))
            reclean(corpus)
        finish(home, corpus, report)
        visits += _past(home, corpus, config, report)
        if fill_abstracts(home, corpus, config=config, progress=reading).get("filled"):
            finish(home, corpus, report)
        _first_topics(home, corpus, config, report)
        topics = _topics(home, corpus, config, report, anew=relieved)
        report(Said("Looking after the radars"))
        radars = look_after(home, overlay.load(home), corpus, config)
    synthetic = bool(demo.is_demo(corpus.columns(["id"])["id"]).all())
    return {"sources": [visit.as_dict() for visit in visits], "papers": len(corpus), "synthetic": synthetic, "topics": topics,
            "radars": radars}  # fmt: skip


def _names(home: Path, config: Settings) -> dict[str, str]:
    """Return what readers call each source, by its id."""
    return {key: source_label(source.name, source.field) for key, source in catalogue(home, config).items()}


def _is_first_run(home: Path, corpus: Corpus) -> bool:
    return status.wanted_since(home) is None and (not len(corpus) or bool(demo.is_demo(corpus.columns(["id"])["id"]).all()))


def _past(home: Path, corpus: Corpus, config: Settings, report: jobs.Report) -> list[Visit]:
    """Read what a first run still lacks of the last 30 days, the newest week first; publish after each week.

    After :data:`PAST_S` seconds the rest waits for the next gather; so does what a kill interrupted.
    """
    from hub.sources.refresh import past_weeks, read_past

    visits: list[Visit] = []
    names, ends = _names(home, config), time.monotonic() + PAST_S
    for span in past_weeks(home, config=config):
        if time.monotonic() > ends:
            break

        def reading(source: str, done: int, total: int, span: tuple[date, date] = span) -> None:
            report(Said("Reading {source}", source=f"{names.get(source, source)} ({span[0]} – {span[1]})"), done, total)

        came = read_past(home, span, reading, config=config, corpus=corpus)
        visits += came
        if any(visit.summary.added + visit.summary.updated for visit in came):
            finish(home, corpus, report)
    return visits


def _in_reach(home: Path, config: Settings) -> bool:
    """Return whether any source that is on takes a connection within :data:`KNOCK_S` seconds."""
    from hub.sources.catalogue import catalogue, doors
    from hub.sources.web.public_only import door_of, opens

    known = catalogue(home, config).values()
    named = doors(known, config)
    wanted = {door for source in known if source.on and (door := door_of(source.url or source.api))}
    with ThreadPoolExecutor(16) as pool:
        return any(pool.map(lambda door: opens(door, KNOCK_S, doors=named, private=config.allow_private_urls), wanted))


def _first_topics(home: Path, corpus: Corpus, config: Settings, report: jobs.Report) -> None:
    """Find topics from the papers' words where there are none, so that pages have some while the vectors are made.

    Of many papers, some are embedded next and the others' vectors learned from them: topics much like the last ones, in a
    quarter of the time or less.
    """
    from hub.topics.fit import fit
    from hub.topics.vectors import embedder_for, learned

    words, meaning = embedder_for(WORDS_ONLY, home, corpus)[0], embedder_for(config.embedder, home, corpus)[0]
    if len(snapshot.load(home).topics) or meaning.id == words.id:
        return
    fit(home, corpus, words, 0, FIRST, lambda name, done, total: report(Said("Finding first topics from the words"), done, total))

    def early(done: int, total: int) -> None:
        report(Said("Reading what some papers mean, for early topics"), done, total)

    if (some := learned(corpus, meaning, early)) is not None:
        fit(home, corpus, some, 0, LEARNED, lambda name, done, total: early(done, total))


def _topics(home: Path, corpus: Corpus, config: Settings, report: jobs.Report, *, anew: bool) -> dict[str, Any]:
    """Place the new papers among the topics; fit where there are none to place them in, drift asks for it, or ``anew``."""
    from hub.topics.fit import fit
    from hub.topics.transform import place
    from hub.topics.vectors import embedder_for
    from hub.worker import derived

    model, why = embedder_for(config.embedder, home, corpus)
    namer = LanguageModel.of(config) if config.has_llm else None
    now = snapshot.load(home)

    def placing(done: int, total: int) -> None:
        report(Said("Placing new papers"), done, total)

    def step(name: str, done: int, total: int) -> None:
        report(STEPS[name], done, total)

    def fitted() -> dict[str, Any]:
        return fit(home, corpus, model, int(now.meta.get("seed", 0)), why, step, namer, derive=derived.tables)

    if len(now.topics) and now.vectors.shape[1] and not anew and not model.corpus_bound and now.meta.get("embedder") == model.id:
        placed = place(home, corpus, model, placing)
        return {"placed": placed, **fitted()} if placed["refit"] else placed
    return fitted()
