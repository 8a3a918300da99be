"""The parts of the Topics page: the tree in its three forms, and which topic the card shows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from hub.figures.tree import topic_tree, tree_table
from hub.ui import address, data, model_missing
from hub.ui.charts import chart, narrow, theme
from hub.ui.i18n import _

KEPT = "topics.kept"
CLEAR, FAIR = 0.65, 0.5
"""Silhouettes as a reader may take them; Kaufman and Rousseeuw (1990) call more than 0.7 strong and less than 0.5 weak."""
FORMS = ("map", "treemap", "icicle", "outline")


def form() -> str:
    """Return in which form the reader wants to see the topics."""
    names = {"map": _("Map"), "treemap": _("Treemap"), "icicle": _("Icicle"), "outline": _("Outline")}
    icons = {"map": "scatter_plot", "treemap": "grid_view", "icicle": "account_tree", "outline": "format_list_bulleted"}
    return address.choice(
        _("Form"), FORMS, "map", lambda f: f":material/{icons[f]}: {names[f]}", "topics.form", label_visibility="collapsed"
    )


def fit_as_a_whole() -> None:
    """Say how good the fit is as a whole, and what it lacked; nothing where the Snapshot does not tell."""
    model_missing.told("topics")
    fit = data.snapshot().meta.get("fit") or {}
    if not fit.get("tried"):
        return
    apart = float(fit["silhouette"])
    grade = _("clearly apart") if apart >= CLEAR else _("fairly apart") if apart >= FAIR else _("hardly apart")
    st.caption(
        _(
            "The fit as a whole: {topics} topics, the number of {tried} tried at which they stand apart best. They are {grade}: "
            "silhouette {apart:.2f}, where 0 is no structure and 1 is topics without an overlap. {firm:.0%} of papers keep their "
            "topic when the papers are weighed anew.",
            topics=len(data.snapshot().topics), tried=len(fit["tried"]), grade=grade, apart=apart, firm=float(fit["firm"]),
        )
    )  # fmt: skip


def tree(kind: str, hidden: tuple[int, ...]) -> None:
    """Draw the tree of topics as a treemap or an icicle; a click on a topic or a part of it opens the topic's card."""
    fig = topic_tree(data.snapshot(), data.rows(), kind=kind, hidden=hidden, theme=theme(), say=_, narrow=narrow())
    clicked: Any = chart(
        fig, f"topics-{kind}", table=lambda: tree_table(data.snapshot(), data.rows(), hidden), titled=True, on_select="rerun",
        selection_mode="points",
    )  # fmt: skip
    st.caption(_("Click a theme to look into it, a topic to read its card; areas count the selected papers."))
    node = next((str(point.get("id", "")) for point in (clicked or {}).get("selection", {}).get("points", [])), "")
    if node[:1] in ("t", "s") and node != st.session_state.get("topics.clicked"):
        table = tree_table(data.snapshot(), data.rows(), hidden)
        of_node = dict(zip(table["id"], table["topic"], strict=True))
        if node in of_node:
            st.session_state["topics.topic"] = int(of_node[node])
    st.session_state["topics.clicked"] = node


def outline(hidden: tuple[int, ...]) -> None:
    """Draw the tree as an outline: a table of themes, their topics and the parts of those, indented."""
    snapshot = data.snapshot()
    table = tree_table(snapshot, data.rows(), hidden)
    words = {f"t{t}": own for t, own in zip(snapshot.topics["topic"], snapshot.topics["words"], strict=True)}
    words |= {f"s{t}": own for t, own in zip(snapshot.subtopics["subtopic"], snapshot.subtopics["words"], strict=True)}
    order = _outlined(table)
    lines = table.iloc[order]
    st.dataframe(
        pd.DataFrame(
            {
                "name": [("\u2003" * (d - 1)) + n for d, n in zip(lines["depth"], lines["name"], strict=True)],
                "papers": lines["papers"],
                "share": lines["share"],
                "words": [", ".join(list(words.get(node, ()))[:6]) for node in lines["id"]],
            }
        ),
        column_config={
            "name": st.column_config.TextColumn(_("Topic"), width=330),
            "papers": st.column_config.NumberColumn(_("Papers"), format="localized", width="small"),
            "share": st.column_config.ProgressColumn(
                _("Share"),
                help=_("Share of the selection"),
                format="percent",
                min_value=0,
                max_value=float(max(lines["share"], default=1)),
                width=120,
            ),
            "words": st.column_config.TextColumn(_("Words")),
        },
        hide_index=True,
        height=640,
        alt=_("Outline of {n} topics", n=int((table["kind"] == "topic").sum())),
    )


def _outlined(table: pd.DataFrame) -> list[int]:
    """Return the positions of the nodes as an outline lists them: each below its parent, the largest first."""
    below: dict[str, list[int]] = {}
    for at in table["papers"].to_numpy().argsort(kind="stable")[::-1].tolist():
        below.setdefault(str(table["parent"].iat[at]), []).append(at)
    out: list[int] = []
    waiting = below.get("all", [])[::-1]
    while waiting:
        at = waiting.pop()
        out.append(at)
        waiting += below.get(str(table["id"].iat[at]), [])[::-1]
    return out


def picked(hidden: tuple[int, ...] = (), pinned: tuple[int, ...] = ()) -> int | None:
    """Return the topic that the reader picks among those of the selection: pinned ones first, hidden ones last."""
    table = tree_table(data.snapshot(), data.rows())
    leaves = table[table["kind"] == "topic"]
    leaves = leaves.assign(last=leaves["topic"].isin(hidden), first=leaves["topic"].isin(pinned))
    leaves = leaves.sort_values(["last", "first", "papers", "topic"], ascending=[True, False, False, True])
    options = leaves["topic"].tolist()
    if not options:
        return None
    about = dict(zip(options, zip(leaves["name"], leaves["papers"], leaves["last"], strict=True), strict=True))

    def shown(topic: int) -> str:
        name, papers, is_hidden = about[topic]
        return f"{name} ({papers:,})" + (" · " + _("hidden") if is_hidden else "")

    if (following := st.session_state.pop("topics.next", None)) in options:
        st.session_state["topics.topic"] = following  # what a decision made; it is taken when the widget stands already
    if st.session_state.get("topics.topic") not in options:
        # left to itself the browser would go on showing the one that is gone; and it knows a topic by its label, which a decision
        # may have changed: the next click must not fall on another topic
        kept = st.session_state.get(KEPT)
        st.session_state["topics.topic"] = kept if kept in options else options[0]
    asked = address.moved("card")
    if asked is not None and asked.isdigit() and int(asked) in options:
        st.session_state["topics.topic"] = int(asked)
    topic = st.selectbox(_("Topic"), options, format_func=shown, key="topics.topic", persist_state="session")
    address.follow("card", str(topic))
    st.session_state[KEPT] = topic
    return topic
