"""Bridges with their evidence: a phrase at home in one topic and in use in another topic of another domain, with papers of both.

The null model deals the papers that use a phrase outside its home topic at random over all papers outside it: how many the other
topic's papers of its domain would get is hypergeometric. A card is shown where q (Benjamini & Hochberg over all phrases and
topics that meet) is below 0.01 and the bridge is stronger than 90 % of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats

from hub.bridges.evidence import NOWHERE, area_of
from hub.bridges.forecast.vocabulary import Vocabulary, vocabulary
from hub.stats.neighbours import centroids, unit
from hub.stats.rates import q_values
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

SIDE = 15
"""Papers of a topic in a domain that make a side of a bridge, and"""
SIDE_SHARE = 0.08
"""the share of the topic that they must be."""
HOME_MIN, GUEST_MIN = 6, 3
"""Papers of either side that must use the phrase in title or abstract, and"""
HOME_TITLED, GUEST_TITLED = 3, 1
"""those of them that must have it in their title: then it is what they are about."""
TELLING = 0.2
"""Share of the phrases that are left out because their papers are about anything."""
FAR = 0.6
"""Cosine of two topics (all papers' mean taken off) above which they are neighbours, and no bridge is needed."""
NEARER = 0.6
"""Standard deviations of a side's other papers by which those with the phrase must lie nearer to the other side."""
Q_LIMIT = 0.01
ABOVE = 0.8
"""Share of all bridges that were tested which a card must be stronger than."""
FEW = 3
"""So many of the strongest may be shown whatever their share: of ten bridges tested four fifths are two."""
KEPT = 60
PAPERS = 20
"""Papers of each side that are kept with a card."""
A_TOPIC, A_PAIR = 3, 3
"""Cards of one topic, and of one pair of domains, at most among the first."""

COLUMNS = ("phrase", "home", "guest", "home_domain", "guest_domain", "home_papers", "guest_papers", "expected", "ratio", "p", "q",
           "stronger_than", "tested", "home_since", "guest_since", "home_ids", "guest_ids")  # fmt: skip


@dataclass(frozen=True)
class _Sides:
    """Topics in a domain: ``code`` (n,) the side of each paper, -1 for none; of each its topic, domain and number of papers."""

    code: npt.NDArray[np.int64]
    topic: npt.NDArray[np.int64]
    domain: list[str]
    papers: npt.NDArray[np.int64]


def cards(snapshot: Snapshot, words: Vocabulary | None = None) -> pd.DataFrame:
    """Return the bridges of the whole Snapshot, the strongest first and of many kinds.

    Returns
    -------
    pandas.DataFrame
        ``phrase``; ``home``, ``guest`` (topic ids) with ``_domain``, ``_papers`` (papers of the topic in that domain that use the
        phrase), ``_since`` (day of the second of them) and ``_ids`` (up to :data:`PAPERS` of them, those with it in the title
        first, then the newest); ``expected`` papers of the guest by chance, ``ratio``, ``p``, ``q``; ``stronger_than``, the share
        of the ``tested`` bridges that are weaker. No rows where topics, terms or vectors are missing.
    """
    empty = pd.DataFrame(columns=list(COLUMNS))
    if not len(snapshot.topics) or not snapshot.terms.counts.shape[1] or not snapshot.vectors.shape[1]:
        return empty
    words = words or vocabulary(snapshot)
    if not words.shown:
        return empty
    sides = _sides(snapshot, words)
    if len(sides.topic) < 2:
        return empty
    found = _tested(snapshot, words, sides)
    if found.empty:
        return empty
    found["q"] = q_values(found["p"].to_numpy(dtype=float))
    found["stronger_than"] = found["strength"].rank(pct=True) - 1 / len(found)
    found["tested"] = len(found)
    sure = found[(found["q"] < Q_LIMIT) & (found["stronger_than"] >= min(ABOVE, 1 - FEW / len(found))) & found["fit"]]
    return _with_papers(snapshot, words, sides, _varied(sure.sort_values(["strength", "phrase"], ascending=[False, True]), words))


def cards_for(table: pd.DataFrame, snapshot: Snapshot, rows: Rows) -> pd.DataFrame:
    """Return the cards of which both sides have a paper among the selected ones, with those papers alone."""
    here = set(snapshot.papers["id"].to_numpy()[rows].tolist())
    kept = table.copy()
    for side in ("home_ids", "guest_ids"):
        kept[side] = pd.Series([[paper for paper in own if paper in here] for own in table[side]], dtype=object)
    both = [bool(len(a) and len(b)) for a, b in zip(kept["home_ids"], kept["guest_ids"], strict=True)]
    return kept[np.array(both, dtype=bool)].reset_index(drop=True)


def _sides(snapshot: Snapshot, words: Vocabulary) -> _Sides:
    topic = snapshot.papers["topic"].to_numpy(dtype=np.int64)[words.rows]
    domain, domains = snapshot.codes("domain")
    of = domain.astype(np.int64)[words.rows]
    known = (topic >= 0) & np.array([*(name != NOWHERE for name in domains), False])[of]
    key = np.where(known, topic * (len(domains) + 1) + of, -1)
    keys, counts = np.unique(key[known], return_counts=True)
    sizes = Counter(topic[topic >= 0].tolist())
    large = [
        (k, n) for k, n in zip(keys.tolist(), counts.tolist(), strict=True)
        if n >= SIDE and n >= SIDE_SHARE * sizes[k // (len(domains) + 1)]
    ]  # fmt: skip
    place = {k: i for i, (k, _) in enumerate(large)}
    code = np.array([place.get(k, -1) for k in key.tolist()], dtype=np.int64)
    return _Sides(
        code, np.array([k // (len(domains) + 1) for k, _ in large], dtype=np.int64),
        [domains[k % (len(domains) + 1)] for k, _ in large], np.array([n for _, n in large], dtype=np.int64),
    )  # fmt: skip


def _tested(snapshot: Snapshot, words: Vocabulary, sides: _Sides) -> pd.DataFrame:
    """Each phrase and each topic of another domain than its home that uses it at all, with p and strength."""
    n, n_sides = len(words.rows), len(sides.topic)
    own = np.flatnonzero(sides.code >= 0)
    member = sparse.csr_matrix((np.ones(len(own)), (sides.code[own], own)), (n_sides, n))
    using, titled = (np.asarray((member @ matrix).todense()) for matrix in (words.used, words.titled_all))
    topic = snapshot.papers["topic"].to_numpy(dtype=np.int64)[words.rows]
    vectors = np.asarray(snapshot.vectors[words.rows], dtype=np.float32)
    centred = unit(vectors - vectors.mean(axis=0))
    length = np.linalg.norm(np.asarray(words.used.T @ centred), axis=1) / np.maximum(np.asarray(words.used.sum(0)).ravel(), 1)
    ids, position = np.unique(topic, return_inverse=True)
    near = centroids(centred, position) @ centroids(centred, position).T
    at = {int(t): i for i, t in enumerate(ids)}
    home = using.argmax(axis=0)
    total = np.asarray(words.used.sum(axis=0)).ravel()
    within = sparse.csr_matrix((np.ones(n), (position, np.arange(n))), (len(ids), n)) @ words.used
    sizes = np.bincount(position, minlength=len(ids))
    area = np.array([area_of(name) for name in sides.domain], dtype=object)
    chosen = np.flatnonzero((using[home, np.arange(len(home))] >= HOME_MIN) & (length >= np.quantile(length, TELLING)))
    columns_used = sparse.csc_matrix(words.used)
    sizes_of = np.bincount(sides.code + 1, minlength=n_sides + 1)
    _, *members = np.split(np.argsort(sides.code, kind="stable"), np.cumsum(sizes_of)[:-1])

    def users_of(v: int) -> npt.NDArray[np.int64]:
        return columns_used.indices[columns_used.indptr[v] : columns_used.indptr[v + 1]].astype(np.int64)

    rows = []
    for v in chosen.tolist():
        h = int(home[v])
        t = at[int(sides.topic[h])]
        users, rest = total[v] - within[t, v], n - sizes[t]
        guests = np.flatnonzero((using[:, v] > 0) & (area != area[h]) & (sides.topic != sides.topic[h]))
        for g in guests.tolist():
            k, size = int(using[g, v]), int(sides.papers[g])
            expected = users * size / max(rest, 1)
            p = float(stats.hypergeom.sf(k - 1, rest, int(users), size))
            cosine = float(near[t, at[int(sides.topic[g])]])
            fit = k >= GUEST_MIN and titled[h, v] >= HOME_TITLED and titled[g, v] >= GUEST_TITLED and cosine < FAR
            fit = fit and _same_thing(centred, sides.code, users_of(v), h, g, members)
            strength = np.log(max(k / max(expected, 1e-9), 1)) * np.log1p(k + titled[g, v]) * (1 - cosine)
            rows.append((v, h, g, int(using[h, v]), k, expected, k / max(expected, 1e-9), p, strength, bool(fit)))
    columns = ["phrase", "home", "guest", "home_papers", "guest_papers", "expected", "ratio", "p", "strength", "fit"]
    return pd.DataFrame(rows, columns=columns)


def _same_thing(
    centred: npt.NDArray[np.floating], code: npt.NDArray[np.int64], users: npt.NDArray[np.int64], home: int, guest: int,
    members: Sequence[npt.NDArray[np.int64]],
) -> bool:  # fmt: skip
    """Whether a phrase means one thing on both sides: its papers there are drawn towards those at home, each side compared with
    the other papers of its own (VLA is an array of telescopes, and vision-language-action)."""
    ours, theirs = (users[code[users] == side] for side in (home, guest))
    for own, others, side in ((theirs, ours, guest), (ours, theirs, home)):
        towards = unit(centred[others].sum(axis=0, keepdims=True))[0]
        rest = np.setdiff1d(members[side], own, assume_unique=True)
        if not len(rest):
            continue
        cosine, usual = centred[own] @ towards, centred[rest] @ towards
        if cosine.mean() - usual.mean() < NEARER * usual.std():
            return False
    return True


def _varied(sure: pd.DataFrame, words: Vocabulary) -> pd.DataFrame:
    """Each word of a phrase and each pair of topics once; what repeats a topic or a pair of domains too often goes to the end."""
    topics: Counter[int] = Counter()
    said: set[str] = set()
    pairs: set[tuple[int, int]] = set()
    first: list[int] = []
    later: list[int] = []
    for i, v, h, g in zip(sure.index, sure["phrase"], sure["home"], sure["guest"], strict=True):
        pair = (min(h, g), max(h, g))
        if pair in pairs or said & set(words.stems[v]):
            continue
        said |= set(words.stems[v])
        pairs.add(pair)
        crowded = max(topics[h], topics[g]) >= A_TOPIC
        (later if crowded else first).append(i)
        topics.update((h, g))
    return sure.loc[[*first, *later][:KEPT]]


def _with_papers(snapshot: Snapshot, words: Vocabulary, sides: _Sides, chosen: pd.DataFrame) -> pd.DataFrame:
    used, titled = sparse.csc_matrix(words.used), sparse.csc_matrix(words.titled_all)
    ids = snapshot.papers["id"].to_numpy()
    rows = []
    for row in chosen.to_dict("records"):
        v = row["phrase"]
        users = np.sort(used.indices[used.indptr[v] : used.indptr[v + 1]])
        named = set(titled.indices[titled.indptr[v] : titled.indptr[v + 1]].tolist())
        told: dict[str, object] = {"phrase": words.shown[v]}
        for side in ("home", "guest"):
            own = users[sides.code[users] == row[side]]  # the oldest first
            days = snapshot.papers["published"].to_numpy()[words.rows[own]]
            told[f"{side}_since"] = pd.Timestamp(days[min(1, len(days) - 1)])
            order = sorted(own.tolist(), key=lambda paper: (paper not in named, -paper))
            told[f"{side}_ids"] = [str(ids[words.rows[paper]]) for paper in order[:PAPERS]]
            told[side], told[f"{side}_domain"] = int(sides.topic[row[side]]), sides.domain[row[side]]
        rows.append(row | told)
    return pd.DataFrame(rows, columns=list(COLUMNS))
