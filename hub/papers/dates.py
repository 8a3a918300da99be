"""Days in what sources write: ISO and mail dates, months, seasons, ranges, in the languages of the world's journals."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?"
)
_SEASONS = {"winter": 2, "spring": 5, "summer": 8, "fall": 11, "autumn": 11}
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:\d{6})?\s*$")
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s/-]*(?:of\s+)?({_MONTH})\b\.?,?[\s/-]*(\d{{4}})(?!\d)", re.I)
_DAY_SECOND = re.compile(rf"({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.I)
_DAY_TIME = re.compile(rf"({_MONTH})\.?\s+(\d{{1,2}})\s+\d{{1,2}}:[\d:]+\s+(?:[A-Z]{{2,5}}\s+)?(\d{{4}})(?!\d)", re.I)
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}})[\s/-]+({_MONTH})\b\.?(?:[\s/-]+(\d{{1,2}})(?!\d))?", re.I)
_YEAR_DAY = re.compile(rf"(?<!\d)(\d{{4}}),?\s+(\d{{1,2}})\s+({_MONTH})\b", re.I)
_MONTHS_RANGE = re.compile(rf"\b(?:{_MONTH})\b\.?\s?[-/]\s?(?={_MONTH})", re.I)
_DAYS_RANGE = re.compile(r"(?<![\d-])\d{1,2}\s?-\s?(?=\d{1,2}(?![\d-]))")
_LINKS = re.compile(r"\b(?:de|del|di|do|of|г)\b\.?|(?<=\d)(?:er|ère|re|e|º|ª|°)(?![^\W\d_])", re.I)
_MONTH_YEAR = re.compile(rf"(?<![^\W\d_])({_MONTH})\.?,?[\s-]*(\d{{4}})(?!\d)", re.I)
_SHORT_YEAR = re.compile(rf"^\s*(\d{{1,2}})[\s-]({_MONTH})[\s-](\d{{2}})(?!\d)|^\s*({_MONTH})-(\d{{2}})\s*$", re.I)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_MONTH_NUMBER_YEAR = re.compile(r"^\s*(\d{1,2})[/.\s-](\d{4})\s*$")
_SEASON_YEAR = re.compile(rf"({'|'.join(_SEASONS)}),?\s+(\d{{4}})|(\d{{4}})[\s/]+({'|'.join(_SEASONS)})", re.I)
_YEAR = re.compile(r"^\s*(\d{4})\s*$")
_ONE_YEAR = re.compile(r"(?<![\d./-])(1[6-9]\d\d|20\d\d)(?![\d./-])[a-z]?(?![a-z\d])")
_YEARS = re.compile(r"^\s*(\d{4})\s*(?:/|-+)\s*(\d{4}|\d{2})\s*$")
_UNSURE = re.compile(r"(?<![~?%])[~?%]++(?=$|/)")
_OPEN_END = re.compile(r"/(?:\.\.)?\s*$|^\s*(?:\.\.)?/")
_NO_MONTH = re.compile(r"^(\d{4})[/.-]00?(?:[/.-]\d{1,2})?(?!\d)")
_UNKNOWN = re.compile(r"(?<=\d)(?:[-/](?:xx|uu))+(?![^\W\d_])", re.I)
"""A month or day that is not known, as EDTF writes it."""
_NO_DAY = re.compile(r"^(\d{4}[/.-]\d{1,2})[/.-]00?(?!\d)")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*)?(?:(\d{1,2})\s*[日일号]?)?")
_EPOCH = re.compile(r"^\s*(\d{10})(?:\d{3})?(?:\.\d+)?\s*$")
_WORD = re.compile(r"[^\W\d_]{3,}")
FIRST_YEAR = 1600
LONGEST = 200
"""Characters of a date that are looked at."""
YEARS_AHEAD = 2
"""A two-digit year further ahead than this is of the last century."""
LANGUAGES = [
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "sr",
    "sr_Latn",
    "bg",
    "ru",
    "uk",
    "be",
    "mk",
    "ro",
    "hu",
    "fi",
    "et",
    "lv",
    "lt",
    "sv",
    "da",
    "nb",
    "is",
    "el",
    "tr",
    "az",
    "ca",
    "gl",
    "eu",
    "sq",
    "id",
    "ms",
    "vi",
]
"""Whose month names are known, from the Unicode Consortium's CLDR."""


class Day(NamedTuple):
    """A day, and how exact it was written: ``day``, ``month`` or ``year`` (then it is the period's last day)."""

    day: date
    exact: str


@lru_cache(maxsize=8192)  # a page of a source names the same few days over and over
def parse_day(text: str, first: str = "") -> Day | None:
    """Return the day that ``text`` names, in the time zone in which it was written; None when it names none.

    Of a range the last day counts; a month or year alone gives its last day, so that an exact date, once it is known,
    is never later. ``first`` says whether ``day`` or ``month`` comes first in a date of numbers alone; without it a point
    parts a day from its month, and a slash a month from its day, unless that can not be.

    >>> parse_day("Thu, 24 Sep 2026 00:00:00 -0400").day.isoformat(), parse_day("2026-07-02T12:56:01Z").day.isoformat()
    ('2026-09-24', '2026-07-02')
    >>> parse_day("February 2022"), parse_day("1-15 March 2021").day.isoformat(), parse_day("soon")
    (Day(day=datetime.date(2022, 2, 28), exact='month'), '2021-03-15', None)
    >>> [parse_day(t).day.isoformat() for t in ("7. März 2019", "2021年3月", "24/12/2020", "1994/1997", "5-Nov-19", "c. 1987")]
    ['2019-03-07', '2021-03-31', '2020-12-24', '1997-12-31', '2019-11-05', '1987-12-31']
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).replace("–", "-").replace("—", "-").strip()
    if not text:
        return None
    if "/" in text or "~" in text or "?" in text:
        text = _OPEN_END.sub("", _UNSURE.sub("", text)).strip().rstrip("/")
    text = _UNKNOWN.sub("", text)
    text = _NO_DAY.sub(r"\1", _NO_MONTH.sub(r"\1", text))
    if _WORD.search(text):
        text = _MONTHS_RANGE.sub("", _DAYS_RANGE.sub("", text))
    found, matched = _written(text, first)
    if not matched and _WORD.search(text):
        found, matched = _written(in_english(text), first)
    if not matched:
        years = set(_ONE_YEAR.findall(text))
        return _day(years.pop(), None, None) if len(years) == 1 else None
    return found


def _written(text: str, first: str) -> tuple[Day | None, bool]:
    """Return the day, and whether the text has the form of a date at all (2021-02-30 has, and names no day)."""
    years = _YEARS.match(text)
    if years and not (len(years[2]) == 2 and int(years[2]) <= 12):
        last = years[2] if len(years[2]) == 4 else years[1][:2] + years[2]
        return _day(last, None, None) if last >= years[1] else None, True
    if found := _EPOCH.match(text):
        return Day(datetime.fromtimestamp(int(found[1]), UTC).date(), "day"), True
    for pattern, order in ((_COMPACT, "ymd"), (_ISO, "ymd"), (_SLASHED, "ymd"), (_CJK, "ymd"), (_YEAR_DAY, "ydm"),
                           (_DAY_FIRST, "dmy"), (_DAY_SECOND, "mdy"), (_DAY_TIME, "mdy"), (_YEAR_FIRST, "ymd"),
                           (_MONTH_YEAR, "my"), (_MONTH_NUMBER_YEAR, "my"), (_YEAR, "y")):  # fmt: skip
        matches = list(pattern.finditer(text))
        if matches:
            parts = dict(zip(order, matches[-1].groups(), strict=True))
            return _day(parts.get("y"), parts.get("m"), parts.get("d")), True
    if found := _SHORT_YEAR.search(text):
        day, month, year = found.group(1, 2, 3) if found[1] else (None, found[4], found[5])
        return _day(_century(year), month, day), True
    if season := _SEASON_YEAR.search(text):
        return _day(season[2] or season[3], str(_SEASONS[(season[1] or season[4]).lower()]), None), True
    if found := _NUMERIC.search(text):
        return _numeric(found, first), True
    return None, False


def _numeric(found: re.Match[str], first: str) -> Day | None:
    a, b, year = int(found[1]), int(found[3]), found[4] if len(found[4]) == 4 else _century(found[4])
    day_first = first == "day" or (first != "month" and found[2] != "/")
    if (a > 12) != (b > 12):
        day_first = a > 12
    day, month = (a, b) if day_first else (b, a)
    return _day(year, str(month), str(day))


def _century(year: str) -> str:
    return str((2000 if int(year) <= date.today().year % 100 + YEARS_AHEAD else 1900) + int(year))


def day_or_month_first(texts: Iterable[str]) -> str:
    """Return whether dates of numbers alone have the ``day`` or the ``month`` first, by those that can be read one way only.

    Empty where nothing tells, or where both are found.

    >>> day_or_month_first(["03/04/2021", "28/04/2021"]), day_or_month_first(["03/04/2021"])
    ('day', '')
    """
    found = [m for text in texts if (m := _NUMERIC.search(text[:LONGEST]))]
    orders = {"day" if int(m[1]) > 12 else "month" for m in found if (int(m[1]) > 12) != (int(m[3]) > 12)}
    return orders.pop() if len(orders) == 1 else ""


def best_date(texts: Iterable[str], first: str = "") -> str:
    """Return which of several dates of one record to believe: the first one that names a day, else a month, else a year.

    What names none at all comes last, so that a record can say why it has no date.

    >>> best_date(["MAR", "2021", "2021-03"]), best_date(["in press", ""])
    ('2021-03', 'in press')
    """
    given = [text for text in texts if text and text.strip()]
    ranks = {"day": 0, "month": 1, "year": 2}
    days = [(ranks[day.exact], n, text) for n, text in enumerate(given) if (day := parse_day(text, first))]
    return min(days)[2] if days else next(iter(given), "")


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


def in_english(text: str) -> str:
    """Return a date with its month in English.

    >>> in_english("15 mai 2019"), in_english("2004-július-13T9:15")
    ('15 may 2019', '2004-jul-13 9:15')
    """
    text = " ".join(_LINKS.sub("", re.sub(r"(?<=\d)T(?=\d)", " ", text)).split())
    return _WORD.sub(lambda m: _month_names().get(_plain(m[0]), m[0]), re.sub(r"(?<=\d)\.(?=\s*[^\W\d])", " ", text))


@cache
def _month_names() -> dict[str, str]:
    from babel.dates import get_month_names

    names: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():  # type: ignore[arg-type]
                    names.setdefault(_plain(name), set()).add(number)
    english = list(calendar.month_abbr)
    # a name that two languages give to two months (listopad: October in Croatian, November in Polish) says nothing
    known = {name: english[months.pop()].lower() for name, months in names.items() if len(months) == 1 and len(name) > 2}
    return known | {name: name for name in _MONTHS}


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold().rstrip("."))
    return "".join(c for c in folded if not unicodedata.combining(c))
