"""arXiv: the day's announcements by feed, the past by its API. https://info.arxiv.org/help/api/user-manual.html"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import feedparser

from hub.errors import RejectCode, SourceError
from hub.i18n.messages import Said
from hub.sources.adapters import feed as feeds
from hub.sources.adapters.page import Cursor, Page
from hub.sources.catalogue import Source
from hub.sources.record import Record, Reject
from hub.sources.web.client import Client

API = "https://export.arxiv.org/api/query"
ROWS = 500
SHORT = "arXiv lists {total} papers of {part} from {day} but gave {given}. Resume later."
WINDOW_DAYS = 7
"""The API goes no further than 10,000 results into a search; a week of one category has fewer."""


def pages(source: Source, client: Client, since: date | None, cursor: Cursor) -> Iterator[Page]:
    """Yield the day's announcements; with ``since``, every paper submitted since then, a week at a time."""
    if since is None and not cursor:
        fetched = client.get(source.url, interval_s=source.interval_s, conditional=True)
        if fetched is not None:
            entries = list(feeds.read_feed(fetched.data, source.id, source.name))
            yield Page(entries, {}, len(entries), fetched)
        return
    yield from _backfill(source, client, since, cursor)


def _backfill(source: Source, client: Client, since: date | None, cursor: Cursor) -> Iterator[Page]:
    day = date.fromisoformat(str(cursor["day"])) if cursor else since or date.today()
    first = date.fromisoformat(str(cursor.get("first", day.isoformat())))
    start = int(cursor.get("start", 0))
    while day <= date.today():
        last = day + timedelta(days=WINDOW_DAYS - 1)
        entries, total, url = _search(source, client, day, last, start)
        start += len(entries)
        if start < total and not entries:
            raise SourceError(Said(SHORT, total=total, part=source.set, day=day.isoformat(), given=start), url=url)
        if start >= total:
            day, start = last + timedelta(days=1), 0
        more = {"day": day.isoformat(), "start": start, "first": first.isoformat()} if day <= date.today() else {}
        yield Page(entries, more, _estimate(total, first), estimated=True)


def _estimate(window_total: int, first: date) -> int:
    """Return about how many papers the whole backfill has, if each week is like the one just read."""
    weeks = max(1, ((date.today() - first).days + WINDOW_DAYS) // WINDOW_DAYS)
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
    fetched = client.get(f"{source.api or API}?{urlencode(asked)}", interval_s=max(source.interval_s, 0))
    if fetched is None:
        return [], 0, ""
    entries = list(feeds.read_feed(fetched.data, f"{source.id}: {day} {start}", source.name))
    error = next((e for e in entries if isinstance(e, Reject) and e.code is RejectCode.ANSWERED), None)
    if error:
        raise SourceError(Said("{source}: {why}.", source=source.id, why=error.why), url=fetched.url)
    total = feedparser.parse(fetched.data).feed.get("opensearch_totalresults", "0")
    return entries, int(total) if str(total).isdigit() else 0, fetched.url
