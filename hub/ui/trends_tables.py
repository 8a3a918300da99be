"""Tables of the Trends page: the ranking with its calls, and what emerges."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from hub.trends import CALLS, Trends
from hub.trends.calls import why
from hub.trends.emergence import Emergence
from hub.trends.rows import trend_table
from hub.ui.i18n import _

HEIGHT = 430


def ranking(found: Trends, outlook: pd.DataFrame) -> int | None:
    """Show the ranked table with sparklines; return the topic of the row that the reader picked."""
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
    picked = st.pills(
        _("Calls"),
        list(CALLS),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key="trends.calls",
        persist_state="session",
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
            "share_now",
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
            "series": st.column_config.LineChartColumn(_("Share"), y_min=0.0),
            "share_now": st.column_config.NumberColumn(_("Share now"), format="percent"),
            "ratio": st.column_config.NumberColumn(
                _("Ratio"), format="%.2f", help=_("Share now over share in the window before.")
            ),
            "ratio_low": st.column_config.NumberColumn(_("from"), format="%.2f", help=_("95 % interval of the ratio.")),
            "ratio_high": st.column_config.NumberColumn(_("to"), format="%.2f"),
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
        selection_mode="single-row",
        key="trends.table",
    )
    st.download_button(
        _("Table as CSV"),
        lambda: table.to_csv(index=False),
        "trends.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="trends.csv",
    )
    rows = event["selection"]["rows"]
    return int(shown["topic"].iloc[rows[0]]) if rows and rows[0] < len(shown) else None


def emerging(found: Emergence) -> int | None:
    """List the terms that jump now, with how such calls fared before; return the topic of the row that was picked."""
    if found.called:
        st.markdown(
            _(
                "Of {called} terms called so before, {held} ({share}) still had twice their earlier share in the quarter after.",
                called=found.called,
                held=found.held,
                share=f"{found.held / found.called:.0%}",
            )
        )
    if not len(found.terms):
        st.info(_("No term stands out in the last four weeks."), icon=":material/search_off:")
        return None
    event = st.dataframe(
        found.terms,
        column_order=["term", "name", "unplaced", "papers_now", "papers_before", "ratio", "ratio_low", "q", "first"],
        column_config={
            "term": _("Term"),
            "name": st.column_config.TextColumn(_("Topic"), help=_("Where most of its papers of now are.")),
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
        selection_mode="single-row",
        key="trends.terms",
    )
    picked = event["selection"]["rows"]
    return int(found.terms["topic"].iloc[picked[0]]) if picked and picked[0] < len(found.terms) else None
