"""Parts of the Trends page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from hub.figures import trends as figures
from hub.snapshot import Snapshot
from hub.trends import CALLS, EVERY, Trends, levels, views
from hub.trends.backtest import OURS, K, Record
from hub.trends.calls import why
from hub.trends.emergence import Emergence, emergence
from hub.trends.rows import trend_table
from hub.ui import charts, data
from hub.ui.i18n import _
from hub.ui.papers import papers_to_open

MULTIPLES = 12
THEMES = 12
SHOWN_PAPERS = 200
HEIGHT = 430


def options(snapshot: Snapshot) -> dict[str, Any]:
    """Draw what the reader may choose about the trends, and return it: every, level, weeks."""
    names = {"week": _("Week"), "month": _("Month"), "quarter": _("Quarter")}
    spans = {4: _("4 weeks"), 13: _("13 weeks"), 26: _("26 weeks")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        every = _choice(_("Series by"), list(EVERY), "month", names.__getitem__, "trends.every")
        weeks = _choice(_("Compare windows of"), list(spans), 13, spans.__getitem__, "trends.weeks")
        there = levels(snapshot)
        level = 0
        if len(there) > 1:
            level = _choice(
                _("Level of the tree"), there, 0, lambda n: _("Topics") if n == 0 else _("Themes {n}", n=n), "trends.level"
            )
    return {"every": every, "level": level, "weeks": weeks}


def coverage(found: Trends) -> None:
    """Say up to which day the corpus is complete, and list the breaks of its streams."""
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


def view() -> str:
    """Draw the choice of figures and return the chosen one."""
    names = {
        "multiples": _("Series"),
        "compare": _("Two periods"),
        "bump": _("Ranks"),
        "areas": _("Areas"),
        "stream": _("Stream"),
        "life": _("Life cycle"),
        "bursts": _("Bursts"),
        "terms": _("Emerging terms"),
        "flows": _("Splits and merges"),
        "record": _("Record"),
    }
    return str(_choice(_("Figure"), list(names), "multiples", names.__getitem__, "trends.view"))


def figure(chosen: str, found: Trends) -> int | None:
    """Show the chosen figure; return the topic that the reader clicked in it."""
    if chosen == "terms":
        return emerging(data.compute(emergence))
    if chosen == "record":
        return None
    look = charts.theme()
    largest = found.table.nlargest(THEMES, "papers")["topic"].tolist()
    first = found.table["topic"].head(MULTIPLES).tolist()
    calls = dict(zip(found.table["topic"], found.table["call"], strict=True))
    draw: dict[str, Callable[[], go.Figure]] = {
        "multiples": lambda: figures.small_multiples(views.series_table(found, first), calls, found.breaks, _, look),
        "compare": lambda: figures.two_periods(found.table, _, look),
        "bump": lambda: figures.bump(views.ranks(views.series_table(found)), say=_, theme=look),
        "areas": lambda: figures.areas(views.series_table(found, largest), False, _, look),
        "stream": lambda: figures.areas(views.series_table(found, largest), True, _, look),
        "life": lambda: figures.life_cycle(views.series_table(found, found.table["topic"].head(40).tolist()), _, look),
        "bursts": lambda: figures.burst_timeline(found.bursts, say=_, theme=look),
        "flows": lambda: figures.flows(data.compute(views.lineage), say=_, theme=look),
    }
    fig = draw[chosen]()
    event = charts.chart(fig, f"trends.figure.{chosen}", on_select="rerun", selection_mode="points")
    _download(fig, chosen)
    points = event["selection"]["points"]
    return _topic(points[0]) if points else None


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


def record(found: Record | None) -> None:
    """Show how often such calls held before, beside the rules that others use."""
    if found is None:
        st.info(_("A record needs eleven complete months of papers."), icon=":material/hourglass_empty:")
        return
    names = {
        OURS: _("Outlook (AcademicHub)"),
        "raw slope": _("raw slope"),
        "last/previous ratio": _("last/previous ratio"),
        "binomial p": _("binomial p"),
        "lower bound of shrunken ratio": _("lower bound of the shrunken ratio"),
        "BERTrend, steepest": _("BERTrend, steepest"),
        "BERTrend, weak signals": _("BERTrend, weak signals"),
        "chance": _("chance"),
    }
    st.markdown(
        _(
            "History replayed at {n} month ends with only what was known then. Of the {k} topics that each rule ranked first, "
            "how many held in the three months after? Dotted: all topics.",
            n=found.origins,
            k=K,
        )
    )
    fig = figures.precision(found.table, found.base_a, found.base_b, names, _, charts.theme())
    charts.chart(fig, "trends.figure.record")
    _download(fig, "record")
    st.dataframe(
        found.table.assign(rule=found.table["rule"].map(names)),
        column_order=["rule", "a", "b", "both", "recall", "lead_days", "led"],
        column_config={
            "rule": _("Rule"),
            "a": st.column_config.NumberColumn(_("Precision A"), format="%.2f"),
            "b": st.column_config.NumberColumn(_("Precision B"), format="%.2f"),
            "both": st.column_config.NumberColumn(_("A and B"), format="%.2f"),
            "recall": st.column_config.NumberColumn(_("Recall of later risers"), format="%.2f"),
            "lead_days": st.column_config.NumberColumn(_("Median lead, days"), format="%.0f"),
            "led": _("Risers led"),
        },
        hide_index=True,
    )
    st.markdown(_("Stated chances against what came true, by fifths of the topics:"))
    kinds = {"a": _("A: above 1.25 x its long-run share"), "b": _("B: not below its share of now")}
    st.dataframe(
        found.calibration.assign(criterion=found.calibration["criterion"].map(kinds)),
        column_config={
            "criterion": _("Criterion"),
            "stated": st.column_config.NumberColumn(_("Stated"), format="percent"),
            "true": st.column_config.NumberColumn(_("Came true"), format="percent"),
            "n": _("Topics"),
        },
        hide_index=True,
    )


def papers(found: Trends, topic: int | None) -> None:
    """List the newest papers of the topic that was clicked."""
    if topic is None:
        st.caption(_("Click a row, a line or a bar to see its papers."))
        return
    name = found.table.set_index("topic")["name"].get(topic, str(topic))
    st.subheader(_("Papers of {name}", name=name))
    rows = views.rows_of_topic(data.snapshot(), data.rows(), topic, found.level)
    papers_to_open(rows[:SHOWN_PAPERS], key="trends.papers")


def _choice(label: str, values: list[Any], default: Any, name: Callable[[Any], str], key: str) -> Any:
    chosen = st.segmented_control(label, values, default=default, format_func=name, key=key, persist_state="session")
    return default if chosen is None else chosen


def _download(fig: go.Figure, name: str) -> None:
    st.download_button(
        _("Figure as HTML"),
        lambda: fig.to_html(include_plotlyjs="cdn"),
        f"trends-{name}.html",
        "text/html",
        on_click="ignore",
        icon=":material/download:",
        key=f"trends.html.{name}",
        help=_("PNG and SVG: the camera in the figure's corner."),
    )


def _topic(point: dict[str, Any]) -> int | None:
    found = point.get("customdata")
    while isinstance(found, (list, tuple)) and found:
        found = found[0]
    if isinstance(found, dict):
        found = next(iter(found.values()), None)
    return int(found) if isinstance(found, (int, float)) else None
