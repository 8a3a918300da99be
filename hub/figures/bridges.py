"""Figures of the Bridges page: matrices of topics and fields, a Sankey of links between fields, diversity with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from hub.figures import INKS, Say, Theme, base, describe, domain_color, empty, plain, with_alpha
from hub.figures.lines import labels
from hub.figures.palette import DIVERGING

TOPICS_SHOWN = 30
FIELDS_SHOWN = 24
Q_LIMIT = 0.05
NAME = 34
"""Width of a topic's name on an axis."""
FEW = 20
"""Papers below which a number stands between strokes: the colour may be an accident of few."""


def topic_matrix(cells: pd.DataFrame, *, theme: Theme = "light", say: Say = plain) -> go.Figure:
    """Return the matrix of the largest topics by fields: colour is found over expected, the number is papers.

    ``cells`` is :func:`hub.bridges.topic_by_field`'s table. Each cell's customdata is its topic's id and field.
    """
    if cells.empty:
        return empty(say("No placed papers in this selection."), theme=theme)
    sizes = cells.groupby("topic")["papers"].sum().sort_values(ascending=False)
    shown = cells[cells["topic"].isin(sizes.index[:TOPICS_SHOWN])]
    groups = shown.groupby("group")["papers"].sum().sort_values(ascending=False).index[:FIELDS_SHOWN].tolist()
    topics = sizes.index[:TOPICS_SHOWN].tolist()
    names = dict(zip(cells["topic"], cells["name"], strict=True))
    at = {(t, g): row for t, g, row in zip(shown["topic"], shown["group"], shown.to_dict("records"), strict=True)}
    rows = [[at.get((t, g)) for g in groups] for t in topics]
    fig = _heat(
        z=[[_log2(cell["ratio"]) if cell else None for cell in row] for row in rows],
        text=[[_papers(cell["papers"], cell["q"]) if cell else "" for cell in row] for row in rows],
        hover=[[_hover(names[t], say(g), cell["papers"], cell["expected"], cell["q"], say) if cell else "" for g, cell in
                zip(groups, row, strict=True)] for t, row in zip(topics, rows, strict=True)],
        custom=[[[t, g] for g in groups] for t in topics],
        x=[say(g) for g in groups], y=labels([names[t] for t in topics], NAME), theme=theme, say=say,
    )  # fmt: skip
    base(fig, theme=theme, height=190 + 24 * len(topics))
    strongest = _beyond_chance(shown, shown["papers"])
    finding = "" if strongest is None else say("{a} stands out most in {b}", a=strongest["name"], b=say(strongest["group"]))
    return describe(fig, say("Matrix"), say("papers by topic and field, against chance"), finding=finding)


def field_matrix(cells: pd.DataFrame, *, theme: Theme = "light", say: Say = plain) -> go.Figure:
    """Return the matrix of fields by fields: of a row's papers, the share of nearest papers in the column's field.

    ``cells`` is :func:`hub.bridges.field_by_field`'s table. Each cell's customdata is its two fields.
    """
    if cells.empty:
        return empty(say("Too few papers with fields in this selection to compare."), theme=theme)
    sizes = cells.groupby("source")["papers"].first().sort_values(ascending=False)
    fields = sizes.index[:FIELDS_SHOWN].tolist()
    at = {(row["source"], row["target"]): row for row in cells.to_dict("records")}
    rows = [[at.get((a, b)) for b in fields] for a in fields]
    fig = _heat(
        z=[[_log2(cell["ratio"]) if cell else None for cell in row] for row in rows],
        text=[[_percent(cell) if cell else "" for cell in row] for row in rows],
        hover=[[_link_hover(say(a), say(b), cell, say) if cell else "" for b, cell in zip(fields, row, strict=True)]
               for a, row in zip(fields, rows, strict=True)],
        custom=[[[a, b] for b in fields] for a in fields],
        x=[say(f) for f in fields], y=[say(f) for f in fields], theme=theme, say=say,
    )  # fmt: skip
    base(fig, theme=theme, height=210 + 38 * len(fields))
    top = _beyond_chance(cells, cells["linked"])
    finding = "" if top is None else say("{a} and {b} are closest for their size", a=say(top["source"]), b=say(top["target"]))
    return describe(fig, say("Matrix"), say("nearest papers by field, against chance"), finding=finding)


def flows(cells: pd.DataFrame, *, theme: Theme = "light", say: Say = plain, most: int = 24) -> go.Figure:
    """Return a Sankey of the papers of each field with a fifth of their neighbours in another, thickest links first."""
    found = cells[cells["linked"] > 0].sort_values("linked", ascending=False).head(most) if len(cells) else cells
    if found.empty:
        return empty(say("No paper here has a fifth of its neighbours in another field."), theme=theme)
    left, right = (list(dict.fromkeys(found[side])) for side in ("source", "target"))
    colors = [domain_color(name, theme) for name in left + right]
    fig = go.Figure(
        go.Sankey(
            node={"label": [say(n) for n in left + right], "color": colors, "pad": 14, "thickness": 14, "line": {"width": 0},
                  "hovertemplate": "%{label}: %{value:,}<extra></extra>"},
            link={"source": [left.index(n) for n in found["source"]],
                  "target": [len(left) + right.index(n) for n in found["target"]],
                  "value": found["linked"], "color": [with_alpha(domain_color(n, theme), 0.35) for n in found["source"]],
                  "hovertemplate": "%{source.label} → %{target.label}: %{value:,}<extra></extra>"},
            textfont={"color": INKS[theme].text, "shadow": "none"},
        )
    )  # fmt: skip
    base(fig, theme=theme, height=max(320, 30 * max(len(left), len(right))))
    top = found.iloc[0]
    alone = (found["linked"] == top["linked"]).sum() == 1 and top["ratio"] > 1 and top["q"] < Q_LIMIT
    finding = (
        say("the most, {n:,}, lead from {a} to {b}", n=int(top["linked"]), a=say(top["source"]), b=say(top["target"]))
        if alone
        else ""
    )
    return describe(fig, say("Sankey diagram"), say("papers with a fifth of their neighbours in another field"), finding=finding)


def diversity(table: pd.DataFrame, *, theme: Theme = "light", say: Say = plain) -> go.Figure:
    """Return the Rao-Stirling diversity of the most widely spread topics with 95 % intervals; moving ones are filled."""
    table = table[table["rao_stirling"] > 0] if len(table) else table
    if table.empty:
        return empty(say("No topic here has enough papers to measure its spread."), theme=theme)
    shown = table.head(TOPICS_SHOWN).iloc[::-1]
    moved = shown["call"].isin(["widening", "narrowing"])
    marks = {"widening": "triangle-right", "narrowing": "triangle-left"}
    color = domain_color("Computer science", theme)
    value = shown["rao_stirling"].to_numpy()
    fig = go.Figure(
        go.Scatter(
            x=value, y=labels(shown["name"].tolist(), NAME), mode="markers", customdata=shown["topic"],
            error_x={"type": "data", "symmetric": False, "array": np.maximum(shown["rao_stirling_high"] - value, 0),
                     "arrayminus": np.maximum(value - shown["rao_stirling_low"], 0),
                     "color": INKS[theme].faint, "thickness": 1.5},
            marker={"size": 11, "color": [color if m else INKS[theme].faint for m in moved],
                    "symbol": [marks.get(c, "circle") for c in shown["call"]]},
            hovertext=[say("{name}: {value:.3f}, {fields} fields, {papers:,} papers", name=r["name"], value=r["rao_stirling"],
                           fields=r["fields"], papers=r["papers"]) for r in shown.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )  # fmt: skip
    base(fig, theme=theme, height=90 + 24 * len(shown))
    fig.update_xaxes(title=say("Rao-Stirling diversity"), rangemode="tozero")
    order = table.sort_values("rao_stirling", ascending=False)
    alone = len(order) > 1 and order["rao_stirling_low"].iloc[0] > order["rao_stirling_high"].iloc[1:].max()
    finding = say("{name} is spread most widely", name=order["name"].iloc[0]) if alone else ""
    return describe(fig, say("Dot plot"), say("diversity of fields by topic with 95 % intervals"), finding=finding)


def calibration(table: pd.DataFrame, *, theme: Theme = "light", say: Say = plain) -> go.Figure:
    """Return how often pairs met against the chance that was stated, by steps; on the line they are the same.

    ``table`` has ``stated``, ``true`` and ``n``.
    """
    if table.empty:
        return empty(say("No forecast was replayed."), theme=theme)
    color = domain_color("Computer science", theme)
    shown = table[(table["stated"] > 0) & (table["true"] > 0)]
    ends = [float(table["stated"].clip(lower=1e-4).min()), 1.0]
    fig = go.Figure(
        [
            go.Scatter(x=ends, y=ends, mode="lines", line={"color": INKS[theme].faint, "dash": "dot"}, hoverinfo="skip"),
            go.Scatter(
                x=shown["stated"], y=shown["true"], mode="lines+markers", line={"color": color},
                marker={"size": 10, "color": color},
                hovertext=[say("stated {stated:.2%}, met {true:.2%} of {n:,} pairs", stated=r["stated"], true=r["true"], n=r["n"])
                           for r in shown.to_dict("records")],
                hovertemplate="%{hovertext}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    base(fig, theme=theme, height=340)
    fig.update_layout(showlegend=False)
    fig.update_xaxes(title=say("Chance stated"), type="log", tickformat=".2%")
    fig.update_yaxes(title=say("Share that met"), type="log", tickformat=".2%")
    many = table[table["n"] >= FEW]
    finding = (
        say("of the pairs given {stated:.0%} or so, {true:.0%} met", stated=many["stated"].iloc[-1], true=many["true"].iloc[-1])
        if len(many)
        else ""
    )
    return describe(fig, say("Line chart"), say("chance stated against share that met"), finding=finding)


def _beyond_chance(cells: pd.DataFrame, papers: pd.Series) -> pd.Series | None:  # type: ignore[type-arg]
    """The cell farthest above chance among those of enough papers that are no accident; None without, or where two share it."""
    sure = cells[(papers >= FEW) & (cells["q"] < Q_LIMIT) & (cells["ratio"] > 1)].sort_values("ratio", ascending=False)
    if not len(sure) or (sure["ratio"] == sure["ratio"].iloc[0]).sum() > 1:
        return None
    return sure.iloc[0]


def _heat(*, z: list, text: list, hover: list, custom: list, x: list, y: list, theme: Theme, say: Say) -> go.Figure:  # type: ignore[type-arg]
    """Return a heatmap under unseen points, one a cell: Plotly's heatmaps answer no click, points do."""
    numbers = np.array([[np.nan if v is None else v for v in row] for row in z], dtype=float)
    there = [(i, j) for i in range(len(y)) for j in range(len(x)) if hover[i][j]]
    return go.Figure(
        [
            go.Heatmap(
                z=np.clip(numbers, -4, 4), x=x, y=y, text=text, texttemplate="%{text}", hoverinfo="skip", zmin=-4, zmax=4, zmid=0,
                colorscale=DIVERGING[theme], xgap=1, ygap=1, textfont={"size": 11},
                colorbar={"title": {"text": say("found / expected"), "side": "top"},
                          "orientation": "h", "y": 0, "yanchor": "top", "len": 0.6,
                          "tickvals": [-4, -2, 0, 2, 4],
                          "ticktext": ["1/16", "1/4", "1", "4", "16"], "thickness": 12, "outlinewidth": 0},
            ),
            go.Scatter(
                x=[x[j] for _, j in there], y=[y[i] for i, _ in there], mode="markers",
                marker={"symbol": "square", "size": 20, "opacity": 0}, customdata=[custom[i][j] for i, j in there],
                hovertext=[hover[i][j] for i, j in there], hovertemplate="%{hovertext}<extra></extra>", showlegend=False,
            ),
        ],
        layout={"xaxis": {"side": "top", "tickangle": -45, "showgrid": False},
                "yaxis": {"autorange": "reversed", "showgrid": False}},
    )  # fmt: skip


def _log2(ratio: float) -> float:
    return float(np.log2(ratio)) if ratio and np.isfinite(ratio) else -4.0


def _papers(papers: int, q: float) -> str:
    return _hatched(papers, f"{papers:,}{'*' if q < Q_LIMIT else ''}")


def _hatched(n: int, text: str) -> str:
    """A cell's text between strokes where it rests on few: they stay in the cell however narrow it is."""
    return text if n >= FEW else f"/{text}/" if n else "/"


def _percent(cell: dict) -> str:  # type: ignore[type-arg]
    share, mark = f"{100 * cell['share']:.0f}%", "*" if cell["q"] < Q_LIMIT else ""
    n = _hatched(cell["linked"], f"{cell['linked']:,}")
    return f"{share}{mark}<br>{n}" if cell["share"] >= 0.005 else n


def _hover(a: str, b: str, papers: int, expected: float, q: float, say: Say) -> str:
    return say(
        "{a} × {b}: {papers:,} papers, {expected:.1f} expected, q = {q:.3g}", a=a, b=b, papers=papers, expected=expected, q=q
    )


def _link_hover(a: str, b: str, cell: dict, say: Say) -> str:  # type: ignore[type-arg]
    return say(
        "{a} → {b}: {share:.1%} of the nearest papers, {expected:.1%} expected, q = {q:.3g}; {linked:,} papers with a fifth or "
        "more, {listed:,} cross-listed",
        a=a, b=b, share=cell["share"], expected=cell["expected"], q=cell["q"], linked=cell["linked"], listed=cell["cross_listed"],
    )  # fmt: skip
