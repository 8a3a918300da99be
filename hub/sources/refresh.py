"""Reading the live sources: what is new since last time, or a backfill that resumes where it was stopped."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.errors import HubError, RejectCode, SourceError
from hub.i18n.messages import Said, said_by
from hub.settings import Settings, settings
from hub.sources import visits as status
from hub.sources.adapters.page import Page
from hub.sources.adapters.registry import ADAPTERS
from hub.sources.catalogue import Source, catalogue, doors
from hub.sources.importing import Summary, take
from hub.sources.record import Reject
from hub.sources.web.client import Client, Patience
from hub.storage.corpus import Corpus

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with what is read now, how many entries came, and how many there are, as far as the source tells."""
KEPT_DAYS, MOST_MISSED_DAYS = 3, 90
"""After a longer pause than KEPT_DAYS the days in between are read as a backfill does, at most so many of them."""
FAULT = "{source} could not be read: {kind}: {words}. This is a fault of the hub; please report it."
CAME = "came"
"""Where a reading stands says under this name how many entries it had brought, so that a resumed one counts the rest."""


@dataclass
class Visit:
    """One reading of one source: what became of its entries, how many it listed for this reading, and what went wrong."""

    source: str
    summary: Summary = field(default_factory=Summary)
    listed: int = 0
    unchanged: bool = False
    error: str = ""
    moved_to: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the visit as the command line prints it."""
        about = {"source": self.source, **self.summary.as_dict(), "listed": self.listed, "unchanged": self.unchanged}
        return {**about, "error": self.error or None, "moved_to": self.moved_to or None, "seconds": round(self.seconds, 2)}


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

    One bad source never stops the others. With ``since`` it reads the past too; a page that is in the corpus is not read
    again when the refresh is started anew after a kill. Days that nobody read are read as well. Hold
    :func:`hub.worker.jobs.exclusive` around it.

    Raises
    ------
    SourceError
        When a named source is not in the catalogue.
    """
    config = config or settings()
    corpus = Corpus(config.corpus_path) if corpus is None else corpus
    known = catalogue(home, config)
    unknown = [name for name in ids or () if name not in known]
    if unknown:
        raise SourceError(Said("There is no source {name!r}. `python -m hub sources` lists them.", name=unknown[0]))
    chosen = [known[name] for name in ids] if ids else [source for source in known.values() if source.on]
    visits = []
    named = doors(known.values(), config)
    with (
        Client(home, config, doors=named, patience=patience) as client,
        Client(home, config, added=True, patience=patience) as smaller,
    ):
        for source in chosen:
            visit = _visit(home, source, smaller if source.added else client, corpus, since, progress)
            status.record(home, source, visit.as_dict())
            visits.append(visit)
    return visits


def _visit(home: Path, source: Source, client: Client, corpus: Corpus, since: date | None, progress: Progress | None) -> Visit:
    visit, started = Visit(source.id), time.monotonic()
    since = since or _missed_since(home, source)
    mark = f"{source.id}|{since.isoformat() if since else ''}"
    try:
        came, cursor = False, status.cursor(home, mark)
        before = int(cursor.get(CAME, 0))
        for page in ADAPTERS[source.protocol](source, client, since, cursor):
            came = True
            _take(page, visit, corpus, client, before)
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
    return visit


def _missed_since(home: Path, source: Source, today: date | None = None) -> date | None:
    """Return the day from which a source has to be read because nobody read it for longer than it keeps what is new."""
    good = [visit["at"] for visit in status.visits(home, source.id) if not visit["error"]]
    today = today or date.today()
    last = datetime.fromtimestamp(max(good)).date() if good else today
    if (today - last).days <= KEPT_DAYS:
        return None
    return max(last - timedelta(days=KEPT_DAYS), today - timedelta(days=MOST_MISSED_DAYS))


def _take(page: Page, visit: Visit, corpus: Corpus, client: Client, before: int) -> None:
    brought = take(page.entries, corpus, today=date.today())
    visit.summary += brought
    visit.listed = max(0 if page.estimated else page.total - before, visit.summary.seen)
    if page.fetched is None:
        return
    if page.fetched.moved:
        visit.moved_to = page.fetched.url
    whole = [e for e in page.entries if isinstance(e, Reject) and e.of_the_whole]
    if whole and brought.seen == len(whole):
        host = urlsplit(page.fetched.url).hostname
        raise SourceError(Said("{host}: {why}.", host=host, why=whole[0].why), url=page.fetched.url)
    if not any(reject.code is RejectCode.CUT_OFF for reject in brought.rejected):
        client.remember(page.fetched)
