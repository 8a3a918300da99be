"""Parts of the Trends page: what may be chosen, what was covered, and the papers behind what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import streamlit as st

from hub.storage.snapshot import Snapshot
from hub.trends import EVERY, Trends, views
from hub.trends.levels import levels, telling_level
from hub.ui import address, data, model_missing
from hub.ui.i18n import _
from hub.ui.papers import papers_to_open

SHOWN_PAPERS = 200


def options(snapshot: Snapshot) -> dict[str, Any]:
    """Draw what the reader may choose about the trends, and return it: every, level, weeks."""
    names = {"week": _("Weekly"), "month": _("Monthly"), "quarter": _("Quarterly")}
    spans = {weeks: _("{n} weeks", n=weeks) for weeks in (4, 13, 26)}
    every = choice(_("Series by"), list(EVERY), "month", names.__getitem__, "trends.every")
    weeks = choice(_("Compare windows of"), list(spans), 13, spans.__getitem__, "trends.weeks")
    there, first = levels(snapshot), telling_level(snapshot)
    level = choice(_("Level of the tree"), there, first, _level, "trends.level") if len(there) > 1 else 0
    return {"every": every, "level": level, "weeks": weeks}


def _level(level: int) -> str:
    return _("Parts of topics") if level < 0 else _("Topics") if level == 0 else _("Themes {n}", n=level)


def coverage(found: Trends, wanted: int) -> None:
    """Say which windows were really compared, up to which day, and list the breaks of the corpus' streams."""
    model_missing.told("topics")
    until = str(found.until - np.timedelta64(1, "D"))
    if not found.weeks:
        st.info(
            _("There are too few weeks of papers to compare; the series are shown without calls."),
            icon=":material/hourglass_empty:",
        )
    st.caption(
        _(
            "Shares of {papers:,} papers up to {until}; the last {weeks} weeks against those before.",
            papers=found.papers,
            until=until,
            weeks=found.weeks,
        )
    )
    if 0 < found.weeks < wanted:
        st.caption(
            _(":material/info: There are not {wanted} weeks of papers on both sides, so {weeks} weeks are compared.",
              wanted=wanted, weeks=found.weeks)
        )  # fmt: skip
    if not len(found.breaks):
        return
    with st.expander(
        _("{n} breaks in what was gathered: none of them counts as a trend", n=len(found.breaks)), icon=":material/power_off:"
    ):
        kinds = {
            "start": _("starts"),
            "stop": _("stops"),
            "pause": _("pauses"),
            "resume": _("resumes"),
            "jump": _("jumps up"),
            "drop": _("drops"),
        }
        st.dataframe(
            found.breaks.assign(kind=found.breaks["kind"].map(kinds)),
            column_order=["day", "stream", "kind", "per_week_before", "per_week_after"],
            column_config={
                "day": st.column_config.DateColumn(_("Since"), format="YYYY-MM-DD"),
                "stream": _("Stream"),
                "kind": _("What happens"),
                "per_week_before": st.column_config.NumberColumn(_("Papers a week before"), format="%.0f"),
                "per_week_after": st.column_config.NumberColumn(_("Papers a week after"), format="%.0f"),
            },
            hide_index=True,
        )


@dataclass(frozen=True)
class Picked:
    """What the reader clicked: its name, and the row numbers of its papers, newest first."""

    name: str
    rows: npt.NDArray[np.int64]


PICKS: tuple[Literal["single-row"], Literal["single-cell"]] = ("single-row", "single-cell")
"""A click on any cell of a table picks its row, as readers expect, not only one on the box before it."""


def picked_row(event: Any, length: int) -> int | None:
    """Return which row of a table of ``length`` rows was picked: by a click on one of its cells, else by its box."""
    chosen = event["selection"]
    rows = [row for row, _column in chosen.get("cells", ())] or list(chosen.get("rows", ()))
    return int(rows[0]) if rows and rows[0] < length else None


def of_topic(found: Trends, topic: int | None) -> Picked | None:
    """Return a topic of the table as what was picked."""
    if topic is None:
        return None
    name = found.table.set_index("topic")["name"].get(topic, str(topic))
    return Picked(str(name), views.rows_of_topic(data.snapshot(), data.rows(), topic, found.level))


def papers(picked: Picked | None) -> None:
    """List the newest papers of what was clicked."""
    if picked is None:
        return
    st.subheader(_("Papers of {name}", name=picked.name))
    if len(picked.rows) > SHOWN_PAPERS:
        st.caption(_("The newest {n} of {all:,}.", n=SHOWN_PAPERS, all=len(picked.rows)))
    papers_to_open(picked.rows[:SHOWN_PAPERS], key="trends.papers")


def choice(label: str, values: list[Any], default: Any, name: Callable[[Any], str], key: str) -> Any:
    """Draw a choice of one and return what is chosen, the default when nothing is."""
    return address.choice(label, values, default, name, key, label_visibility="collapsed", help=label)
