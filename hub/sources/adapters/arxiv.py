"""arXiv: the day's announcements by feed, every day by OAI-PMH, and by its API where that fails.

The feed holds one day of announcements (https://info.arxiv.org/help/rss.html), so each visit asks the archive for all that
changed since the last day known whole. API: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import feedparser

from hub.errors import RejectCode, SourceError
from hub.i18n.messages import Said, said_by
from hub.papers.dates import parse_day
from hub.papers.identifiers import oai_set
from hub.sources.adapters import feed as feeds
from hub.sources.adapters import oai
from hub.sources.adapters.page import Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.record import Record, Reject
from hub.sources.web.client import Client

API = "https://export.arxiv.org/api/query"
ROWS = 500
SHORT = "arXiv lists {total} papers of {part} from {day} but gave {given}. Resume later."
WINDOW_DAYS = 7
"""The API goes no further than 10,000 results into a search; a week of one category has fewer."""
RECENT_DAYS = 5
SUBMITTED_BEFORE = 5
"""A paper is announced up to so many days after it was submitted: over a weekend with a holiday."""
OLD_DAYS = 31
"""In a look at the past, records that only changed in those days are left out when they are older than this."""
INSTEAD = "{why} Days before today come from arXiv's API instead."
NO_FEED = "{why} Its papers come from arXiv's archive instead."


def pages(source: Source, client: Client, since: date | None, cursor: Cursor, until: date | None = None) -> Iterator[Page]:
    """Yield the day's announcements, then all that the archive has since ``since``; with ``until``, those days only."""
    if until is None and not cursor:
        yield from _announced(source, client)
    since = since or date.today() - timedelta(days=RECENT_DAYS)
    if "start" in cursor or not source.oai:
        yield from _searched(source, client, since, cursor, until)
        return
    came = False
    try:
        for page in oai.pages(_archive(source), client, since, cursor, until):
            came = True
            yield dataclasses.replace(page, entries=_of_these_days(page.entries, since if until else None), estimated=True)
    except SourceError as e:
        if came or cursor or not source.api:
            raise
        yield Page([], instead=Said(INSTEAD, why=said_by(e)))
        yield from _searched(source, client, since - timedelta(days=SUBMITTED_BEFORE), {}, until)


def _announced(source: Source, client: Client) -> Iterator[Page]:
    try:
        fetched = client.get(source.url, interval_s=source.interval_s, conditional=True)
    except SourceError as e:
        if not source.oai and not source.api:
            raise
        yield Page([], instead=Said(NO_FEED, why=said_by(e)))
        return
    if fetched is not None:
        entries = list(feeds.read_feed(fetched.data, source.id, source.name))
        day = next((parsed.day.isoformat() for e in entries if isinstance(e, Record) and (parsed := parse_day(e.listed))), "")
        yield Page(list(entries), {}, len(entries), fetched, feed_day=day)


def _archive(source: Source) -> Source:
    return dataclasses.replace(source, url=source.oai, set=oai_set(source.set))


def _of_these_days(entries: list[Record | Reject], since: date | None) -> list[Record | Reject]:
    """Return what came in those days: the archive also lists what was corrected in them, however old."""
    if since is None:
        return entries
    first = since - timedelta(days=OLD_DAYS)
    created = {id(e): parse_day(e.published) for e in entries if isinstance(e, Record)}
    return [e for e in entries if (found := created.get(id(e))) is None or found.day >= first]


def _searched(source: Source, client: Client, since: date, cursor: Cursor, until: date | None) -> Iterator[Page]:
    day = date.fromisoformat(str(cursor["day"])) if "day" in cursor else since
    first = date.fromisoformat(str(cursor.get("first", day.isoformat())))
    end = min(until or date.today(), date.today())
    start = int(cursor.get("start", 0))
    while day <= end:
        last = min(day + timedelta(days=WINDOW_DAYS - 1), end)
        entries, total, url = _search(source, client, day, last, start)
        start += len(entries)
        if start < total and not entries:
            raise SourceError(Said(SHORT, total=total, part=source.set, day=day.isoformat(), given=start), url=url)
        if start >= total:
            day, start = last + timedelta(days=1), 0
        more = {"day": day.isoformat(), "start": start, "first": first.isoformat()} if day <= end else {}
        yield Page(entries, more, _estimate(total, first, end), estimated=True)


def _estimate(window_total: int, first: date, end: date) -> int:
    """Return about how many papers the whole backfill has, if each week is like the one just read."""
    weeks = max(1, ((end - first).days + WINDOW_DAYS) // WINDOW_DAYS)
    return window_total * weeks


def _search(source: Source, client: Client, day: date, last: date, start: int) -> tuple[list[Record | Reject], int, str]:
    span = f"submittedDate:[{day:%Y%m%d}0000 TO {last:%Y%m%d}2359]"
    asked = {
        "search_query": f"cat:{source.set} AND {span}",
        "start": start,
        "max_results": ROWS,
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    fetched = client.get(f"{source.api or API}?{urlencode(asked)}", interval_s=source.interval_s)
    if fetched is None:
        return [], 0, ""
    entries = list(feeds.read_feed(fetched.data, f"{source.id}: {day} {start}", source.name))
    error = next((e for e in entries if isinstance(e, Reject) and e.code is RejectCode.ANSWERED), None)
    if error:
        raise SourceError(Said("{source}: {why}.", source=source.id, why=error.why), url=fetched.url)
    total = feedparser.parse(fetched.data).feed.get("opensearch_totalresults", "0")
    return entries, int(total) if str(total).isdigit() else 0, fetched.url
