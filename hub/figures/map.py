"""The map of papers as a browser draws it: where each point lies, what colours it, where names belong, and what it tells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hub import figures
from hub.figures import Say, Theme, plain
from hub.figures.palette import SEQUENTIAL
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

COLOR_BY = ("theme", "domain", "field", "source", "published")
OWN = 10
"""Values with a colour of their own; the others share one."""
DATES = slice(3, None)
"""Steps of the sequential scale that can be seen on paper."""
STEPS = 65_535
"""Steps of a coordinate across the whole map: one pixel on a screen until the map is magnified 40 times."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """All placed papers of a Snapshot in the order in which they are drawn.

    ``order`` (n_placed,) rows of the Snapshot, dealt by a fixed lot, so that any first part of them is a fair sample;
    ``bounds`` x0, x1, y0, y1 of the map with a margin; ``xy`` (n_placed, 2) uint16, :data:`STEPS` of them from edge to edge.
    """

    order: Rows
    bounds: tuple[float, float, float, float]
    xy: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Colouring:
    """What colours papers: ``codes`` (n_papers,) uint8 into ``names`` and ``colors``, the largest first, the rest last.

    ``rest`` is the code that all small ones share, -1 where each has its own.
    """

    codes: npt.NDArray[np.uint8]
    names: tuple[str, ...]
    colors: tuple[str, ...]
    rest: int = -1


def positions(snapshot: Snapshot) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return x and y (n_papers,) float32 of every paper, NaN where the worker has not placed it."""
    return snapshot.papers["x"].to_numpy(np.float32), snapshot.papers["y"].to_numpy(np.float32)


def placed(snapshot: Snapshot, rows: Rows) -> Rows:
    """Return those rows (n_placed,) that have a position on the map."""
    return rows[np.isfinite(positions(snapshot)[0][rows])]


def atlas(snapshot: Snapshot) -> Atlas:
    """Return where all placed papers lie."""
    x, y = positions(snapshot)
    order = np.random.default_rng(0).permutation(placed(snapshot, np.arange(len(snapshot))))
    if not len(order):
        return Atlas(order, (0.0, 1.0, 0.0, 1.0), np.zeros((0, 2), dtype=np.uint16))
    x, y = x[order], y[order]
    (x0, x1), (y0, y1) = (_edges(v) for v in (x, y))
    xy = np.column_stack([(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)]) * STEPS
    return Atlas(order, (x0, x1, y0, y1), xy.round().astype(np.uint16))


def _edges(values: npt.NDArray[np.float32]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = max(high - low, 1e-3) * 0.03
    return low - margin, high + margin


def coloured(snapshot: Snapshot, by: str, theme: Theme = "light", say: Say = plain) -> Colouring:
    """Return what colours all papers by one of :data:`COLOR_BY`: the same whatever is selected."""
    if by == "published":
        return _by_date(snapshot, theme)
    if by == "theme":
        codes, values = groups(snapshot)
    else:
        own, values = snapshot.codes(by)
        codes = own.astype(np.int64)
        values = [say(value) if by == "domain" else value or say("none named") for value in values]
    count = np.bincount(codes[codes >= 0], minlength=len(values))
    if by == "domain":  # domains have a colour of their own each
        raw = snapshot.codes(by)[1]
        order = [int(k) for k in np.argsort(-count, kind="stable") if count[k]]
        colors = [figures.domain_color(raw[k], theme) for k in order]
    else:
        order = [int(k) for k in np.argsort(-count, kind="stable")[:OWN] if count[k]]
        colors = list(figures.HUES[theme][: len(order)])
    to = np.full(len(values) + 1, len(order), dtype=np.uint8)  # the last one answers code -1
    to[order] = np.arange(len(order))
    out, names = to[codes], tuple(str(values[k]) for k in order)
    if not (out == len(order)).any():
        return Colouring(out, names, tuple(colors))
    return Colouring(out, (*names, say("all others")), (*colors, figures.topic_color(-1, theme)), len(order))


def _by_date(snapshot: Snapshot, theme: Theme) -> Colouring:
    colors, days = SEQUENTIAL[theme][DATES], snapshot.days
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    codes = ((days - first) * len(colors) // max(last - first + 1, 1)).astype(np.uint8)
    starts = np.linspace(first, last + 1, len(colors) + 1)[:-1].astype("datetime64[D]")
    return Colouring(codes, tuple(str(day) for day in starts), tuple(colors))


def groups(snapshot: Snapshot) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the theme of each paper as codes (n_papers,) into names, -1 where it has no topic.

    A theme of a single topic goes by its name; a topic that stands under no theme is a group of its own.
    """
    topics = snapshot.topics.sort_values("papers", ascending=False, kind="stable")
    if not len(topics):
        return np.full(len(snapshot), -1, dtype=np.int64), []
    named = snapshot.theme_names
    found: dict[tuple[str, int], int] = {}
    names: list[str] = []
    of_topic = np.full(int(topics["topic"].max()) + 2, -1, dtype=np.int64)
    for topic, parent, name in zip(topics["topic"].tolist(), topics["parent"].tolist(), topics["name"].tolist(), strict=True):
        key = ("theme", parent) if parent in named else ("topic", topic)
        if key not in found:
            found[key] = len(names)
            names.append(str(named.get(parent) or name))
        of_topic[topic] = found[key]
    return of_topic[snapshot.papers["topic"].to_numpy(np.int64)], names


def anchors(snapshot: Snapshot, rows: Rows, colouring: Colouring, hidden: Collection[int] = ()) -> pd.DataFrame:
    """Return the topics of the selected papers, the largest first, each with the middle of its papers.

    Returns
    -------
    pandas.DataFrame
        topic, name, papers, share (of the placed papers selected), x, y (medians), code (the colour of most of its papers).
    """
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    topics = snapshot.papers["topic"].to_numpy()[rows]
    order = np.argsort(topics, kind="stable")
    found, first, count = np.unique(topics[order], return_index=True, return_counts=True)
    records = []
    for topic, start, n in zip(found.tolist(), first.tolist(), count.tolist(), strict=True):
        if topic < 0 or topic in hidden or topic not in snapshot.topic_names:
            continue
        own = rows[order[start : start + n]]
        code = int(np.bincount(colouring.codes[own]).argmax())
        middle = float(np.median(x[own])), float(np.median(y[own]))
        records.append((topic, snapshot.topic_names[topic], n, n / len(rows), *middle, code))
    columns = ["topic", "name", "papers", "share", "x", "y", "code"]
    return pd.DataFrame(records, columns=columns).sort_values(["papers", "topic"], ascending=[False, True], ignore_index=True)


def message(named: pd.DataFrame, say: Say = plain) -> str:
    """Return in a sentence what the map tells: its largest topics; empty where none is the largest.

    >>> message(pd.DataFrame({"name": ["Galaxies", "Robots"], "papers": [30, 20], "share": [0.3, 0.2]}))
    'The largest topic is Galaxies with 30 % of the papers'
    """
    if len(named) < 2 or named["papers"].iloc[0] == named["papers"].iloc[1]:
        return ""
    share = f"{100 * named['share'].iloc[0]:.0f} %"
    return say("The largest topic is {name} with {share} of the papers", name=named["name"].iloc[0], share=share)


def inside(snapshot: Snapshot, rows: Rows, xs: npt.ArrayLike, ys: npt.ArrayLike) -> Rows:
    """Return those rows whose papers lie in a polygon of corners ``xs``, ``ys`` (n_corners,) in map units, newest first.

    Even-odd rule: Shimrat 1962, Algorithm 112.
    """
    ax, ay = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    near = (x[rows] >= ax.min()) & (x[rows] <= ax.max()) & (y[rows] >= ay.min()) & (y[rows] <= ay.max())
    rows = rows[near]
    px, py, odd = x[rows].astype(np.float64), y[rows].astype(np.float64), np.zeros(len(rows), dtype=bool)
    for xa, ya, xb, yb in zip(ax, ay, np.roll(ax, -1), np.roll(ay, -1), strict=True):
        crosses = (ya > py) != (yb > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (px < (xb - xa) * (py - ya) / (yb - ya) + xa)
    return rows[odd]
