"""What of a map of papers is drawn in a view: which papers, how dense the rest lies, which labels fit beside each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from hub.figures.lines import wrapped
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot

MOST_POINTS = 12_000
"""Papers drawn as points in one view: what a browser pans smoothly; the others show as density."""
GRID = (180, 120)
"""Cells of the density, across and down."""
MOST_LABELS = 40
WRAP = 20
"""Characters of a label's line."""


@dataclass(frozen=True, slots=True)
class View:
    """A window on the map: its edges in map units and its size in pixels."""

    x0: float
    x1: float
    y0: float
    y1: float
    width: float = 1000
    height: float = 640

    def holds(self, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Return for each point (n,) whether it lies in the window."""
        return (x >= self.x0) & (x <= self.x1) & (y >= self.y0) & (y <= self.y1)

    def area(self) -> float:
        """Area in map units."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a view shows: ``rows`` (n_drawn,) as points, of ``in_view`` selected papers there; ``density`` of all papers."""

    rows: Rows
    in_view: int
    density: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the map: of a topic or, at ``level`` 1 and above, of a theme; ``size`` in pixels."""

    node: int
    level: int
    text: str
    x: float
    y: float
    size: float


def positions(snapshot: Snapshot) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return x and y (n_papers,) float32 of every paper, NaN where the worker has not placed it."""
    return snapshot.papers["x"].to_numpy(np.float32), snapshot.papers["y"].to_numpy(np.float32)


def placed(snapshot: Snapshot, rows: Rows) -> Rows:
    """Return those rows (n_placed,) that have a position on the map."""
    return rows[np.isfinite(positions(snapshot)[0][rows])]


def whole(snapshot: Snapshot, rows: Rows, width: float = 1000, height: float = 640) -> View:
    """Return the view that holds all of these rows that are placed, with a margin; the unit square when there are none."""
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    if not len(rows):
        return View(0, 1, 0, 1, width, height)
    x0, x1, y0, y1 = (float(v) for v in (x[rows].min(), x[rows].max(), y[rows].min(), y[rows].max()))
    dx, dy = max(x1 - x0, 1e-3) * 0.06, max(y1 - y0, 1e-3) * 0.06
    return View(x0 - dx, x1 + dx, y0 - dy, y1 + dy, width, height)


def drawn(snapshot: Snapshot, rows: Rows, view: View, most: int = MOST_POINTS) -> Drawn:
    """Return what of these rows a view draws, at most ``most`` points.

    Which papers stay out is decided by a hash of the row, so zooming in only ever adds papers and a repeat draws the same.
    """
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    here = rows[view.holds(x[rows], y[rows])]
    n = len(here)
    if n > most:
        rank = (here.astype(np.uint64) * np.uint64(2_654_435_761)) & np.uint64(0xFFFFFFFF)
        here = here[np.sort(np.argpartition(rank, most)[:most])]
    return Drawn(here, n, density(snapshot, view))


def density(snapshot: Snapshot, view: View) -> npt.NDArray[np.uint8]:
    """Return how dense all papers lie in a view: (down, across) uint8, the logarithm of a smoothed count, 255 the densest."""
    x, y = positions(snapshot)
    here = np.isfinite(x) & view.holds(x, y)
    across, down = GRID
    column = ((x[here] - view.x0) / (view.x1 - view.x0) * across).astype(np.int64).clip(0, across - 1)
    row = ((y[here] - view.y0) / (view.y1 - view.y0) * down).astype(np.int64).clip(0, down - 1)
    count = np.bincount(row * across + column, minlength=across * down).reshape(down, across).astype(np.float32)
    smooth = np.log1p(gaussian_filter(count, sigma=1.4, mode="constant"))
    return np.asarray(smooth / (smooth.max() or 1) * 255, dtype=np.uint8)


def labels(snapshot: Snapshot, rows: Rows, view: View, whole_view: View, hidden: Collection[int] = ()) -> list[Label]:
    """Return the names that a view has room for, none over another: themes first while zoomed out, then topics by papers.

    Parameters
    ----------
    rows
        The selected papers; only their topics are named.
    whole_view
        The view of the whole map: how far ``view`` is zoomed in decides whether themes are named.
    hidden
        Topics that a reader hid.
    """
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    here = rows[view.holds(x[rows], y[rows])]
    topics = snapshot.papers["topic"].to_numpy()[here]
    keep = (topics >= 0) & ~np.isin(topics, list(hidden))
    here, topics = here[keep], topics[keep]
    themed = _theme_labels(snapshot, here, topics, view) if view.area() > 0.35 * whole_view.area() else ()
    return fitting(chain(themed, _topic_labels(snapshot, here, topics, view)), view)


def _topic_labels(snapshot: Snapshot, here: Rows, topics: npt.NDArray[np.int32], view: View) -> Iterable[Label]:
    found, first, count = np.unique(topics[order := np.argsort(topics, kind="stable")], return_index=True, return_counts=True)
    most = count.max() if len(count) else 1
    for k in np.lexsort((found, -count)):
        size = 11 + 3 * float(np.sqrt(count[k] / most))
        yield _label(
            snapshot, here[order[first[k] : first[k] + count[k]]], int(found[k]), 0, snapshot.topic_names[int(found[k])], size
        )


def _theme_labels(snapshot: Snapshot, here: Rows, topics: npt.NDArray[np.int32], view: View) -> Iterable[Label]:
    if not len(snapshot.themes):
        return
    theme_of = dict(zip(snapshot.topics["topic"], snapshot.topics["parent"], strict=True))
    names = dict(zip(snapshot.themes["node"], snapshot.themes["name"], strict=True))
    level = dict(zip(snapshot.themes["node"], snapshot.themes["level"], strict=True))
    found, at = np.unique(topics, return_inverse=True)
    themes = np.array([theme_of.get(int(t), -1) for t in found], dtype=np.int64)[at] if len(found) else np.array([], np.int64)
    nodes, count = np.unique(themes[themes >= 0], return_counts=True)
    for k in np.lexsort((nodes, -count))[:12]:
        node = int(nodes[k])
        if names[node] and (themes == node).any() and len(np.unique(topics[themes == node])) > 1:
            yield _label(snapshot, here[themes == node], node, int(level[node]), str(names[node]), 17.0)


def _label(snapshot: Snapshot, rows: Rows, node: int, level: int, name: str, size: float) -> Label:
    x, y = positions(snapshot)
    own = name.rpartition(" · ")[2]  # the map itself shows in which domain a topic lies
    text = "\n".join(wrapped(own, WRAP)[:3]) or name
    return Label(node, level, text, float(np.median(x[rows])), float(np.median(y[rows])), size)


def fitting(wanted: Iterable[Label], view: View, most: int = MOST_LABELS) -> list[Label]:
    """Return of these labels, in their order, those that find room in a view, moved a little where that helps.

    Boxes are measured by the size of the font: 0.58 of it a Latin letter, all of it a Chinese one.
    """
    boxes = np.empty((0, 4))
    kept: list[Label] = []
    for label in wanted:
        if len(kept) == most:
            break
        lines = label.text.split("\n")
        wide = max(sum(0.58 if c.isascii() else 1.0 for c in line) for line in lines) * label.size + 8
        high = len(lines) * label.size * 1.25 + 6
        px = (label.x - view.x0) / (view.x1 - view.x0) * view.width
        py = (label.y - view.y0) / (view.y1 - view.y0) * view.height
        for dx, dy in ((0, 0), (0, 0.6), (0, -0.6), (0.35, 0), (-0.35, 0), (0.3, 0.6), (-0.3, 0.6), (0.3, -0.6), (-0.3, -0.6)):
            cx = float(np.clip(px + dx * wide, wide / 2, max(view.width - wide / 2, wide / 2)))
            cy = float(np.clip(py + dy * high, high / 2, max(view.height - high / 2, high / 2)))
            box = np.array([cx - wide / 2, cx + wide / 2, cy - high / 2, cy + high / 2])
            apart = (boxes[:, 0] >= box[1]) | (boxes[:, 1] <= box[0]) | (boxes[:, 2] >= box[3]) | (boxes[:, 3] <= box[2])
            if apart.all() and wide <= view.width:
                boxes = np.vstack([boxes, box])
                at = (view.x0 + cx / view.width * (view.x1 - view.x0), view.y0 + cy / view.height * (view.y1 - view.y0))
                kept.append(Label(label.node, label.level, label.text, at[0], at[1], label.size))
                break
    return kept


def inside(snapshot: Snapshot, rows: Rows, xs: Sequence[float], ys: Sequence[float]) -> Rows:
    """Return those rows whose papers lie in a polygon, or in the box of two corners, newest first.

    Counts every paper, drawn or not (even-odd rule: Shimrat 1962, Algorithm 112).
    """
    if len(xs) == 2:
        xs, ys = (xs[0], xs[1], xs[1], xs[0]), (ys[0], ys[0], ys[1], ys[1])
    x, y = positions(snapshot)
    rows = placed(snapshot, rows)
    rows = rows[View(min(xs), max(xs), min(ys), max(ys)).holds(x[rows], y[rows])]
    px, py, odd = x[rows].astype(np.float64), y[rows].astype(np.float64), np.zeros(len(rows), dtype=bool)
    for xa, ya, xb, yb in zip(xs, ys, (*xs[1:], xs[0]), (*ys[1:], ys[0]), strict=True):
        crosses = (ya > py) != (yb > py)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (px < (xb - xa) * (py - ya) / (yb - ya) + xa)
    return rows[odd]
