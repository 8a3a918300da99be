"""The map as a component that the reader's browser draws: hub/ui/topics/browser has its code, this what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from hub.figures import INKS
from hub.figures import map as figure
from hub.figures.map import Atlas, Colouring
from hub.figures.palette import FOUND, Theme
from hub.papers.model import source_label
from hub.storage.selection import Rows
from hub.storage.snapshot import Snapshot
from hub.ui import files, served
from hub.ui.i18n import _, plural

HERE = Path(__file__).parent / "browser"
CODE = (files.BROWSER / "files.js", *(HERE / f"{part}.js" for part in ("draw", "labels", "days", "picture", "map")))
EPOCH = date(1970, 1, 1)
MOST_LABELS = 400
MOST_CORNERS = 1000

_component = st.components.v2.component(
    "academichub_map",
    html=(HERE / "map.html").read_text("utf-8"),
    css=(HERE / "map.css").read_text("utf-8"),
    js="\n".join(file.read_text("utf-8") for file in CODE),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a reader did on the map: an area in map units, a paper to open, days to take (empty: all), a topic to read of."""

    lasso: tuple[tuple[float, float], ...] | None
    open: str | None
    days: tuple[date, ...] | None
    topic: int | None


def shown(
    key: str, snapshot: Snapshot, atlas: Atlas, rows: Rows, labels: pd.DataFrame, colouring: Colouring, *, by: str, theme: Theme,
    days: tuple[date | None, date | None], found: Rows | None, hidden: Sequence[int], save: str | None,
) -> Marked:  # fmt: skip
    """Show the map and return what the reader did on it.

    Parameters
    ----------
    rows
        Papers of the selection on all days; those of ``days`` are drawn, the others stand behind.
    labels
        Of :func:`hub.figures.map.anchors`.
    found
        Rows that a search found, drawn over the others.
    hidden
        Topics that a reader hid: in the colour of the rest.
    save
        ``png`` or ``svg`` to have the browser save the picture.
    """
    about = told(snapshot, atlas, rows, labels, colouring, by=by, theme=theme, days=days, found=found, hidden=hidden)
    if save:
        about["save"] = {"form": save, "turn": files.turn(), "name": "topics-map"}
    held: Any = st.session_state.get(key) or {}
    about["marked"] = bool(_read(held, "lasso"))
    did = _component(
        key=key, data=about, on_lasso_change=_nothing, on_open_change=_nothing, on_topic_change=_nothing,
        on_days_change=lambda: _take(_read(st.session_state[key], "days")),
    )  # fmt: skip
    return marked({name: _read(did, name) for name in ("lasso", "open", "days", "topic")})


def marked(did: dict[str, Any]) -> Marked:
    """Return what a browser reported, where it makes sense: it is anybody's word."""
    lasso, days, paper, topic = did.get("lasso"), did.get("days"), did.get("open"), did.get("topic")
    corners = _corners(lasso)
    taken: tuple[date, ...] | None = None
    if isinstance(days, list):
        try:
            taken = tuple(sorted(date.fromisoformat(str(day)) for day in days))
        except ValueError:
            taken = None
    taken = taken if taken is None or len(taken) in (0, 2) else None
    return Marked(
        corners, paper if isinstance(paper, str) else None, taken, topic if isinstance(topic, int) else None
    )  # fmt: skip


def _corners(lasso: Any) -> tuple[tuple[float, float], ...] | None:
    """Return the corners of a polygon; None of anything else."""
    if not isinstance(lasso, list) or not 3 <= len(lasso) <= MOST_CORNERS:
        return None
    if not all(isinstance(corner, list) and len(corner) == 2 for corner in lasso):
        return None
    if not all(isinstance(value, (int, float)) and np.isfinite(value) for corner in lasso for value in corner):
        return None
    return tuple((float(x), float(y)) for x, y in lasso)


def _read(state: Any, name: str) -> Any:
    return state.get(name) if isinstance(state, dict) else getattr(state, name, None)


def _nothing() -> None:
    """Streamlit tells of a component's values only where something is called."""


def _take(days: Any) -> None:
    """Make the days taken with the brush the filter of every page (a callback, so that its widgets may be set)."""
    taken = marked({"days": days}).days
    if taken is not None:
        st.session_state["from"], st.session_state["to"] = taken or (None, None)


def told(
    snapshot: Snapshot, atlas: Atlas, rows: Rows, labels: pd.DataFrame, colouring: Colouring, *, by: str, theme: Theme,
    days: tuple[date | None, date | None], found: Rows | None, hidden: Sequence[int],
) -> dict[str, Any]:  # fmt: skip
    """Return what the browser is told: addresses of bytes a point, and names, colours and words beside them."""
    order, ink = atlas.order, INKS[theme]
    codes, colors, rest = colouring.codes[order], list(colouring.colors), colouring.rest
    if hidden:
        if rest < 0:
            colors.append(ink.faint)
            rest = len(colors) - 1
        codes = np.where(np.isin(snapshot.papers["topic"].to_numpy()[order], list(hidden)), np.uint8(rest), codes)
    all_days = snapshot.days[order]
    first, last = (int(all_days.min()), int(all_days.max())) if len(order) else (0, 0)
    since, until = ((day - EPOCH).days if day else edge for day, edge in zip(days, (first, last), strict=True))
    selected = np.zeros(len(snapshot), dtype=bool)
    selected[rows] = True
    at = {
        "points": atlas.xy.tobytes(), "codes": codes.astype(np.uint8).tobytes(),
        "days": (all_days - first).clip(0, 65_535).astype(np.uint16).tobytes(),
        "topics": snapshot.papers["topic"].to_numpy()[order].clip(-1, 65_534).astype(np.uint16).tobytes(),
    }  # fmt: skip
    about: dict[str, Any] = {name: served.keep(content) for name, content in at.items()}
    mask = selected[order]
    about["mask"] = None if mask.all() else served.keep(np.packbits(mask, bitorder="little").tobytes())
    if found is not None:
        chosen = np.zeros(len(snapshot), dtype=bool)
        chosen[found] = True
        found = np.flatnonzero(chosen[order] & mask)
    about["found"] = None if found is None else served.keep(found.astype(np.uint32).tobytes())
    about["papers"] = served.keep_answers(f"{about['points']} {snapshot.version}", lambda n: paper_at(snapshot, atlas, n))
    n = int(len(labels) and labels["papers"].sum())
    message = figure.message(labels, _)
    scope = plural(int(mask.sum()), "{n:,} paper, near ones alike", "{n:,} papers, near ones alike")
    return about | {
        "bounds": list(atlas.bounds), "first": first, "last": last,
        "rest": rest, "colors": colors, "names": list(colouring.names),
        "dates": [since, until] if any(days) else None, "title": message or _("Map of papers"), "scope": scope,
        "alt": f"{_('Map')}: {scope}" + (f"; {message}." if message else "."),
        "ink": {"text": ink.text, "faint": ink.faint, "paper": ink.paper, "accent": ink.accent, "found": FOUND},
        "labels": [label_at(row, atlas, n, by) for row in labels.head(MOST_LABELS).to_dict("records")],
        "words": words(), "card": ".st-key-topics-topic",
    }  # fmt: skip


def label_at(row: dict[Any, Any], atlas: Atlas, papers: int, by: str) -> dict[str, Any]:
    """Return a row of :func:`hub.figures.map.anchors` as the browser takes it, its place in parts of the map's sides."""
    x0, x1, y0, y1 = atlas.bounds
    return {
        "topic": int(row["topic"]), "name": own_name(row["name"]), "papers": f"{row['papers']:,}",
        "part": f"{row['papers'] / papers:.1%}", "told": plural(int(row["papers"]), "{n:,} paper", "{n:,} papers"),
        "at": [round((row["x"] - x0) / (x1 - x0), 5), round((row["y"] - y0) / (y1 - y0), 5)],
        "code": int(row["code"]) if by != "published" else -1,
    }  # fmt: skip


def own_name(name: Any) -> str:
    """Return a topic's name without the domain before it: the map itself shows where it lies."""
    return str(name).rpartition(" · ")[2]


def paper_at(snapshot: Snapshot, atlas: Atlas, number: int) -> dict[str, Any] | None:
    """Return what is told of the paper at a place of an atlas: its id, title, and source and day; None beyond the last."""
    if not 0 <= number < len(atlas.order):
        return None
    paper = snapshot.papers.iloc[int(atlas.order[number])]
    told = f"{source_label(str(paper['source']), str(paper['field']))} · {paper['published']:%Y-%m-%d}"
    if name := snapshot.topic_names.get(int(paper["topic"])):
        told += f" · {own_name(name)}"
    return {"id": str(paper["id"]), "title": str(paper["title"]), "told": told}


def words() -> dict[str, str]:
    """Return the words of the map in the reader's language."""
    return {
        "legend": _("Colours"), "tools": _("Tools of the map"), "only": _("Show only these; once more shows all"),
        "mark": _("Mark an area with the lasso"), "closer": _("Closer"), "farther": _("Farther"), "whole": _("The whole map"),
        "keys": _("Arrow keys move, + and - zoom, 0 shows all, Enter opens the paper in the middle."),
        "table": _("The map as a table"), "topic": _("Topic"), "papers": _("Papers"), "share": _("Share"),
        "from": _("From"), "to": _("To"), "days": _("Days"), "all": _("All days"),
        "brush": _("Drag over the days to take some of them; every page follows."),
        "pixels": _("This browser has no WebGL: points are drawn pixel by pixel."),
        "failed": _("The map's points could not be loaded. Load the page again."),
    }  # fmt: skip
