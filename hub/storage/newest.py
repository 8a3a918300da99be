"""What came in last: the newest papers of a selection, mixed over fields so that no large field hides the small ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.storage.snapshot import Snapshot

PAGE = 25
"""Papers on one page of a digest."""


@dataclass(frozen=True)
class Newest:
    """The papers of the last days: ``rows`` (n,) of the Snapshot in reading order, and what they span."""

    rows: npt.NDArray[np.int64]
    since: date
    until: date
    sources: int
    fields: int


def newest(snapshot: Snapshot, rows: npt.NDArray[np.int64], *, days: int = 1) -> Newest:
    """Return the papers of the last ``days`` days that the selection has, counted from its latest paper.

    Within a day each field gives one paper in turn, so that the first page shows the breadth of the day.
    """
    when = snapshot.days[rows]
    last = int(when.max())
    chosen = rows[when > last - days]
    papers = snapshot.papers.iloc[chosen]
    turn = pd.Series(snapshot.days[chosen]).groupby([snapshot.days[chosen], papers["field"].astype(str).to_numpy()]).cumcount()
    order = np.lexsort((papers["id"].to_numpy(str), turn.to_numpy(), -snapshot.days[chosen]))
    first = int(snapshot.days[chosen].min())
    return Newest(chosen[order], _day(first), _day(last), papers["source"].nunique(), papers["field"].nunique())


def _day(number: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)
