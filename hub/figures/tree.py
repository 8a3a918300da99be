"""The tree of themes and topics: treemap, icicle, and the table that both are drawn from."""

from __future__ import annotations

import html
from collections.abc import Collection

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub import figures
from hub.figures import Say, Theme, plain
from hub.figures.lines import wrapped
from hub.stats import rates
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

KINDS = ("treemap", "icicle")
ROOT = "all"
LINE, TWO_LINES, TALLEST = 24, 36, 3000
"""Pixels that a topic needs in an icicle to be readable, on a phone in two lines, and at most of the whole of it."""
WRAP = 14
"""Letters of a line in a treemap, whose cells are narrow, and on a phone in an icicle's."""
TALLER = 1.5
"""How much taller a treemap is on a phone, so that more cells have room for their names."""
DEEP, DEEP_ON_A_PHONE = 4, 3
"""Levels that show at once, the one that all others are in among them."""
SMALLEST = 10
"""Pixels of a letter on a phone: a cell that has no room for such has no text until it is looked into."""


def tree_table(snapshot: Snapshot, rows: Rows, hidden: Collection[int] = ()) -> pd.DataFrame:
    """Return one row a node of the topic tree that holds selected papers, parents before children.

    Columns: ``id`` (``t5`` a topic, ``s7`` a subtopic, ``n3`` a theme, ``all`` the root), ``parent``, ``name``, ``kind``
    (``root``, ``theme``, ``topic`` or ``subtopic``), ``topic`` (of a subtopic: its topic; -1 for a theme), ``papers`` of the
    selection, ``share`` of the placed ones, ``depth`` from the root. Counts of children add up to their parent's; only
    subtopics may leave some out, papers that no part of a topic holds. A theme that holds all of the one above it and has its
    name is left out, as is one without a name, of a single topic: what is below it stands below the one above.
    """
    topic, part = (snapshot.papers[column].to_numpy()[rows] for column in ("topic", "subtopic"))
    shown = (topic >= 0) & ~np.isin(topic, list(hidden))
    topic, part = topic[shown], part[shown]
    count = dict(zip(*(values.tolist() for values in np.unique(topic, return_counts=True)), strict=True))
    above = dict(zip(snapshot.themes["node"].tolist(), snapshot.themes["parent"].tolist(), strict=True))
    papers: dict[int, int] = {}
    kept = snapshot.topics[snapshot.topics["topic"].isin(count)]
    leaves = list(zip(kept["topic"].tolist(), kept["parent"].tolist(), kept["name"].tolist(), strict=True))
    for leaf, node, _name in leaves:
        while node in above:
            papers[node] = papers.get(node, 0) + count[leaf]
            node = above[node]
    records: list[dict[str, object]] = [
        {"id": ROOT, "parent": "", "name": "", "kind": "root", "topic": -1, "papers": len(topic), "depth": 0}
    ]
    depth, within = {-1: 0}, {-1: ROOT}
    themes = snapshot.themes.sort_values("level", ascending=False, kind="stable")
    called = snapshot.theme_names
    for node, parent in zip(*(themes[c].tolist() for c in ("node", "parent")), strict=True):
        if not papers.get(node):
            continue
        name = called[node]
        if not name or (papers[node] == papers.get(parent) and name == called[parent]):
            depth[node], within[node] = depth.get(parent, 0), within.get(parent, ROOT)
            continue
        depth[node], within[node] = depth.get(parent, 0) + 1, f"n{node}"
        records.append(_node(f"n{node}", within.get(parent, ROOT), name, "theme", -1, papers[node], depth[node]))
    deep: dict[int, int] = {}
    for leaf, parent, name in leaves:
        deep[leaf] = depth[parent if parent in papers else -1] + 1
        records.append(_node(f"t{leaf}", within.get(parent, ROOT), name, "topic", leaf, count[leaf], deep[leaf]))
    sizes = dict(zip(*(values.tolist() for values in np.unique(part, return_counts=True)), strict=True))
    parts = snapshot.subtopics
    for node, leaf, name in zip(*(parts[c].tolist() for c in ("subtopic", "topic", "name")), strict=True):
        if sizes.get(node) and leaf in deep:
            records.append(_node(f"s{node}", f"t{leaf}", name, "subtopic", leaf, sizes[node], deep[leaf] + 1))
    table = pd.DataFrame(records)
    return table.assign(share=table["papers"] / max(len(topic), 1))


def _node(node: str, parent: str, name: str, kind: str, topic: int, papers: int, depth: int) -> dict[str, object]:
    return {"id": node, "parent": parent, "name": name, "kind": kind, "topic": topic, "papers": papers, "depth": depth}


def topic_tree(
    snapshot: Snapshot, rows: Rows, *, kind: str = "treemap", hidden: Collection[int] = (), height: int = 640,
    theme: Theme = "light", say: Say = plain, narrow: bool = False,
) -> go.Figure:  # fmt: skip
    """Return the tree of the selected papers' topics as a ``treemap`` or an ``icicle``, areas by number of papers.

    Four levels show at once, from all topics down to the topics; their parts appear when the reader clicks a theme or a topic.
    ``narrow`` is for a phone: an icicle shows three levels with names in lines, and no text is smaller than can be read.
    """
    table = tree_table(snapshot, rows, hidden)
    ink = figures.INKS[theme]
    names = [say("All topics"), *table["name"].tolist()[1:]]
    leaves = table[table["kind"] == "topic"].sort_values("papers", ascending=False)
    if kind == "icicle":
        height = min(max(height, (TWO_LINES if narrow else LINE) * len(leaves)), TALLEST)
    elif narrow:
        height = round(TALLER * height)
    shown = [_lines(name, t >= 0 if kind == "treemap" else narrow) for name, t in zip(names, table["topic"], strict=True)]
    shape = {"treemap": go.Treemap, "icicle": go.Icicle}[kind]
    fig = go.Figure(
        shape(
            ids=table["id"], parents=table["parent"], labels=shown,
            values=table["papers"], branchvalues="total", sort=True,
            maxdepth=DEEP_ON_A_PHONE if narrow and kind == "icicle" else DEEP,
            texttemplate="%{label}  %{value:,}" if kind == "icicle" else "%{label}<br>%{value:,}",
            hovertemplate=say("{n} papers, {share} of the placed ones", n="%{label}<br>%{value:,}", share="%{percentRoot:.1%}")
            + "<extra></extra>",
            marker={"colors": [_tint(t, d, theme) for t, d in zip(table["topic"], table["depth"], strict=True)],
                    "line": {"color": ink.paper, "width": 1.5}},
            textfont={"color": ink.text, "size": 13},
            pathbar={"visible": True, "textfont": {"size": 13}},
            **({"tiling": {"orientation": "h"}} if kind == "icicle" else {"tiling": {"pad": 2}}),
        )
    )  # fmt: skip
    figures.base(fig, theme=theme, height=height)
    fig.update_layout(margin={"l": 0, "r": 0, "t": 26, "b": 0})
    if narrow:
        fig.update_layout(uniformtext={"minsize": SMALLEST, "mode": "hide"})
    alone = len(leaves) == 1 or (len(leaves) > 1 and leaves["papers"].iloc[0] > leaves["papers"].iloc[1])
    return figures.describe(
        fig, say("Treemap") if kind == "treemap" else say("Icicle"),
        say("{n:,} papers in {topics} topics", n=int(table["papers"].iloc[0]), topics=len(leaves)),
        finding=say("The largest topic is {name} with {share} of the papers", name=leaves["name"].iloc[0],
                    share=f"{100 * leaves['share'].iloc[0]:.0f} %") if alone else "",
    )  # fmt: skip


def sparkline(
    days: np.ndarray, values: np.ndarray, totals: np.ndarray, *, color: str, theme: Theme = "light", say: Say = plain
) -> go.Figure:
    """Return a topic's share of all selected papers over time.

    Parameters
    ----------
    days
        datetime64 (n_periods,).
    values
        Shares in [0, 1].
    totals
        All selected papers of each period.
    """
    fig = go.Figure(
        go.Scatter(
            x=days, y=values, mode="lines+markers" if len(days) < 3 else "lines", line={"color": color, "width": 2},
            fill="tozeroy", fillcolor=figures.with_alpha(color, 0.18), hovertemplate="%{x|%Y-%m-%d}: %{y:.2%}<extra></extra>",
        )
    )  # fmt: skip
    figures.base(fig, theme=theme, height=160)
    fig.update_layout(
        yaxis={"tickformat": ".1%", "rangemode": "tozero", "nticks": 3},
        xaxis={"showgrid": False, "nticks": 4, "ticklabelstandoff": 8},
        showlegend=False,
    )
    return figures.describe(
        fig, say("Line chart"), say("share of the selected papers in this topic over time"),
        finding=moved(values, totals, say),
    )  # fmt: skip


def moved(values: np.ndarray, totals: np.ndarray, say: Say = plain) -> str:
    """Return how a share moved from the first half of the periods to the second; empty where chance explains it.

    >>> moved(np.array([0.1, 0.1, 0.2, 0.2]), np.array([200, 200, 200, 200]))
    'from 10.0% in the first half to 20.0% in the second'
    >>> moved(np.array([0.1, 0.1, 0.2, 0.2]), np.array([20, 20, 20, 20]))
    ''
    """
    half = len(values) // 2
    if not half:
        return ""
    own = np.rint(values * totals)
    k, n = (np.array([counts[:half].sum(), counts[-half:].sum()], dtype=float) for counts in (own, totals))
    if not k.any():
        return ""
    both = rates.windows([[k[1]]], [[k[0]]], [n[1]], [n[0]])
    low, high = (float(bound[0]) for bound in rates.interval(both))
    if low <= 1 <= high:
        return ""
    return say("from {first:.1%} in the first half to {last:.1%} in the second", first=k[0] / n[0], last=k[1] / n[1])


def _lines(name: str, in_lines: bool) -> str:
    """Return a name as a cell shows it, with no markup of its own."""
    lines = wrapped(name, WRAP) if in_lines else [name]
    return "<br>".join(html.escape(line, quote=False) for line in lines)


def _tint(topic: int, depth: int, theme: Theme) -> str:
    """Return a ground on which text is readable: the topic's colour thinned, grey for themes."""
    paper = figures.INKS[theme].paper
    color = figures.topic_color(topic, theme) if topic >= 0 else figures.INKS[theme].faint
    part = 0.35 if topic >= 0 else 0.10 + 0.06 * min(depth, 3)
    mixed = [round(int(color[i : i + 2], 16) * part + int(paper[i : i + 2], 16) * (1 - part)) for i in (1, 3, 5)]
    return "#" + "".join(f"{v:02x}" for v in mixed)
