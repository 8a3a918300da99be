"""The record on the Trends page: how often such calls held before."""

from __future__ import annotations

import streamlit as st

from hub.figures import trends as figures
from hub.trends.backtest import OURS, K, Record
from hub.ui import charts
from hub.ui.i18n import _


def record(found: Record | None) -> None:
    """Show how often such calls held before, beside the rules that others use."""
    if found is None:
        st.info(
            _("There is no record yet. The worker makes it with the next fit, from eleven complete months of papers on."),
            icon=":material/hourglass_empty:",
        )
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
            "History replayed by the worker at {n} month ends with only what was known then, on topics fitted on the first "
            "months alone. Of the {k} topics that each rule ranked first, how many held in the three months after? "
            "Dotted: all topics.",
            n=found.origins,
            k=K,
        )
    )
    fig = figures.precision(found.table, found.base_a, found.base_b, names, _, charts.theme())
    charts.chart(fig, "trends.figure.record", table=found.table, titled=True)
    st.caption(_("The record counts rules over past months, so no papers stand behind it; the table of topics opens them."))
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
