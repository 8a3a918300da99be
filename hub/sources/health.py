"""Whether each source is well: what came when, got versus listed, and silence measured by its own rhythm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.i18n.messages import Said
from hub.sources import visits as status
from hub.sources.catalogue import Protocol, Source

WINDOW_DAYS = 28
BEFORE_DAYS = 84
SHORTEST_SILENCE = 3
"""Working days of silence that never count as stale: announcements slip by a day or two."""
WEEKS = 12
STANDS_STILL = 2
"""Working days that a feed may be older than today before that is told."""
LEAST_EXPECTED = 20
"""A halved volume is told only where at least this many papers were to be expected."""


Days = dict[tuple[str, str | None], npt.NDArray[np.datetime64]]
"""The days on which papers appeared (n_papers,), by source and by a part of it (None for all of it)."""


class State(StrEnum):
    """What a reader wants to know of a source at a glance."""

    FINE = "fine"
    FAILING = "failing"
    INSTEAD = "instead"
    SILENT = "silent"
    UNREAD = "unread"
    IMPORTED = "imported"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Health:
    """How one source is doing.

    Days are ISO dates; ``failing`` counts its failures in a row; ``stale`` and ``notice`` say what a reader should look at.
    """

    source: str
    name: str
    on: bool
    last_success: str | None
    last_error: str | None
    last_error_at: str | None
    failing: int
    papers: int
    last_paper: str | None
    papers_per_day: float
    got: int
    listed: int
    silent_working_days: int | None
    usual_silence: float
    stale: bool
    notice: str
    """Empty, or a :class:`hub.i18n.messages.Said` that a page can translate."""
    state: State = State.FINE
    instead: str = ""
    """Why its papers come from elsewhere than its own address; empty when they do not."""
    weeks: tuple[int, ...] = ()
    """Papers in each of the last twelve weeks, the newest last."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return asdict(self)


def health_of(home: Path, papers: pd.DataFrame | Days, sources: Iterable[Source], *, today: date | None = None) -> list[Health]:
    """Return the health of each source, from its visits and from the days on which its papers appeared.

    ``papers`` has the columns source, field, published and categories, as a Snapshot or the corpus has them; or it is what
    :func:`days_by_source` made of them.
    """
    today = today or datetime.now(UTC).date()
    days = days_by_source(papers) if isinstance(papers, pd.DataFrame) else papers
    none = np.array([], dtype="datetime64[D]")
    found, sources = [], list(sources)
    visits = status.visits_of(home, [source.id for source in sources])
    for source in sources:
        part = source.field if source.protocol in (Protocol.ARXIV, Protocol.OAI) else source.field or None
        own = days.get((source.name, part), none)
        found.append(_health(source, visits[source.id], own, today))
    return found


def imported(papers: Days, sources: Iterable[Source], *, today: date | None = None) -> list[Health]:
    """Return what there is of journals and servers that came with files: whatever no source of the catalogue brings."""
    today = today or datetime.now(UTC).date()
    named = {source.name for source in sources}
    rows = []
    for (name, part), days in papers.items():
        if part is None and name not in named and len(days):
            rate, _ = _rates(days, today)
            rows.append(Health(
                source="", name=name, on=False, last_success=None, last_error=None, last_error_at=None, failing=0,
                papers=len(days), last_paper=str(days.max()), papers_per_day=round(rate, 2), got=0, listed=0,
                silent_working_days=None, usual_silence=0.0, stale=False, notice="", state=State.IMPORTED,
                weeks=weekly(days, today),
            ))  # fmt: skip
    return sorted(rows, key=lambda row: (-row.papers, row.name))


def weekly(days: npt.NDArray[np.datetime64], today: date, weeks: int = WEEKS) -> tuple[int, ...]:
    """Return the papers in each of the last weeks, seven days each, the newest last."""
    ago = (np.datetime64(today) - days).astype("timedelta64[D]").astype(int) // 7
    return tuple(int(n) for n in np.bincount(ago[(ago >= 0) & (ago < weeks)], minlength=weeks)[::-1])


def _state(source: Source, visits: list[dict[str, Any]], papers: int, is_stale: bool) -> State:
    if not source.on:
        return State.IMPORTED if papers and not visits else State.OFF
    if not visits:
        return State.UNREAD
    if visits[-1]["error"]:
        return State.FAILING
    if visits[-1].get("instead"):
        return State.INSTEAD
    return State.SILENT if is_stale else State.FINE


def days_by_source(papers: pd.DataFrame) -> Days:
    """Return the days on which papers appeared, by source (part None), by its fields, and by arXiv's categories and archives."""
    days = papers["published"].to_numpy("datetime64[D]")
    rows: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    names, fields, categories = (papers[name].tolist() for name in ("source", "field", "categories"))
    for row, (name, field, cats) in enumerate(zip(names, fields, categories, strict=True)):
        rows[name, None].append(row)
        if name != "arXiv":
            rows[name, field].append(row)
            continue
        listed = cats.split() if isinstance(cats, str) else list(cats)
        for part in {field, *listed, *(c.split(".")[0] for c in listed)}:
            rows[name, part].append(row)
    return {part: days[at] for part, at in rows.items()}


def _health(source: Source, visits: list[dict[str, Any]], days: npt.NDArray[np.datetime64], today: date) -> Health:
    good = [visit for visit in visits if not visit["error"]]
    bad = [visit for visit in visits if visit["error"]]
    read = next((visit for visit in reversed(good) if not visit["unchanged"]), None)
    days = days[days <= np.datetime64(today)]
    usual = usual_silence(days, source.every_days)
    silent = working_days(days.max().astype(date), today) if len(days) else None
    rate, before = _rates(days, today)
    is_stale = bool(visits) and silent is not None and silent > max(SHORTEST_SILENCE, 2 * usual)
    return Health(
        source=source.id,
        name=source.name,
        on=source.on,
        last_success=_when(good[-1]) if good else None,
        last_error=bad[-1]["error"] if bad else None,
        last_error_at=_when(bad[-1]) if bad else None,
        failing=_failing(visits),
        papers=len(days),
        last_paper=str(days.max()) if len(days) else None,
        papers_per_day=round(rate, 2),
        got=read["seen"] if read else 0,
        listed=read["listed"] if read else 0,
        silent_working_days=silent,
        usual_silence=round(usual, 1),
        stale=is_stale,
        notice=_notice(visits, silent, usual, is_stale, rate, before, today),
        state=_state(source, visits, len(days), is_stale),
        instead=visits[-1].get("instead", "") if visits else "",
        weeks=weekly(days, today),
    )


def _notice(
    visits: list[dict[str, Any]], silent: int | None, usual: float, is_stale: bool, rate: float, before: float, today: date
) -> str:
    if not visits:
        return ""
    last = visits[-1]
    if _failing(visits) >= 2:
        return Said("failed {times} times in a row", times=_failing(visits))
    if last.get("claims"):
        return Said(
            "{n} of its entries said that they were papers of another source; they stand beside those", n=len(last["claims"])
        )
    still = last.get("feed_day") or ""
    if still and working_days(date.fromisoformat(still), today) > STANDS_STILL:
        return Said("its feed stands still since {day}; its papers come from the archive", day=still)
    if is_stale:
        return Said("silent for {days} working days, usually no longer than {usual}", days=silent, usual=f"{usual:.0f}")
    waiting = working_days(datetime.fromtimestamp(visits[0]["at"], UTC).date(), today)
    if silent is None and waiting > max(SHORTEST_SILENCE, 2 * usual):
        return Said("has brought nothing in the {days} working days since it was first read", days=waiting)
    if before * WINDOW_DAYS >= LEAST_EXPECTED and rate < before / 2:
        return Said(
            "{now} papers a day in the last four weeks, {before} in the twelve before", now=f"{rate:.1f}", before=f"{before:.1f}"
        )
    if not last["error"] and last["seen"] < last["listed"]:
        return Said("listed {listed} entries, gave {given}", listed=last["listed"], given=last["seen"])
    if last.get("moved_to"):
        return Said("has moved for good to {address}", address=last["moved_to"])
    return ""


def _failing(visits: list[dict[str, Any]]) -> int:
    return next((n for n, visit in enumerate(reversed(visits)) if not visit["error"]), len(visits))


def usual_silence(days: npt.NDArray[np.datetime64], every_days: float) -> float:
    """Return the silence, in working days, that 19 of 20 pauses of a source stay within.

    Measured on the days on which it brought something in the last year; with fewer than eight such days, its published
    rhythm (``every_days``, in calendar days) stands in.
    """
    seen = np.unique(days)[-250:]
    if len(seen) < 8:
        return max(1.0, every_days * 5 / 7)
    gaps = np.busday_count(seen[:-1], seen[1:], holidays=_holidays(int(str(seen[0])[:4]), int(str(seen[-1])[:4])))
    return float(np.quantile(gaps, 0.95))


def working_days(since: date, until: date) -> int:
    """Return how many working days lie between two days: weekends and United States federal holidays do not count.

    arXiv, bioRxiv and most publishers announce by that calendar (https://info.arxiv.org/help/availability.html).

    >>> working_days(date(2026, 7, 2), date(2026, 7, 6))  # Thursday to Monday, Independence Day observed on Friday
    1
    """
    return int(np.busday_count(since, until, holidays=_holidays(since.year, until.year)))


@lru_cache(maxsize=32)
def _holidays(first: int, last: int) -> list[date]:
    import holidays

    return sorted(holidays.country_holidays("US", years=range(first, last + 1)))


def _rates(days: npt.NDArray[np.datetime64], today: date) -> tuple[float, float]:
    """Return papers a day in the last four weeks and in the twelve before (0 when the source is younger than that)."""
    if not len(days):
        return 0.0, 0.0
    start = np.datetime64(today - timedelta(days=WINDOW_DAYS))
    first = np.datetime64(today - timedelta(days=WINDOW_DAYS + BEFORE_DAYS))
    rate = float((days > start).sum()) / WINDOW_DAYS
    before = float(((days > first) & (days <= start)).sum()) / BEFORE_DAYS if days.min() <= first else 0.0
    return rate, before


def _when(visit: Mapping[str, Any]) -> str:
    return datetime.fromtimestamp(visit["at"], UTC).isoformat(timespec="seconds")
