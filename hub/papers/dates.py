"""Days in what sources write: ISO and mail dates, months, seasons, ranges."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?"
)
_SEASONS = {"winter": 2, "spring": 5, "summer": 8, "fall": 11, "autumn": 11}
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?({_MONTH})\.?,?[\s-]+(\d{{4}})(?!\d)", re.I)
_DAY_SECOND = re.compile(rf"({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.I)
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})[\s-]+({_MONTH})\b\.?(?:[\s-]+(\d{{1,2}})(?!\d))?", re.I)
_MONTH_YEAR = re.compile(rf"({_MONTH})\.?,?\s+(\d{{4}})(?!\d)", re.I)
_SEASON_YEAR = re.compile(rf"({'|'.join(_SEASONS)}),?\s+(\d{{4}})|(\d{{4}})\s+({'|'.join(_SEASONS)})", re.I)
_YEAR = re.compile(r"^\s*(\d{4})\s*$")
FIRST_YEAR = 1600


class Day(NamedTuple):
    """A day, and how exact it was written: ``day``, ``month`` or ``year`` (then it is the period's last day)."""

    day: date
    exact: str


@lru_cache(maxsize=8192)  # a page of a source names the same few days over and over
def parse_day(text: str) -> Day | None:
    """Return the day that ``text`` names, in the time zone in which it was written; None when it names none.

    Of a range the last day counts; a month or year alone gives its last day, so that an exact date, once it is known,
    is never later.

    >>> parse_day("Thu, 24 Sep 2026 00:00:00 -0400").day.isoformat(), parse_day("2026-07-02T12:56:01Z").day.isoformat()
    ('2026-09-24', '2026-07-02')
    >>> parse_day("February 2022"), parse_day("1-15 March 2021").day.isoformat(), parse_day("soon")
    (Day(day=datetime.date(2022, 2, 28), exact='month'), '2021-03-15', None)
    """
    for pattern, order in ((_COMPACT, "ymd"), (_ISO, "ymd"), (_SLASHED, "ymd"), (_DAY_FIRST, "dmy"), (_DAY_SECOND, "mdy"),
                           (_YEAR_FIRST, "ymd"), (_MONTH_YEAR, "my"), (_YEAR, "y")):  # fmt: skip
        found = list(pattern.finditer(text))
        if found:
            parts = dict(zip(order, found[-1].groups(), strict=True))
            return _day(parts.get("y"), parts.get("m"), parts.get("d"))
    season = _SEASON_YEAR.search(text)
    if season:
        return _day(season[2] or season[3], str(_SEASONS[(season[1] or season[4]).lower()]), None)
    return None


def _day(year: str | None, month: str | None, day: str | None) -> Day | None:
    y = int(year or 0)
    if y < FIRST_YEAR:
        return None
    if not month:
        return Day(date(y, 12, 31), "year")
    m = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    if not 1 <= m <= 12:
        return None
    last = calendar.monthrange(y, m)[1]
    if not day:
        return Day(date(y, m, last), "month")
    return Day(date(y, m, int(day)), "day") if 1 <= int(day) <= last else None
