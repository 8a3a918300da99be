"""The forecast as the worker publishes it and pages read it: the pairs of two domains that will meet, and the record."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub.bridges.evidence import NOWHERE, area_of
from hub.bridges.forecast.network import Floats, Network
from hub.bridges.forecast.record import Forecast, Origin, calibration, forecast, horizon_for, table
from hub.bridges.forecast.vocabulary import Vocabulary
from hub.storage.snapshot import Snapshot

SHOWN = 20
"""Pairs of two domains that are published, and as many of one."""
HOME = 0.5
"""Share of a term's papers that must be of one domain for the term to be at home there."""
LIKE = 0.1
"""Cosine of two terms' papers below which they are not shown: VLA and a survey of galaxies meet in a spelling alone."""
A_TERM = 3
"""Pairs that one term may stand in among those shown."""
BETWEEN = 3
PAPERS = 5
LATEST = 0.995
"""Share of the papers by whose days the last month is found: a misdated paper moves nothing."""
COLUMNS = ("a", "b", "domain_a", "domain_b", "papers_a", "papers_b", "chance", "between", "ids_a", "ids_b", "months", "until")


def tables(snapshot: Snapshot, words: Vocabulary) -> dict[str, pd.DataFrame]:
    """Return ``meetings``, ``meetings_record`` and ``meetings_calibration``; none where the months do not suffice.

    ``meetings`` has pairs of terms that no paper has together, those of two domains first, the likeliest of each first;
    ``meetings_record`` the rules beside each other for all pairs and for those of two domains (``scope``).
    """
    if not words.shown or not snapshot.vectors.shape[1]:
        return {}
    first, now = int(words.month[0]), _this_month(snapshot, words)
    horizon = horizon_for(now - first)
    if not horizon:
        return {}
    found = forecast(words, snapshot.vectors, now, horizon)
    if found is None or not found.origins:
        return {}
    homes = _homes(snapshot, words)

    def crosses(origin: Origin) -> npt.NDArray[np.bool_]:
        return _crossing(origin.known, homes)

    record = pd.concat([
        table(found.origins).assign(scope="all"), table(found.origins, crosses).assign(scope="crossing")
    ], ignore_index=True)  # fmt: skip
    return {
        "meetings": _meetings(snapshot, words, found, homes, horizon, now),
        "meetings_record": record.assign(months=horizon),
        "meetings_calibration": calibration(
            found.origins[1:] or found.origins
        ),  # the first had none before it to be set right by
    }


def _this_month(snapshot: Snapshot, words: Vocabulary) -> int:
    """The month that is not over yet, in months since 1970-01."""
    last = snapshot.days[words.rows[int(LATEST * (len(words.rows) - 1))]]
    return int((np.datetime64(int(last), "D") + 1).astype("datetime64[M]").astype(np.int64))


def _homes(snapshot: Snapshot, words: Vocabulary) -> npt.NDArray[np.object_]:
    """The domain (n_terms,) in which each term is at home; empty where it is in several."""
    codes, names = snapshot.codes("domain")
    of = codes[words.rows]
    homes = np.full(len(words.shown), "", dtype=object)
    most = np.zeros(len(words.shown))
    total = np.maximum(np.asarray(words.used.sum(axis=0)).ravel(), 1)
    for i, name in enumerate(names):
        share = np.asarray(words.used.T @ (of == i).astype(np.float32)).ravel() / total
        better = (share > most) & (share >= HOME) & (name != NOWHERE)
        homes[better], most[better] = name, share[better]
    return homes


def _crossing(known: Network, homes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    areas = np.array([area_of(name) for name in homes], dtype=object)
    one, other = (areas[known.terms[side]] for side in known.pairs)
    return np.asarray((one != other) & (one != "") & (other != ""), dtype=bool)


def _meetings(
    snapshot: Snapshot, words: Vocabulary, found: Forecast, homes: npt.NDArray[np.object_], horizon: int, now: int
) -> pd.DataFrame:
    """The likeliest pairs of two domains, and as many within one, of terms whose papers are about like things."""
    known = found.known
    crosses, like = _crossing(known, homes), found.found["meaning"] >= LIKE
    at_home = np.asarray([homes[known.terms[side]] != "" for side in known.pairs], dtype=bool).all(axis=0)
    until = pd.Timestamp(np.datetime64(now, "M").astype("datetime64[D]")) - pd.Timedelta(days=1)
    rows = []
    for wanted in (like & crosses, like & at_home & ~crosses):
        own, seen = np.flatnonzero(wanted), Counter[int]()
        left = SHOWN
        for place in own[np.argsort(-found.chance[own], kind="stable")].tolist():
            i, j = (int(side[place]) for side in known.pairs)
            if not left or max(seen[i], seen[j]) >= A_TERM:
                continue
            left -= 1
            seen.update((i, j))
            a, b = int(known.terms[i]), int(known.terms[j])
            rows.append((words.shown[a], words.shown[b], homes[a], homes[b], int(known.papers[i]), int(known.papers[j]),
                         float(found.chance[place]), _between(words, known, i, j), _newest(snapshot, words, a, known.upto),
                         _newest(snapshot, words, b, known.upto), horizon, until))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _between(words: Vocabulary, known: Network, i: int, j: int) -> list[str]:
    """The terms that both have met most beyond chance."""
    chance = np.maximum(known.papers * known.papers[[i, j], None] / max(known.upto, 1), 1e-9)
    lift: Floats = np.log1p(known.together[[i, j]] / chance).min(axis=0)
    lift[known.together[[i, j]].min(axis=0) == 0] = 0
    lift[[i, j]] = 0
    return [words.shown[int(known.terms[k])] for k in np.argsort(-lift, kind="stable")[:BETWEEN] if lift[k] > 0]


def _newest(snapshot: Snapshot, words: Vocabulary, term: int, upto: int) -> list[str]:
    """The newest papers of a term, those with it in the title first."""
    used = np.asarray(words.used[:upto, [term]].todense()).ravel() > 0
    titled = np.asarray(words.titled_all[:upto, [term]].todense()).ravel() > 0
    own = sorted(np.flatnonzero(used).tolist(), key=lambda paper: (not titled[paper], -paper))[:PAPERS]
    return [str(paper) for paper in snapshot.papers["id"].to_numpy()[words.rows[own]]]


def distinct(table: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs without those that say again what one above says: a term within a longer one, beside the same other.

    >>> pairs = pd.DataFrame({"a": ["panel data", "panel data models", "panel data"], "b": ["spline", "spline", "kernels"]})
    >>> distinct(pairs)["b"].tolist()
    ['spline', 'kernels']
    """
    kept: list[int] = []
    sides = [(str(a), str(b)) for a, b in zip(table["a"], table["b"], strict=True)]
    for at, pair in enumerate(sides):
        if not any(_again(pair, sides[other]) or _again(pair[::-1], sides[other]) for other in kept):
            kept.append(at)
    return table.iloc[kept]


def _again(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return all(f" {a} " in f" {b} " or f" {b} " in f" {a} " for a, b in zip(one, other, strict=True))
