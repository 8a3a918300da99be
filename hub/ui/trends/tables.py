"""Tables of the Trends page: the ranking with its calls, and what emerges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from hub.storage.export import csv
from hub.trends import CALLS, Trends
from hub.trends.backtest import OURS, K, Record
from hub.trends.calls import why
from hub.trends.emergence import Emergence
from hub.trends.rows import trend_table
from hub.ui import address
from hub.ui.i18n import _
from hub.ui.trends.page import PICKS, Picked, of_topic, picked_row

HEIGHT = 430
EVIDENCE_SHOWN = ("papers_now", "papers_before", "ratio", "ratio_low", "q")


def held(record: Record | None) -> None:
    """Say how such rankings held before."""
    if record is not None:
        ours = record.table.set_index("rule").loc[OURS]
        percent = {name: f"{ours[name]:.0%}" for name in ("a", "a_low", "a_high", "b", "b_low", "b_high")}
        st.caption(
            _(
                "How the outlook held before, at {n} month ends replayed: of the {k} topics ranked first, {a} (95 % interval "
                "{a_low} to {a_high}; all topics {base_a}) grew above 1.25 times their long-run share, and {b} ({b_low} to "
                "{b_high}; all topics {base_b}) kept their share.",
                n=record.origins, k=K, base_a=f"{record.base_a:.0%}", base_b=f"{record.base_b:.0%}", **percent,
            )
        )  # fmt: skip


def ranking(found: Trends, outlook: pd.DataFrame) -> Picked | None:
    """Show the ranked table with sparklines; return the row that the reader picked."""
    names = {
        "emerging": _("emerging"),
        "rising": _("rising"),
        "bursting": _("bursting"),
        "steady": _("steady"),
        "fading": _("fading"),
        "gone": _("gone"),
    }
    counts = found.table["call"].value_counts()
    labels = {call: f"{names[call]} {counts.get(call, 0)}" for call in CALLS}
    address.seed("trends.calls", list(CALLS), labels.__getitem__, many=True)
    picked = st.pills(
        _("Calls"),
        list(CALLS),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key="trends.calls",
        persist_state="session",
        bind="query-params",
        label_visibility="collapsed",
    )
    table = trend_table(found).merge(outlook, on="topic", how="left")
    table["why"] = [why({str(k): v for k, v in row.items()}, found.weeks, _) for row in table.to_dict("records")]
    table = table[table["call"].isin(picked)] if picked else table
    lines = [[v for v in row if v is not None] for row in table["series"]]  # a gap in coverage is no fall to zero
    shown = table.assign(call=table["call"].map(names), series=pd.Series(lines, index=table.index))
    event = st.dataframe(
        shown,
        column_order=[
            "call",
            "name",
            "series",
            "share",
            "ratio",
            "ratio_low",
            "ratio_high",
            "q",
            "why",
            "grows",
            "holds",
            "papers",
        ],
        column_config={
            "call": st.column_config.TextColumn(_("Call"), width="small"),
            "name": st.column_config.TextColumn(_("Topic"), width="medium"),
            "series": st.column_config.LineChartColumn(_("Share over time"), y_min=0.0),
            "share": st.column_config.NumberColumn(_("Share now"), format="percent"),
            "ratio": st.column_config.NumberColumn(
                _("Ratio"), format="%.2f", help=_("Share now over share in the window before.")
            ),
            "ratio_low": st.column_config.NumberColumn(_("from"), format="%.2f", help=_("95 % interval of the ratio.")),
            "ratio_high": st.column_config.NumberColumn(_("to"), format="compact"),
            "q": st.column_config.NumberColumn(_("q"), format="%.3f", help=_("Benjamini-Hochberg over all topics tested.")),
            "why": st.column_config.TextColumn(_("Why"), width="large"),
            "grows": st.column_config.NumberColumn(
                _("Grows"),
                format="percent",
                help=_("Chance that in three months its share is above 1.25 times its long-run share. See the record."),
            ),
            "holds": st.column_config.NumberColumn(
                _("Holds"),
                format="percent",
                help=_("Chance that in three months its share is not below that of now. See the record."),
            ),
            "papers": st.column_config.NumberColumn(_("Papers"), format="localized"),
        },
        hide_index=True,
        height=min(HEIGHT, 38 + 35 * max(1, len(shown))),
        on_select="rerun",
        selection_mode=PICKS,
        key="trends.table",
    )
    st.download_button(
        _("Table as CSV"),
        lambda: csv(table),
        "trends.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="trends.csv",
    )
    row = picked_row(event, len(shown))
    return None if row is None else of_topic(found, int(shown["topic"].iloc[row]))


def emerging(found: Emergence, held: pd.DataFrame) -> Picked | None:
    """List what emerges now, with how such calls fared before; return what was picked."""
    fared = held.set_index("kind")
    st.markdown("**" + _("Papers that no topic holds") + "**")
    _told(fared, "group", _("groups of papers"))
    picked = None
    if len(found.groups):
        calls = {"emerging": _("emerging"), "waiting": _("new, not growing yet")}
        shown = found.groups.assign(call=found.groups["call"].map(calls), words=[", ".join(w) for w in found.groups["words"]])
        picked = _rows(
            shown, ["call", "name", "words", "members", *EVIDENCE_SHOWN, "first"], "trends.groups", found.groups, "name"
        )
    else:
        st.caption(_("No group of papers lies far from every topic."))
    st.markdown("**" + _("Terms that jump") + "**")
    _told(fared, "term", _("terms"))
    if len(found.terms):
        order = ["term", "name", "unplaced", *EVIDENCE_SHOWN, "first"]
        picked = _rows(found.terms, order, "trends.terms", found.terms, "term") or picked
    else:
        st.caption(_("No term stands out in the last four weeks."))
    return picked


def _told(fared: pd.DataFrame, kind: str, what: str) -> None:
    if kind not in fared.index:
        st.caption(_("The worker's replay of this corpus has no earlier call of such {what} to judge by.", what=what))
        return
    row = fared.loc[kind].to_dict()
    percent = {name: f"{row[name]:.0%}" for name in ("share", "low", "high")}
    text = _(
        "Of {called} {what} called so earlier, {held} ({share}, 95 % interval {low} to {high}) still had twice their earlier "
        "share in the quarter after.",
        called=int(row["called"]), held=int(row["held"]), what=what, **percent,
    )  # fmt: skip
    if row["ahead"]:
        text += " " + _("Comparing quarters came to the same call {days} days later (median of {n}).",
                        days=f"{row['ahead_days']:.0f}", n=int(row["ahead"]))  # fmt: skip
    st.caption(text)


def _rows(shown: pd.DataFrame, order: list[str], key: str, table: pd.DataFrame, name: str) -> Picked | None:
    event = st.dataframe(
        shown.drop(columns="papers"),
        column_order=order,
        column_config={
            "call": _("Call"),
            "term": _("Term"),
            "name": st.column_config.TextColumn(_("Topic"), width="medium"),
            "words": st.column_config.TextColumn(_("Words"), width="large"),
            "members": _("Papers"),
            "unplaced": st.column_config.NumberColumn(
                _("In no topic yet"), format="percent", help=_("Part of its papers that are far from every topic.")
            ),
            "papers_now": _("Papers in 4 weeks"),
            "papers_before": _("Papers before"),
            "ratio": st.column_config.NumberColumn(_("Ratio"), format="%.1f"),
            "ratio_low": st.column_config.NumberColumn(_("from"), format="%.1f"),
            "q": st.column_config.NumberColumn(_("q"), format="%.4f"),
            "first": st.column_config.DateColumn(_("First paper"), format="YYYY-MM-DD"),
        },
        hide_index=True,
        on_select="rerun",
        selection_mode=PICKS,
        key=key,
    )
    st.download_button(
        _("Table as CSV"), lambda: csv(table.drop(columns="papers")), f"{key.replace('.', '-')}.csv", "text/csv",
        on_click="ignore", icon=":material/download:", key=f"{key}.csv",
    )  # fmt: skip
    row = picked_row(event, len(table))
    return (
        None if row is None else Picked(str(table[name].iloc[row]), np.sort(np.array(table["papers"].iloc[row], dtype=np.int64)))
    )
