"""The figures of the Topics page: what they draw, that nothing untrusted is markup in them, that they stay small."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from hub import figures
from hub.figures import viewport
from hub.figures.map import COLOR_BY, hover_texts, paper_map
from hub.figures.tree import KINDS, sparkline, topic_tree, tree_table
from tests.figures.atlas import atlas_snapshot


def whole_map(snapshot: object, rows: np.ndarray, **options: object) -> figures.go.Figure:
    view = viewport.whole(snapshot, rows)  # type: ignore[arg-type]
    return paper_map(snapshot, rows, view, view, **options)  # type: ignore[arg-type]


def points(fig: figures.go.Figure) -> list[int]:
    return sorted(int(row) for trace in fig.data if trace.type == "scattergl" for row in trace.customdata)


@pytest.mark.parametrize("color", COLOR_BY)
def test_each_selected_paper_is_one_point_whatever_the_colour(color: str) -> None:
    snapshot = atlas_snapshot(200, unplaced=20)
    rows = np.arange(0, 200, 2)
    fig = whole_map(snapshot, rows, color=color)
    assert points(fig) == rows[rows < 180].tolist()
    assert figures.alt(fig).startswith("Map: 90 papers")


def test_rare_values_share_one_colour_and_the_legend_names_each() -> None:
    snapshot = atlas_snapshot(400)
    names = [trace.name for trace in whole_map(snapshot, np.arange(400), color="field").data if trace.showlegend]
    assert len(names) == 12
    assert names[-1] == "all others"
    by_domain = whole_map(snapshot, np.arange(400), color="domain")
    colors = {trace.name: trace.marker.color for trace in by_domain.data if trace.showlegend}
    assert colors == {name: figures.domain_color(name) for name in ("Computer science", "Biology", "Physics")}


def test_a_topic_has_its_fixed_colour_whatever_is_selected() -> None:
    snapshot = atlas_snapshot(100)
    only = np.flatnonzero(snapshot.papers["topic"] == 2)
    scale = whole_map(snapshot, only).data[1].marker.colorscale
    assert {color for _edge, color in scale} == {figures.topic_color(2)}
    grey = whole_map(snapshot, only, hidden=(2,)).data[1].marker.colorscale
    assert {color for _edge, color in grey} == {figures.topic_color(-1)}


def test_found_papers_are_drawn_over_the_others() -> None:
    snapshot = atlas_snapshot(100)
    fig = whole_map(snapshot, np.arange(100), found=np.array([3, 5]))
    assert fig.data[-1].name == "found: 2"
    assert fig.data[-1].customdata.tolist() == [3, 5]
    assert fig.data[1].marker.opacity < 0.5


def test_names_and_titles_are_no_markup() -> None:
    snapshot = atlas_snapshot(300)
    fig = whole_map(snapshot, np.arange(300))
    texts = [annotation.text for annotation in fig.layout.annotations]
    assert "dark &lt;matter&gt;" in texts
    assert "<b>" not in hover_texts(snapshot, np.array([0]))[0]
    labels = topic_tree(snapshot, np.arange(300)).data[0].labels
    assert {"dark &lt;matter&gt;", "language<br>models"} <= set(labels)


def test_an_empty_selection_makes_an_empty_map() -> None:
    snapshot = atlas_snapshot(50)
    for color in COLOR_BY:
        assert points(whole_map(snapshot, np.array([], dtype=np.int64), color=color)) == []


def test_points_travel_as_binary_and_stay_within_the_level_of_detail() -> None:
    snapshot = atlas_snapshot(30_000)
    fig = whole_map(snapshot, np.arange(30_000))
    assert len(points(fig)) == viewport.MOST_POINTS
    trace = next(t for t in json.loads(fig.to_json())["data"] if t["type"] == "scattergl")
    assert set(trace["x"]) == {"dtype", "bdata"}


def test_the_tree_adds_up() -> None:
    snapshot = atlas_snapshot(300, unplaced=30)
    table = tree_table(snapshot, np.arange(300))
    count = dict(zip(table["id"], table["papers"], strict=True))
    assert count["all"] == 270
    for node, papers in count.items():
        children = table.loc[table["parent"] == node, "papers"]
        assert not len(children) or children.sum() == papers
    assert table.loc[table["topic"] >= 0, "share"].sum() == pytest.approx(1)
    assert set(table["parent"]) <= {"", *table["id"]}
    assert table["depth"].tolist() == sorted(table["depth"])[:1] + table["depth"].tolist()[1:]
    assert table.set_index("id").loc["t0", "depth"] == 3


def test_a_hidden_topic_leaves_the_tree_and_an_emptied_theme_with_it() -> None:
    snapshot = atlas_snapshot(300)
    assert not {"t0", "n0"} & set(tree_table(snapshot, np.arange(300), hidden=[0])["id"])


def test_a_theme_that_is_all_of_the_one_above_it_under_the_same_name_is_shown_once() -> None:
    made = atlas_snapshot(300)
    rows = np.flatnonzero(made.papers["topic"] == 0)
    same = dataclasses.replace(made, themes=made.themes.assign(name=["Everything", "Nature", "Everything"]))
    assert "n0" not in set(tree_table(same, rows)["id"])
    table = tree_table(same, rows).set_index("id")
    assert table.loc["t0", ["parent", "depth", "papers"]].tolist() == ["n2", 2, len(rows)]
    assert "n0" in set(tree_table(made, rows)["id"])
    assert "n0" in set(tree_table(same, np.arange(300))["id"])  # here it is a part only


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_trees_show_all_nodes_in_both_themes(kind: str, theme: figures.Theme) -> None:
    fig = topic_tree(atlas_snapshot(300), np.arange(300), kind=kind, theme=theme)
    assert fig.data[0].type == kind
    assert len(fig.data[0].ids) == 7
    assert "300 papers in 3 topics" in figures.alt(fig)
    assert topic_tree(atlas_snapshot(300), np.array([], dtype=np.int64), kind=kind, theme=theme).data[0].values.tolist() == [0]


def test_a_sparkline_says_where_it_comes_from_and_goes_to() -> None:
    days = np.array(["2026-01-05", "2026-01-12"], dtype="datetime64[D]")
    assert "from 10.0% to 20.0%" in figures.alt(sparkline(days, np.array([0.1, 0.2]), color="#0b79bd"))
