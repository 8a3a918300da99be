"""Bridges as cards of evidence, and what will meet with the record of such forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from hub import bridges as found
from hub.bridges import sentences
from hub.bridges.evidence import area_of
from hub.figures import bridges as figures
from hub.storage.export import csv
from hub.ui import address, charts, data
from hub.ui.i18n import _, plural
from hub.ui.papers.cards import title_link, topic_name
from hub.ui.safe import safe

SHOWN = 10
TITLES = 3
"""Papers of each side that show at once."""


def bridges() -> None:
    """Draw the strongest bridges, each with the papers of both sides."""
    table = data.compute(found.cards_of)
    if table.empty:
        st.info(
            _("No phrase of a topic stands in another domain's papers more often than by chance, with selected papers of both."),
            icon=":material/link_off:",
        )
        return
    st.caption(
        _(
            "A phrase at home in one topic and in use in a topic of another domain. By chance: the papers with it outside its "
            "home, dealt at random over all others. {n} of {tested:,} bridges passed; the strongest first.",
            n=len(table), tested=int(table["tested"].iloc[0]),
        )
    )  # fmt: skip
    for number, row in enumerate(_records(table.head(SHOWN)), 1):
        _card(number, row)
    st.download_button(
        _("Table as CSV"), lambda: csv(_flat(table)), "bridges.csv", "text/csv", on_click="ignore", icon=":material/download:",
        key="bridges.csv.cards",
    )  # fmt: skip


def _card(number: int, row: Mapping[str, Any]) -> None:
    snapshot = data.snapshot()
    names = {side: topic_name(snapshot, int(row[side])) for side in ("home", "guest")}
    with st.container(border=True, key=f"bridges.card.{number}"):
        st.markdown(
            f"**{number}\\. {safe(row['phrase'])}** · {safe(names['home'])} :material/arrow_forward: {safe(names['guest'])}"
        )
        st.caption(
            _(
                "{papers} where chance would give {expected}; stronger than {above} of all bridges tested; at most {q} of such "
                "cards are accidents.",
                papers=plural(int(row["guest_papers"]), "{n:,} paper there", "{n:,} papers there"),
                expected=sentences.expected(row["expected"]), above=_percent(row["stronger_than"]), q=_rare(row["q"]),
            )
        )  # fmt: skip
        for column, side in zip(st.columns(2), ("home", "guest"), strict=True):
            with column:
                st.markdown(
                    _(
                        ":small[**{topic}** · {domain} · {papers} · since {since}]",
                        topic=safe(names[side]), domain=_(row[f"{side}_domain"]),
                        papers=plural(int(row[f"{side}_papers"]), "{n:,} paper", "{n:,} papers"),
                        since=f"{row[f'{side}_since']:%Y-%m-%d}",
                    )
                )  # fmt: skip
                _titles(row[f"{side}_ids"])


def ahead() -> None:
    """List pairs of terms of two domains that have not met and will, with the chance, and how such chances fared."""
    table = data.compute(found.meetings)
    if data.snapshot().table("meetings") is None:
        st.info(
            _("There is no forecast: it takes nine whole months of papers, and terms that met within them."),
            icon=":material/hourglass_empty:",
        )
        return
    if table.empty:
        st.info(_("No pair of the forecast has papers of both sides in this selection."), icon=":material/filter_alt_off:")
    scopes = {"crossing": _("Pairs of two domains"), "within": _("Pairs of one domain")}
    scope = address.choice(_("Which"), list(scopes), "crossing", scopes.__getitem__, "bridges.scope")
    crosses = table["domain_a"].astype(str).map(area_of) != table["domain_b"].astype(str).map(area_of)
    table = table[crosses == (scope == "crossing")]
    if scope == "crossing" and len(table):
        st.caption(_("Meetings of two domains are rare: the chances are small, and still many times those of any pair."))
    for number, row in enumerate(_records(found.distinct(table).head(SHOWN)), 1):
        with st.container(border=True, key=f"bridges.ahead.{number}"):
            st.markdown(safe(sentences.meeting(row, _)))
            for column, side in zip(st.columns(2), ("a", "b"), strict=True):
                with column:
                    papers = plural(int(row[f"papers_{side}"]), "{n:,} paper", "{n:,} papers")
                    st.markdown(f":small[**{safe(row[side])}** · {papers}]")
                    _titles(row[f"ids_{side}"])
    if len(table):
        st.download_button(
            _("Table as CSV"), lambda: csv(_flat(table)), "will-meet.csv", "text/csv", on_click="ignore",
            icon=":material/download:", key="bridges.csv.ahead",
        )  # fmt: skip
    with st.expander(_("How good are such forecasts?"), icon=":material/fact_check:"):
        _record()


def _record() -> None:
    snapshot = data.snapshot()
    record, calibration = snapshot.table("meetings_record"), snapshot.table("meetings_calibration")
    if record is None or calibration is None or record.empty:
        st.caption(_("Too few pairs met in the months replayed to say how good the forecast is."))
        return
    rules = {
        "forecast": _("This forecast"), "common": _("Common neighbours"), "adamic_adar": "Adamic-Adar",
        "resource": _("Resource allocation"), "papers": _("Preferential attachment"),
    }  # fmt: skip
    scopes = {"all": _("All pairs"), "crossing": _("Pairs of two domains")}
    first = record.iloc[0]
    st.markdown(
        _(
            "History replayed at {n} days, {months} months ahead, with only what was known then. Of two pairs, one that met and "
            "one that did not, how often was the former put first? A coin has 50%. Beside it the same where both pairs have as "
            "many papers, and how many of the 50 pairs put first met.",
            n=int(first["origins"]), months=int(first["months"]),
        )
    )  # fmt: skip
    percent = {name: st.column_config.NumberColumn(label, format="percent") for name, label in (
        ("auc", _("Put first")), ("auc_low", _("at least")), ("auc_high", _("at most")), ("hard", _("of like size")),
        ("first", _("Of 50, met")), ("base", _("Of all, met")))}  # fmt: skip
    st.dataframe(
        record.assign(rule=record["rule"].map(rules), scope=record["scope"].map(scopes)),
        column_order=["scope", "rule", *percent, "met", "pairs"], hide_index=True, key="bridges.record",
        column_config={"scope": _("Pairs"), "rule": _("Rule"), "met": _("Met"), "pairs": _("Asked"), **percent},
        alt=_("How often each rule put the pair first that met"),
    )  # fmt: skip
    charts.chart(figures.calibration(calibration, theme=charts.theme(), say=_), "bridges.calibration", titled=True)


def _titles(ids: Sequence[str]) -> None:
    snapshot = data.snapshot()
    for paper in list(ids)[:TITLES]:
        row = snapshot.row_of.get(str(paper))
        if row is not None:
            title_link(str(paper), str(snapshot.papers["title"].iat[row]))
    if len(ids) > TITLES:
        with st.popover(plural(len(ids) - TITLES, "{n} more", "{n} more"), type="tertiary"):
            for paper in list(ids)[TITLES:]:
                row = snapshot.row_of.get(str(paper))
                if row is not None:
                    title_link(str(paper), str(snapshot.papers["title"].iat[row]))


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    lists = [c for c in ("home_ids", "guest_ids", "ids_a", "ids_b", "between") if c in table]
    return table.assign(**{c: table[c].map(lambda own: "; ".join(map(str, own))) for c in lists})


def _percent(share: float) -> str:
    return f"{100 * min(share, 0.999):.3g}%"


def _rare(q: float) -> str:
    return "0.1%" if q < 0.001 else f"{100 * q:.1f}%"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]
