"""Topic x field and field x field: what is more often together than chance would have it, each cell with its papers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hub.bridges.evidence import NOWHERE, Groups, count, groups, topic_codes
from hub.bridges.neighbours import links
from hub.stats.rates import q_values
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

GROUP_MIN = 15
"""A field needs this many selected papers to have a row or a column of its own."""


def topic_by_field(snapshot: Snapshot, rows: Rows, by: str = "domain") -> pd.DataFrame:
    """Return one row a topic and field (``by`` "domain" or "field") that meet in at least one selected paper.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``name``, ``group``, ``papers``, ``expected`` (papers of the topic times the field's share of the
        selection), ``ratio`` (papers / expected), ``p`` (hypergeometric, of as many or more), ``q`` over all cells
        possible; the topic's own biggest field first.
    """
    group = groups(snapshot, by)
    topic, ids = topic_codes(snapshot)
    placed = rows[(topic[rows] >= 0) & (group.codes[rows] >= 0)]
    table = count(topic[placed], group.codes[placed], len(ids), len(group.names))
    of_topic, of_group, total = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True), table.sum()
    possible = (of_topic > 0) & (of_group > 0)
    at = np.argwhere(possible)
    papers = table[possible]
    expected = (of_topic * of_group / max(total, 1))[possible]
    p = stats.hypergeom.sf(papers - 1, total, np.broadcast_to(of_group, table.shape)[possible],
                           np.broadcast_to(of_topic, table.shape)[possible])  # fmt: skip
    cells = pd.DataFrame({
        "topic": ids[at[:, 0]], "name": [snapshot.topic_names[int(i)] for i in ids[at[:, 0]]],
        "group": [group.names[i] for i in at[:, 1]], "papers": papers, "expected": expected,
        "ratio": papers / expected, "p": p, "q": q_values(np.clip(p, 0, 1)),
    })  # fmt: skip
    return cells[cells["papers"] > 0].sort_values(["topic", "papers", "group"], ascending=[True, False, True], ignore_index=True)


def cell_rows(snapshot: Snapshot, rows: Rows, topic: int, group: str, by: str = "domain") -> Rows:
    """Return the selected rows of a topic and a field: the papers of a cell of :func:`topic_by_field`, newest first."""
    fields = groups(snapshot, by)
    if group not in fields.names:
        return rows[:0]
    mine = (snapshot.papers["topic"].to_numpy()[rows] == topic) & (fields.codes[rows] == fields.names.index(group))
    return rows[mine]


def field_by_field(snapshot: Snapshot, rows: Rows, by: str = "domain") -> pd.DataFrame:
    """Return how much the selected papers of one field are neighbours of another field's papers.

    For each ordered pair of different fields: the mean share of a paper's nearest papers that lie in the other field,
    against that field's share of all papers that could be neighbours. The test is over papers (a normal approximation
    to the mean of their shares), not over links, for the links of one paper go together.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``target`` (fields), ``papers`` (of the source field), ``linked`` (those with at least a fifth of
        their neighbours there), ``cross_listed`` (those that name the other field among their categories), ``share``,
        ``expected``, ``ratio``, ``p`` (one-sided), ``q``; closest first.
    """
    group = groups(snapshot, by)
    shares, expected = neighbour_shares(snapshot, group)
    listed = _cross_listed(snapshot, group, by)
    sizes = np.bincount(group.codes[rows][group.codes[rows] >= 0], minlength=len(group.names))
    found = []
    for a in np.flatnonzero(sizes >= GROUP_MIN):
        mine = rows[group.codes[rows] == a]
        own = shares[mine]
        mean, spread = own.mean(axis=0), own.std(axis=0, ddof=1) / np.sqrt(len(mine))
        for b in np.flatnonzero((sizes >= GROUP_MIN) & (np.arange(len(sizes)) != a)):
            p = float(stats.norm.sf((mean[b] - expected[b]) / spread[b])) if spread[b] > 0 else 1.0
            found.append((group.names[a], group.names[b], len(mine), int((own[:, b] >= 0.2).sum()), int(listed[mine, b].sum()),
                          float(mean[b]), float(expected[b]), float(mean[b] / expected[b]), p))  # fmt: skip
    columns = ["source", "target", "papers", "linked", "cross_listed", "share", "expected", "ratio", "p"]
    table = pd.DataFrame(found, columns=columns)
    table["q"] = q_values(table["p"].to_numpy(dtype=float))
    return table.sort_values(["ratio", "source", "target"], ascending=[False, True, True], ignore_index=True)


def link_rows(snapshot: Snapshot, rows: Rows, source: str, target: str, by: str = "domain") -> Rows:
    """Return the selected papers of field ``source`` with a fifth or more of their neighbours in ``target``, most first."""
    group = groups(snapshot, by)
    if source not in group.names or target not in group.names:
        return rows[:0]
    share = neighbour_shares(snapshot, group)[0][:, group.names.index(target)]
    mine = rows[(group.codes[rows] == group.names.index(source)) & (share[rows] >= 0.2)]
    return mine[np.argsort(-share[mine], kind="stable")]


def neighbour_shares(snapshot: Snapshot, group: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Return the share (n_papers, n_groups) of each paper's neighbours in each group, and each group's share of all papers."""
    found = links(snapshot)
    row = np.array([snapshot.row_of.get(paper_id, -1) for paper_id in found["id"]], dtype=np.int64)
    names = found[group.by].astype(str)
    place = names.map({name: i for i, name in enumerate(group.names)}).fillna(-1).to_numpy(dtype=np.int64)
    allowed = place >= 0
    allowed &= (found["domain"].astype(str) != NOWHERE).to_numpy()
    weight = found["neighbours"].to_numpy(dtype=float)
    here = row >= 0
    total = np.bincount(row[here], weight[here], minlength=len(snapshot))
    ok = here & allowed
    n = len(group.names)
    table = np.bincount(row[ok] * n + place[ok], weight[ok], minlength=len(snapshot) * n).reshape(len(snapshot), n)
    sizes = np.bincount(group.codes[group.codes >= 0], minlength=n)
    return table / np.maximum(total, 1)[:, None], sizes / max(len(snapshot), 1)


def _cross_listed(snapshot: Snapshot, group: Groups, by: str) -> np.ndarray:
    """Return whether (n_papers, n_groups) a paper names a field of each group among its categories, its own aside."""
    field, fields = snapshot.codes("field")
    domain, domains = snapshot.codes("domain")
    listed = np.zeros((len(snapshot), len(group.names)), dtype=bool)
    table = count(field, domain, len(fields), len(domains))
    names = {f: (domains[table[i].argmax()] if by == "domain" else f) for i, f in enumerate(fields)}
    place = {f: group.names.index(name) for f, name in names.items() if name in group.names}
    for row, categories in enumerate(snapshot.papers["categories"].astype(str)):
        for category in categories.split()[1:]:
            if category in place:
                listed[row, place[category]] = True
    return listed
