"""Strangers' words in every kind of figure that hub draws: no label of Plotly's sets them as HTML."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from hub.figures.harmless import harmless
from tests.security.hostile import TEXTS
from tests.security.test_pages import LIVE, labels

NAMES = list(TEXTS)
NUMBERS = list(range(len(NAMES)))
FIGURES = {
    "bar": lambda: go.Bar(x=NAMES, y=NUMBERS, name=NAMES[2], text=NAMES),
    "heatmap": lambda: go.Heatmap(z=[NUMBERS], x=NAMES, y=[NAMES[0]], text=[NAMES], texttemplate="%{text}"),
    "scatter": lambda: go.Scatter(x=NUMBERS, y=NUMBERS, hovertext=NAMES, hovertemplate=f"{NAMES[1]}<br>%{{x}}<extra></extra>"),
    "customdata": lambda: go.Scatter(x=NUMBERS, y=NUMBERS, customdata=[[n, t] for n, t in zip(NUMBERS, NAMES, strict=True)],
                                     hovertemplate="%{customdata[1]}<extra></extra>"),
    "treemap": lambda: go.Treemap(labels=NAMES, parents=[""] * len(NAMES), values=NUMBERS),
    "flow": lambda: go.Sankey(node={"label": NAMES}, link={"source": [0], "target": [1], "value": [1], "label": [NAMES[0]]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIGURES)
def test_no_label_of_a_figure_is_live(kind: str) -> None:
    fig = go.Figure(FIGURES[kind]())
    fig.add_annotation(text=NAMES[2])
    fig.update_layout(title={"text": NAMES[0], "subtitle": {"text": NAMES[7]}}, xaxis={"title": NAMES[2]})
    fig.update_yaxes(tickvals=NUMBERS, ticktext=NAMES)
    assert any(map(LIVE.search, labels(json.loads(fig.to_json())))), "the check sees what is live"
    assert [text for text in labels(json.loads(harmless(fig).to_json())) if LIVE.search(text)] == []


def test_what_figures_set_themselves_stays() -> None:
    fig = harmless(go.Figure(go.Bar(x=["a<br>b"], y=[1], hovertemplate="<b>%{x}</b><extra></extra>", customdata=["<a>"])))
    assert (fig.data[0].x, fig.data[0].hovertemplate) == (("a<br>b",), "<b>%{x}</b><extra></extra>")
    assert list(fig.data[0].customdata) == ["<a>"], "what no label sets is for clicks"
