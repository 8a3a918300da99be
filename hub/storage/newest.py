"""What came in: the papers of the last full day, of a week, or of all that arrived since a reader last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

NORMAL_DAYS = 60
"""Days by which a normal day is known."""
LEAST_SHARE = 1 / 20
"""A day with less than this part of a normal day is no day of its own: one record dated ahead would be the news."""
BEFORE = 56
"""Days before, against which a topic's place in its field is told."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Edition:
    """The papers of one morning.

    Parameters
    ----------
    rows
        Row numbers (n,) of the Snapshot, newest first.
    since, until
        First and last day; papers of later dates than ``until`` are among ``rows`` too, ``ahead`` of them.
    normal
        Papers of a normal day: the median over the days of the last two months that have any.
    arrived
        From when on they arrived, None where they were chosen by publication.
    """

    rows: Rows
    since: date
    until: date
    ahead: int
    normal: float
    sources: int
    fields: int
    arrived: datetime | None = None


def edition(snapshot: Snapshot, rows: Rows, *, day: date | None = None, span: int = 1) -> Edition:
    """Return the papers of ``span`` days that end with ``day``.

    Parameters
    ----------
    rows
        The selection; not empty.
    day
        Exactly this day; the last full day unless told (:func:`last_full_day`), and then also what is dated later.
    """
    days = snapshot.days[rows]
    last = _number(day) if day else last_full_day(days)
    inside = days > last - span
    if day:
        inside &= days <= last
    chosen = rows[inside]
    since = _day(last - span + 1)
    return _edition(snapshot, chosen, since, _day(last), int((days[inside] > last).sum()), normal_day(days))


def arrived_since(snapshot: Snapshot, rows: Rows, *, moment: datetime) -> Edition:
    """Return the papers of the selection that came into the corpus after ``moment`` (UTC); there may be none."""
    added = snapshot.papers["added"].to_numpy("datetime64[s]")[rows]
    chosen = rows[added > np.datetime64(moment.replace(tzinfo=None), "s")]
    days = snapshot.days[chosen] if len(chosen) else np.array([_number(moment.date())])
    return _edition(snapshot, chosen, _day(int(days.min())), _day(int(days.max())), 0, normal_day(snapshot.days[rows]), moment)


def last_full_day(days: npt.NDArray[np.int32]) -> int:
    """Return the last day that holds at least a twentieth of a normal day; days since 1970."""
    unique, counts = np.unique(days, return_counts=True)
    return int(unique[counts >= normal_day(days) * LEAST_SHARE].max())


def normal_day(days: npt.NDArray[np.int32]) -> float:
    """Return how many papers a normal day has."""
    unique, counts = np.unique(days, return_counts=True)
    return float(np.median(counts[unique > unique.max() - NORMAL_DAYS])) if len(unique) else 0.0


def per_day(snapshot: Snapshot, rows: Rows, *, days: int = 42, until: date | None = None) -> pd.DataFrame:
    """Return papers by day and domain of so many days: columns ``day`` (datetime64), ``domain``, ``papers``."""
    last = _number(until) if until else last_full_day(snapshot.days[rows])
    when = snapshot.days[rows]
    chosen = rows[(when > last - days) & (when <= last)]
    domains = snapshot.papers["domain"].iloc[chosen].astype(str).to_numpy()
    counted = (
        pd.Series(1, index=[snapshot.days[chosen], domains]).groupby(level=[0, 1]).sum() if len(chosen) else pd.Series(dtype=int)
    )
    table = counted.rename_axis(["day", "domain"]).rename("papers").reset_index()
    table["day"] = table["day"].to_numpy("int64").astype("datetime64[D]") if len(table) else np.array([], dtype="datetime64[D]")
    return table


def by_field(snapshot: Snapshot, among: Rows, *, chosen: Rows) -> dict[str, Rows]:
    """Return the papers of an edition (``chosen``) by domain, the largest first; in each, one of each topic before a second.

    Of a topic comes first the paper nearest to the middle of what its domain published in the weeks before, within the
    selection ``among``: the one that most of the field's readers can place.
    """
    rows, topics = chosen, snapshot.papers["topic"].to_numpy()
    domains = snapshot.papers["domain"].astype(str).to_numpy()
    first = int(snapshot.days[rows].min()) if len(rows) else 0
    recent = among[(snapshot.days[among] < first) & (snapshot.days[among] >= first - BEFORE)]
    found: dict[str, Rows] = {}
    for domain in pd.Series(domains[rows]).value_counts(sort=True).index:
        own = rows[domains[rows] == domain]
        base = recent[domains[recent] == domain]
        middle = snapshot.vectors[base].mean(0) if len(base) else snapshot.vectors[own].mean(0)
        near = np.asarray(snapshot.vectors[own] @ middle, dtype=float)
        order = np.lexsort((snapshot.papers["id"].iloc[own].to_numpy(str), -near))
        own = own[order]
        turn = pd.Series(own).groupby(topics[own]).cumcount().to_numpy()
        found[str(domain)] = own[np.argsort(turn, kind="stable")]
    return found


def _edition(
    snapshot: Snapshot, rows: Rows, since: date, until: date, ahead: int, normal: float, arrived: datetime | None = None
) -> Edition:
    papers = snapshot.papers.iloc[rows]
    sources, fields = papers["source"].nunique(), papers["field"].nunique()
    return Edition(rows, since, until, ahead, normal, sources, fields, arrived)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)
