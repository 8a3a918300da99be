"""What moves between fields: methods that travel, and fields and topics that come closer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, stats

from hub.bridges.evidence import Q_LIMIT, Groups, Windows, count, groups, topic_codes, windows
from hub.bridges.matrices import GROUP_MIN
from hub.stats.rates import growth, q_values
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

FIRST = 3
"""A topic is taken to be in a field from the day of its third paper there: one may be an accident."""
LATE_MIN = 4
MET_MIN = 5
"""A topic and a field are tested when they meet in so many papers, early or late: blind to when, so that q holds."""
OVERLAP_MIN = 0.02
HOME_SHARE = 0.5
GUEST_SHARE = 0.2


def travels(snapshot: Snapshot, rows: Rows, by: str = "domain") -> pd.DataFrame:
    """Return the topics that were at home in one field and are later seen in another.

    A topic travels from A to B when at least half of its earlier papers lie in A and at most a fifth in B, its rate
    within B grows (:func:`hub.bridges.evidence.growth`, over the sources and fields that both halves have; q over all
    pairs tested), and it does not merely grow everywhere: of its own papers, the share in B is larger later (Fisher's
    exact test against A, p below 0.05).

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``name``, ``origin``, ``destination``, ``born`` and ``seen`` (day of the third selected paper in
        each), ``papers_early`` and ``papers_late`` (in the destination), ``ratio``, ``p``, ``p_share``, ``q``,
        ``left_out`` (papers of sources that cannot be compared); strongest first. Only what passes is returned.
    """
    group = groups(snapshot, by)
    topic, ids = topic_codes(snapshot)
    halves = windows(snapshot, rows)
    n_topics, n_groups = len(ids), len(group.names)
    early, late = (count(topic[part], group.codes[part], n_topics, n_groups) for part in (halves.early, halves.late))
    found = []
    for t, home in enumerate(early.argmax(axis=1) if n_groups else []):
        total = early[t].sum()
        if total < LATE_MIN or early[t, home] < HOME_SHARE * total:
            continue
        for b in np.flatnonzero((early[t] + late[t] >= MET_MIN) & (np.arange(n_groups) != home)):
            ratio, p = _growth_within(topic, t, group, int(b), halves)
            table = [[late[t, b], late[t, home]], [early[t, b], early[t, home]]]
            p_share = float(stats.fisher_exact(table, "greater").pvalue)
            born, seen = (_third_day(snapshot, rows, topic, t, group, g) for g in (int(home), int(b)))
            found.append((int(ids[t]), snapshot.topic_names[int(ids[t])], group.names[home], group.names[b], born, seen,
                          int(early[t, b]), int(late[t, b]), ratio, p, p_share, halves.left_out, int(total)))  # fmt: skip
    columns = ["topic", "name", "origin", "destination", "born", "seen", "papers_early", "papers_late", "ratio", "p", "p_share",
               "left_out", "total"]  # fmt: skip
    table_ = pd.DataFrame(found, columns=columns)
    table_["q"] = q_values(table_["p"].to_numpy(dtype=float))
    guest = (table_["papers_late"] >= LATE_MIN) & (table_["papers_early"] <= GUEST_SHARE * table_["total"])
    passed = guest & (table_["q"] < Q_LIMIT) & (table_["p_share"] < Q_LIMIT) & (table_["born"] < table_["seen"])
    return table_[passed].drop(columns="total").sort_values(["q", "topic"], ignore_index=True)


def closer_fields(snapshot: Snapshot, rows: Rows, by: str = "domain", draws: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Return the pairs of fields that write about the same topics more than they did.

    The overlap of two fields is the sum over topics of the smaller of the two shares that the topic has in each. Its
    change from the earlier to the later half, over comparable sources, is tested against each field's papers dealt to
    the halves at random (``draws`` deals); q is taken over all pairs that overlap by :data:`OVERLAP_MIN` at all.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b``, ``overlap_early``, ``overlap_late``, ``change``, ``topics`` (ids of the up to three topics that
        added most), ``names`` (theirs), ``papers`` (late ones of those topics in both), ``p`` (one-sided), ``q``; only
        pairs with q below :data:`~hub.bridges.evidence.Q_LIMIT`, largest change first.
    """
    group = groups(snapshot, by)
    topic, ids = topic_codes(snapshot)
    halves = windows(snapshot, rows)
    n = len(group.names)
    early, late = (count(group.codes[part], topic[part], n, len(ids)) for part in (halves.early, halves.late))
    big = np.flatnonzero(np.minimum(early.sum(axis=1), late.sum(axis=1)) >= GROUP_MIN)
    rng = np.random.default_rng(seed)
    deals = {g: rng.multivariate_hypergeometric(early[g] + late[g], int(late[g].sum()), draws) for g in big}
    found = []
    for i, a in enumerate(big):
        for b in big[i + 1 :]:
            both = early[[a, b]] + late[[a, b]]
            if np.minimum(*_shares(both)).sum() < OVERLAP_MIN:
                continue
            before, now = (np.minimum(*_shares(part[[a, b]])) for part in (early, late))
            null = np.minimum(_shares(deals[a]), _shares(deals[b])).sum(axis=1)
            null -= np.minimum(_shares(both[0] - deals[a]), _shares(both[1] - deals[b])).sum(axis=1)
            change = float(now.sum() - before.sum())
            p = float((1 + (null >= change - 1e-12).sum()) / (1 + draws))
            added = np.argsort(before - now, kind="stable")[:3]
            added = added[(now - before)[added] > 0]
            found.append((group.names[a], group.names[b], float(before.sum()), float(now.sum()), change, ids[added].tolist(),
                          [snapshot.topic_names[int(t)] for t in ids[added]], int(late[[a, b]][:, added].sum()), p))  # fmt: skip
    columns = ["a", "b", "overlap_early", "overlap_late", "change", "topics", "names", "papers", "p"]
    table = pd.DataFrame(found, columns=columns)
    table["q"] = q_values(table["p"].to_numpy(dtype=float))
    kept = table[(table["q"] < Q_LIMIT) & (table["change"] > 0)]
    return kept.sort_values(["change", "a", "b"], ascending=[False, True, True], ignore_index=True)


def _shares(counts: np.ndarray) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)


def closer_topics(snapshot: Snapshot, rows: Rows, permutations: int = 100, near: float = 0.75, seed: int = 0) -> pd.DataFrame:
    """Return the pairs of topics of different main domains whose mean vectors have come closer.

    Tested are the pairs in the nearest quarter over the whole time. The change in cosine from the earlier to the later
    half is compared with that of papers dealt to the halves at random within each topic (mean and spread of
    ``permutations`` deals, then a normal tail); q is taken over all pairs tested. Takes seconds on large corpora: the
    worker computes it for the whole Snapshot.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b`` (topic ids), ``name_a``, ``name_b``, ``domain_a``, ``domain_b``, ``cosine_early``, ``cosine_late``,
        ``change``, ``p``, ``q``; only pairs with q below :data:`~hub.bridges.evidence.Q_LIMIT`, largest change first.
    """
    columns = ["a", "b", "name_a", "name_b", "domain_a", "domain_b", "cosine_early", "cosine_late", "change", "p"]
    group = groups(snapshot)
    topic, ids = topic_codes(snapshot)
    halves = windows(snapshot, rows)
    used = np.concatenate([halves.early, halves.late])
    used = used[topic[used] >= 0]
    is_late = np.isin(used, halves.late)
    vectors = np.asarray(snapshot.vectors)[used]
    mine = topic[used]
    sizes = np.minimum(np.bincount(mine[~is_late], minlength=len(ids)), np.bincount(mine[is_late], minlength=len(ids)))
    table = count(mine, group.codes[used], len(ids), len(group.names))
    kept = (
        np.flatnonzero((sizes >= GROUP_MIN) & (table.sum(axis=1) > 0)) if len(group.names) and vectors.size else np.zeros(0, int)
    )
    main = table.argmax(axis=1) if len(group.names) else np.zeros(len(ids), int)
    i, j = (kept[side] for side in np.triu_indices(len(kept), 1))
    whole = directions(mine, vectors, len(ids))
    cosine = (whole[i] * whole[j]).sum(axis=1)
    tested = (main[i] != main[j]) & (cosine >= np.quantile(cosine, near)) if len(i) else np.zeros(0, bool)
    i, j = i[tested], j[tested]

    total, members = _totals(mine, vectors, len(ids))

    def change(late: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        added, come = _totals(np.where(late, mine, -1), vectors, len(ids))
        before, now = _directed(total - added, members - come), _directed(added, come)
        return (before[i] * before[j]).sum(axis=1), (now[i] * now[j]).sum(axis=1)

    early, late = change(is_late)
    rng = np.random.default_rng(seed)
    order = np.argsort(mine, kind="stable")
    null = []
    for _ in range(permutations if len(i) else 0):
        dealt = np.empty_like(is_late)  # shuffle within each topic: sort by topic, then at random
        dealt[order] = is_late[np.lexsort((rng.random(len(mine)), mine))]
        before, now = change(dealt)
        null.append(now - before)
    z = (late - early - np.mean(null, axis=0)) / np.std(null, axis=0, ddof=1) if null else np.zeros(0)
    names = [snapshot.topic_names[int(t)] for t in ids]
    found = pd.DataFrame(
        [(int(ids[x]), int(ids[y]), names[x], names[y], group.names[main[x]], group.names[main[y]], float(a), float(b),
          float(b - a), float(stats.norm.sf(v))) for x, y, a, b, v in zip(i, j, early, late, z, strict=True)],
        columns=columns,
    )  # fmt: skip
    found["q"] = q_values(found["p"].to_numpy(dtype=float))
    kept_rows = found[(found["q"] < Q_LIMIT) & (found["change"] > 0)]
    return kept_rows.sort_values(["change", "a", "b"], ascending=[False, True, True], ignore_index=True)


def directions(group: np.ndarray, vectors: np.ndarray, n: int) -> np.ndarray:
    """Return each group's mean vector (n, dim), less the mean of them all, of length 1; ``group`` -1 belongs to none.

    What all papers share says nothing about two of them, so it is taken away.
    """
    return _directed(*_totals(group, vectors, n))


def _totals(group: np.ndarray, vectors: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return each group's sum of vectors (n, dim), and how many it has (n,)."""
    ok = np.flatnonzero(group >= 0)
    picks = sparse.csr_matrix((np.ones(len(ok), dtype=np.float32), (group[ok], ok)), shape=(n, len(vectors)))
    return picks @ vectors, np.bincount(group[ok], minlength=n)


def _directed(total: np.ndarray, members: np.ndarray) -> np.ndarray:
    centres = total / np.maximum(members, 1)[:, None]
    filled = members > 0
    centres[filled] -= centres[filled].mean(axis=0) if filled.any() else 0
    centres[~filled] = 0
    return centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)


def _growth_within(topic: np.ndarray, t: int, group: Groups, g: int, halves: Windows) -> tuple[float, float]:
    size = int(halves.cell.max()) + 1 if len(halves.cell) else 1

    def cells(part: Rows) -> tuple[np.ndarray, np.ndarray]:
        mine = part[group.codes[part] == g]
        hits = mine[topic[mine] == t]
        return np.bincount(halves.cell[hits], minlength=size), np.bincount(halves.cell[mine], minlength=size)

    (k_late, n_late), (k_early, n_early) = cells(halves.late), cells(halves.early)
    return growth(k_late, n_late, k_early, n_early)


def _third_day(snapshot: Snapshot, rows: Rows, topic: np.ndarray, t: int, group: Groups, g: int) -> pd.Timestamp:
    days = np.sort(snapshot.days[rows[(topic[rows] == t) & (group.codes[rows] == g)]])
    return pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(days[min(FIRST, len(days)) - 1]))
