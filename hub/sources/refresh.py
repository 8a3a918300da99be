"""Reading the live sources: what is new since last time, or a span of the past that resumes where it was stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.errors import HubError, RejectCode, SourceError
from hub.i18n.messages import Said, said_by
from hub.papers.model import Paper
from hub.settings import Settings, settings
from hub.sources import visits as status
from hub.sources.adapters.page import Page
from hub.sources.adapters.registry import ADAPTERS
from hub.sources.catalogue import Protocol, Source, catalogue, doors
from hub.sources.claims import settled
from hub.sources.importing import Summary, take
from hub.sources.record import Reject
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with what is read now, how many entries came, and how many there are, as far as the source tells."""
FIRST_DAYS, OVERLAP_DAYS, MOST_MISSED_DAYS = 7, 3, 90
"""A first visit reads a week. Later ones go back to the last day known whole and a little further, since services list a paper
days after it appeared; after a long pause not further than MOST_MISSED_DAYS."""
WEEK = 7
AT_ONCE = 8
"""So many hosts are read at the same time; a host is asked one thing after the other."""
FAULT = "{source} could not be read: {kind}: {words}. This is a fault of the hub; please report it."
CAME = "came"
"""Where a reading stands says under this name how many entries it had brought, so that a resumed one counts the rest."""


@dataclass
class Visit:
    """One reading of one source: what became of its entries, how many it listed for this reading, and what went wrong.

    ``instead`` says why its papers came from elsewhere; ``feed_day`` is the day that its feed gives itself; ``claims`` are ids
    of other sources' papers that it used for papers of its own.
    """

    source: str
    summary: Summary = field(default_factory=Summary)
    listed: int = 0
    unchanged: bool = False
    error: str = ""
    moved_to: str = ""
    instead: str = ""
    feed_day: str = ""
    claims: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the visit as the command line prints it."""
        about = {"source": self.source, **self.summary.as_dict(), "listed": self.listed, "unchanged": self.unchanged}
        more = {"instead": self.instead, "feed_day": self.feed_day, "claims": self.claims[:20]}
        return {
            **about,
            "error": self.error or None,
            "moved_to": self.moved_to or None,
            **more,
            "seconds": round(self.seconds, 2),
        }


def refresh(
    home: Path,
    ids: Sequence[str] | None = None,
    since: date | None = None,
    progress: Progress | None = None,
    *,
    config: Settings | None = None,
    corpus: Corpus | None = None,
    patience: Patience | None = None,
) -> list[Visit]:
    """Read the sources that are on, or those named, into the corpus; return what each brought.

    One bad source never stops the others. A source is read from the last day on that is known whole; with ``since``, from there.
    A page that is in the corpus is not read again when the refresh is started anew after a kill. Hold
    :func:`hub.worker.jobs.exclusive` around it.

    Raises
    ------
    SourceError
        When a named source is not in the catalogue.
    """
    with _reading(home, config, corpus, patience) as reading:
        known = reading.known
        unknown = [name for name in ids or () if name not in known]
        if unknown:
            raise SourceError(Said("There is no source {name!r}. `python -m hub sources` lists them.", name=unknown[0]))
        chosen = [known[name] for name in ids] if ids else [source for source in known.values() if source.on]
        return _side_by_side([partial(_visit, reading, source, since, progress) for source in chosen], chosen)


def past_weeks(home: Path, *, config: Settings | None = None, today: date | None = None) -> list[tuple[date, date]]:
    """Return the spans of days that a first run has still to read, the newest first, each a week or less.

    A span is there as long as a source that is on has not been read whole to its first day.
    """
    first = status.wanted_since(home)
    if first is None:
        return []
    today = today or date.today()
    spans, last = [], today - timedelta(days=FIRST_DAYS)
    while last >= first:
        spans.append((max(first, last - timedelta(days=WEEK - 1)), last))
        last -= timedelta(days=WEEK)
    lacking = [span[0] for span in status.whole_of(home, [s.id for s in _with_past(home, config or settings())]).values()]
    return [(start, end) for start, end in spans if any(have > start for have in lacking)]


def read_past(
    home: Path,
    span: tuple[date, date],
    progress: Progress | None = None,
    *,
    config: Settings | None = None,
    corpus: Corpus | None = None,
    patience: Patience | None = None,
) -> list[Visit]:
    """Read one span of days of every source that is on and was not read so far back; return what each brought."""
    with _reading(home, config, corpus, patience) as reading:
        known = _with_past(home, reading.config)
        whole = status.whole_of(home, [source.id for source in known])
        chosen = [source for source in known if source.id in whole and whole[source.id][0] > span[0]]
        return _side_by_side([partial(_past, reading, source, span, progress) for source in chosen], chosen)


def _with_past(home: Path, config: Settings) -> list[Source]:
    return [source for source in catalogue(home, config).values() if source.on and source.has_past]


@dataclass
class _Reading:
    """What all visits of one run share; ``lock`` is held for whatever writes."""

    home: Path
    config: Settings
    corpus: Corpus
    known: dict[str, Source]
    client: Client
    smaller: Client
    lock: threading.RLock

    def client_of(self, source: Source) -> Client:
        return self.smaller if source.added else self.client


@contextmanager
def _reading(home: Path, config: Settings | None, corpus: Corpus | None, patience: Patience | None) -> Iterator[_Reading]:
    config = config or settings()
    corpus = Corpus(config.corpus_path) if corpus is None else corpus
    known = catalogue(home, config)
    named = doors(known.values(), config)
    with (
        Client(home, config, doors=named, patience=patience) as client,
        Client(home, config, added=True, patience=patience) as smaller,
    ):
        yield _Reading(home, config, corpus, known, client, smaller, threading.RLock())


def _side_by_side(visits: Sequence[Callable[[], Visit]], sources: Sequence[Source]) -> list[Visit]:
    """Make the visits, several hosts at a time, each host's in turn; return them in the order of the sources."""
    hosts: dict[str, list[int]] = {}
    for n, source in enumerate(sources):
        hosts.setdefault(urlsplit(source.url or source.api).netloc, []).append(n)

    def of_one_host(rows: list[int]) -> list[tuple[int, Visit]]:
        return [(n, visits[n]()) for n in rows]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = [made for part in pool.map(of_one_host, hosts.values()) for made in part]
    return [visit for _, visit in sorted(done, key=lambda made: made[0])]


def _visit(reading: _Reading, source: Source, since: date | None, progress: Progress | None) -> Visit:
    today = date.today()
    first = since or _due_since(reading.home, source, today)
    visit = _read(reading, source, first, None, progress)
    if not visit.error:
        with reading.lock:
            status.keep_whole(reading.home, source.id, first or today - timedelta(days=1), today - timedelta(days=1))
    return visit


def _past(reading: _Reading, source: Source, span: tuple[date, date], progress: Progress | None) -> Visit:
    visit = _read(reading, source, span[0], span[1], progress)
    if not visit.error:
        with reading.lock:
            status.keep_whole(reading.home, source.id, *span)
    return visit


def _due_since(home: Path, source: Source, today: date) -> date | None:
    """Return the day from which a source is to be read; None for a feed whose days before today were read already."""
    whole = status.whole(home, source.id)
    if whole is None:
        return today - timedelta(days=FIRST_DAYS)
    if source.protocol == Protocol.FEED and (not source.has_past or whole[1] >= today - timedelta(days=1)):
        return None
    return max(whole[1] - timedelta(days=OVERLAP_DAYS), today - timedelta(days=MOST_MISSED_DAYS))


def _read(reading: _Reading, source: Source, since: date | None, until: date | None, progress: Progress | None) -> Visit:
    home, lock = reading.home, reading.lock
    visit, started = Visit(source.id), time.monotonic()
    mark = "|".join([source.id, since.isoformat() if since else "", *([until.isoformat()] if until else [])])
    client = reading.client_of(source)
    try:
        came, cursor = False, status.cursor(home, mark)
        before = int(cursor.get(CAME, 0))
        for page in ADAPTERS[source.protocol](source, client, since, cursor, until):
            with lock:
                came = came or not page.instead or bool(page.entries)
                _take(page, visit, reading.corpus, client, before, source)
                seen = before + visit.summary.seen
                status.keep_cursor(home, mark, {**page.cursor, CAME: seen} if page.cursor else {})
                if progress:
                    progress(source.id, seen, max(page.total, seen))
        visit.unchanged = not came
    except SourceError as e:
        visit.error = said_by(e)
    except HubError:
        raise  # the corpus, not the source
    except Exception as e:
        log.exception("reading %s failed", source.id)
        visit.error = Said(FAULT, source=source.id, kind=type(e).__name__, words=str(e))
    visit.seconds = time.monotonic() - started
    with lock:
        status.record(home, source, visit.as_dict())
    return visit


def _take(page: Page, visit: Visit, corpus: Corpus, client: Client, before: int, source: Source) -> None:
    def settle(papers: list[Paper]) -> list[Paper]:
        kept, claimed = settled(papers, corpus, source)
        visit.claims += claimed
        return kept

    brought = take(page.entries, corpus, today=date.today(), settle=settle)
    visit.summary += brought
    visit.listed = max(0 if page.estimated else page.total - before, visit.summary.seen)
    visit.instead, visit.feed_day = visit.instead or page.instead, visit.feed_day or page.feed_day
    if page.fetched is None:
        return
    if page.fetched.moved:
        visit.moved_to = page.fetched.url
    whole = [e for e in page.entries if isinstance(e, Reject) and e.whole]
    if whole and brought.seen == len(whole):
        host = urlsplit(page.fetched.url).hostname
        raise SourceError(Said("{host}: {why}.", host=host, why=whole[0].why), url=page.fetched.url)
    if not any(reject.code is RejectCode.CUT_OFF for reject in brought.rejected):
        client.remember(page.fetched)
