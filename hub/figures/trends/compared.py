"""The record of each rule beside the others."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from hub.figures import INKS, Say, Theme, base, describe, plain
from hub.figures.palette import CALL_COLORS


def precision(
    table: pd.DataFrame, base_a: float, base_b: float, names: dict[str, str], say: Say = plain, theme: Theme = "light"
) -> go.Figure:
    """Return precision@20 of each rule with its 95 % interval, for both criteria, and the base rates as lines."""
    titles = [say("A: above 1.25 x its long-run share"), say("B: not below its share of now")]
    fig = make_subplots(1, 2, shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.06)
    ordered = table.iloc[::-1]
    colors = [CALL_COLORS[theme]["emerging"] if rule == "outlook" else INKS[theme].faint for rule in ordered["rule"]]
    for column, criterion, level in ((1, "a", base_a), (2, "b", base_b)):
        error = {
            "type": "data",
            "symmetric": False,
            "array": ordered[f"{criterion}_high"] - ordered[criterion],
            "arrayminus": ordered[criterion] - ordered[f"{criterion}_low"],
            "thickness": 1.5,
            "width": 0,
        }
        fig.add_trace(
            go.Scatter(
                x=ordered[criterion],
                y=[names.get(r, r) for r in ordered["rule"]],
                mode="markers",
                error_x=error,
                marker={"size": 10, "color": colors},
                showlegend=False,
                hovertemplate="%{y}<br>%{x:.2f}<extra></extra>",
            ),
            row=1,
            col=column,
        )
        fig.add_vline(x=level, line={"dash": "dot", "color": INKS[theme].faint}, row=1, col=column)
    base(fig, theme=theme, height=110 + 30 * len(table))
    fig.update_layout(margin={"t": 40})
    fig.update_xaxes(range=[0, 1])
    return describe(
        fig, say("Dot plot"), say("precision of the twenty topics ranked first by each rule, with 95 % intervals"),
        finding=better(table, base_a, base_b, say),
    )  # fmt: skip


def better(table: pd.DataFrame, base_a: float, base_b: float, say: Say = plain) -> str:
    """Return in a sentence where the outlook is better or worse than all topics beyond its interval; empty where nowhere."""
    own = table[table["rule"] == "outlook"]
    if not len(own):
        return ""
    row, parts = own.iloc[0], []
    for criterion, level, above, below in (
        (
            "a",
            base_a,
            say("grew more often than others ({share} against {base})"),
            say("grew less often than others ({share} against {base})"),
        ),
        (
            "b",
            base_b,
            say("kept their share more often ({share} against {base})"),
            say("kept their share less often ({share} against {base})"),
        ),
    ):
        template = above if row[f"{criterion}_low"] > level else below if row[f"{criterion}_high"] < level else ""
        if template:
            parts.append(template.format(share=f"{100 * row[criterion]:.0f} %", base=f"{100 * level:.0f} %"))
    return say("Topics that the outlook put first {what}", what=", ".join(parts)) if parts else ""
